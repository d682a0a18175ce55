import { z } from 'zod';
import type { JsonAnswer, OutboundContext, Repeat } from '../../outbound/index.ts';
import { ConnectorError, type UpstreamTokens, unavailable } from '../connector.ts';
import { callProvider } from './call-provider.ts';
import { authenticatedForm, type ClientAuthentication } from './client-authentication.ts';

/** A provider's endpoint that wants our credentials: token, revocation, pushed authorization requests. */
export interface ClientEndpoint {
  readonly url: string;
  readonly client: ClientAuthentication;
  /** The provider's name, for the operator's log. */
  readonly provider: string;
}

export interface TokenAnswer extends UpstreamTokens {
  /** What was granted; null when it is what was asked for (RFC 6749 §5.1). */
  readonly scope: string | null;
}

/** No token is longer than this, in characters. */
const TOKEN_LIMIT = 16_384;
const token = z
  .string()
  .max(TOKEN_LIMIT)
  .regex(/^[\x21-\x7e]+$/);
/** RFC 6749 §5.1. A time that is none is as good as none; a token that is none is not. */
const answerSchema = z.object({
  access_token: token,
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().max(1e9).nullable().catch(null).default(null),
  refresh_token: token.nullish(),
  id_token: token.nullish(),
  scope: z.string().max(4096).nullable().catch(null).default(null),
});

/**
 * Redeems an authorization code. A code is good once, so the request is repeated only where the
 * provider surely never got it, or turned it away with 429.
 * @throws ConnectorError `callback_refused` for a code that is not good (any more); `rate_limited`;
 *   `connector_unavailable` for anything else
 */
export function redeemCode(
  context: OutboundContext,
  endpoint: ClientEndpoint,
  grant: { readonly code: string; readonly redirect_uri: string; readonly code_verifier: string | null },
): Promise<TokenAnswer> {
  return requestTokens(context, endpoint, { grant_type: 'authorization_code', ...grant }, 'unsent', () => {
    const detail = `${endpoint.provider}: token refused the code: too old, used before, or for another redirect URI or verifier`;
    return new ConnectorError('callback_refused', 'the sign-in took too long or was used before', detail);
  });
}

/**
 * Renews tokens, once. A provider that sends no new refresh token keeps the old one good (RFC 6749 §6).
 * @throws ConnectorError `token_refused` for a refresh token that is not good (any more) or missing;
 *   `rate_limited`; `connector_unavailable` for anything else
 */
export async function refreshTokens(
  context: OutboundContext,
  endpoint: ClientEndpoint,
  { refresh_token, id_token }: UpstreamTokens,
): Promise<TokenAnswer> {
  const refused = (): ConnectorError =>
    new ConnectorError(
      'token_refused',
      'the identity provider does not renew this sign-in any more',
      `${endpoint.provider}: token refused the refresh token`,
    );
  if (refresh_token === null) throw refused();
  const renewed = await requestTokens(
    context,
    endpoint,
    { grant_type: 'refresh_token', refresh_token },
    'never',
    refused,
  );
  return {
    ...renewed,
    refresh_token: renewed.refresh_token ?? refresh_token,
    id_token: renewed.id_token ?? id_token,
  };
}

/**
 * Revokes one token (RFC 7009). One that the provider does not know is as good as revoked, which it says with 200.
 * @throws ConnectorError `rate_limited`, `connector_unavailable`
 */
export async function revokeToken(
  context: OutboundContext,
  endpoint: ClientEndpoint,
  revoked: { readonly token: string; readonly token_type_hint: 'access_token' | 'refresh_token' },
): Promise<void> {
  const what = `${endpoint.provider}: revocation`;
  const form = authenticatedForm(endpoint.client, { ...revoked });
  const answer = await callProvider(context, what, endpoint.url, { method: 'POST', ...form });
  // RFC 7009 §2.2.1: it cannot revoke this kind, which then runs out by itself.
  if (answer.body?.['error'] === 'unsupported_token_type' && revoked.token_type_hint === 'access_token') return;
  if (answer.status < 200 || answer.status > 299) throw unavailable(refusalOf(what, answer));
}

async function requestTokens(
  context: OutboundContext,
  endpoint: ClientEndpoint,
  grant: Readonly<Record<string, string | null>>,
  repeat: Repeat,
  invalidGrant: () => ConnectorError,
): Promise<TokenAnswer> {
  const what = `${endpoint.provider}: token`;
  const form = authenticatedForm(endpoint.client, grant);
  const answer = await callProvider(context, what, endpoint.url, { method: 'POST', ...form, repeat });
  if (answer.body?.['error'] === 'invalid_grant') throw invalidGrant();
  if (answer.status !== 200) throw unavailable(refusalOf(what, answer));
  const parsed = answerSchema.safeParse(answer.body);
  if (!parsed.success)
    throw unavailable(`${what} answered what it should not: ${parsed.error.issues.map(fieldOf).join(', ')}`);
  const { access_token, expires_in, refresh_token, id_token, scope } = parsed.data;
  return {
    access_token,
    refresh_token: refresh_token ?? null,
    id_token: id_token ?? null,
    expires_at: expires_in === null ? null : context.now() + expires_in * 1000,
    scope,
  };
}

function fieldOf({ path }: z.core.$ZodIssue): string {
  return path.join('.') || 'no JSON object';
}

/** The codes of RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 9101 §10.2 and RFC 9126 §2.3: safe to log, since they are ours to compare with. */
const KNOWN_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'unsupported_token_type',
  'invalid_request_object',
  'invalid_request_uri',
  'invalid_token',
  'insufficient_scope',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
];

/** What to look at where an error is the operator's to mend. */
const HINTS: Readonly<Record<string, string>> = {
  invalid_client: ': see client_id and client_secret',
  unauthorized_client: ': the provider has not approved this client',
  access_denied: ': the provider has not approved the app for this',
  insufficient_scope: ': the provider has not approved the app for a scope',
};

/** What an endpoint's refusal says to the operator: its status, and its error where it is a registered one. */
export function refusalOf(what: string, { status, body }: JsonAnswer): string {
  const error = KNOWN_ERRORS.find((known) => known === body?.['error']);
  const why = error === undefined ? '' : ` (${error}${HINTS[error] ?? ''})`;
  // A provider's own reference, to name when its support is asked.
  const reference = body?.['request_id'];
  const named =
    typeof reference === 'string' && /^req_\w{1,32}$/.test(reference) ? `, its request_id ${reference}` : '';
  return `${what} answered ${status}${why}${named}`;
}
