import type { KeyObject } from 'node:crypto';

import type { JWK } from 'jose';
import { z } from 'zod';

import type { LocalizedText, MarkOptions } from '../connector.ts';
import type { MapClaims } from '../shared/mapped-claims.ts';
import {
  type CheckedOptions,
  baseAddress,
  checkOptions,
  connectorId,
  localizedText,
  mapClaims,
  privateRsaKey,
  RSA_BITS,
  scopeToken,
  webAddress,
} from '../shared/option-schemas.ts';
import type { ResolvedOpenIdOptions } from '../shared/openid-options.ts';

export interface KrdPassOptions extends MarkOptions {
  /** Part of `sub` and of the callback URL: fixed once set. Default `krdpass`. */
  readonly id?: string | undefined;
  /** What people call the app. Default `KRDPASS`. */
  readonly names?: LocalizedText | undefined;
  /** As KRDPASS gave it on approval. */
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /**
   * Signs the request objects (RS256): PEM text or a JWK, RSA with 2048 bit or more. KRDPASS knows
   * the public half.
   */
  readonly privateKey: string | JWK | undefined;
  /** The request object's `kid`. Default: the JWK's; none for PEM. */
  readonly keyId?: string | undefined;
  /** Chooses the defaults of `casUrl` and `appUrl`. Default `production`. */
  readonly environment?: 'production' | 'development' | undefined;
  /** The OpenID Provider. Default `https://account.id.krd`, in development `https://auth.dev.krd`. */
  readonly casUrl?: string | undefined;
  /** Where app links lead. Default `https://app.pass.krd`, in development `https://app.krdpass.dev.krd`. */
  readonly appUrl?: string | undefined;
  /** The `iss` of its id_tokens and callbacks, the `aud` of request objects. Default `casUrl`. */
  readonly issuer?: string | undefined;
  /** Default `{casUrl}/connect/par`. */
  readonly pushedAuthorizationRequestEndpoint?: string | undefined;
  /** Default `{appUrl}/connect/authorize`. */
  readonly authorizationEndpoint?: string | undefined;
  /** Default `{casUrl}/connect/token`. */
  readonly tokenEndpoint?: string | undefined;
  /** Default `{casUrl}/connect/userinfo`. */
  readonly userinfoEndpoint?: string | undefined;
  /** Default `{casUrl}/connect/revocation`. */
  readonly revocationEndpoint?: string | undefined;
  /** Default `{casUrl}/.well-known/openid-configuration/jwks`. */
  readonly jwksUri?: string | undefined;
  /**
   * Of `openid`, which is required, `profile`, `citizen_identity` and `offline_access`, as far as
   * KRDPASS approved them. Asked for is what a website's scopes need of it; `offline_access` only for a
   * client with `upstream_tokens` that asks for the same. Default `openid profile citizen_identity`.
   */
  readonly scope?: readonly string[] | undefined;
  /** Replaces the mapping to OpenID Connect's claims. Gets the id_token's claims with userinfo's over them. */
  readonly mapClaims?: MapClaims | undefined;
}

/** KRDPASS is an OpenID Provider whose document is not known. */
export type ResolvedKrdPassOptions = ResolvedOpenIdOptions & {
  readonly privateKey: KeyObject;
  readonly keyId: string | null;
};

const HOSTS = {
  production: { cas: 'https://account.id.krd', app: 'https://app.pass.krd' },
  development: { cas: 'https://auth.dev.krd', app: 'https://app.krdpass.dev.krd' },
} as const;

const privateKey = z
  .union([z.string(), z.record(z.string(), z.unknown())], 'must be PEM text or a JWK')
  .transform((key, context): KeyObject => {
    const read = privateRsaKey(key);
    if (read !== null) return read;
    context.addIssue(`must be a private RSA key of ${RSA_BITS} bit or more, as PEM text or a JWK`);
    return z.NEVER;
  });

const schema = z.strictObject({
  id: connectorId.default('krdpass'),
  names: localizedText.default({ en: 'KRDPASS' }),
  clientId: z.string().min(1).max(256),
  clientSecret: z.string().min(1).max(1024),
  privateKey,
  keyId: z.string().min(1).max(256).optional(),
  environment: z.enum(['production', 'development']).default('production'),
  casUrl: baseAddress.optional(),
  appUrl: baseAddress.optional(),
  issuer: webAddress.optional(),
  pushedAuthorizationRequestEndpoint: webAddress.optional(),
  authorizationEndpoint: webAddress.optional(),
  tokenEndpoint: webAddress.optional(),
  userinfoEndpoint: webAddress.optional(),
  revocationEndpoint: webAddress.optional(),
  jwksUri: webAddress.optional(),
  scope: z
    .array(scopeToken)
    .refine((scope) => scope.includes('openid'), 'must include openid')
    .default(['openid', 'profile', 'citizen_identity']),
  mapClaims: mapClaims.optional(),
});

export function resolveKrdPassOptions(options: KrdPassOptions): CheckedOptions<ResolvedKrdPassOptions> {
  const checked = checkOptions(schema, options);
  if (!checked.ok) return checked;
  const { environment, casUrl, appUrl, ...rest } = checked.options;
  const cas = casUrl ?? HOSTS[environment].cas;
  const app = appUrl ?? HOSTS[environment].app;
  const kid = typeof options.privateKey === 'object' ? options.privateKey.kid : undefined;
  return {
    ok: true,
    options: {
      ...rest,
      keyId: rest.keyId ?? kid ?? null,
      issuer: rest.issuer ?? cas,
      discoveryUrl: null,
      tokenEndpointAuthMethod: 'client_secret_post',
      reauthenticate: false,
      extraParameters: {},
      algorithms: ['RS256'],
      pushRequests: true,
      endpoints: {
        pushed_authorization_request_endpoint: rest.pushedAuthorizationRequestEndpoint ?? `${cas}/connect/par`,
        authorization_endpoint: rest.authorizationEndpoint ?? `${app}/connect/authorize`,
        token_endpoint: rest.tokenEndpoint ?? `${cas}/connect/token`,
        userinfo_endpoint: rest.userinfoEndpoint ?? `${cas}/connect/userinfo`,
        revocation_endpoint: rest.revocationEndpoint ?? `${cas}/connect/revocation`,
        jwks_uri: rest.jwksUri ?? `${cas}/.well-known/openid-configuration/jwks`,
      },
    },
  };
}
