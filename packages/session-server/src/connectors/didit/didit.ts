import { z } from 'zod';
import {
  ID_TOKEN_ALGORITHMS,
  introspectToken,
  type OpenIdClient,
  readUserinfo,
  redeemCode,
  refreshTokens,
  refused,
  s256,
} from '../../openid-client/index.ts';
import { createKeySet } from '../../outbound/index.ts';
import {
  type Connector,
  type ConnectorConfig,
  type ConnectorContext,
  NO_CAPABILITIES,
  type UpstreamStart,
  type UpstreamStarted,
} from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import { mappedClaims } from '../shared/mapped-claims.ts';
import { diditClaims } from './claims.ts';
import { follow, type Identified } from './follow.ts';
import { type DiditOptions, type ResolvedDiditOptions, resolveDiditOptions } from './options.ts';
import { type DiditSession, createSessionApi } from './session-api.ts';

export type { DiditFieldNames, DiditOptions } from './options.ts';

/** Of `state`, `nonce` and verifier, in bytes: 43 characters of base64url, which RFC 7636 wants at least. */
const RANDOM_BYTES = 32;
/** The window of the budget for new sessions. */
const MINUTE_MS = 60_000;
/** There is only one code to show; the interval at which another would take its place, in ms. */
const INTERVAL_MS = 60_000;

const keptSchema: z.ZodType<DiditSession> = z.object({
  session_id: z.string(),
  session_token: z.string(),
  url: z.string(),
  state: z.string(),
  nonce: z.string(),
  code_verifier: z.string().nullable(),
  expires_at: z.number().nullable(),
  // Not there in what release 0.1 kept.
  code: z.string().nullable().default(null),
});

/** Didit, as its client. Mistakes in the options are reported when the configuration is checked. */
export const didit: (options: DiditOptions) => ConnectorConfig = defineConnector({
  id: 'didit',
  check: resolveDiditOptions,
  open: openDidit,
});

function openDidit(options: ResolvedDiditOptions, context: ConnectorContext): Connector {
  const api = createSessionApi(options, context);
  const client = clientOf(options, context);
  const redirect_uri = options.redirectUri ?? `${context.issuer}/callback/${options.id}`;
  // Two clients at one host share what may be asked of it.
  const host = new URL(options.authorizationEndpoint).host;
  const budget = context.budget(`didit|${host}`, options.sessionsPerMinute, MINUTE_MS);
  const random = (): string => Buffer.from(context.randomBytes(RANDOM_BYTES)).toString('base64url');

  const begin = async (start: UpstreamStart): Promise<{ session: DiditSession; started: UpstreamStarted }> => {
    await budget.take(1, start.requester);
    const code_verifier = options.pkce ? random() : null;
    const session = await api.authorize({
      redirect_uri,
      scope: scopeOf(start.request.scope, options.scopes),
      state: random(),
      nonce: random(),
      code_verifier,
      code_challenge: code_verifier === null ? null : await s256(code_verifier),
    });
    const started = {
      qr: start.mode === 'qr' ? { texts: [session.url], interval_ms: INTERVAL_MS } : null,
      link: start.mode === 'same_device' ? session.url : null,
      // Didit's session may end before ours: then it is replaced.
      expires_at: null,
      providerState: session,
    };
    return { session, started };
  };

  const identify = async (code: string, { nonce, code_verifier }: DiditSession): Promise<Identified> => {
    const grant = { code, iss: null, redirect_uri, code_verifier, nonce };
    const { tokens, idToken: token } = await redeemCode(context, client, grant);
    const { access_token } = tokens;
    const introspected =
      options.introspectionEndpoint === null ? null : await introspectToken(context, client, access_token);
    const userinfo =
      options.userinfoEndpoint === null
        ? null
        : await readUserinfo(context, 'Didit', options.userinfoEndpoint, access_token, token.subject);
    // OpenID Connect Core §5.3.2: answers about different people must not be put together.
    const sources = [token.claims, introspected, userinfo].filter((claims) => claims !== null);
    const [subject, ...others] = new Set(sources.map((claims) => claims['sub']));
    if (others.length > 0) throw refused('Didit: its answers are about different people');
    if (typeof subject !== 'string' || subject === '' || subject.length > 255)
      throw refused('Didit: no answer names a subject');
    const raw = Object.assign({}, ...sources) as Readonly<Record<string, unknown>>;
    const claims = mappedClaims(options.mapClaims, (each) => diditClaims(each, options.id), raw, {
      own: options.id,
      provider: 'Didit',
      log: context.log,
    });
    const { acr, amr, auth_time } = token;
    return { identity: { subject, claims, acr, amr, auth_time }, tokens };
  };

  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    install: options.installUrl ?? null,
    button: null,
    modes: ['qr', 'same_device'],
    // The QR code and the consent are Didit's.
    verifies: { number: false, network: false },
    upstream: {
      start: async (start) => (await begin(start)).started,
      follow: (providerState, start, signal) =>
        follow({ options, context, api, begin, identify }, keptSchema.parse(providerState), start, signal),
      cancel: (providerState) => api.cancel(keptSchema.parse(providerState)),
    },
    // Its documents name no way to revoke one.
    tokens: { refresh: (each) => refreshTokens(context, client, each), revoke: null },
  };
}

function clientOf(options: ResolvedDiditOptions, context: ConnectorContext): OpenIdClient {
  const { issuer, tokenEndpoint: token_endpoint, introspectionEndpoint: introspection_endpoint, jwksUri } = options;
  return {
    name: 'Didit',
    server: {
      issuer,
      token_endpoint,
      ...(introspection_endpoint !== null && { introspection_endpoint }),
      id_token_signing_alg_values_supported: [...ID_TOKEN_ALGORITHMS],
    },
    authentication: options.client,
    keys: jwksUri === null ? null : createKeySet(context, 'Didit', () => Promise.resolve(jwksUri)),
  };
}

/** Didit's scopes for the relying party's, `openid` first. */
function scopeOf(asked: readonly string[], scopes: ResolvedDiditOptions['scopes']): string {
  return [...new Set(['openid', ...asked.flatMap((scope) => scopes[scope] ?? [])])].join(' ');
}
