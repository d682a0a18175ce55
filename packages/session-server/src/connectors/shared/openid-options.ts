import { z } from 'zod';
import {
  type ClientAuthentication,
  discoveryUrlOf,
  ID_TOKEN_ALGORITHMS,
  type IdTokenAlgorithm,
} from '../../openid-client/index.ts';
import type { LocalizedText, MarkOptions } from '../connector.ts';
import { allowedHosts } from './allowed-hosts.ts';
import type { MapClaims } from './mapped-claims.ts';
import {
  acrValues,
  type Checked,
  type CheckedOptions,
  checkOptions,
  connectorId,
  localizedText,
  mapClaims,
  scopeToken,
  webAddress,
} from './option-schemas.ts';

/** What is to be known of an OpenID Provider. */
export interface OpenIdOptions extends MarkOptions {
  /** Part of `sub` and of the callback URL, and the name of the claim that holds the provider's own ones: fixed once set. */
  readonly id: string;
  /** What people call it, by BCP 47 language tag; `en` always. */
  readonly names: LocalizedText;
  /** `iss` of its id_tokens, to the letter. */
  readonly issuer: string | undefined;
  /**
   * Its discovery document, which may be on another host than the issuer. Default
   * `{issuer}/.well-known/openid-configuration`; null where there is none: then the endpoints below say it all.
   */
  readonly discoveryUrl?: string | null | undefined;
  /**
   * The hosts that its discovery document may name, as `host` or `host:port`. Default: those of `issuer`
   * and `discoveryUrl`, and any other that has a public name; no IP address.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly clientId: string | undefined;
  /** Without one this is a public client: then leave the line out, because a value that is undefined is a mistake. */
  readonly clientSecret?: string | undefined;
  /** Default: what the provider says that it supports, `client_secret_basic` first; `none` without a secret. */
  readonly tokenEndpointAuthMethod?: ClientAuthentication['method'] | undefined;
  /**
   * What may be asked for, `openid` among it. `profile`, `email`, `address` and `phone` are asked for only
   * when the relying party asks for them too; any other when it asks for the same or for the scope named
   * like `id`; `offline_access` only when it asks for that and has `upstream_tokens`. Default `openid`,
   * `profile`, `email`.
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
  readonly acrValues?: string | undefined;
  /**
   * The `acr` values that its id_tokens can have: a website that asks for others alone is refused before the person
   * starts. Empty: none. Default: not known, so that every request is passed on.
   */
  readonly acrValuesSupported?: readonly string[] | undefined;
  /** More parameters for the authorization request. */
  readonly extraParameters?: Readonly<Record<string, string>> | undefined;
  /** Pushes the authorization request (RFC 9126). Default: when the provider requires it. */
  readonly pushRequests?: boolean | undefined;
  /** Pins how id_tokens are signed. Default: `RS256` or `ES256`. */
  readonly idTokenSignedResponseAlg?: IdTokenAlgorithm | undefined;
  /** In place of what the discovery document says, as each of the following. */
  readonly authorizationEndpoint?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly jwksUri?: string | undefined;
  /** null does without, as each of the following. */
  readonly userinfoEndpoint?: string | null | undefined;
  readonly revocationEndpoint?: string | null | undefined;
  readonly endSessionEndpoint?: string | null | undefined;
  /** Replaces the mapping of claims. Gets what id_token and userinfo said, as one object, userinfo winning. */
  readonly mapClaims?: MapClaims | undefined;
}

type Endpoints =
  | 'authorizationEndpoint'
  | 'tokenEndpoint'
  | 'jwksUri'
  | 'userinfoEndpoint'
  | 'revocationEndpoint'
  | 'endSessionEndpoint';

export type ResolvedOpenIdOptions = Checked<
  Omit<OpenIdOptions, Endpoints | 'idTokenSignedResponseAlg'>,
  | 'allowedHosts'
  | 'clientSecret'
  | 'tokenEndpointAuthMethod'
  | 'prompt'
  | 'acrValues'
  | 'acrValuesSupported'
  | 'pushRequests'
  | 'mapClaims'
> & {
  readonly algorithms: readonly IdTokenAlgorithm[];
  /** In place of the document's, by its names; null does without. */
  readonly endpoints: Readonly<Record<string, string | null | undefined>>;
};

/** What a connector decides for itself. */
const OWN_PARAMETERS = new Set(
  'response_type response_mode client_id redirect_uri scope state nonce code_challenge code_challenge_method prompt max_age login_hint ui_locales acr_values request request_uri client_secret'.split(
    ' ',
  ),
);
const REQUIRED_ENDPOINTS = ['authorizationEndpoint', 'tokenEndpoint', 'jwksUri'] as const;
const printable = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII');

const shape = {
  id: connectorId,
  names: localizedText,
  issuer: webAddress.refine((text) => !text.includes('?'), 'must have no query (OpenID Connect Core §2)'),
  discoveryUrl: webAddress.nullish(),
  allowedHosts: allowedHosts.optional(),
  clientId: printable,
  clientSecret: z.string().min(1).max(1024).optional(),
  tokenEndpointAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'none']).optional(),
  scope: z
    .array(scopeToken)
    .max(32)
    .default(['openid', 'profile', 'email'])
    .refine((scopes) => scopes.includes('openid'), 'must contain openid'),
  prompt: printable
    .refine((text) => !text.split(' ').includes('none'), 'must not be none: no person could sign in')
    .optional(),
  reauthenticate: z.boolean().default(true),
  acrValues: printable.optional(),
  acrValuesSupported: acrValues.optional(),
  extraParameters: z
    .record(z.string().min(1).max(64), z.string().max(1024))
    .default({})
    .superRefine((parameters, context) => {
      for (const name of Object.keys(parameters))
        if (OWN_PARAMETERS.has(name))
          context.addIssue({ code: 'custom', path: [name], message: 'is for the connector to set' });
    }),
  pushRequests: z.boolean().optional(),
  idTokenSignedResponseAlg: z.enum(ID_TOKEN_ALGORITHMS).optional(),
  authorizationEndpoint: webAddress.optional(),
  tokenEndpoint: webAddress.optional(),
  jwksUri: webAddress.optional(),
  userinfoEndpoint: webAddress.nullish(),
  revocationEndpoint: webAddress.nullish(),
  endSessionEndpoint: webAddress.nullish(),
  mapClaims: mapClaims.optional(),
};

const schemaOf = (more: z.ZodRawShape) => {
  const whole: typeof shape = Object.assign({}, shape, more);
  return z.strictObject(whole).superRefine((options, context) => {
    const { tokenEndpointAuthMethod: method, clientSecret: secret } = options;
    if (method !== undefined && method !== 'none' && secret === undefined)
      context.addIssue({
        code: 'custom',
        path: ['clientSecret'],
        message: `is missing: tokenEndpointAuthMethod is ${method}`,
      });
    if (method === 'none' && secret !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['clientSecret'],
        message: 'a client with tokenEndpointAuthMethod none has no secret',
      });
    if (options.discoveryUrl === null)
      for (const name of REQUIRED_ENDPOINTS)
        if (options[name] === undefined)
          context.addIssue({ code: 'custom', path: [name], message: 'is missing: discoveryUrl is null' });
  });
};

const LOST = {
  path: 'clientSecret',
  message: 'is not set: is the environment variable set? Leave the line out for a public client',
};

/** Without this a client whose secret did not arrive would silently be a public one. */
function isSecretLost(written: Partial<OpenIdOptions>, merged: Partial<OpenIdOptions>): boolean {
  const isWritten = Object.hasOwn(written, 'clientSecret');
  return isWritten && merged.clientSecret === undefined && merged.tokenEndpointAuthMethod === undefined;
}

/**
 * Options that are undefined count as not given: a connector's `defaults` then hold. `more` are options that only this
 * connector has, and those that are stricter here.
 */
export function resolveOpenIdOptions(
  options: Partial<OpenIdOptions>,
  defaults: Partial<OpenIdOptions> = {},
  more: z.ZodRawShape = {},
): CheckedOptions<ResolvedOpenIdOptions> {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  const merged = { ...defaults, ...Object.fromEntries(given) };
  const checked = checkOptions(schemaOf(more), merged, options);
  if (checked.ok && isSecretLost(options, merged)) return { ok: false, issues: [LOST] };
  if (!checked.ok) return checked;
  const {
    idTokenSignedResponseAlg: algorithm,
    authorizationEndpoint,
    tokenEndpoint,
    jwksUri,
    userinfoEndpoint,
    revocationEndpoint,
    endSessionEndpoint,
    ...rest
  } = checked.options;
  return {
    ok: true,
    options: {
      ...rest,
      discoveryUrl: rest.discoveryUrl === undefined ? discoveryUrlOf(rest.issuer) : rest.discoveryUrl,
      tokenEndpointAuthMethod: rest.clientSecret === undefined ? 'none' : rest.tokenEndpointAuthMethod,
      algorithms: algorithm === undefined ? ['RS256', 'ES256'] : [algorithm],
      endpoints: {
        authorization_endpoint: authorizationEndpoint,
        token_endpoint: tokenEndpoint,
        jwks_uri: jwksUri,
        userinfo_endpoint: userinfoEndpoint,
        revocation_endpoint: revocationEndpoint,
        end_session_endpoint: endSessionEndpoint,
      },
    },
  };
}
