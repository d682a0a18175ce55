import { decodeJwt } from 'jose';

import { createKeySet } from '../../outbound/index.ts';
import {
  type Connector,
  type ConnectorConfig,
  type ConnectorContext,
  ConnectorError,
  isConnectorError,
  NO_CAPABILITIES,
  type RedirectBegun,
  type RedirectCallback,
  type RedirectOutcome,
  type RedirectStart,
  type UpstreamTokens,
} from '../connector.ts';
import { authorizationUrl, pushAuthorizationRequest } from '../shared/authorization-request.ts';
import { authorizeFailure, readCallback } from '../shared/callback.ts';
import { verifyIdToken } from '../shared/id-token.ts';
import { mappedClaims } from '../shared/mapped-claims.ts';
import { type ClientEndpoint, redeemCode, refreshTokens, revokeToken } from '../shared/token-endpoint.ts';
import { readUserinfo } from '../shared/userinfo.ts';
import { mapKrdPassClaims } from './claims.ts';
import { type KrdPassOptions, type ResolvedKrdPassOptions, resolveKrdPassOptions } from './options.ts';
import { signRequestObject } from './request-object.ts';
import { askedInWords } from './scope.ts';

export type { KrdPassOptions } from './options.ts';

/** KRDPASS. Mistakes in the options are reported when the configuration is checked. */
export function krdpass(options: KrdPassOptions): ConnectorConfig {
  const resolved = resolveKrdPassOptions(options);
  return {
    id: resolved.ok ? resolved.options.id : (options?.id ?? 'krdpass'),
    issues: resolved.ok ? [] : resolved.issues,
    open(context) {
      if (!resolved.ok) throw new TypeError('the KRDPASS connector has mistakes in its options');
      return Promise.resolve(openKrdPass(resolved.options, context));
    },
  };
}

const PROVIDER = 'KRDPASS';
/** The errors with which its app says that the person did not want to; the SDKs call them all `cancelled`. */
const CANCELLED = new Set(['access_denied', 'cancelled', 'user_cancelled', 'login_required', 'consent_denied']);

function openKrdPass(options: ResolvedKrdPassOptions, context: ConnectorContext): Connector {
  const keys = createKeySet(context, PROVIDER, () => Promise.resolve(options.jwks_uri));
  const endpoint = (url: string): ClientEndpoint => ({
    url,
    provider: PROVIDER,
    client: {
      method: 'client_secret_post',
      client_id: options.client_id,
      client_secret: options.client_secret,
    },
  });
  const verify = (token: string | null, nonce: string | null, access_token: string) =>
    verifyIdToken(
      PROVIDER,
      token,
      keys,
      {
        issuer: options.issuer,
        client_id: options.client_id,
        algorithms: ['RS256'],
        nonce,
        max_age: null,
        access_token,
      },
      context.now(),
    );

  async function begin(start: RedirectStart): Promise<RedirectBegun> {
    const request = await signRequestObject(options, context, start);
    const par = endpoint(options.pushed_authorization_request_endpoint);
    const { request_uri } = await pushAuthorizationRequest(context, par, { request });
    const location = authorizationUrl(options.authorization_endpoint, {
      client_id: options.client_id,
      request_uri,
      // Said again so that KRDPASS can answer an error before it knows what request_uri stands for.
      redirect_uri: start.callback_uri,
      state: start.state,
    });
    return { location, kept: null };
  }

  async function finish(callback: RedirectCallback): Promise<RedirectOutcome> {
    const answer = readCallback(callback.parameters, { state: callback.state, issuer: options.issuer });
    if (answer.type === 'error') {
      if (CANCELLED.has(answer.error)) return { type: 'declined', message: null };
      throw authorizeFailure(PROVIDER, answer.error);
    }
    const { scope: _scope, ...tokens } = await redeemCode(context, endpoint(options.token_endpoint), {
      code: answer.code,
      redirect_uri: callback.callback_uri,
      code_verifier: callback.code_verifier,
    });
    const idToken = await verify(tokens.id_token, callback.nonce, tokens.access_token);
    const { subject, acr, amr, auth_time } = idToken;
    const userinfo = await readUserinfo(context, PROVIDER, options.userinfo_endpoint, tokens.access_token, subject);
    const map = (raw: Readonly<Record<string, unknown>>) => mapKrdPassClaims(raw, options.id);
    const raw = { ...idToken.claims, ...userinfo };
    const fit = { own: options.id, provider: PROVIDER, log: context.log };
    const claims = mappedClaims(options.mapClaims, map, raw, fit);
    return { type: 'identity', identity: { subject, claims, acr, amr, auth_time }, tokens };
  }

  async function refresh(tokens: UpstreamTokens): Promise<UpstreamTokens> {
    const { scope: _scope, ...renewed } = await refreshTokens(context, endpoint(options.token_endpoint), tokens);
    if (renewed.id_token !== null && renewed.id_token !== tokens.id_token)
      await assertSamePerson(tokens.id_token, renewed);
    return renewed;
  }

  /** OpenID Connect Core §12.2: a renewed id_token is about the same person. */
  async function assertSamePerson(before: string | null, renewed: UpstreamTokens): Promise<void> {
    const refused = (detail: string): ConnectorError =>
      new ConnectorError('token_refused', 'the identity provider does not renew this sign-in any more', detail);
    const { subject } = await verify(renewed.id_token, null, renewed.access_token).catch((cause: unknown) => {
      throw isConnectorError(cause) && cause.code === 'callback_refused' ? refused(cause.detail) : cause;
    });
    if (before !== null && decodeJwt(before).sub !== subject)
      throw refused(`${PROVIDER}: the renewed id_token is about somebody else`);
  }

  /** The refresh token first: it is the one that makes new tokens. */
  async function revoke({ refresh_token, access_token }: UpstreamTokens): Promise<void> {
    const revocation = endpoint(options.revocation_endpoint);
    if (refresh_token !== null)
      await revokeToken(context, revocation, { token: refresh_token, token_type_hint: 'refresh_token' });
    await revokeToken(context, revocation, { token: access_token, token_type_hint: 'access_token' });
  }

  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    button: null,
    modes: ['qr', 'same_device'],
    verifies: { number: true, network: true },
    // Its app asks the person; of a session in a browser, or of ignoring one, KRDPASS's documents know nothing.
    redirect: { reauthenticates: 'never', begin, finish, asks: (scope) => askedInWords(scope, options) },
    tokens: { refresh, revoke },
  };
}
