import type { RedemptionPort } from '../flow/index.ts';
import type { Worker } from '../jobs/index.ts';
import type { Keys, KeySet } from '../keys/index.ts';
import { createDerivedTokens, personOf, type Secrets } from '../secrets/index.ts';
import type { Client, ClientDirectory } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import type { IsOffered } from './authorization-checks.ts';
import { authorize, type AuthorizeDecision, begin, type Begun } from './authorize.ts';
import { authenticateClient, CHALLENGE, type EndpointCall } from './client-authentication.ts';
import { OAuthError } from './oauth-error.ts';
import { endGrantsOf } from './grant-row.ts';
import { introspect, type Introspection } from './introspect.ts';
import { endedAtProvider, endSession, type SignedOut } from './logout/end-session.ts';
import { type BackChannelDependencies, backChannelWorker } from './logout/back-channel.ts';
import { tellOfEnds } from './logout/end-sign-in.ts';
import type { ProviderLogout } from './logout/provider-logout.ts';
import { metadataOf, type Metadata } from './metadata.ts';
import { push, type PushResponse } from './par.ts';
import type { Params } from './params.ts';
import type { TokenResponse } from './grants/grant.ts';
import { revoke } from './revoke.ts';
import { createSectors } from './sectors.ts';
import { type Telling } from './telling.ts';
import { token } from './token.ts';
import type { UpstreamTokensPort } from '../upstream-tokens/index.ts';
import type { BearerCall } from './bearer.ts';
import { upstreamToken, type UpstreamTokenResponse, upstreamTokensWantedUntil } from './upstream-token.ts';
import { userinfo, type UserinfoAnswer } from './userinfo.ts';

export interface OAuthDependencies extends Telling {
  /** No trailing slash. */
  readonly issuer: string;
  readonly flow: RedemptionPort;
  readonly clients: ClientDirectory;
  readonly keys: Keys;
  readonly store: Store;
  readonly secrets: Secrets;
  /** Calls a client's `backchannel_logout_uri` and `sector_identifier_uri`; with limits of its own. */
  readonly fetch: typeof fetch;
  /** 26 random characters: A-Z and 0-9. */
  readonly newId: () => string;
  readonly providerLogout: ProviderLogout;
  readonly upstreamTokens: Pick<UpstreamTokensPort, 'read' | 'keepAlive' | 'workers'>;
  /** Ms of a clock that never goes back; for durations. */
  readonly elapsed: () => number;
  /** Hears of a client that could not be told of a sign-in's end. For the log. */
  readonly onUntold: BackChannelDependencies['onUntold'];
  /** Ids of the configured connectors. */
  readonly connectors: readonly string[];
  /** Whether a client offers a connector, after all that it requires. */
  readonly isOffered: IsOffered;
  /** Whether people who sign in by this one can be made to authenticate anew. */
  readonly reauthenticates: (connector_id: string) => boolean;
  /** Whether they may reach one of these `acr` values. */
  readonly reaches: (connector_id: string, acr_values: readonly string[]) => boolean;
  /** The `acr` values that some connector says that it reaches; each once. */
  readonly acrValues?: readonly string[];
  /** BCP 47 tags of the languages that the pages speak. Default `['en']`. */
  readonly uiLocales?: readonly string[];
}

/** The OpenID Provider's endpoints as functions over plain input. Each throws `OAuthError` for what it refuses. */
export interface OAuth {
  /** For both discovery addresses. */
  metadata(): Metadata;
  jwks(): Promise<KeySet>;
  /** Answered with 201. */
  push(call: EndpointCall): Promise<PushResponse>;
  /** Throws nothing that a person or a client should hear of: that is in the decision. */
  authorize(params: Params): Promise<AuthorizeDecision>;
  /**
   * An authorization request that no browser carries to `/authorize`. `admit` hears whose it is
   * before anything rests, and may throw. @throws also FlowError `request_expired`
   */
  begin(params: Params, admit?: (client: Client) => void): Promise<Begun>;
  token(call: EndpointCall): Promise<TokenResponse>;
  userinfo(call: BearerCall): Promise<UserinfoAnswer>;
  /** The provider's access token of a sign-in, for a client with `upstream_tokens`. @throws also ConnectorError */
  upstreamToken(call: BearerCall): Promise<UpstreamTokenResponse>;
  /** RFC 7009. Answered with 200. */
  revoke(call: EndpointCall): Promise<void>;
  /** Who calls, of the confidential clients: for routes outside OAuth. @throws OAuthError `invalid_client` */
  authenticate(call: EndpointCall): Promise<Client>;
  /** RFC 7662. */
  introspect(call: EndpointCall): Promise<Introspection>;
  /** OpenID Connect RP-Initiated Logout. */
  endSession(params: Params): Promise<SignedOut>;
  /** A browser comes back from a provider's logout; `parameters` as they came. */
  endedAtProvider(connector: string, parameters: URLSearchParams): Promise<SignedOut>;
  /**
   * Ends what a person of this connector agreed to until `at`. `subject` is the provider's, and so is `at`:
   * ms since the epoch, null where it does not say, which is until now.
   */
  revokeSubject(connector: string, subject: string, at: number | null): Promise<void>;
  /** Tells clients, later. */
  readonly workers: readonly Worker[];
}

export function createOAuth(deps: OAuthDependencies): OAuth {
  const { issuer, connectors, keys, acrValues = [], uiLocales = ['en'] } = deps;
  const context = {
    ...deps,
    sectors: createSectors(deps.fetch, deps.elapsed),
    tokens: createDerivedTokens(deps.secrets),
  };
  const metadata = metadataOf({ issuer, connectors, acrValues, uiLocales });
  return {
    metadata: () => metadata,
    jwks: () => keys.jwks(),
    push: (call) => push(context, call),
    authorize: (params) => authorize(context, params),
    begin: (params, admit) => begin(context, params, admit),
    token: (call) => token(context, call),
    userinfo: (call) => userinfo(context, call),
    upstreamToken: (call) => upstreamToken(context, call),
    revoke: (call) => revoke(context, call),
    async authenticate(call) {
      const client = await authenticateClient(call, deps.clients);
      if (client.token_endpoint_auth_method === 'none')
        throw new OAuthError(
          'invalid_client',
          'this is a public client, which proves nothing with its client_id',
          CHALLENGE,
        );
      return client;
    },
    introspect: (call) => introspect(context, call),
    endSession: (params) => endSession(context, params),
    endedAtProvider: (connector, parameters) => endedAtProvider(context, connector, parameters),
    async revokeSubject(connector, subject, at) {
      const person = personOf(deps.secrets.subject(connector, subject));
      await endGrantsOf(deps.store, person, at, (now) =>
        deps.recording.writes(person, null, [{ type: 'person.ended', person, connector, reason: 'provider' }], now),
      );
      await tellOfEnds(context, person);
    },
    workers: [
      backChannelWorker(context),
      ...deps.upstreamTokens.workers((session_id, tokens_id) => upstreamTokensWantedUntil(deps, session_id, tokens_id)),
    ],
  };
}
