import type { Client } from '../session/index.ts';
import type { Grant } from './kinds.ts';
import { OAuthError } from './oauth-error.ts';

/** One or more tokens, single spaces between them (RFC 6749 §3.3); any number of spaces is forgiven. */
const SYNTAX = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

export function isScope(text: string): boolean {
  return SYNTAX.test(text);
}

/** The tokens of a scope, each once; `offline` is another name of `offline_access`. */
export function scopeTokens(text: string): readonly string[] {
  const tokens = text.split(' ').filter((token) => token !== '');
  return [...new Set(tokens.map((token) => (token === 'offline' ? 'offline_access' : token)))];
}

/**
 * What may be granted of what was asked for, in the order of asking. A scope that is unknown, or not
 * the client's, is ignored (OpenID Connect Core §3.1.2.1); the token response says what was granted.
 */
export function grantable(asked: readonly string[], client: Client): readonly string[] {
  return asked.filter((token) => client.scope.includes(token));
}

/**
 * The scope of a refreshed access token (RFC 6749 §6): all that was granted, or as much of it as is asked for now. What
 * the first request asked for in vain may be repeated, and is left out again. So is what the client may ask for no more.
 * @param text null where the refresh names none
 * @throws OAuthError `invalid_scope` for what was never asked for
 */
export function narrowed(text: string | null, { scope, asked }: Grant, client: Client): readonly string[] {
  const holds = scope.filter((token) => client.scope.includes(token));
  if (text === null) return holds;
  const wanted = isScope(text) ? scopeTokens(text) : [];
  const kept = holds.filter((token) => wanted.includes(token));
  if (kept.length === 0 || wanted.some((token) => !scope.includes(token) && !asked.includes(token))) {
    throw new OAuthError('invalid_scope', 'scope: must be of what the sign-in was granted');
  }
  return kept;
}
