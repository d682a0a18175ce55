import { z } from 'zod';
import type { ConnectorConfig } from '../connectors/connector.ts';
import {
  type Client,
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  ENCRYPTION_ALGORITHMS,
  type EncryptionAlgorithm,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from '../session/index.ts';
import type { StoreConfig } from '../store/store.ts';
import { LOG_LEVELS, type LogTarget } from '../telemetry/index.ts';
import type { LifetimesConfig, PublicKeyConfig } from './beckon-config.ts';
import { type Checked, checkShape } from './check-shape.ts';
import { isRange } from './ranges.ts';
import { shownName } from './shown-name.ts';
import { WEBHOOK_TYPES, type WebhookType } from '../session/webhook.ts';
import { endpoint, issuer, link, logoUri, origin, pageUrl, qrBaseUrl, redirectUri } from './uris.ts';

/** A configuration whose shape is right, with its defaults. */
export interface ParsedConfig {
  readonly issuer: string;
  readonly qrBaseUrl?: string | undefined;
  readonly store: string | StoreConfig;
  readonly storeLimitMebibytes: number;
  readonly secret: string | string[];
  readonly subjectSecret: string;
  readonly allowWeakSubjectSecret: boolean;
  readonly signingKeyDays: number | null;
  readonly audit: {
    readonly retentionDays: number;
    readonly forward:
      | { readonly url: string; readonly headers: Readonly<Record<string, string>> }
      | { readonly syslog: string }
      | null;
  };
  readonly trustedProxies: readonly string[];
  readonly lifetimes: { readonly [name in keyof LifetimesConfig]-?: number };
  readonly clients: readonly ParsedClient[];
  readonly connectors: readonly ConnectorConfig[];
  readonly admin: { readonly host: string; readonly port: number; readonly tokens: readonly OperatorToken[] } | null;
  readonly webhooks: { readonly allowPrivateAddresses: boolean };
  readonly helpUrl?: string | undefined;
  readonly rateLimitFactor: number;
  readonly sandboxPhone?: string | undefined;
  readonly logger?: LogTarget | undefined;
}

/** What lets an operator in. */
export interface OperatorToken {
  /** What the audit trail calls the one who acts. */
  readonly name: string;
  /** SHA-256 of the token, base64url: the token itself is in no file of the server's. */
  readonly hash: string;
  readonly scope: 'read' | 'write';
}

export interface ParsedClient {
  readonly client_id: string;
  readonly client_secret?: string | string[] | undefined;
  readonly client_name: string;
  readonly logo_uri?: string | undefined;
  readonly client_uri?: string | undefined;
  readonly policy_uri?: string | undefined;
  readonly tos_uri?: string | undefined;
  readonly application_type: Client['application_type'];
  readonly token_endpoint_auth_method?: Client['token_endpoint_auth_method'] | undefined;
  readonly redirect_uris: readonly string[];
  readonly allowed_origins: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly backchannel_logout_uri?: string | undefined;
  readonly webhook?:
    | { readonly uri: string; readonly secrets: readonly string[]; readonly events: readonly WebhookType[] }
    | undefined;
  readonly subject_type: Client['subject_type'];
  readonly sector_identifier_uri?: string | undefined;
  readonly scope: string;
  readonly connectors?: readonly string[] | undefined;
  readonly id_token_signed_response_alg: Client['id_token_signed_response_alg'];
  readonly jwks?: { readonly keys: readonly PublicKeyConfig[] } | undefined;
  readonly id_token_encrypted_response_alg?: EncryptionAlgorithm | undefined;
  readonly id_token_encrypted_response_enc?: ContentEncryption | undefined;
  readonly userinfo_signed_response_alg?: SigningAlgorithm | undefined;
  readonly userinfo_encrypted_response_alg?: EncryptionAlgorithm | undefined;
  readonly userinfo_encrypted_response_enc?: ContentEncryption | undefined;
  readonly id_token_claims: boolean;
  readonly upstream_tokens: boolean;
  readonly audience: readonly string[];
  readonly introspects: readonly string[];
  readonly access_token_lifetime: number;
  readonly id_token_lifetime: number;
  readonly refresh_token_lifetime: number;
  readonly refresh_token_idle_lifetime: number;
  readonly require_pkce: boolean;
  readonly require_pushed_authorization_requests: boolean;
  readonly cross_device: {
    readonly verification: 'auto' | 'number' | 'none';
    readonly network: 'allow' | 'warn' | 'require';
    readonly confirm_person: boolean;
    readonly scope?: string | undefined;
    readonly direct: boolean;
  };
}

const seconds = (least: number, most: number, fallback: number): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(least).max(most).default(fallback);

/** Seconds. */
const DAY = 86_400;

/** Whether this could be a secret of ours: 32 bytes or more, base64url. */
export function isBase64urlSecret(text: string): boolean {
  return /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length >= 32;
}

const BASE64URL = 'must be base64url (letters, digits, - and _)';
const isLongEnough = (text: string): boolean => Buffer.from(text, 'base64url').length >= 32;

const base64urlSecret = z
  .string({ error: 'is missing: at least 32 random bytes, base64url; `beckon-server secret` prints one' })
  .regex(/^[\w-]+$/, { error: BASE64URL, abort: true })
  .refine(isLongEnough, 'must be at least 32 bytes; `beckon-server secret` prints one');

/** Standard Webhooks: 24 to 64 random bytes. */
const webhookSecret = z
  .string({ error: 'is missing: `beckon-server secret --webhook` prints one' })
  .max(128)
  .refine((text) => {
    const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
    const { length } = Buffer.from(base64, 'base64');
    return length >= 24 && length <= 64;
  }, 'must be whsec_ and the base64 of 24 to 64 bytes; `beckon-server secret --webhook` prints one');

const webhook = z.strictObject({
  uri: endpoint,
  secrets: z
    .array(webhookSecret)
    .min(1, 'must have one secret, or two while rotating')
    .max(2, 'must have one secret, or two while rotating'),
  events: z
    .array(z.enum(WEBHOOK_TYPES, { error: `must be of ${WEBHOOK_TYPES.join(', ')}` }))
    .min(1, 'must not be empty: leave it out for all')
    .max(WEBHOOK_TYPES.length)
    .default([...WEBHOOK_TYPES]),
});

const operatorToken = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 of letters, digits, ., _ and -'),
  hash: z
    .string({ error: 'is missing: `beckon-server secret --operator NAME` prints a token and its hash' })
    .regex(
      /^[\w-]{43}$/,
      'must be the SHA-256 of a token, base64url: `beckon-server secret --operator NAME` prints both',
    ),
  scope: z.enum(['read', 'write'], { error: "must be 'read' or 'write'" }),
});

function haveOneNameEach(tokens: readonly OperatorToken[]): boolean {
  return new Set(tokens.map(({ name }) => name)).size === tokens.length;
}

function haveOneTokenEach(tokens: readonly OperatorToken[]): boolean {
  return new Set(tokens.map(({ hash }) => hash)).size === tokens.length;
}

/** What to write instead depends on whether the server is a new one: `resolve.ts` adds it. */
const subjectSecret = z
  .string()
  .regex(/^[\w-]+$/, { error: BASE64URL, abort: true })
  .refine(isLongEnough, 'must be at least 32 bytes');

/** What is missing, with what to write; other mistakes in the usual words. */
const missing =
  (hint: string) =>
  ({ input }: { readonly input?: unknown }): string | undefined =>
    input === undefined ? `is missing: write ${hint}` : undefined;

export const DEFAULT_STORE = 'sqlite:./beckon.db';

const scope = z
  .string()
  .max(1024)
  .regex(/^[!#-[\]-~]+( [!#-[\]-~]+)*$/, 'must be scope tokens separated by single spaces (RFC 6749 §3.3)');

const audiences = z
  .array(z.string().regex(/^[\x21-\x7e]{1,256}$/, 'must be 1 to 256 characters of printable ASCII without spaces'))
  .max(16, 'has more than 16 entries')
  .default([]);

const clientSecret = z
  .string()
  .min(8, 'must be at least 8 characters; `beckon-server secret` prints a good one')
  .max(256);

const crossDevice = z
  .strictObject({
    verification: z.enum(['auto', 'number', 'none']).default('auto'),
    network: z.enum(['allow', 'warn', 'require']).default('warn'),
    scope: scope.optional(),
    confirm_person: z.boolean().default(false),
    direct: z.boolean().default(false),
  })
  .prefault({});

const client: z.ZodType<ParsedClient> = z.strictObject({
  client_id: z
    .string({ error: missing("the id by which the website's requests name it, for example 'shop'") })
    .min(1)
    .max(128)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces (RFC 6749 appendix A.1)'),
  client_secret: z
    .union([
      clientSecret,
      z.array(clientSecret).min(1).max(2, 'has more than two values: write one, or two while it is rotated'),
    ])
    .optional(),
  client_name: shownName(z.string({ error: missing("what people read, for example 'Shop'") })),
  logo_uri: logoUri.optional(),
  client_uri: link.optional(),
  policy_uri: link.optional(),
  tos_uri: link.optional(),
  application_type: z.enum(['web', 'native']).default('web'),
  token_endpoint_auth_method: z.enum(['client_secret_basic', 'client_secret_post', 'none']).optional(),
  redirect_uris: z
    .array(redirectUri, { error: missing("the callback addresses, for example ['https://shop.example/callback']") })
    .max(32, 'has more than 32 entries'),
  allowed_origins: z.array(origin).max(32, 'has more than 32 entries').default([]),
  post_logout_redirect_uris: z.array(redirectUri).max(32, 'has more than 32 entries').default([]),
  backchannel_logout_uri: endpoint.optional(),
  webhook: webhook.optional(),
  subject_type: z.enum(['public', 'pairwise']).default('public'),
  sector_identifier_uri: endpoint.optional(),
  scope: scope.default('openid'),
  connectors: z.array(z.string()).min(1).optional(),
  id_token_signed_response_alg: z.enum(SIGNING_ALGORITHMS).default('RS256'),
  jwks: z
    // What a key says besides is nothing to us (RFC 7517 §4 and §5): `client-keys.ts` looks at the rest.
    .looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).max(16, 'has more than 16 entries') })
    .optional(),
  id_token_encrypted_response_alg: z.enum(ENCRYPTION_ALGORITHMS).optional(),
  id_token_encrypted_response_enc: z.enum(CONTENT_ENCRYPTIONS).optional(),
  userinfo_signed_response_alg: z.enum(SIGNING_ALGORITHMS).optional(),
  userinfo_encrypted_response_alg: z.enum(ENCRYPTION_ALGORITHMS).optional(),
  userinfo_encrypted_response_enc: z.enum(CONTENT_ENCRYPTIONS).optional(),
  id_token_claims: z.boolean().default(false),
  upstream_tokens: z.boolean().default(false),
  audience: audiences,
  introspects: audiences,
  access_token_lifetime: seconds(60, DAY, 3600),
  id_token_lifetime: seconds(60, DAY, 3600),
  refresh_token_lifetime: seconds(3600, 400 * DAY, 30 * DAY),
  refresh_token_idle_lifetime: seconds(3600, 400 * DAY, 14 * DAY),
  require_pkce: z.boolean().default(true),
  require_pushed_authorization_requests: z.boolean().default(false),
  cross_device: crossDevice,
});

const connector: z.ZodType<ConnectorConfig> = z.custom<ConnectorConfig>(
  (value) => hasFunctions(value, ['open']),
  'must be made by a connector function, for example wallet({ … })',
);

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}

const port = z.number().int().min(0).max(65_535);

const schema: z.ZodType<ParsedConfig> = z.strictObject({
  issuer,
  qrBaseUrl: qrBaseUrl.optional(),
  store: z
    .custom<string | StoreConfig>(
      (value) => (typeof value === 'string' ? /^sqlite:.+$/.test(value) : hasFunctions(value, ['open'])),
      'must be "sqlite:<path>", "sqlite::memory:", sqlite({ … }) or a store of your own',
    )
    .default(DEFAULT_STORE),
  storeLimitMebibytes: z.number().int().min(1).max(1_000_000).default(10_240),
  secret: z.union([base64urlSecret, z.array(base64urlSecret).min(1).max(8, 'has more than 8 entries')]),
  subjectSecret,
  allowWeakSubjectSecret: z.boolean().default(false),
  // A week at least: the key before the last is still published then.
  audit: z
    .strictObject({
      retentionDays: z.number().int().min(1).max(3650).default(30),
      forward: z
        .union([
          z.strictObject({
            url: z.string().refine(isHttpAddress, 'must be an http or https address without a password'),
            headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\x20-\x7e]*$/)).default({}),
          }),
          z.strictObject({
            syslog: z.string().refine(isSyslogAddress, 'must be tcp://host:port, tls://host:port or udp://host:port'),
          }),
        ])
        .nullable()
        .default(null),
    })
    .prefault({}),
  signingKeyDays: z.number().int().min(7).max(3650).nullable().default(90),
  trustedProxies: z
    .array(z.string().refine(isRange, 'must be an address or a CIDR range, for example 10.0.0.0/8'))
    .max(64, 'has more than 64 entries')
    .default([]),
  lifetimes: z
    .strictObject({
      unscannedSeconds: seconds(2, 600, 120),
      scannedSeconds: seconds(2, 900, 300),
      codeSeconds: seconds(1, 60, 60),
      requestUriSeconds: seconds(5, 3600, 600),
      frameMilliseconds: z.number().int().min(500).max(10_000).default(2000),
    })
    .prefault({}),
  clients: z
    .array(client, { error: missing('the websites, [{ client_id: … }]') })
    .min(1, 'must not be empty: write at least one website'),
  connectors: z
    .array(connector, { error: missing('the identity apps, for example [wallet({ … })]') })
    .min(1, 'must not be empty: write at least one identity app, for example wallet({ … })'),
  admin: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port,
      tokens: z
        .array(operatorToken)
        .max(64, 'has more than 64 entries')
        .refine(haveOneNameEach, 'has a name twice: the audit trail could not tell who acted')
        .refine(haveOneTokenEach, 'has a token twice: give each operator a token of their own')
        .default([]),
    })
    .nullable()
    .default(null),
  webhooks: z.strictObject({ allowPrivateAddresses: z.boolean().default(false) }).prefault({}),
  logger: z
    .custom<LogTarget>(
      (value) => hasFunctions(value, LOG_LEVELS),
      'must be an object with the functions debug, info, warn and error, for example a pino logger',
    )
    .optional(),
  helpUrl: link.optional(),
  rateLimitFactor: z.number().positive().max(1_000_000).default(1),
  sandboxPhone: pageUrl.optional(),
});

/** Checks a configuration's shape, with every mistake in it. */
export function parseConfig(input: unknown): Checked<ParsedConfig> {
  return checkShape(schema, input);
}

/** The same of one client. */
export function parseClient(input: unknown): Checked<ParsedClient> {
  return checkShape(client, input);
}

function isHttpAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function isSyslogAddress(text: string): boolean {
  return /^(tcp|tls|udp):\/\/([\w.-]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(text) && URL.canParse(text);
}
