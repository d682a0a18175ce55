import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { NetworkReason } from '../../outbound/index.ts';
import { isSecureAddress } from '../../outbound/secure-address.ts';
import {
  ConnectorError,
  isConnectorError,
  type ConnectorContext,
  type UpstreamStart,
  type UpstreamStarted,
  unavailable,
} from '../connector.ts';
import type { Allowance } from './allowance.ts';
import type { Answer } from './answer.ts';
import type { PasbyApi } from './api.ts';
import { CALLS } from './calls.ts';
import { claimsToAsk } from './catalogue.ts';
import type { PasbyPaths, ResolvedPasbyOptions } from './options.ts';
import { assertAgrees, type Asked, assertStampAgrees } from './request-stamp.ts';

/** Each QR code is shown this long, in ms: pasby's own sample code (`code.display.dart`). */
const INTERVAL_MS = 1200;
/** pasby's own clock and ours may differ by this much, in s. */
const CLOCK_TOLERANCE_S = 300;
/** No request of pasby's lives longer, in s; one that it stamped lived 360. */
const LONGEST_LIFE_S = 3600;
/** What people read in the app is at most this long, in characters. */
const PAYLOAD_LENGTH = 200;

/** What rests with our session, sealed. */
export const keptSchema: z.ZodType<ProviderState> = z
  .object({
    request: z.string(),
    consumer: z.string().nullable(),
    claims: z.array(z.string()),
    stamp: z.string(),
    person: z.string().nullable(),
    expires_at: z.number(),
    // A request that release 0.1 began does not say: it may have lived for as long as one may.
    life: z.object({ iat: z.number(), exp: z.number() }).optional(),
  })
  .transform(({ life, ...providerState }) => ({
    ...providerState,
    life: life ?? longestLife(providerState.expires_at),
  }));
export interface ProviderState {
  readonly request: string;
  readonly consumer: string | null;
  readonly claims: readonly string[];
  /** SHA-256 of the stamp on our request: the same text later is no completion. */
  readonly stamp: string;
  /** SHA-256 of request and NIN in mode `direct`: only that person may answer. */
  readonly person: string | null;
  /** Ms since the epoch, by our clock. */
  readonly expires_at: number;
  /** Unix seconds, by pasby's clock. */
  readonly life: { readonly iat: number; readonly exp: number };
}

function longestLife(expires_at: number): ProviderState['life'] {
  const exp = Math.ceil(expires_at / 1000) + CLOCK_TOLERANCE_S;
  return { iat: exp - LONGEST_LIFE_S - 2 * CLOCK_TOLERANCE_S, exp };
}

const printable = z.string().regex(/^[\x21-\x7e]{1,512}$/);
const begunSchema = z.object({
  request: z.object({
    id: z.string().regex(/^[\x21-\x7e]{1,128}$/),
    consumer: z.string().max(128).nullish(),
    app: z.string().max(128).nullish(),
    mode: z.string().max(64).nullish(),
    action: z.string().max(64).nullish(),
    user: z.string().max(128).nullish(),
    acquireClaims: z.array(z.string().max(128)).max(128).nullish(),
    iat: z.number().nullish(),
    exp: z.number().nullish(),
    signature: z.string().min(1).max(16_384),
  }),
  link: z.string().max(2048).nullish(),
  seeds: z.array(printable).max(10).nullish(),
});

const ACTION_TEXTS = {
  login: 'Sign in to {client}',
  signup: 'Create an account at {client}',
  link: 'Link your account at {client}',
} as const;
const PATHS = { qr: 'wildcard', same_device: 'sameDevice', direct: 'differentDevice' } as const;

/** Begins a request at pasby. @throws ConnectorError `identifier_refused`, `rate_limited`, `connector_unavailable` */
export async function begin(
  start: UpstreamStart,
  options: ResolvedPasbyOptions,
  {
    api,
    allowance,
    now,
  }: { readonly api: PasbyApi; readonly allowance: Allowance; readonly now: ConnectorContext['now'] },
): Promise<UpstreamStarted> {
  const user = start.mode === 'direct' ? identifierOf(start.identifier) : null;
  const asked: Asked = {
    action: actionOf(start),
    // A mapping of the operator's makes each claim of what it likes.
    claims: claimsToAsk(
      options.claims,
      start.request.scope,
      options.id,
      options.mapClaims === undefined ? start.request.claims : null,
    ),
    payload: payloadOf(start, options),
    user,
    app: options.app ?? null,
    organisation: options.organisation ?? null,
  };
  const body = {
    action: asked.action,
    claims: asked.claims,
    payload: asked.payload,
    ...(start.mode === 'qr' ? { seeds: options.seeds } : {}),
    ...(user === null ? {} : { user }),
  };
  const bearer = start.mode === 'direct' && options.version === 'v1';
  await allowance.begin(bearer ? 2 : 1, start.requester);
  const begun_at = now();
  const token = bearer ? await bearerFor(api) : null;
  const answer = await api.start(PATHS[start.mode], body, token);
  const { started, providerState } = begunBy(() => startedBy(answer, start, asked, { begun_at, now: now() }), answer);
  allowance.prepay(providerState.request, begun_at);
  return started;
}

/** Where pasby has begun, or may have, whatever fails then says so: a push may be on a person's phone. */
function begunBy<T>(read: () => T, answer: Answer): T {
  try {
    return read();
  } catch (cause) {
    const begun = answer.type === 'data' || (answer.type === 'broken' && answer.unanswered === true);
    if (!begun || !isConnectorError(cause)) throw cause;
    const { code, message, detail, retry_after_s } = cause;
    throw new ConnectorError(code, message, detail, retry_after_s, true);
  }
}

/** What began, once it agrees with what was asked. @throws ConnectorError */
function startedBy(
  answer: Answer,
  start: UpstreamStart,
  asked: Asked,
  { begun_at, now }: { readonly begun_at: number; readonly now: number },
): { readonly started: UpstreamStarted; readonly providerState: ProviderState } {
  const { user } = asked;
  const { request, link, seeds } = dataOf(answer, start);
  assertAgrees(request, asked);
  const stamp = assertStampAgrees(request.signature, request, asked);
  const life_s = lifeOf(stamp, now);
  // From when it was asked for: pasby's request is not younger than that.
  const expires_at = begun_at + life_s * 1000;
  const providerState: ProviderState = {
    request: request.id,
    consumer: request.consumer ?? null,
    claims: asked.claims,
    stamp: sha256(request.signature),
    person: user === null ? null : personHash(request.id, user),
    expires_at,
    life: { iat: stamp.iat, exp: stamp.exp },
  };
  const started = {
    qr: start.mode === 'qr' ? { texts: seedsOf(seeds), interval_ms: INTERVAL_MS } : null,
    link: start.mode === 'same_device' ? linkOf(link, request.id) : null,
    expires_at,
    providerState,
  };
  return { started, providerState };
}

/** A number however it is spaced and cased. */
export function compact(nin: string): string {
  return nin.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
}

export function personHash(request: string, nin: string): string {
  return sha256(JSON.stringify([request, compact(nin)]));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function actionOf({ request }: UpstreamStart): Asked['action'] {
  if (request.prompt.includes('create')) return 'signup';
  return request.linking ? 'link' : 'login';
}

/**
 * What the person reads in the app: which website, and what for, in every sign-in. An operator's own
 * words come in addition, unless they say the same.
 */
function payloadOf(start: UpstreamStart, { payload }: ResolvedPasbyOptions): string {
  const client = start.request.client_name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ').trim();
  const named = (words: string): string => words.replaceAll('{client}', () => client);
  const purpose = named(ACTION_TEXTS[actionOf(start)]);
  const own = payload === undefined ? purpose : named(payload);
  const compared = start.words === null ? '' : `. Confirm only if your screen shows: ${start.words}`;
  // The words are never what is cut off.
  return shortened(own.includes(purpose) ? own : `${purpose}. ${own}`, PAYLOAD_LENGTH - compared.length) + compared;
}

function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  // Half of a character may be left at the end.
  return `${text
    .slice(0, length - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}

/** pasby's own rule is at least 11 characters; Nigeria's number has 11 digits. Asks no server. */
function identifierOf(typed: string | null): string {
  const number = (typed ?? '').replaceAll(/[\s.-]/g, '');
  if (/^[A-Za-z0-9/]{11,32}$/.test(number)) return number;
  throw new ConnectorError(
    'identifier_refused',
    'This is no national identification number: it has at least 11 digits or letters',
    'pasby: the identifier has not the form of a national identification number',
  );
}

async function bearerFor(api: PasbyApi): Promise<string> {
  const { answer, token } = await api.authorize();
  if (token !== null && answer.type === 'data') return token;
  throw unavailable(
    answer.type === 'data' ? `pasby: ${CALLS.authorize}: answered without a token` : describe(answer, 'authorize'),
    reasonOf(answer),
  );
}

function dataOf(answer: Answer, { mode }: UpstreamStart): z.infer<typeof begunSchema> {
  if (answer.type === 'no_such_person')
    throw new ConnectorError(
      'identifier_refused',
      'No person with this number has a pasby. Check the number, or get pasby first',
      'pasby: this national has no pasby digital ID',
    );
  if (answer.type === 'invalid' && mode === 'direct' && answer.fields.includes('user'))
    throw new ConnectorError(
      'identifier_refused',
      'pasby does not take this number. Check it and try again',
      `pasby: ${CALLS.differentDevice}: refused the field user`,
    );
  if (answer.type === 'not_allowed' && mode === 'direct')
    throw new ConnectorError(
      'connector_unavailable',
      'Signing in with a number is not available here: use the QR code or the link',
      `pasby: ${CALLS.differentDevice}: ${answer.detail}: has the app the restricted scope identification:another?`,
    );
  if (answer.type !== 'data') throw unavailable(describe(answer, PATHS[mode]), reasonOf(answer));
  const data = begunSchema.safeParse(answer.data);
  if (data.success) return data.data;
  const fields = data.error.issues.map(({ path }) => path.filter((part) => typeof part === 'string').join('.'));
  throw unavailable(`pasby: ${CALLS[PATHS[mode]]}: answered without a usable ${[...new Set(fields)].join(', ')}`);
}

/** Why the call failed, where it did. */
export function reasonOf(answer: Answer): NetworkReason | null {
  return answer.type === 'broken' ? (answer.reason ?? null) : null;
}

/** For the operator's log. */
export function describe(answer: Exclude<Answer, { type: 'data' }>, name: keyof PasbyPaths): string {
  const call = CALLS[name];
  switch (answer.type) {
    case 'broken':
      return answer.detail;
    case 'not_allowed':
      return `pasby: ${call}: not allowed (${answer.detail}): are apiKey, appSecret and the app's scopes right?`;
    case 'invalid':
      return `pasby: ${call}: refused the fields ${answer.fields.join(', ') || '(not said which)'}`;
    case 'no_such_person':
    case 'expired':
    case 'cancelled':
    case 'unknown_request':
      return `pasby: ${call}: answered ${answer.type}`;
  }
}

/** How long the request lives, in s: what counts is the difference, so that clocks may differ a little. */
function lifeOf({ iat, exp }: { readonly iat: number; readonly exp: number }, now: number): number {
  if (Math.abs(iat - now / 1000) > CLOCK_TOLERANCE_S)
    throw unavailable(`pasby: the request's iat is more than ${CLOCK_TOLERANCE_S} s from our clock`);
  if (exp > iat && exp - iat <= LONGEST_LIFE_S) return exp - iat;
  throw unavailable(`pasby: the request's exp is not 1 to ${LONGEST_LIFE_S} s after its iat`);
}

function seedsOf(seeds: readonly string[] | null | undefined): readonly string[] {
  if (seeds !== null && seeds !== undefined && seeds.length > 0) return [...new Set(seeds)];
  throw unavailable(`pasby: ${CALLS.wildcard}: answered without seeds`);
}

function linkOf(link: string | null | undefined, request: string): string {
  const url = URL.parse(link ?? '');
  if (!isSecureAddress(url)) throw unavailable(`pasby: ${CALLS.sameDevice}: answered without a usable link`);
  const id = url.searchParams.get('id');
  if (id !== null && id !== request) throw unavailable('pasby: the link is for another request');
  return url.href;
}
