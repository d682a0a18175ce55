import {
  type Connector,
  type ConnectorContext,
  type LocalizedText,
  NO_CAPABILITIES,
  type RedirectCallback,
  type RedirectOutcome,
  type RedirectStart,
  unavailable,
} from '../connector.ts';
import {
  authorizationUrl,
  authorizeFailure,
  type CallbackAnswer,
  pushAuthorizationRequest,
  readCallback,
  readUserinfo,
  redeemCode,
  refreshTokens,
  revokeTokens,
  s256,
} from '../../openid-client/index.ts';
import { RETRY_WINDOW_MS } from '../../outbound/index.ts';
import { mappedClaims, type MapClaims } from './mapped-claims.ts';
import type { ResolvedOpenIdOptions } from './openid-options.ts';
import { createOpenIdProvider, type OpenIdProvider } from './openid-provider.ts';
import { askedInWords, scopeFor } from './openid-scope.ts';
import { createRestPeriod } from './rest-period.ts';
import { standardClaims } from './standard-claims.ts';

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

type Parameters = Readonly<Record<string, string | null>>;

/** What a provider does in its own way. */
export interface OpenIdHabits {
  /** The connector's own mapping of claims; the default knows the standard ones. */
  readonly map?: MapClaims | undefined;
  /** What an error at the callback says that is the operator's to mend, in our own words; null for any other. */
  readonly operatorsFault?: ((answer: CallbackAnswer & { readonly type: 'error' }) => string | null) | undefined;
  /** The errors at the callback by which the person said no. */
  readonly declined?: ReadonlySet<string>;
  /** What is pushed in place of the usual parameters. Only where requests are pushed. */
  readonly request?: (start: RedirectStart) => Promise<Parameters>;
  /** What the browser carries besides the `client_id` and what names the pushed request. */
  readonly saidAgain?: (start: RedirectStart) => Parameters;
  readonly asks?: (scope: readonly string[]) => readonly LocalizedText[];
}

/**
 * Signs people in with an OpenID Provider: authorization code with PKCE, state and nonce, id_token
 * verified, userinfo where there is one.
 */
export function openOpenIdConnector(
  options: ResolvedOpenIdOptions,
  context: ConnectorContext,
  habits: OpenIdHabits = {},
): Connector {
  const provider = createOpenIdProvider(options, context);
  const { observe } = createRestPeriod(context, options.names.en);
  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    button: null,
    modes: ['qr', 'same_device'],
    verifies: { number: true, network: true },
    reaches: options.acrValuesSupported ?? null,
    redirect: {
      reauthenticates: options.reauthenticate ? 'always' : 'on_request',
      // No browser is sent to a provider that would then refuse to redeem the code.
      begin: (start) =>
        observe(async () => ({
          location: await begin(options, context, habits, await provider(), start),
          providerState: null,
        })),
      async finish(callback) {
        const answer = readCallback(callback.parameters, { state: callback.state, issuer: options.issuer });
        if (answer.type === 'error') return ended(options.names.en, answer, habits);
        // The person has approved: a short rest is waited for, where `begin` would send people away.
        const work = async (): Promise<RedirectOutcome> =>
          identify(options, context, habits, await provider(), answer.code, callback);
        return observe(work, RETRY_WINDOW_MS);
      },
      asks: habits.asks ?? ((scope) => askedInWords(scope, options)),
    },
    tokens: {
      refresh: (tokens) => observe(async () => refreshTokens(context, await provider(), tokens)),
      revoke: (tokens) => observe(async () => revokeTokens(context, await provider(), tokens)),
    },
    logout: {
      async url({ return_to, state, id_token_hint }) {
        const { end_session_endpoint } = (await provider()).server;
        if (end_session_endpoint === undefined) return null;
        // OpenID Connect RP-Initiated Logout 1.0 §2.
        return authorizationUrl(end_session_endpoint, {
          id_token_hint,
          client_id: options.clientId,
          post_logout_redirect_uri: return_to,
          state: state === null ? null : new URLSearchParams(state).toString(),
        });
      },
      stateOf(parameters) {
        const state = parameters.get('state');
        return state === null ? null : Object.fromEntries(new URLSearchParams(state));
      },
    },
  };
}

async function begin(
  options: ResolvedOpenIdOptions,
  context: ConnectorContext,
  { request = (start) => requestOf(options, start), saidAgain = () => ({}) }: OpenIdHabits,
  provider: OpenIdProvider,
  start: RedirectStart,
): Promise<string> {
  const { clientId: client_id } = options;
  const parameters = await request(start);
  if (!provider.pushes) return authorizationUrl(provider.authorization_endpoint, parameters);
  const request_uri = await pushAuthorizationRequest(context, provider, parameters);
  return authorizationUrl(provider.authorization_endpoint, { client_id, request_uri, ...saidAgain(start) });
}

async function requestOf(
  options: ResolvedOpenIdOptions,
  { callback_uri, state, nonce, code_verifier, reauthenticate, request }: RedirectStart,
): Promise<Parameters> {
  const scope = scopeFor(request.scope, options);
  const asked = request.prompt.filter((each) => PROMPTS.has(each));
  // Core §11: without it a provider may leave the refresh token out.
  if (scope.includes('offline_access') && !asked.includes('consent')) asked.push('consent');
  const prompt = options.prompt?.split(' ') ?? asked;
  const spaced = (words: readonly string[]): string | null => words.join(' ') || null;
  return {
    ...options.extraParameters,
    response_type: 'code',
    client_id: options.clientId,
    redirect_uri: callback_uri,
    scope: scope.join(' '),
    state,
    nonce,
    code_challenge: await s256(code_verifier),
    code_challenge_method: 'S256',
    prompt: spaced(reauthenticate && !prompt.includes('login') ? [...prompt, 'login'] : prompt),
    // Core §3.1.2.1: says the same as `prompt=login`, and makes the provider say `auth_time`, by which it is checked.
    max_age: reauthenticate ? '0' : request.max_age === null ? null : String(request.max_age),
    login_hint: request.login_hint,
    ui_locales: spaced(request.ui_locales),
    acr_values: options.acrValues ?? spaced(request.acr_values),
  };
}

/** What an error at the callback comes to. @throws ConnectorError unless the person said no */
function ended(
  name: string,
  answer: CallbackAnswer & { readonly type: 'error' },
  { operatorsFault, declined = DECLINED }: OpenIdHabits,
): RedirectOutcome {
  const fault = operatorsFault?.(answer) ?? null;
  if (fault !== null) throw unavailable(`${name}: authorize answered ${fault}`);
  if (declined.has(answer.error)) return { type: 'declined', message: null };
  throw authorizeFailure(name, answer.error);
}

async function identify(
  { id, mapClaims }: ResolvedOpenIdOptions,
  context: ConnectorContext,
  { map = (raw) => standardClaims(raw, id) }: OpenIdHabits,
  provider: OpenIdProvider,
  code: string,
  { callback_uri: redirect_uri, code_verifier, nonce, parameters }: RedirectCallback,
): Promise<RedirectOutcome> {
  const grant = { code, iss: parameters.get('iss'), redirect_uri, code_verifier, nonce };
  const { tokens, idToken } = await redeemCode(context, provider, grant);
  // flow checks `auth_time` against `max_age`.
  const { subject, acr, amr, auth_time } = idToken;
  const { userinfo_endpoint } = provider.server;
  const userinfo =
    userinfo_endpoint === undefined
      ? {}
      : await readUserinfo(context, provider.name, userinfo_endpoint, tokens.access_token, subject);
  const fit = { own: id, provider: provider.name, log: context.log };
  const claims = mappedClaims(mapClaims, map, { ...idToken.claims, ...userinfo }, fit);
  return { type: 'identity', identity: { subject, claims, acr, amr, auth_time }, tokens };
}
