import { decodeJwt, type JWTVerifyGetKey } from 'jose';
import { createKeySet, RETRY_WINDOW_MS } from '../../outbound/index.ts';
import {
  type Connector,
  ConnectorError,
  type ConnectorContext,
  NO_CAPABILITIES,
  type RedirectCallback,
  type RedirectOutcome,
  type RedirectStart,
  type UpstreamTokens,
  unavailable,
} from '../connector.ts';
import { authorizationUrl, pushAuthorizationRequest } from './authorization-request.ts';
import { authorizeFailure, type CallbackAnswer, readCallback } from './callback.ts';
import { verifyIdToken } from './id-token.ts';
import { mappedClaims, type MapClaims } from './mapped-claims.ts';
import type { ResolvedOpenIdOptions } from './openid-options.ts';
import { createOpenIdProvider, type OpenIdProvider } from './openid-provider.ts';
import { askedInWords, scopeFor } from './openid-scope.ts';
import { s256 } from './pkce.ts';
import { createRestPeriod, type RestPeriod } from './rest-period.ts';
import { standardClaims } from './standard-claims.ts';
import { redeemCode, refreshTokens, revokeToken } from './token-endpoint.ts';
import { readUserinfo } from './userinfo.ts';

/** Of a relying party's `prompt`, what concerns a provider that it does not know. */
const PROMPTS = new Set(['login', 'consent', 'select_account']);
/** OpenID Connect Core §3.1.2.6: the person said no, or would have had to do something and did not. */
const DECLINED = new Set([
  'access_denied',
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
]);

/** What a provider does in its own way. */
export interface OpenIdHabits {
  /** The connector's own mapping of claims; the default knows the standard ones. */
  readonly map?: MapClaims | undefined;
  /** What an error at the callback says that is the operator's to mend, in our own words; null for any other. */
  readonly operatorsFault?: ((answer: CallbackAnswer & { readonly type: 'error' }) => string | null) | undefined;
}

/**
 * Signs people in with an OpenID Provider: authorization code with PKCE, state and nonce, id_token
 * verified, userinfo where there is one.
 */
export function openOpenIdConnector(
  options: ResolvedOpenIdOptions,
  context: ConnectorContext,
  { map = (raw) => standardClaims(raw, options.id), operatorsFault }: OpenIdHabits = {},
): Connector {
  const provider = createOpenIdProvider(options, context);
  const keys = createKeySet(context, options.names.en, async () => (await provider()).jwks_uri);
  const rest = createRestPeriod(context, options.names.en);
  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    button: null,
    modes: ['qr', 'same_device'],
    verifies: { number: true, network: true },
    redirect: {
      reauthenticates: options.reauthenticate ? 'always' : 'on_request',
      // Nobody is sent to a provider that would then refuse to redeem the code.
      begin: (start) =>
        rest.observe(async () => ({ location: await begin(options, context, await provider(), start), kept: null })),
      finish: (callback) =>
        finish(options, context, { provider, keys, map, operatorsFault, observe: rest.observe }, callback),
      asks: (scope) => askedInWords(scope, options),
    },
    tokens: {
      refresh: (tokens) => rest.observe(async () => refresh(options, context, await provider(), keys, tokens)),
      revoke: (tokens) => rest.observe(async () => revoke(context, await provider(), tokens)),
    },
    logout: {
      async url({ return_to, state, id_token_hint }) {
        const { end_session_endpoint } = await provider();
        if (end_session_endpoint === null) return null;
        const { client_id } = options;
        const query = state === null ? null : new URLSearchParams(state).toString();
        // OpenID Connect RP-Initiated Logout 1.0 §2.
        return authorizationUrl(end_session_endpoint, {
          id_token_hint,
          client_id,
          post_logout_redirect_uri: return_to,
          state: query,
        });
      },
    },
  };
}

async function begin(
  options: ResolvedOpenIdOptions,
  context: ConnectorContext,
  provider: OpenIdProvider,
  { callback_uri, state, nonce, code_verifier, reauthenticate, request }: RedirectStart,
): Promise<string> {
  const { client_id } = options;
  const prompt = options.prompt?.split(' ') ?? request.prompt.filter((each) => PROMPTS.has(each));
  const spaced = (words: readonly string[]): string | null => words.join(' ') || null;
  const parameters = {
    ...options.extra_parameters,
    response_type: 'code',
    client_id,
    redirect_uri: callback_uri,
    scope: scopeFor(request.scope, options).join(' '),
    state,
    nonce,
    code_challenge: await s256(code_verifier),
    code_challenge_method: 'S256',
    prompt: spaced(reauthenticate && !prompt.includes('login') ? [...prompt, 'login'] : prompt),
    // Core §3.1.2.1: says the same as `prompt=login`, and makes the provider say `auth_time`, by which it is checked.
    max_age: reauthenticate ? '0' : request.max_age === null ? null : String(request.max_age),
    login_hint: request.login_hint,
    ui_locales: spaced(request.ui_locales),
    acr_values: options.acr_values ?? spaced(request.acr_values),
  };
  if (provider.pushed_requests === null) return authorizationUrl(provider.authorization_endpoint, parameters);
  const { request_uri } = await pushAuthorizationRequest(context, provider.pushed_requests, parameters);
  return authorizationUrl(provider.authorization_endpoint, { client_id, request_uri });
}

interface Means extends OpenIdHabits {
  readonly provider: () => Promise<OpenIdProvider>;
  readonly keys: JWTVerifyGetKey;
  readonly map: MapClaims;
  readonly observe: RestPeriod['observe'];
}

async function finish(
  options: ResolvedOpenIdOptions,
  context: ConnectorContext,
  means: Means,
  callback: RedirectCallback,
): Promise<RedirectOutcome> {
  const name = options.names.en;
  const { issuer, client_id, algorithms } = options;
  const answer = readCallback(callback.parameters, { state: callback.state, issuer });
  if (answer.type === 'error') {
    const fault = means.operatorsFault?.(answer) ?? null;
    if (fault !== null) throw unavailable(`${name}: authorize answered ${fault}`);
    if (DECLINED.has(answer.error)) return { type: 'declined', message: null };
    throw authorizeFailure(name, answer.error);
  }
  return means.observe(async () => {
    const provider = await means.provider();
    if (provider.names_issuer && !callback.parameters.has('iss'))
      throw new ConnectorError(
        'callback_refused',
        'the answer of the identity provider was not accepted',
        `${name}: iss is missing`,
      );
    const { code_verifier, callback_uri: redirect_uri, nonce } = callback;
    const tokens = await redeemCode(context, provider.token, { code: answer.code, redirect_uri, code_verifier });
    const { access_token } = tokens;
    // flow checks `auth_time` against `max_age`.
    const expected = { issuer, client_id, algorithms, nonce, max_age: null, access_token };
    const idToken = await verifyIdToken(name, tokens.id_token, means.keys, expected, context.now());
    const { subject, acr, amr, auth_time } = idToken;
    const userinfo =
      provider.userinfo_endpoint === null
        ? {}
        : await readUserinfo(context, name, provider.userinfo_endpoint, access_token, subject);
    const raw = { ...idToken.claims, ...userinfo };
    const fit = { own: options.id, provider: name, log: context.log };
    const claims = mappedClaims(options.mapClaims, means.map, raw, fit);
    return { type: 'identity', identity: { subject, claims, acr, amr, auth_time }, tokens: withoutScope(tokens) };
    // The person has approved: a short rest is waited for, where `begin` would send people away.
  }, RETRY_WINDOW_MS);
}

async function refresh(
  { names, issuer, client_id, algorithms }: ResolvedOpenIdOptions,
  context: ConnectorContext,
  provider: OpenIdProvider,
  keys: JWTVerifyGetKey,
  tokens: UpstreamTokens,
): Promise<UpstreamTokens> {
  const renewed = await refreshTokens(context, provider.token, tokens);
  if (renewed.id_token !== null && renewed.id_token !== tokens.id_token) {
    // OpenID Connect Core §12.2: a new one is about the same person.
    const expected = { issuer, client_id, algorithms, nonce: null, max_age: null, access_token: renewed.access_token };
    const { subject } = await verifyIdToken(names.en, renewed.id_token, keys, expected, context.now());
    if (tokens.id_token !== null && decodeJwt(tokens.id_token).sub !== subject)
      throw new ConnectorError(
        'token_refused',
        'the identity provider answered about somebody else',
        `${names.en}: refresh changed the subject`,
      );
  }
  return withoutScope(renewed);
}

async function revoke(
  context: ConnectorContext,
  { revocation }: OpenIdProvider,
  tokens: UpstreamTokens,
): Promise<void> {
  // A provider that revokes nothing lets its tokens run out.
  if (revocation === null) return;
  if (tokens.refresh_token !== null)
    await revokeToken(context, revocation, { token: tokens.refresh_token, token_type_hint: 'refresh_token' });
  await revokeToken(context, revocation, { token: tokens.access_token, token_type_hint: 'access_token' });
}

function withoutScope({ access_token, refresh_token, expires_at, id_token }: UpstreamTokens): UpstreamTokens {
  return { access_token, refresh_token, expires_at, id_token };
}
