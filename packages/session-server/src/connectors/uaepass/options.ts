import { z } from 'zod';

import type { LocalizedText, MarkOptions } from '../connector.ts';
import type { MapClaims } from '../shared/mapped-claims.ts';
import {
  type Checked,
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
  readonly spName?: LocalizedText | undefined;
}

export interface UaePassOptions extends MarkOptions {
  /** Part of `sub` and of the callback URL: fixed once set. Default `uaepass`. */
  readonly id?: string | undefined;
  /** What people call the app. Default `UAE PASS`, in Arabic `الهوية الرقمية`. */
  readonly names?: LocalizedText | undefined;
  /** `sandbox_stage` works for everybody in staging. */
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** Chooses the default of `baseUrl`. Default `staging`. */
  readonly environment?: 'staging' | 'production' | undefined;
  /**
   * What the endpoints below are under. Default `https://stg-id.uaepass.ae/idshub`, in production
   * `https://id.uaepass.ae/idshub`.
   */
  readonly baseUrl?: string | undefined;
  /** Default `{baseUrl}/authorize`. */
  readonly authorizationEndpoint?: string | undefined;
  /** Default `{baseUrl}/token`. */
  readonly tokenEndpoint?: string | undefined;
  /** Default `{baseUrl}/userinfo`. */
  readonly userinfoEndpoint?: string | undefined;
  /** Default `{baseUrl}/logout`. */
  readonly logoutEndpoint?: string | undefined;
  /**
   * Where a website asks for the scope of this connector's id, asks also for `profileType` and `unifiedId`,
   * which tell visitors from residents. UAE PASS must have granted it. Default false.
   */
  readonly visitors?: boolean | undefined;
  /** More scopes to ask for then, beyond `urn:uae:digitalid:profile:general` and the visitors'. Never `openid`. */
  readonly extraScope?: readonly string[] | undefined;
  /** Default `urn:safelayer:tws:policies:authentication:level:low`, the one for the web. */
  readonly acrValues?: string | undefined;
  /** Sends a PKCE challenge (RFC 7636, S256). UAE PASS does not document it; Ory Kratos always sends one. Default true. */
  readonly pkce?: boolean | undefined;
  /**
   * People below it are refused with UAE PASS's prescribed text. `SOP1` is everybody, and verified by mail
   * and telephone alone: how sure a website must be is the operator's to say, so there is no default.
   */
  readonly minimumLevel: SopLevel;
  /** By `client_id` of the relying party. */
  readonly byClient?: Readonly<Record<string, UaePassClientOptions>> | undefined;
  /** Replaces the mapping of userinfo to OpenID Connect's claims. Gets what UAE PASS answered, as it answered. */
  readonly mapClaims?: MapClaims | undefined;
}

export type ResolvedUaePassOptions = Checked<
  Omit<UaePassOptions, 'environment' | 'baseUrl' | 'visitors' | 'extraScope'>,
  'mapClaims'
> & {
  /** Asked for besides the general one where a website asks for UAE PASS's own claims. */
  readonly ownScope: readonly string[];
};

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
// RFC 7617 §2: the user name that Basic sends has no colon.
const clientId = z
  .string()
  .min(1)
  .max(256)
  .refine((text) => !text.includes(':'), 'must have no colon: HTTP Basic could not carry it');

const schema = z.strictObject({
  id: connectorId.default('uaepass'),
  names: localizedText.default({ en: 'UAE PASS', ar: 'الهوية الرقمية' }),
  clientId,
  clientSecret: z.string().min(1).max(1024),
  environment: z.enum(['staging', 'production']).default('staging'),
  baseUrl: baseAddress.optional(),
  authorizationEndpoint: webAddress.optional(),
  tokenEndpoint: webAddress.optional(),
  userinfoEndpoint: webAddress.optional(),
  logoutEndpoint: webAddress.optional(),
  visitors: z.boolean().default(false),
  extraScope: z
    .array(scopeToken.refine((text) => text !== 'openid', 'UAE PASS does not know the scope openid'))
    .default([]),
  acrValues: z.string().min(1).max(512).default(WEB_ACR),
  pkce: z.boolean().default(true),
  minimumLevel: level,
  byClient: z
    .record(
      z.string(),
      z.strictObject({
        minimumLevel: level.optional(),
        spName: localizedText.optional(),
      }),
    )
    .default({}),
  mapClaims: mapClaims.optional(),
});

export function resolveUaePassOptions(options: UaePassOptions): CheckedOptions<ResolvedUaePassOptions> {
  const checked = checkOptions(schema, options);
  if (!checked.ok) return checked;
  const { environment, baseUrl, visitors, extraScope, ...rest } = checked.options;
  const base = baseUrl ?? BASE_URLS[environment];
  return {
    ok: true,
    options: {
      ...rest,
      authorizationEndpoint: rest.authorizationEndpoint ?? `${base}/authorize`,
      tokenEndpoint: rest.tokenEndpoint ?? `${base}/token`,
      userinfoEndpoint: rest.userinfoEndpoint ?? `${base}/userinfo`,
      logoutEndpoint: rest.logoutEndpoint ?? `${base}/logout`,
      ownScope: [...(visitors ? VISITOR_SCOPES : []), ...extraScope].filter((scope) => scope !== GENERAL_SCOPE),
    },
  };
}
