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
  /** In place of the connector's `minimumLevel`, upwards or downwards. */
  readonly minimumLevel?: SopLevel | undefined;
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
  /**
   * Where a website asks for the scope of this connector's id, asks also for `profileType` and `unifiedId`,
   * which tell visitors from residents. UAE PASS must have granted it. Default false.
   */
  readonly visitors?: boolean | undefined;
  /** More scopes to ask for then, beyond `urn:uae:digitalid:profile:general` and the visitors'. Never `openid`. */
  readonly extra_scope?: readonly string[] | undefined;
  /** Default `urn:safelayer:tws:policies:authentication:level:low`, the one for the web. */
  readonly acr_values?: string | undefined;
  /** Sends a PKCE challenge (RFC 7636, S256). UAE PASS does not document it; Ory Kratos always sends one. Default true. */
  readonly pkce?: boolean | undefined;
  /**
   * People below it are refused with UAE PASS's prescribed text. `SOP1` is everybody, and verified by mail
   * and telephone alone: how sure a website must be is the operator's to say, so there is no default.
   */
  readonly minimumLevel: SopLevel;
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
  /** Asked for besides the general one where a website asks for UAE PASS's own claims. */
  readonly own_scope: readonly string[];
  readonly acr_values: string;
  readonly pkce: boolean;
  readonly minimumLevel: SopLevel;
  readonly by_client: Readonly<Record<string, UaePassClientOptions>>;
  readonly mapClaims: MapClaims | null;
}

const BASE_URLS = {
  staging: 'https://stg-id.uaepass.ae/idshub',
  production: 'https://id.uaepass.ae/idshub',
} as const;
/** All or nothing: without it there is not even a `uuid`. */
export const GENERAL_SCOPE = 'urn:uae:digitalid:profile:general';
const VISITOR_SCOPES = [`${GENERAL_SCOPE}:profileType`, `${GENERAL_SCOPE}:unifiedId`] as const;
const WEB_ACR = 'urn:safelayer:tws:policies:authentication:level:low';

const LEVELS = ['SOP1', 'SOP2', 'SOP3'] as const;
const level: z.ZodType<SopLevel> = z.enum(LEVELS, `must be one of ${LEVELS.join(', ')}`);
/** An earlier spelling is a mistake that says the new one. */
const formerSpelling = z.undefined('is now spelled minimumLevel').optional();
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
  pkce: z.boolean().default(true),
  minimumLevel: level,
  minimum_level: formerSpelling,
  by_client: z
    .record(
      z.string(),
      z.strictObject({
        minimumLevel: level.optional(),
        minimum_level: formerSpelling,
        sp_name: localizedText.optional(),
      }),
    )
    .default({}),
  mapClaims: mapClaims.optional(),
});

export function resolveUaePassOptions(options: UaePassOptions): CheckedOptions<ResolvedUaePassOptions> {
  const checked = checkOptions(schema, options);
  if (!checked.ok) return checked;
  const { environment, base_url, visitors, extra_scope, minimum_level: _, ...rest } = checked.options;
  const base = base_url ?? BASE_URLS[environment];
  return {
    ok: true,
    options: {
      ...rest,
      authorization_endpoint: rest.authorization_endpoint ?? `${base}/authorize`,
      token_endpoint: rest.token_endpoint ?? `${base}/token`,
      userinfo_endpoint: rest.userinfo_endpoint ?? `${base}/userinfo`,
      logout_endpoint: rest.logout_endpoint ?? `${base}/logout`,
      own_scope: [...(visitors ? VISITOR_SCOPES : []), ...extra_scope].filter((scope) => scope !== GENERAL_SCOPE),
      mapClaims: rest.mapClaims ?? null,
    },
  };
}
