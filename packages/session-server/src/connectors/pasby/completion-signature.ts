import { isJsonObject } from '../../outbound/index.ts';
import { compact, type ProviderState, sha256 } from './begin.ts';
import { isStamp, payloadOf } from './request-stamp.ts';

/** What the `signature` of a status says. */
export type CompletionSignature =
  /** There is none, or the stamp of our own request is repeated. */
  | { readonly type: 'none' }
  /** It names our request and, as `requestee`, a person: their number without spaces. */
  | { readonly type: 'completion'; readonly requestee: string }
  /** Anything else: no JWT, another request's stamp, a signature about another request. */
  | { readonly type: 'foreign' };

/**
 * Reads the JWT on a completed request. It is an HMAC under a secret of pasby's, so its content is
 * all that there is to check: it must be about this request and name a person.
 */
export function readSignature(text: string | null | undefined, providerState: ProviderState): CompletionSignature {
  if (typeof text !== 'string' || text.trim() === '' || sha256(text) === providerState.stamp) return { type: 'none' };
  const content = payloadOf(text);
  if (content === null) return { type: 'foreign' };
  // The stamp that pasby made anew for the same request is no completion either.
  if (isStamp(content)) return content['id'] === providerState.request ? { type: 'none' } : { type: 'foreign' };
  const inner = content['request'];
  const named = isJsonObject(inner) ? inner : content;
  const { reference, requestee } = named;
  if (reference !== providerState.request || typeof requestee !== 'string') return { type: 'foreign' };
  const person = compact(requestee);
  return person === '' ? { type: 'foreign' } : { type: 'completion', requestee: person };
}
