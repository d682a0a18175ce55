import { createPrivateKey, type KeyObject } from 'node:crypto';

import type { JWK } from 'jose';
import { z } from 'zod';

import type { LocalizedText } from '../connector.ts';
import type { MapClaims } from '../shared/mapped-claims.ts';
import {
  type CheckedOptions,
  baseAddress,
  checkOptions,
  connectorId,
  localizedText,
  mapClaims,
  scopeToken,
  webAddress,
} from '../shared/option-schemas.ts';
import type { ResolvedOpenIdOptions } from '../shared/openid-options.ts';

export interface KrdPassOptions {
  /** Part of `sub` and of the callback URL: fixed once set. Default `krdpass`. */
  readonly id?: string | undefined;
  /** What people call the app. Default `KRDPASS`. */
  readonly names?: LocalizedText | undefined;
  /** As KRDPASS gave it on approval. */
  readonly client_id: string;
  readonly client_secret: string;
  /**
   * Signs the request objects (RS256): PEM text or a JWK, RSA with 2048 bit or more. KRDPASS knows
   * the public half.
   */
  readonly private_key: string | JWK;
  /** The request object's `kid`. Default: the JWK's; none for PEM. */
  readonly key_id?: string | undefined;
  /** Chooses the defaults of `cas_url` and `app_url`. Default `production`. */
  readonly environment?: 'production' | 'development' | undefined;
  /** The OpenID Provider. Default `https://account.id.krd`, in development `https://auth.dev.krd`. */
  readonly cas_url?: string | undefined;
  /** Where app links lead. Default `https://app.pass.krd`, in development `https://app.krdpass.dev.krd`. */
  readonly app_url?: string | undefined;
  /** The `iss` of its id_tokens and callbacks, the `aud` of request objects. Default `cas_url`. */
  readonly issuer?: string | undefined;
  /** Default `{cas_url}/connect/par`. */
  readonly pushed_authorization_request_endpoint?: string | undefined;
  /** Default `{app_url}/connect/authorize`. */
  readonly authorization_endpoint?: string | undefined;
  /** Default `{cas_url}/connect/token`. */
  readonly token_endpoint?: string | undefined;
  /** Default `{cas_url}/connect/userinfo`. */
  readonly userinfo_endpoint?: string | undefined;
  /** Default `{cas_url}/connect/revocation`. */
  readonly revocation_endpoint?: string | undefined;
  /** Default `{cas_url}/.well-known/openid-configuration/jwks`. */
  readonly jwks_uri?: string | undefined;
  /**
   * Of `openid`, which is required, `profile`, `citizen_identity` and `offline_access`, as far as
   * KRDPASS approved them. Asked for is what a website's scopes need of it, and never `offline_access`.
   * Default `openid profile citizen_identity`.
   */
  readonly scope?: readonly string[] | undefined;
  /** Replaces the mapping to OpenID Connect's claims. Gets the id_token's claims with userinfo's over them. */
  readonly mapClaims?: MapClaims | undefined;
}

/** The options with their defaults, checked: KRDPASS is an OpenID Provider whose document nobody has seen. */
export interface ResolvedKrdPassOptions extends ResolvedOpenIdOptions {
  readonly private_key: KeyObject;
  readonly key_id: string | null;
}

const HOSTS = {
  production: { cas: 'https://account.id.krd', app: 'https://app.pass.krd' },
  development: { cas: 'https://auth.dev.krd', app: 'https://app.krdpass.dev.krd' },
} as const;

/** RFC 7518 §3.3. */
const KEY_BITS = 2048;

const privateKey = z
  .union([z.string(), z.record(z.string(), z.unknown())], 'must be PEM text or a JWK')
  .transform((key, context): KeyObject => {
    const read = readPrivateKey(key);
    if (read !== null) return read;
    context.addIssue(`must be a private RSA key of ${KEY_BITS} bit or more, as PEM text or a JWK`);
    return z.NEVER;
  });

const schema = z.strictObject({
  id: connectorId.default('krdpass'),
  names: localizedText.default({ en: 'KRDPASS' }),
  client_id: z.string().min(1).max(256),
  client_secret: z.string().min(1).max(1024),
  private_key: privateKey,
  key_id: z.string().min(1).max(256).optional(),
  environment: z.enum(['production', 'development']).default('production'),
  cas_url: baseAddress.optional(),
  app_url: baseAddress.optional(),
  issuer: webAddress.optional(),
  pushed_authorization_request_endpoint: webAddress.optional(),
  authorization_endpoint: webAddress.optional(),
  token_endpoint: webAddress.optional(),
  userinfo_endpoint: webAddress.optional(),
  revocation_endpoint: webAddress.optional(),
  jwks_uri: webAddress.optional(),
  scope: z
    .array(scopeToken)
    .refine((scope) => scope.includes('openid'), 'must include openid')
    .default(['openid', 'profile', 'citizen_identity']),
  mapClaims: mapClaims.optional(),
});

export function resolveKrdPassOptions(options: KrdPassOptions): CheckedOptions<ResolvedKrdPassOptions> {
  const checked = checkOptions(schema, options);
  if (!checked.ok) return checked;
  const { environment, id, names, client_id, client_secret, private_key, scope, ...rest } = checked.options;
  const cas = rest.cas_url ?? HOSTS[environment].cas;
  const app = rest.app_url ?? HOSTS[environment].app;
  const kid = typeof options.private_key === 'object' ? options.private_key.kid : undefined;
  return {
    ok: true,
    options: {
      id,
      names,
      client_id,
      client_secret,
      private_key,
      scope,
      key_id: rest.key_id ?? kid ?? null,
      issuer: rest.issuer ?? cas,
      discovery_url: null,
      allowedHosts: null,
      token_endpoint_auth_method: 'client_secret_post',
      prompt: null,
      reauthenticate: false,
      acr_values: null,
      extra_parameters: {},
      algorithms: ['RS256'],
      push_requests: true,
      endpoints: {
        pushed_authorization_request_endpoint: rest.pushed_authorization_request_endpoint ?? `${cas}/connect/par`,
        authorization_endpoint: rest.authorization_endpoint ?? `${app}/connect/authorize`,
        token_endpoint: rest.token_endpoint ?? `${cas}/connect/token`,
        userinfo_endpoint: rest.userinfo_endpoint ?? `${cas}/connect/userinfo`,
        revocation_endpoint: rest.revocation_endpoint ?? `${cas}/connect/revocation`,
        jwks_uri: rest.jwks_uri ?? `${cas}/.well-known/openid-configuration/jwks`,
      },
      mapClaims: rest.mapClaims ?? null,
    },
  };
}

/** Null for anything but a private RSA key that is long enough; OpenSSL's reasons might quote it. */
function readPrivateKey(key: string | Readonly<Record<string, unknown>>): KeyObject | null {
  try {
    const read = typeof key === 'string' ? createPrivateKey(key) : createPrivateKey({ format: 'jwk', key });
    const bits = read.asymmetricKeyDetails?.modulusLength ?? 0;
    return read.asymmetricKeyType === 'rsa' && bits >= KEY_BITS ? read : null;
  } catch {
    return null;
  }
}
