import type { Client } from '../session/index.ts';

/** One or more tokens, single spaces between them (RFC 6749 §3.3); any number of spaces is forgiven. */
const SYNTAX = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Asks for a refresh token. There is no grant for those here, so it is ignored like an unknown scope. */
const NOT_GRANTED = 'offline_access';

export function isScope(text: string): boolean {
  return SYNTAX.test(text);
}

/**
 * What may be granted of what was asked for, in the order of asking. A scope that is unknown, or not
 * the client's, is ignored (OpenID Connect Core §3.1.2.1); the token response says what was granted.
 */
export function grantable(text: string, client: Client): readonly string[] {
  const asked = text.split(' ').map((token) => (token === 'offline' ? 'offline_access' : token));
  return [...new Set(asked)].filter((token) => client.scope.includes(token) && token !== NOT_GRANTED);
}
