import type { UpstreamTokens } from '../connectors/connector.ts';

/** Most characters of one token. */
const TOKEN_LIMIT = 16_384;
/** Most characters of a scope. */
const SCOPE_LIMIT = 4_096;

/**
 * Tokens as a connector answered them, held against the contract: it may be another package's, and no compiler may have
 * seen it. Null where there are none, or none that can be used; an end or a scope that is none is not known.
 */
export function soundTokens(tokens: unknown): UpstreamTokens | null {
  if (typeof tokens !== 'object' || tokens === null) return null;
  const { access_token, refresh_token, expires_at, scope, id_token }: { [name in keyof UpstreamTokens]?: unknown } =
    tokens;
  if (!isToken(access_token)) return null;
  return {
    access_token,
    token_type: 'Bearer',
    refresh_token: isToken(refresh_token) ? refresh_token : null,
    expires_at: typeof expires_at === 'number' && Number.isFinite(expires_at) ? Math.floor(expires_at) : null,
    scope: isScope(scope) ? scope : null,
    id_token: isToken(id_token) ? id_token : null,
  };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TOKEN_LIMIT && /^[\x21-\x7e]+$/.test(value);
}

function isScope(value: unknown): value is string {
  return typeof value === 'string' && value.length <= SCOPE_LIMIT && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value);
}
