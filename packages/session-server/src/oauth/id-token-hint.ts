import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { Keys } from '../keys/index.ts';

/** What an id_token of ours says of its sign-in. */
export interface IdTokenHint {
  readonly client_id: string;
  readonly sub: string;
  /** The grant's id. */
  readonly sid: string;
}

/** The longest hint that is looked at, in characters. */
const HINT_LIMIT = 16_384;

export interface HintDependencies {
  /** No trailing slash. */
  readonly issuer: string;
  readonly keys: Pick<Keys, 'jwks'>;
}

/**
 * Reads an id_token that we issued, also one that is over, and whose key is not published any more (OpenID Connect Core
 * §3.1.2.1, RP-Initiated Logout 1.0 §2). Null for anything else: another issuer's, or no id_token.
 */
export async function readIdTokenHint({ issuer, keys }: HintDependencies, text: string): Promise<IdTokenHint | null> {
  if (text.length > HINT_LIMIT) return null;
  const keySet = createLocalJWKSet((await keys.jwks('known')) as JSONWebKeySet);
  let claims: unknown;
  try {
    const { payload, protectedHeader } = await compactVerify(text, keySet);
    // A logout token is signed by the same keys.
    if (protectedHeader.typ !== undefined && protectedHeader.typ !== 'JWT') return null;
    claims = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
  if (typeof claims !== 'object' || claims === null) return null;
  const { iss, aud, sub, sid } = claims as Readonly<Record<string, unknown>>;
  const isOurs = iss === issuer && typeof aud === 'string' && typeof sub === 'string' && typeof sid === 'string';
  return isOurs ? { client_id: aud, sub, sid } : null;
}
