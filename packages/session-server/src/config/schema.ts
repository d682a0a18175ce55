import { z } from 'zod';
import type { ConnectorConfig } from '../connectors/connector.ts';
import type { Client } from '../session/index.ts';
import type { StoreConfig } from '../store/store.ts';
import { LOG_LEVELS, type LogTarget } from '../telemetry/index.ts';
import type { LifetimesConfig } from './beckon-config.ts';
import { type Checked, checkShape } from './check-shape.ts';
import { isRange } from './ranges.ts';
import { isOwnLogo, issuer, logoUri, origin, pageUrl, qrBaseUrl, redirectUri } from './uris.ts';

/** A configuration whose shape is right, with its defaults. */
export interface ParsedConfig {
  readonly issuer: string;
  readonly qrBaseUrl?: string | undefined;
  readonly store: string | StoreConfig;
  readonly storeLimitMebibytes: number;
  readonly secret: string | string[];
  readonly subjectSecret: string;
  readonly trustedProxies: readonly string[];
  readonly lifetimes: { readonly [name in keyof LifetimesConfig]-?: number };
  readonly clients: readonly ParsedClient[];
  readonly connectors: readonly ConnectorConfig[];
  readonly admin: { readonly host: string; readonly port: number } | null;
  readonly rateLimitFactor: number;
  readonly sandboxPhone?: string | undefined;
  readonly logger?: LogTarget | undefined;
}

export interface ParsedClient {
  readonly client_id: string;
  readonly client_secret?: string | string[] | undefined;
  readonly client_name: string;
  readonly logo_uri?: string | undefined;
  readonly application_type: Client['application_type'];
  readonly token_endpoint_auth_method?: Client['token_endpoint_auth_method'] | undefined;
  readonly redirect_uris: readonly string[];
  readonly allowed_origins: readonly string[];
  readonly scope: string;
  readonly connectors?: readonly string[] | undefined;
  readonly id_token_signed_response_alg: Client['id_token_signed_response_alg'];
  readonly id_token_claims: boolean;
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

/** Whether this could be a secret of ours: 32 bytes or more, base64url. */
export function isBase64urlSecret(text: string): boolean {
  return /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length >= 32;
}

const base64urlSecret = z
  .string({ error: 'is missing: at least 32 random bytes, base64url; `beckon-server secret` prints one' })
  .regex(/^[\w-]+$/, 'must be base64url (letters, digits, - and _)')
  .refine(
    (text) => Buffer.from(text, 'base64url').length >= 32,
    'must be at least 32 bytes; `beckon-server secret` prints one',
  );

const scope = z
  .string()
  .max(1024)
  .regex(/^[!#-[\]-~]+( [!#-[\]-~]+)*$/, 'must be scope tokens separated by single spaces (RFC 6749 §3.3)');

const clientSecret = z.string().min(8).max(256);

const crossDevice = z
  .strictObject({
    verification: z.enum(['auto', 'number', 'none']).default('auto'),
    network: z.enum(['allow', 'warn', 'require']).default('warn'),
    scope: scope.optional(),
    confirm_person: z.boolean().default(false),
    direct: z.boolean().default(false),
  })
  .prefault({});

const client: z.ZodType<ParsedClient> = z
  .strictObject({
    client_id: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces (RFC 6749 appendix A.1)'),
    client_secret: z.union([clientSecret, z.array(clientSecret).min(1).max(2)]).optional(),
    client_name: z.string().min(1).max(80),
    logo_uri: logoUri.optional(),
    application_type: z.enum(['web', 'native']).default('web'),
    token_endpoint_auth_method: z.enum(['client_secret_basic', 'client_secret_post', 'none']).optional(),
    redirect_uris: z.array(redirectUri).min(1).max(32),
    allowed_origins: z.array(origin).max(32).default([]),
    scope: scope.default('openid'),
    connectors: z.array(z.string()).min(1).optional(),
    id_token_signed_response_alg: z.enum(['RS256', 'ES256']).default('RS256'),
    id_token_claims: z.boolean().default(false),
    require_pkce: z.boolean().default(true),
    require_pushed_authorization_requests: z.boolean().default(false),
    cross_device: crossDevice,
  })
  .superRefine((value, context) => {
    const method =
      value.token_endpoint_auth_method ?? (value.client_secret === undefined ? 'none' : 'client_secret_basic');
    if (method === 'none' && value.client_secret !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['client_secret'],
        message: 'a client with token_endpoint_auth_method "none" has no secret',
      });
    if (method !== 'none' && value.client_secret === undefined)
      context.addIssue({
        code: 'custom',
        path: ['client_secret'],
        message: `is missing: token_endpoint_auth_method is "${method}"`,
      });
    if (method === 'none' && !value.require_pkce)
      context.addIssue({
        code: 'custom',
        path: ['require_pkce'],
        message: 'a public client must use PKCE (RFC 9700 §2.1.1)',
      });
    if (method === 'none' && value.cross_device.direct)
      context.addIssue({
        code: 'custom',
        path: ['cross_device', 'direct'],
        message: 'is for clients with a secret: they push their requests (RFC 9126), so that no stranger sends pushes',
      });
    if (value.logo_uri !== undefined && !isOwnLogo(value.logo_uri, value))
      context.addIssue({
        code: 'custom',
        path: ['logo_uri'],
        message: "must be on one of the client's own origins, or data:image/…",
      });
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
    .default('sqlite:./beckon.db'),
  storeLimitMebibytes: z.number().int().min(1).max(1_000_000).default(10_240),
  secret: z.union([base64urlSecret, z.array(base64urlSecret).min(1).max(8)]),
  subjectSecret: base64urlSecret,
  trustedProxies: z
    .array(z.string().refine(isRange, 'must be an address or a CIDR range, for example 10.0.0.0/8'))
    .max(64)
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
  clients: z.array(client).min(1),
  connectors: z.array(connector).min(1),
  admin: z
    .strictObject({ host: z.string().default('127.0.0.1'), port })
    .nullable()
    .default(null),
  logger: z
    .custom<LogTarget>(
      (value) => hasFunctions(value, LOG_LEVELS),
      'must be an object with the functions debug, info, warn and error, for example a pino logger',
    )
    .optional(),
  rateLimitFactor: z.number().positive().max(1_000_000).default(1),
  sandboxPhone: pageUrl.optional(),
});

/** Checks a configuration's shape, with every mistake in it. */
export function parseConfig(input: unknown): Checked<ParsedConfig> {
  return checkShape(schema, input);
}
