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

/** How well UAE PASS knows a person: SOP1 by mail and telephone only, SOP2 by Emirates ID and PIN, SOP3 with biometrics. */
export type SopLevel = 'SOP1' | 'SOP2' | 'SOP3';

/** What differs for one relying party. */
export interface UaePassClientOptions {
  /** In place of the connector's `minimum_level`, upwards or downwards. */
  readonly minimum_level?: SopLevel | undefined;
  /** What people are told to contact when their level is too low. Default: the client's name. */
  readonly sp_name?: LocalizedText | undefined;
}

export interface UaePassOptions {
  /** Part of `sub` and of the callback URL: fixed once set. Default `uaepass`. */
  readonly id?: string | undefined;
  /** What people call the app. Default `UAE PASS`, in Arabic `الهوية الرقمية`. */
  readonly names?: LocalizedText | undefined;
  /** `sandbox_stage` works for everybody in staging. */
  readonly client_id: string;
  readonly client_secret: string;
  /** Chooses the default of `base_url`. Default `staging`. */
  readonly environment?: 'staging' | 'production' | undefined;
  /**
   * What the endpoints below are under. Default `https://stg-id.uaepass.ae/idshub`, in production
   * `https://id.uaepass.ae/idshub`.
   */
  readonly base_url?: string | undefined;
  /** Default `{base_url}/authorize`. */
  readonly authorization_endpoint?: string | undefined;
  /** Default `{base_url}/token`. */
  readonly token_endpoint?: string | undefined;
  /** Default `{base_url}/userinfo`. */
  readonly userinfo_endpoint?: string | undefined;
  /** Default `{base_url}/logout`. */
  readonly logout_endpoint?: string | undefined;
  /** Asks also for `profileType` and `unifiedId`, which tell visitors from residents. UAE PASS must have granted it. Default false. */
  readonly visitors?: boolean | undefined;
  /** More scopes to ask for, beyond `urn:uae:digitalid:profile:general` and the visitors'. Never `openid`. */
  readonly extra_scope?: readonly string[] | undefined;
  /** Default `urn:safelayer:tws:policies:authentication:level:low`, the one for the web. */
  readonly acr_values?: string | undefined;
  /** Sends a PKCE challenge (RFC 7636, S256). UAE PASS does not document it; Ory Kratos always sends one. Default false. */
  readonly pkce?: boolean | undefined;
  /** Whoever is below is refused with UAE PASS's prescribed text. Default `SOP1`, which is everybody. */
  readonly minimum_level?: SopLevel | undefined;
  /** By `client_id` of the relying party. */
  readonly by_client?: Readonly<Record<string, UaePassClientOptions>> | undefined;
  /** Replaces the mapping of userinfo to OpenID Connect's claims. Gets what UAE PASS answered, as it answered. */
  readonly mapClaims?: MapClaims | undefined;
}

/** The options with their defaults, checked. */
export interface ResolvedUaePassOptions {
  readonly id: string;
  readonly names: LocalizedText;
  readonly client_id: string;
  readonly client_secret: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly userinfo_endpoint: string;
  readonly logout_endpoint: string;
  readonly scope: string;
  readonly acr_values: string;
  readonly pkce: boolean;
  readonly minimum_level: SopLevel;
  readonly by_client: Readonly<Record<string, UaePassClientOptions>>;
  readonly mapClaims: MapClaims | null;
}

const BASE_URLS = {
  staging: 'https://stg-id.uaepass.ae/idshub',
  production: 'https://id.uaepass.ae/idshub',
} as const;
const GENERAL_SCOPE = 'urn:uae:digitalid:profile:general';
const VISITOR_SCOPES = [`${GENERAL_SCOPE}:profileType`, `${GENERAL_SCOPE}:unifiedId`] as const;
const WEB_ACR = 'urn:safelayer:tws:policies:authentication:level:low';

const level: z.ZodType<SopLevel> = z.enum(['SOP1', 'SOP2', 'SOP3']);
// RFC 7617 §2: the user name that Basic sends has no colon.
const clientId = z
  .string()
  .min(1)
  .max(256)
  .refine((text) => !text.includes(':'), 'must have no colon: HTTP Basic could not carry it');

const schema = z.strictObject({
  id: connectorId.default('uaepass'),
  names: localizedText.default({ en: 'UAE PASS', ar: 'الهوية الرقمية' }),
  client_id: clientId,
  client_secret: z.string().min(1).max(1024),
  environment: z.enum(['staging', 'production']).default('staging'),
  base_url: baseAddress.optional(),
  authorization_endpoint: webAddress.optional(),
  token_endpoint: webAddress.optional(),
  userinfo_endpoint: webAddress.optional(),
  logout_endpoint: webAddress.optional(),
  visitors: z.boolean().default(false),
  extra_scope: z
    .array(scopeToken.refine((text) => text !== 'openid', 'UAE PASS does not know the scope openid'))
    .default([]),
  acr_values: z.string().min(1).max(512).default(WEB_ACR),
  pkce: z.boolean().default(false),
  minimum_level: level.default('SOP1'),
  by_client: z
    .record(z.string(), z.strictObject({ minimum_level: level.optional(), sp_name: localizedText.optional() }))
    .default({}),
  mapClaims: mapClaims.optional(),
});

export function resolveUaePassOptions(options: UaePassOptions): CheckedOptions<ResolvedUaePassOptions> {
  const checked = checkOptions(schema, options);
  if (!checked.ok) return checked;
  const { environment, base_url, visitors, extra_scope, ...rest } = checked.options;
  const base = base_url ?? BASE_URLS[environment];
  return {
    ok: true,
    options: {
      ...rest,
      authorization_endpoint: rest.authorization_endpoint ?? `${base}/authorize`,
      token_endpoint: rest.token_endpoint ?? `${base}/token`,
      userinfo_endpoint: rest.userinfo_endpoint ?? `${base}/userinfo`,
      logout_endpoint: rest.logout_endpoint ?? `${base}/logout`,
      scope: [...new Set([GENERAL_SCOPE, ...(visitors ? VISITOR_SCOPES : []), ...extra_scope])].join(' '),
      mapClaims: rest.mapClaims ?? null,
    },
  };
}
