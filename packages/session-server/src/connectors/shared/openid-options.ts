import { z } from 'zod';
import {
  type ClientAuthentication,
  discoveryUrlOf,
  ID_TOKEN_ALGORITHMS,
  type IdTokenAlgorithm,
} from '../../openid-client/index.ts';
import type { LocalizedText } from '../connector.ts';
import { allowedHosts } from './allowed-hosts.ts';
import type { MapClaims } from './mapped-claims.ts';
import {
  type CheckedOptions,
  checkOptions,
  connectorId,
  localizedText,
  mapClaims,
  scopeToken,
  webAddress,
} from './option-schemas.ts';

/** What is to be known of an OpenID Provider. */
export interface OpenIdOptions {
  /** Part of `sub` and of the callback URL, and the name of the claim that holds the provider's own ones: fixed once set. */
  readonly id: string;
  /** What people call it, by BCP 47 language tag; `en` always. */
  readonly names: LocalizedText;
  /** `iss` of its id_tokens, to the letter. */
  readonly issuer: string;
  /**
   * Its discovery document, which may be on another host than the issuer. Default
   * `{issuer}/.well-known/openid-configuration`; null where there is none: then the endpoints below say it all.
   */
  readonly discovery_url?: string | null | undefined;
  /**
   * The hosts that its discovery document may name, as `host` or `host:port`. Default: those of `issuer`
   * and `discovery_url`, and any other that has a public name; no IP address.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly client_id: string;
  /** Without one this is a public client. */
  readonly client_secret?: string | undefined;
  /** Default: what the provider says that it supports, `client_secret_basic` first; `none` without a secret. */
  readonly token_endpoint_auth_method?: ClientAuthentication['method'] | undefined;
  /**
   * What may be asked for, `openid` among it. `profile`, `email`, `address` and `phone` are asked for only
   * when the relying party asks for them too; any other when it asks for the same or for the scope named
   * like `id`; `offline_access` never. Default `openid`, `profile`, `email`.
   */
  readonly scope?: readonly string[] | undefined;
  /** Sent in place of what the relying party asks for, for example `consent`. A `login` that is needed is added to it. */
  readonly prompt?: string | undefined;
  /**
   * Asks the provider in mode `qr` to authenticate the person anew (`prompt=login`, `max_age=0`), so that one
   * tap in a browser that is signed in there is not enough. Switched off, or where the provider says no
   * `auth_time`, the person is asked on a page of ours. Default true.
   */
  readonly reauthenticate?: boolean | undefined;
  /** Sent in place of what the relying party asks for. */
  readonly acr_values?: string | undefined;
  /** More parameters for the authorization request. */
  readonly extra_parameters?: Readonly<Record<string, string>> | undefined;
  /** Pushes the authorization request (RFC 9126). Default: when the provider requires it. */
  readonly push_requests?: boolean | undefined;
  /** Pins how id_tokens are signed. Default: `RS256` or `ES256`. */
  readonly id_token_signed_response_alg?: IdTokenAlgorithm | undefined;
  /** In place of what the discovery document says, as each of the following. */
  readonly authorization_endpoint?: string | undefined;
  readonly token_endpoint?: string | undefined;
  readonly jwks_uri?: string | undefined;
  /** null does without, as each of the following. */
  readonly userinfo_endpoint?: string | null | undefined;
  readonly revocation_endpoint?: string | null | undefined;
  readonly end_session_endpoint?: string | null | undefined;
  /** Replaces the mapping of claims. Gets what id_token and userinfo said, as one object, userinfo winning. */
  readonly mapClaims?: MapClaims | undefined;
}

/** The options with their defaults, checked. */
export interface ResolvedOpenIdOptions {
  readonly id: string;
  readonly names: LocalizedText;
  readonly issuer: string;
  readonly discovery_url: string | null;
  readonly allowedHosts: readonly string[] | null;
  readonly client_id: string;
  readonly client_secret: string | null;
  readonly token_endpoint_auth_method: ClientAuthentication['method'] | null;
  readonly scope: readonly string[];
  readonly prompt: string | null;
  readonly reauthenticate: boolean;
  readonly acr_values: string | null;
  readonly extra_parameters: Readonly<Record<string, string>>;
  readonly push_requests: boolean | null;
  readonly algorithms: readonly IdTokenAlgorithm[];
  /** In place of the document's, by its names; null does without. */
  readonly endpoints: Readonly<Record<string, string | null | undefined>>;
  readonly mapClaims: MapClaims | null;
}

/** What a connector decides for itself. */
const OWN_PARAMETERS = new Set(
  'response_type response_mode client_id redirect_uri scope state nonce code_challenge code_challenge_method prompt max_age login_hint ui_locales acr_values request request_uri client_secret'.split(
    ' ',
  ),
);
const REQUIRED_ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const printable = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII');

const schema = z
  .strictObject({
    id: connectorId,
    names: localizedText,
    issuer: webAddress.refine((text) => !text.includes('?'), 'must have no query (OpenID Connect Core §2)'),
    discovery_url: webAddress.nullish(),
    allowedHosts: allowedHosts.optional(),
    client_id: printable,
    client_secret: z.string().min(1).max(1024).optional(),
    token_endpoint_auth_method: z.enum(['client_secret_basic', 'client_secret_post', 'none']).optional(),
    scope: z
      .array(scopeToken)
      .max(32)
      .default(['openid', 'profile', 'email'])
      .refine((scopes) => scopes.includes('openid'), 'must contain openid'),
    prompt: printable
      .refine((text) => !text.split(' ').includes('none'), 'must not be none: nobody could sign in')
      .optional(),
    reauthenticate: z.boolean().default(true),
    acr_values: printable.optional(),
    extra_parameters: z
      .record(z.string().min(1).max(64), z.string().max(1024))
      .default({})
      .superRefine((parameters, context) => {
        for (const name of Object.keys(parameters))
          if (OWN_PARAMETERS.has(name))
            context.addIssue({ code: 'custom', path: [name], message: 'is for the connector to set' });
      }),
    push_requests: z.boolean().optional(),
    id_token_signed_response_alg: z.enum(ID_TOKEN_ALGORITHMS).optional(),
    authorization_endpoint: webAddress.optional(),
    token_endpoint: webAddress.optional(),
    jwks_uri: webAddress.optional(),
    userinfo_endpoint: webAddress.nullish(),
    revocation_endpoint: webAddress.nullish(),
    end_session_endpoint: webAddress.nullish(),
    mapClaims: mapClaims.optional(),
  })
  .superRefine((options, context) => {
    const { token_endpoint_auth_method: method, client_secret: secret } = options;
    if (method !== undefined && method !== 'none' && secret === undefined)
      context.addIssue({
        code: 'custom',
        path: ['client_secret'],
        message: `is missing: token_endpoint_auth_method is ${method}`,
      });
    if (method === 'none' && secret !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['client_secret'],
        message: 'a client with token_endpoint_auth_method none has no secret',
      });
    if (options.discovery_url === null)
      for (const name of REQUIRED_ENDPOINTS)
        if (options[name] === undefined)
          context.addIssue({ code: 'custom', path: [name], message: 'is missing: discovery_url is null' });
  });

/** Options that are undefined count as not given: a connector's `defaults` then hold. */
export function resolveOpenIdOptions(
  options: Partial<OpenIdOptions>,
  defaults: Partial<OpenIdOptions> = {},
): CheckedOptions<ResolvedOpenIdOptions> {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  const checked = checkOptions(schema, { ...defaults, ...Object.fromEntries(given) }, options);
  if (!checked.ok) return checked;
  const { id_token_signed_response_alg: algorithm, ...rest } = checked.options;
  return {
    ok: true,
    options: {
      id: rest.id,
      names: rest.names,
      issuer: rest.issuer,
      discovery_url: rest.discovery_url === undefined ? discoveryUrlOf(rest.issuer) : rest.discovery_url,
      allowedHosts: rest.allowedHosts ?? null,
      client_id: rest.client_id,
      client_secret: rest.client_secret ?? null,
      token_endpoint_auth_method: rest.token_endpoint_auth_method ?? (rest.client_secret === undefined ? 'none' : null),
      scope: rest.scope,
      prompt: rest.prompt ?? null,
      reauthenticate: rest.reauthenticate,
      acr_values: rest.acr_values ?? null,
      extra_parameters: rest.extra_parameters,
      push_requests: rest.push_requests ?? null,
      algorithms: algorithm === undefined ? ['RS256', 'ES256'] : [algorithm],
      endpoints: {
        authorization_endpoint: rest.authorization_endpoint,
        token_endpoint: rest.token_endpoint,
        jwks_uri: rest.jwks_uri,
        userinfo_endpoint: rest.userinfo_endpoint,
        revocation_endpoint: rest.revocation_endpoint,
        end_session_endpoint: rest.end_session_endpoint,
      },
      mapClaims: rest.mapClaims ?? null,
    },
  };
}
