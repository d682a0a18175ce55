import { z } from 'zod';
import { isJsonObject } from '../../outbound/index.ts';
import { unavailable } from '../connector.ts';
import type { Answer } from './answer.ts';
import { compact, type ProviderState, personHash } from './begin.ts';
import { readSignature } from './completion-signature.ts';

/** Between two servers of pasby's, in s: `signedAt` may lie this much outside of the request's life. */
const SIGNED_TOLERANCE_S = 5;

/** What pasby says has become of a request. It has no word for it: this is read off a few fields. */
export type State =
  | { readonly type: 'waiting' }
  | { readonly type: 'retrieved' | 'declined' | 'expired' }
  | { readonly type: 'confirmed'; readonly completed: Completed }
  /** Asking again may help. `detail` is our own words. */
  | Extract<Answer, { readonly type: 'broken' }>;

export interface Completed {
  /** The person's national number, without spaces: what it is written like must not make another person of them. */
  readonly requestee: string;
  /** `{ group: { name: ciphertext } }`; whatever else came in it. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Unix seconds, inside the request's life; null when pasby does not say, or says a time outside of it. */
  readonly signed_at: number | null;
}

/** Whether one of the claims that were asked for opens with the app's key. */
export type Opens = (claims: Readonly<Record<string, unknown>>, providerState: ProviderState) => boolean;

/** The ping's `data.request`, which the stream sends too. */
const model = z.object({
  reference: z.string().max(128),
  requester: z.string().max(128).nullish(),
  requestee: z.string().max(128).nullish(),
  mode: z.string().max(64).nullish(),
  cancelled: z.boolean().nullish(),
  onsession: z.boolean().nullish(),
  claims: z.record(z.string(), z.unknown()).nullish(),
  signature: z.string().nullish(),
  signedAt: z.number().nullish(),
});

/** @throws ConnectorError `connector_unavailable` where the answer is about something else, or the app is not let in */
export function stateOf(answer: Answer, providerState: ProviderState, opens: Opens): State {
  switch (answer.type) {
    case 'data':
      return stateOfModel(answer.data['request'] ?? answer.data, providerState, opens);
    case 'expired':
    case 'unknown_request':
      return { type: 'expired' };
    case 'cancelled':
      return { type: 'declined' };
    case 'broken':
      return answer;
    case 'not_allowed':
      throw unavailable(`pasby: status: not allowed (${answer.detail})`);
    case 'invalid':
    case 'no_such_person':
      return { type: 'broken', detail: `pasby: status: answered ${answer.type}` };
  }
}

/**
 * `value`: what an event carried, the ping's whole envelope or its request alone.
 *
 * pasby has no word for "completed". It counts only with a person, a signature that names this
 * request and that person, and a time inside the request's life or a claim that was encrypted for
 * us. Anything that looks like a completion and is none is a broken answer, never a person.
 */
export function stateOfModel(value: unknown, providerState: ProviderState, opens: Opens): State {
  const read = model.safeParse(value);
  if (!read.success) return { type: 'broken', detail: 'pasby: status: not the model of a request' };
  const { data } = read;
  if (data.reference !== providerState.request) throw unavailable('pasby: status: of another request');
  if (providerState.consumer !== null && (data.requester ?? providerState.consumer) !== providerState.consumer)
    throw unavailable('pasby: status: of another organisation');
  if ((data.mode ?? 'identification') !== 'identification') throw unavailable('pasby: status: of another mode');
  if (data.cancelled === true) return { type: 'declined' };
  const claims = data.claims ?? {};
  const signature = readSignature(data.signature, providerState);
  if (signature.type === 'none' && !hasLeaf(claims)) return { type: data.onsession === true ? 'retrieved' : 'waiting' };
  const requestee = compact(data.requestee ?? '');
  if (requestee === '') return brokenCompletion('nobody');
  if (providerState.person !== null && personHash(providerState.request, requestee) !== providerState.person)
    throw unavailable('pasby: status: completed by another person than was asked');
  if (signature.type === 'none') return brokenCompletion('no signature');
  if (signature.type === 'foreign' || signature.requestee !== requestee)
    return brokenCompletion('a signature that does not name this request and this person');
  const signed_at = isInLife(data.signedAt, providerState) ? data.signedAt : null;
  if (signed_at === null && !opens(claims, providerState))
    return brokenCompletion('neither a time inside the request nor a claim that opens');
  return { type: 'confirmed', completed: { requestee, claims, signed_at } };
}

function brokenCompletion(by: string): State {
  return { type: 'broken', detail: `pasby: status: completed by ${by}` };
}

function isInLife(signedAt: number | null | undefined, { life }: ProviderState): signedAt is number {
  return (
    typeof signedAt === 'number' &&
    Number.isSafeInteger(signedAt) &&
    signedAt >= life.iat - SIGNED_TOLERANCE_S &&
    signedAt <= life.exp + SIGNED_TOLERANCE_S
  );
}

function hasLeaf(claims: Readonly<Record<string, unknown>>): boolean {
  return Object.values(claims).some(
    (group) => (typeof group === 'string' && group !== '') || (isJsonObject(group) && hasLeaf(group)),
  );
}
