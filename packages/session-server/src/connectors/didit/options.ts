import type { InstallLinks } from '@beckon/protocol';
import { z } from 'zod';

import { isSecureAddress } from '../../outbound/secure-address.ts';
import type { LocalizedText, MarkOptions } from '../connector.ts';
import type { ClientAuthentication } from '../../openid-client/index.ts';
import type { MapClaims } from '../shared/mapped-claims.ts';
import {
  type Checked,
  type CheckedOptions,
  baseAddress,
  checkOptions,
  connectorId,
  type InstallUrl,
  installUrl,
  localizedText,
  mapClaims,
  scopeToken,
  webAddress,
} from '../shared/option-schemas.ts';

/**
 * What Didit calls the fields of two answers that it does not document, each with the names to look
 * for, best first. Defaults in `FIELD_NAMES`.
 */
export interface DiditFieldNames {
  /** In the answer of `authorize`. */
  readonly sessionId: readonly string[];
  readonly sessionToken: readonly string[];
  readonly url: readonly string[];
  /** In the answer of a confirmed `status`: the code itself, or the redirect that carries it. */
  readonly code: readonly string[];
  readonly location: readonly string[];
}

export interface DiditOptions extends MarkOptions {
  /** Part of `sub` and of the redirect URI: fixed once set. Default `didit`. */
  readonly id?: string | undefined;
  /** What people call the app. Default `Didit`. */
  readonly names?: LocalizedText | undefined;
  /** Where people get the app: one address, or one for each kind of device. Default: not known. */
  readonly installUrl?: InstallUrl | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** Registered with Didit. No browser is sent there. Default `{issuer}/callback/{id}`. */
  readonly redirectUri?: string | undefined;
  /** Chooses the default of `baseUrl`. Default `production`. */
  readonly environment?: 'production' | 'staging' | undefined;
  /** What the endpoints below are under. Default `https://apx.didit.me`, in staging `https://apx.staging.didit.me`. */
  readonly baseUrl?: string | undefined;
  /** Default `{baseUrl}/auth/v2/authorize`. */
  readonly authorizationEndpoint?: string | undefined;
  /** With `{session_id}` in it. Default `{baseUrl}/auth/v2/session/{session_id}/status/`. */
  readonly statusEndpoint?: string | undefined;
  /**
   * With `{session_id}` in it; gets a POST with `Data-Session-Token` when no browser waits any more.
   * Didit documents no such call. Default null: sessions end there by their own time.
   */
  readonly cancelEndpoint?: string | null | undefined;
  /** A WebSocket (wss, or ws on a loopback host); null does without. Default `{baseUrl}/auth/ws/notifications/`. */
  readonly notificationsEndpoint?: string | null | undefined;
  /** Default `{baseUrl}/auth/v2/token`. */
  readonly tokenEndpoint?: string | undefined;
  /** Default `{baseUrl}/auth/v2/users/retrieve/`; null takes the claims from id_token and introspection alone. */
  readonly userinfoEndpoint?: string | null | undefined;
  /** Asks Didit whether the access token counts, before anybody is signed in (RFC 7662). Default null; Didit's is `{baseUrl}/auth/v2/introspect`. */
  readonly introspectionEndpoint?: string | null | undefined;
  /** `iss` of id_tokens. Default `https://didit.me`. */
  readonly issuer?: string | undefined;
  /**
   * The keys of id_tokens. Default null: then TLS with the token endpoint stands for the signature
   * (OpenID Connect Core §3.1.3.7, step 6), and every claim is checked all the same.
   */
  readonly jwksUri?: string | null | undefined;
  /** What the QR code shows where `authorize` answers no URL; with `{session_token}` in it. Default `https://app.didit.me/authorize/{session_token}`. */
  readonly sessionUrl?: string | undefined;
  /** Sends a PKCE challenge (RFC 7636, S256). Not documented for this flow. Default false. */
  readonly pkce?: boolean | undefined;
  /**
   * Which Didit scopes to ask for, by the relying party's scope. `openid` is always asked for.
   * Replaces the default as a whole, see `SCOPES`.
   */
  readonly scopes?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Between two looks at the status while the WebSocket is up, in ms: 10 to 60000. Default 30000, as in Didit's demo. */
  readonly pollMilliseconds?: number | undefined;
  /** The same without the WebSocket, and the first wait after a failure; each next one is twice as long. Default 3000. */
  readonly pollWithoutPushMilliseconds?: number | undefined;
  /**
   * Sessions that are begun at Didit in a minute at most, by all nodes together and shared fairly between
   * networks. Didit documents no limit. 1 to 100 000, default 120.
   */
  readonly sessionsPerMinute?: number | undefined;
  readonly fieldNames?: Partial<DiditFieldNames> | undefined;
  /** Replaces the mapping to OpenID Connect's claims. Gets id_token, introspection and userinfo as one object, the later one winning. */
  readonly mapClaims?: MapClaims | undefined;
}

export type ResolvedDiditOptions = Checked<
  Omit<DiditOptions, 'environment' | 'baseUrl' | 'clientId' | 'clientSecret' | 'fieldNames' | 'installUrl'>,
  'redirectUri' | 'mapClaims'
> & {
  readonly client: ClientAuthentication;
  readonly installUrl?: InstallLinks | undefined;
  readonly fieldNames: DiditFieldNames;
};

const BASE_URLS = { production: 'https://apx.didit.me', staging: 'https://apx.staging.didit.me' } as const;

/** Didit's scopes are its own (docs.didit.me, "User Scopes"); `offline` gives a refresh token. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  profile: ['names', 'picture', 'gender', 'birthdate'],
  email: ['email'],
  phone: ['phone'],
  address: ['address'],
  didit: ['is_verified'],
  offline_access: ['offline'],
};

/** `sessionId`, `sessionToken` and `url` as in its answer to a data-transfer session; the rest are guesses. */
const FIELD_NAMES: DiditFieldNames = {
  sessionId: ['session_id', 'id'],
  sessionToken: ['session_token', 'token'],
  url: ['url', 'session_url'],
  code: ['code', 'authorization_code'],
  location: ['redirect_to', 'redirect_url', 'redirect_uri', 'location', 'url'],
};

const socketAddress = z
  .string()
  .max(1024)
  .refine(
    (text) => /^wss?:\/\//.test(text) && isSecureAddress(URL.parse(text), 'ws'),
    'must be a wss URL (ws only on a loopback host)',
  )
  .refine((text) => !/[?#]/.test(text), 'must have no query and no fragment');
const containing = (part: string): z.ZodType<string> =>
  webAddress.refine((text) => text.includes(part), `must contain ${part}`);
const fields = z.array(z.string().min(1).max(64)).min(1).max(8).readonly();
const interval = z.int().min(10).max(60_000);

const schema = z.strictObject({
  id: connectorId.default('didit'),
  names: localizedText.default({ en: 'Didit' }),
  installUrl: installUrl.optional(),
  clientId: z
    .string()
    .min(1)
    .max(256)
    // RFC 7617 §2: the user name that Basic sends has no colon.
    .regex(/^[\x21-\x39\x3b-\x7e]+$/, 'must be printable ASCII without spaces and colons'),
  clientSecret: z.string().min(1).max(1024),
  redirectUri: webAddress.optional(),
  environment: z.enum(['production', 'staging']).default('production'),
  baseUrl: baseAddress.optional(),
  authorizationEndpoint: baseAddress.optional(),
  statusEndpoint: containing('{session_id}').optional(),
  cancelEndpoint: containing('{session_id}').nullable().default(null),
  notificationsEndpoint: socketAddress.nullable().optional(),
  tokenEndpoint: webAddress.optional(),
  userinfoEndpoint: webAddress.nullable().optional(),
  introspectionEndpoint: webAddress.nullable().default(null),
  issuer: webAddress.default('https://didit.me'),
  jwksUri: webAddress.nullable().default(null),
  sessionUrl: containing('{session_token}').default('https://app.didit.me/authorize/{session_token}'),
  pkce: z.boolean().default(false),
  scopes: z.record(z.string(), z.array(scopeToken).max(32)).default(SCOPES as Record<string, string[]>),
  pollMilliseconds: interval.default(30_000),
  pollWithoutPushMilliseconds: interval.default(3_000),
  sessionsPerMinute: z.int().min(1).max(100_000).default(120),
  fieldNames: z
    .strictObject({
      sessionId: fields.default(FIELD_NAMES.sessionId),
      sessionToken: fields.default(FIELD_NAMES.sessionToken),
      url: fields.default(FIELD_NAMES.url),
      code: fields.default(FIELD_NAMES.code),
      location: fields.default(FIELD_NAMES.location),
    })
    .prefault({}),
  mapClaims: mapClaims.optional(),
});

export function resolveDiditOptions(options: DiditOptions): CheckedOptions<ResolvedDiditOptions> {
  const result = checkOptions(schema, options);
  if (!result.ok) return result;
  const { environment, baseUrl, clientId, clientSecret, ...rest } = result.options;
  const base = baseUrl ?? BASE_URLS[environment];
  const orDefault = (value: string | null | undefined, fallback: string): string | null =>
    value === undefined ? fallback : value;
  return {
    ok: true,
    options: {
      ...rest,
      client: { method: 'client_secret_basic', client_id: clientId, client_secret: clientSecret },
      authorizationEndpoint: rest.authorizationEndpoint ?? `${base}/auth/v2/authorize`,
      statusEndpoint: rest.statusEndpoint ?? `${base}/auth/v2/session/{session_id}/status/`,
      notificationsEndpoint: orDefault(
        rest.notificationsEndpoint,
        `${base.replace(/^http/, 'ws')}/auth/ws/notifications/`,
      ),
      tokenEndpoint: rest.tokenEndpoint ?? `${base}/auth/v2/token`,
      userinfoEndpoint: orDefault(rest.userinfoEndpoint, `${base}/auth/v2/users/retrieve/`),
    },
  };
}
