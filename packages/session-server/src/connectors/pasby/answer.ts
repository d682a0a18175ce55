import { z } from 'zod';
import { type NetworkReason, parseJson } from '../../outbound/index.ts';

/** What pasby's answer to a call comes to. */
export type Answer =
  | { readonly type: 'data'; readonly data: Readonly<Record<string, unknown>> }
  | Refusal
  /** No answer that its API has: an outage, a page of HTML, JSON of another shape. `detail` is our own words. */
  | {
      readonly type: 'broken';
      readonly detail: string;
      /** There was no answer, though pasby may have read the call. */
      readonly unanswered?: true;
      /** Missing: the answer came, and says something else. */
      readonly reason?: NetworkReason | null;
    };

export type Refusal =
  | { readonly type: 'no_such_person' }
  | { readonly type: 'expired' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'unknown_request' }
  /** The credentials or the scopes of the app: nothing that waiting mends. */
  | { readonly type: 'not_allowed'; readonly detail: string }
  /** `fields`: which of ours it does not like. */
  | { readonly type: 'invalid'; readonly fields: readonly string[] };

const envelope = z.object({
  status: z.string().max(64).optional(),
  type: z.string().max(64).optional(),
  reason: z.string().max(2000).optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
});
/** A validation error of Zod's, as pasby passes it on. */
const issues = z
  .array(z.object({ path: z.array(z.union([z.string(), z.number()])).default([]) }))
  .min(1)
  .max(100);

/** The names that a detail may repeat, because they are ours or the API's; anything else from upstream is not told. */
const OUR_FIELDS: ReadonlySet<string> = new Set([
  'action',
  'claims',
  'payload',
  'seeds',
  'user',
  'request',
  'sub',
  'app',
]);
const STATUSES = ['handled', 'mismatch', 'token-mismatch', 'unauthorized', 'expiration', 'failed', 'extreme'];
const TYPES = [
  'api_error',
  'param_error',
  'db_error',
  'external_service_error',
  'session_cancel',
  'unknown_error',
  'authorization_error',
  'session_expiry',
  'session_required',
  'invalid_request',
];

/**
 * Reads any answer but 429: data, the error envelope of either kind, the array of a failed
 * validation, or one of the sentences that pasby answers as plain text.
 */
export function readAnswer(status: number, text: string): Answer {
  const value = parseJson(text);
  const invalid = issues.safeParse(value);
  if (invalid.success) {
    const fields = invalid.data.map(({ path: [first] }) => String(first));
    return { type: 'invalid', fields: [...new Set(fields.filter((field) => OUR_FIELDS.has(field)))] };
  }
  const object = envelope.safeParse(value);
  if (!object.success) return plain(status, text);
  const { data } = object.data;
  const failed = status < 200 || status > 299 || STATUSES.includes(object.data.status ?? '');
  if (!failed && data !== null && data !== undefined) return { type: 'data', data };
  return refusal(status, object.data);
}

/** Nothing but its words tells some of pasby's failures apart, so those are matched, loosely. */
function refusal(status: number, { status: word = '', type = '', reason = '' }: z.infer<typeof envelope>): Answer {
  if (/does not have (a )?pasby/i.test(reason)) return { type: 'no_such_person' };
  if (type === 'session_expiry' || word === 'expiration') return { type: 'expired' };
  if (type === 'session_cancel') return { type: 'cancelled' };
  if (/such id does not exist/i.test(reason)) return { type: 'unknown_request' };
  const detail = `${status}${known(word, STATUSES)}${known(type, TYPES)}`;
  if (type === 'authorization_error' || ['unauthorized', 'mismatch', 'token-mismatch'].includes(word))
    return { type: 'not_allowed', detail };
  if (status === 401 || status === 403) return { type: 'not_allowed', detail };
  if (status === 428) return { type: 'invalid', fields: ['claims'] };
  if (type === 'param_error' || type === 'invalid_request') return { type: 'invalid', fields: [] };
  return { type: 'broken', detail, reason: status >= 400 ? 'http_status' : null };
}

function plain(status: number, text: string): Answer {
  const sentence = text.length <= 200 ? text : '';
  if (/api key/i.test(sentence)) return { type: 'not_allowed', detail: `${status}, the api key is missing or wrong` };
  if (/app secret/i.test(sentence))
    return { type: 'not_allowed', detail: `${status}, the app secret is missing or wrong` };
  if (status === 401 || status === 403) return { type: 'not_allowed', detail: String(status) };
  const reason = status >= 400 ? 'http_status' : 'not_json';
  return { type: 'broken', detail: `${status} with a body that is not its API's`, reason };
}

function known(word: string, words: readonly string[]): string {
  return words.includes(word) ? ` ${word}` : '';
}
