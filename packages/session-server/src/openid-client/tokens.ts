import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { ConnectorError, isConnectorError, unavailable, type UpstreamTokens } from '../connectors/connector.ts';
import type { JsonAnswer, OutboundContext, Repeat } from '../outbound/index.ts';
import { libraryAuthentication, libraryCall, libraryClient, type OpenIdClient } from './client.ts';
import { readAs, refused } from './failures.ts';
import { assertIdToken, type IdToken } from './id-token.ts';

export interface CodeGrant {
  readonly code: string;
  /** As the callback said it (RFC 9207). Null: it did not, which a provider that always does is refused for. */
  readonly iss: string | null;
  readonly redirect_uri: string;
  /** RFC 7636; null when no challenge was sent. */
  readonly code_verifier: string | null;
  readonly nonce: string;
}

/** No token is longer than this, in characters. */
const TOKEN_LIMIT = 16_384;
/** The longest scope that is kept, in characters. */
const SCOPE_LIMIT = 4_096;
/** No token lives longer than this, in s. */
const LIFETIME_LIMIT_S = 1e9;

/**
 * Redeems an authorization code, and verifies the id_token that is owed for it (OpenID Connect Core §3.1.3). A
 * code is good once, so the request is repeated only where the provider surely never got it, or turned it
 * away with 429.
 * @throws ConnectorError `callback_refused` for a code that is not good (any more) and for an id_token that must
 *   not be believed; `rate_limited`; `connector_unavailable` for anything else
 */
export async function redeemCode(
  context: OutboundContext,
  openIdClient: OpenIdClient,
  { code, iss, redirect_uri, code_verifier, nonce }: CodeGrant,
): Promise<{ readonly tokens: UpstreamTokens; readonly idToken: IdToken }> {
  const { name, server, authentication } = openIdClient;
  const client = libraryClient(context, authentication.client_id);
  const call = tokenCall(context, name, 'unsent', () => {
    const detail = `${name}: token refused the code: too old, used before, or for another redirect URI or verifier`;
    return new ConnectorError('callback_refused', 'the sign-in took too long or was used before', detail);
  });
  const callback = await readAs(refused(`${name}: iss is missing`), () => {
    const said = new URLSearchParams({ code, ...(iss !== null && { iss }) });
    return oauth.validateAuthResponse(server, client, said, oauth.skipStateCheck);
  });
  const prove = libraryAuthentication(authentication);
  const verifier = code_verifier ?? oauth.nopkce;
  const answer = await readAs(tokenFailure(name), async () => {
    const sent = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      prove,
      callback,
      redirect_uri,
      verifier,
      call,
    );
    return oauth.processAuthorizationCodeResponse(server, client, sent, { expectedNonce: nonce });
  });
  const tokens = tokensOf(context, name, answer);
  const idToken = await verified(openIdClient, answer, context.now());
  if (idToken === null) throw refused(`${name}: id_token: is missing`);
  return { tokens, idToken };
}

/**
 * Renews tokens, once. A provider that sends no new refresh token keeps the old one good (RFC 6749 §6). A new
 * id_token is about the same person (OpenID Connect Core §12.2).
 * @throws ConnectorError `token_refused` for a refresh token that is not good (any more) or missing, and for an
 *   id_token that must not be believed; `rate_limited`; `connector_unavailable` for anything else
 */
export async function refreshTokens(
  context: OutboundContext,
  openIdClient: OpenIdClient,
  before: UpstreamTokens,
): Promise<UpstreamTokens> {
  const { name, server, authentication } = openIdClient;
  const refusal = (detail: string): ConnectorError =>
    new ConnectorError('token_refused', 'the identity provider does not renew this sign-in any more', detail);
  const { refresh_token } = before;
  if (refresh_token === null) throw refusal(`${name}: there is no refresh token`);
  const client = libraryClient(context, authentication.client_id);
  const call = tokenCall(context, name, 'never', () => refusal(`${name}: token refused the refresh token`), before);
  const prove = libraryAuthentication(authentication);
  try {
    const answer = await readAs(tokenFailure(name), async () => {
      const sent = await oauth.refreshTokenGrantRequest(server, client, prove, refresh_token, call);
      return oauth.processRefreshTokenResponse(server, client, sent);
    });
    const renewed = tokensOf(context, name, answer);
    const idToken = await verified(openIdClient, answer, context.now());
    if (idToken !== null && before.id_token !== null && decodeJwt(before.id_token).sub !== idToken.subject)
      throw refusal(`${name}: the renewed id_token is about another person`);
    return {
      ...renewed,
      refresh_token: renewed.refresh_token ?? refresh_token,
      // §5.1: left out where it is the same.
      scope: renewed.scope ?? before.scope,
      id_token: renewed.id_token ?? before.id_token,
    };
  } catch (cause) {
    throw isConnectorError(cause) && cause.code === 'callback_refused' ? refusal(cause.detail) : cause;
  }
}

/**
 * Revokes the tokens (RFC 7009), the refresh token first: it is the one that makes new tokens. One that the provider
 * does not know is as good as revoked, which it says with 200. A provider that revokes nothing lets them run out.
 * @throws ConnectorError `rate_limited`, `connector_unavailable`
 */
export async function revokeTokens(
  context: OutboundContext,
  { name, server, authentication }: OpenIdClient,
  { refresh_token, access_token }: UpstreamTokens,
): Promise<void> {
  if (server.revocation_endpoint === undefined) return;
  const client = libraryClient(context, authentication.client_id);
  const what = `${name}: revocation`;
  const revoke = (token: string, token_type_hint: 'refresh_token' | 'access_token'): Promise<void> =>
    readAs(unavailable(`${what} answered what it should not`), async () => {
      const call = libraryCall(context, { what, empty: true, accept: (answer) => isRevoked(answer, token_type_hint) });
      const options = { ...call, additionalParameters: { token_type_hint } };
      const sent = await oauth.revocationRequest(server, client, libraryAuthentication(authentication), token, options);
      return oauth.processRevocationResponse(sent);
    });
  if (refresh_token !== null) await revoke(refresh_token, 'refresh_token');
  await revoke(access_token, 'access_token');
}

function isRevoked({ status, body }: JsonAnswer, hint: 'refresh_token' | 'access_token'): boolean {
  // RFC 7009 §2.2.1: it cannot revoke this kind, which then runs out by itself.
  return (status >= 200 && status <= 299) || (hint === 'access_token' && body?.['error'] === 'unsupported_token_type');
}

function tokenCall(
  context: OutboundContext,
  name: string,
  repeat: Repeat,
  invalidGrant: () => ConnectorError,
  before: UpstreamTokens | null = null,
): ReturnType<typeof libraryCall> {
  return libraryCall(context, {
    what: `${name}: token`,
    repeat,
    accept: ({ status, body }) => {
      if (body?.['error'] === 'invalid_grant') throw invalidGrant();
      return status === 200;
    },
    tidy: (body) => {
      // A member that is null is none, and so is a lifetime that is none. A token that is none is a mistake.
      const { expires_in, scope, id_token, ...rest } = body;
      const lifetime_s = Number(expires_in);
      return {
        ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)),
        // An id_token that comes back as it was is verified already, and may be over.
        ...(id_token !== null && id_token !== before?.id_token && { id_token }),
        ...(isScope(scope) && { scope }),
        ...(lifetime_s > 0 && lifetime_s <= LIFETIME_LIMIT_S && { expires_in: lifetime_s }),
      };
    },
  });
}

/** RFC 6749 §3.3. What is none is not said: what the tokens are good for is then not known. */
function isScope(scope: unknown): scope is string {
  return typeof scope === 'string' && scope.length <= SCOPE_LIMIT && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(scope);
}

/** Whether the answer is of no use, or the id_token in it must not be believed. */
function tokenFailure(name: string): (cause: unknown) => ConnectorError {
  return (cause) => {
    const about = (cause instanceof Error ? cause.cause : null) as {
      readonly body?: Partial<oauth.TokenEndpointResponse>;
      readonly claim?: unknown;
    } | null;
    const body = about?.body;
    if (body === undefined) {
      const claim =
        typeof about?.claim === 'string'
          ? `its ${about.claim} is over, to come, or not the one expected`
          : 'cannot be believed';
      return refused(`${name}: id_token: ${claim}`);
    }
    if (body.access_token !== undefined && body.token_type === 'bearer' && body.id_token === undefined)
      return refused(`${name}: id_token: is missing`);
    return unavailable(`${name}: token answered what it should not`);
  };
}

function tokensOf(context: OutboundContext, name: string, answer: oauth.TokenEndpointResponse): UpstreamTokens {
  const { access_token, refresh_token = null, id_token = null, scope = null, expires_in, token_type } = answer;
  const areTokens = [access_token, refresh_token, id_token].every(
    (token) => token === null || (token.length <= TOKEN_LIMIT && /^[\x21-\x7e]+$/.test(token)),
  );
  // The library knows tokens that are bound to a key, too.
  if (!areTokens || token_type !== 'bearer') throw unavailable(`${name}: token answered what it should not`);
  const expires_at = expires_in === undefined ? null : context.now() + expires_in * 1000;
  return { access_token, token_type: 'Bearer', refresh_token, expires_at, scope, id_token };
}

async function verified(
  openIdClient: OpenIdClient,
  answer: oauth.TokenEndpointResponse,
  now: number,
): Promise<IdToken | null> {
  const { id_token, access_token } = answer;
  const claims = oauth.getValidatedIdTokenClaims(answer);
  if (id_token === undefined || claims === undefined) return null;
  return assertIdToken(openIdClient, { id_token, claims, access_token }, now);
}
