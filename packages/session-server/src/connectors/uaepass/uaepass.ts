import { authorizationUrl, authorizeFailure, readCallback, readUserinfo, s256 } from '../../openid-client/index.ts';
import {
  type Connector,
  type ConnectorConfig,
  type ConnectorContext,
  type LogoutCapability,
  NO_CAPABILITIES,
  type RedirectCallback,
  type RedirectOutcome,
  type RedirectStart,
  unavailable,
} from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import { mappedClaims } from '../shared/mapped-claims.ts';
import { mapUserinfo, subjectOf } from './claims.ts';
import { redeemCode } from './exchange.ts';
import { CANCELLED, levelOf, levelsOf, refusalOf } from './levels.ts';
import { type ResolvedUaePassOptions, type UaePassOptions, resolveUaePassOptions } from './options.ts';
import { askedInWords, scopeFor } from './scope.ts';

export type { UaePassOptions } from './options.ts';

/** UAE PASS. Mistakes in the options are reported when the configuration is checked. */
export const uaepass: (options: UaePassOptions) => ConnectorConfig = defineConnector({
  id: 'uaepass',
  check: resolveUaePassOptions,
  open: openUaePass,
});

function openUaePass(options: ResolvedUaePassOptions, context: ConnectorContext): Connector {
  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    button: null,
    modes: ['qr', 'same_device'],
    verifies: { number: true, network: true },
    reaches: levelsOf(options),
    redirect: {
      // Who is signed in to UAE PASS in this browser is let through; it has no parameter against that, and no `auth_time`.
      reauthenticates: 'never',
      begin: async (start) => ({ location: await authorizeUrl(options, start), providerState: null }),
      finish: (callback) => finish(options, context, callback),
      asks: (scope) => askedInWords(scope, options),
    },
    logout: {
      url: (request) => Promise.resolve(logoutUrl(options, request)),
      stateOf(parameters) {
        const state = parameters.get('state');
        return state === null ? null : Object.fromEntries(new URLSearchParams(Buffer.from(state, 'base64').toString()));
      },
    },
  };
}

async function authorizeUrl(options: ResolvedUaePassOptions, start: RedirectStart): Promise<string> {
  const languages = start.request.ui_locales.map((tag) => tag.toLowerCase().split('-')[0]);
  return authorizationUrl(options.authorizationEndpoint, {
    response_type: 'code',
    client_id: options.clientId,
    redirect_uri: start.callback_uri,
    scope: scopeFor(start.request.scope, options).join(' '),
    state: start.state,
    acr_values: options.acrValues,
    ui_locales: languages.find((language) => language === 'en' || language === 'ar') ?? null,
    code_challenge: options.pkce ? await s256(start.code_verifier) : null,
    code_challenge_method: options.pkce ? 'S256' : null,
  });
}

async function finish(
  options: ResolvedUaePassOptions,
  context: ConnectorContext,
  callback: RedirectCallback,
): Promise<RedirectOutcome> {
  const answer = readCallback(callback.parameters, { state: callback.state, issuer: null });
  if (answer.type === 'error') {
    // By its documents a cancellation, by RFC 6749 a request that it does not take: who configured it may look.
    if (answer.error === 'invalid_request')
      context.log?.(
        'UAE PASS: authorize answered invalid_request: the person cancelled, or a parameter is not accepted (pkce, acrValues, the redirect URI)',
      );
    if (isCancellation(answer.error)) return { type: 'declined', message: CANCELLED };
    throw authorizeFailure('UAE PASS', answer.error);
  }
  const tokens = await redeemCode(options, context, answer.code, callback);
  const raw = await readUserinfo(context, 'UAE PASS', options.userinfoEndpoint, tokens.access_token, null);
  const subject = subjectOf(raw);
  if (subject === null) throw unavailable('UAE PASS: userinfo answered neither uuid nor sub');
  const level = levelOf(raw['userType']);
  const refusal = refusalOf(level, options, callback.request);
  if (refusal !== null) return { type: 'declined', message: refusal };
  return {
    type: 'identity',
    identity: {
      subject,
      claims: mappedClaims(options.mapClaims, (answered) => mapUserinfo(answered, options.id), raw, {
        own: options.id,
        provider: 'UAE PASS',
        log: context.log,
      }),
      acr: level,
      amr: [],
      auth_time: null,
    },
    // Good for an hour; UAE PASS neither renews nor revokes them.
    tokens,
  };
}

/**
 * docs.uaepass.ae, Text Message Guidelines: `invalid_request`, `login_required`, `access_denied` and
 * `cancelledOnApp` all mean that the person cancelled. Others were seen: `cancelled`,
 * `cancelledOnWeb`, `cancelledOnMobile`, `CANCELLED_ON_MOBILE`.
 */
function isCancellation(error: string): boolean {
  return ['invalid_request', 'login_required', 'access_denied'].includes(error) || /^cancelled/i.test(error);
}

/** UAE PASS takes `redirect_uri` and `state` alone: what else is to come back goes, as a query string, base64 into `state`. */
function logoutUrl(options: ResolvedUaePassOptions, request: Parameters<LogoutCapability['url']>[0]): string {
  const extra = new URLSearchParams({ ...request.state }).toString();
  return authorizationUrl(options.logoutEndpoint, {
    redirect_uri: request.return_to,
    state: extra === '' ? null : Buffer.from(extra).toString('base64'),
  });
}
