import { createHash } from 'node:crypto';
import { CONNECTOR_ID, CONNECTOR_ID_RULE, type ConnectorConfig } from '../connectors/connector.ts';
import { type Client, STANDARD_SCOPES, claimsOf } from '../session/index.ts';
import type { StoreConfig } from '../store/store.ts';
import type { LogTarget } from '../telemetry/index.ts';
import type { BeckonConfig, ClientConfig } from './beckon-config.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { weaknessOf, weaknessOfBytes } from './secret-strength.ts';
import { isBase64urlSecret, type ParsedClient, type ParsedConfig, parseConfig } from './schema.ts';

export type StoreSettings = (
  | {
      readonly type: 'sqlite';
      /** A file's path, or `:memory:`. */
      readonly path: string;
    }
  /** Made by `sqlite({ … })`, or the operator's own. */
  | { readonly type: 'given'; readonly config: StoreConfig }
) & {
  /** What it may take. */
  readonly limit_bytes: number;
};

/** A configuration with every default filled in and every check passed. Times are ms. */
export interface Settings {
  readonly issuer: string;
  /** Ends with a slash. */
  readonly qrBaseUrl: string;
  readonly store: StoreSettings;
  readonly secret: readonly string[];
  readonly subjectSecret: string;
  readonly trustedProxies: readonly string[];
  readonly lifetimes: {
    readonly unscanned_ms: number;
    readonly scanned_ms: number;
    readonly code_ms: number;
    readonly request_uri_ms: number;
    readonly frame_ms: number;
  };
  readonly clients: readonly Client[];
  readonly connectors: readonly ConnectorConfig[];
  readonly admin: { readonly host: string; readonly port: number } | null;
  /** Takes the log in place of standard error; null for none. */
  readonly logger: LogTarget | null;
  readonly rateLimitFactor: number;
  /** Where a pretended phone is; null for none. The issuer is on a loopback host then. */
  readonly sandboxPhone: string | null;
}

/** Checks a configuration and fills in its defaults. @throws ConfigError with every mistake. */
export function resolveConfig(input: BeckonConfig): Settings {
  const parsed = parseConfig(input);
  const issues: ConfigIssue[] = [
    ...(parsed.ok ? [] : parsed.mistakes.map(({ path, message }) => ({ path: textOf(path), message }))),
    ...crossChecks(input),
  ];
  if (!parsed.ok || issues.length > 0) throw new ConfigError(issues);
  return settingsOf(parsed.value);
}

/**
 * What no single field can say. Reads the raw input, tolerantly, so that these mistakes are
 * reported together with those of the shape.
 */
function crossChecks(input: BeckonConfig): ConfigIssue[] {
  const clients = arrayOf(input?.clients);
  const connectors = arrayOf(input?.connectors);
  const connectorIds = connectors.map((connector) => connector?.id);
  return [
    ...doubles(clients.map((client) => client?.client_id)).map((i) => ({
      path: `clients[${i}].client_id`,
      message: 'is already used by another client',
    })),
    ...doubles(connectorIds).map((i) => ({
      path: `connectors[${i}].id`,
      message: 'is already used by another connector: give one of them an `id` of its own',
    })),
    ...connectorIds.flatMap((id, i) =>
      RESERVED.has(id)
        ? [{ path: `connectors[${i}].id`, message: 'is the name of a standard scope or claim: choose another' }]
        : [],
    ),
    ...connectors.flatMap((connector, i) =>
      isMisnamed(connector) ? [{ path: `connectors[${i}].id`, message: CONNECTOR_ID_RULE }] : [],
    ),
    ...connectors.flatMap((connector, i) => issuesWithin(['connectors', i], connector?.issues)),
    ...connectors.flatMap((connector, i) => issuesWithin(['connectors', i], issuesAt(connector, input?.issuer))),
    ...(typeof input?.store === 'object' ? issuesWithin(['store'], input.store?.issues) : []),
    ...secretIssues(input),
    ...clients.flatMap((client, i) =>
      isSecretLost(client) ? [{ path: `clients[${i}].client_secret`, message: LOST }] : [],
    ),
    ...clients.flatMap((client, i) =>
      doubles(arrayOf(client?.connectors)).map((j) => ({
        path: `clients[${i}].connectors[${j}]`,
        message: 'is listed already',
      })),
    ),
    // Real people would be shown a phone that approves for anyone.
    ...(input?.sandboxPhone !== undefined && typeof input.issuer === 'string' && input.issuer.startsWith('https:')
      ? [{ path: 'sandboxPhone', message: 'is only for an issuer on this machine: leave it out' }]
      : []),
    ...([input?.secret].flat().some((secret) => typeof secret === 'string' && secret === input?.subjectSecret)
      ? [{ path: 'subjectSecret', message: 'must not be the same as secret, which rotates' }]
      : []),
    ...clients.flatMap((client, i) =>
      arrayOf(client?.connectors).flatMap((id, j) =>
        connectorIds.includes(id)
          ? []
          : [{ path: `clients[${i}].connectors[${j}]`, message: 'names no configured connector' }],
      ),
    ),
  ];
}

/** A connector of another package need not have looked at its id; one that has mistakes of its own tells them itself. */
function isMisnamed(connector: ConnectorConfig | undefined): boolean {
  if (typeof connector?.open !== 'function' || arrayOf(connector.issues).length > 0) return false;
  return typeof connector.id !== 'string' || !CONNECTOR_ID.test(connector.id);
}

/** An issuer that is none is told of elsewhere. */
function issuesAt(connector: ConnectorConfig | undefined, issuer: unknown): ConnectorConfig['issues'] {
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) return [];
  return connector?.issuesAt?.(issuer) ?? [];
}

/** What was given to the configuration already checked says itself what is wrong with its options. */
function issuesWithin(place: readonly PropertyKey[], issues: StoreConfig['issues'] | undefined): ConfigIssue[] {
  return arrayOf(issues).map(({ path, message }) => ({
    path: textOf([
      ...place,
      ...path
        .split('.')
        .filter((part) => part !== '')
        .map(indexOrName),
    ]),
    message,
  }));
}

/** On the open internet a secret that can be guessed is none. Shapes that are wrong are told of elsewhere. */
function secretIssues(input: BeckonConfig): ConfigIssue[] {
  if (typeof input?.issuer !== 'string' || !input.issuer.startsWith('https:')) return [];
  const issue = (path: string, weakness: string | null): ConfigIssue[] =>
    weakness === null ? [] : [{ path, message: `${weakness}; \`beckon-server secret\` prints a good one` }];
  const own = (path: string, given: unknown): ConfigIssue[] =>
    [given]
      .flat()
      .filter((secret): secret is string => typeof secret === 'string' && isBase64urlSecret(secret))
      .flatMap((secret) => issue(path, weaknessOfBytes(secret)));
  return [
    ...own('secret', input.secret),
    ...own('subjectSecret', input.subjectSecret),
    ...arrayOf(input.clients).flatMap((client, i) =>
      [client?.client_secret ?? []]
        .flat()
        .filter((secret): secret is string => typeof secret === 'string')
        .flatMap((secret) => issue(`clients[${i}].client_secret`, weaknessOf(secret))),
    ),
  ];
}

/** A connector's id is a scope, and the claim of its provider's own: under these it would stand for something else. */
const RESERVED: ReadonlySet<string> = new Set([
  ...STANDARD_SCOPES,
  ...STANDARD_SCOPES.flatMap((scope) => claimsOf(scope)),
  ...'offline_access nationalities place_of_birth'.split(' '),
  ...'iss aud exp nbf iat jti nonce azp at_hash auth_time acr amr sid'.split(' '),
]);

const LOST = 'is not set: is the environment variable set? Leave the line out for a public client';

/** Without this a client whose secret did not arrive would silently be a public one. */
function isSecretLost(client: ClientConfig | undefined): boolean {
  return (
    typeof client === 'object' &&
    client !== null &&
    'client_secret' in client &&
    client.client_secret === undefined &&
    client.token_endpoint_auth_method === undefined
  );
}

function settingsOf(config: ParsedConfig): Settings {
  const { lifetimes } = config;
  return {
    issuer: config.issuer,
    qrBaseUrl: config.qrBaseUrl ?? `${config.issuer}/Q/`,
    store: {
      ...(typeof config.store === 'string'
        ? { type: 'sqlite', path: config.store.slice('sqlite:'.length) }
        : { type: 'given', config: config.store }),
      limit_bytes: config.storeLimitMebibytes * 2 ** 20,
    },
    secret: typeof config.secret === 'string' ? [config.secret] : config.secret,
    subjectSecret: config.subjectSecret,
    trustedProxies: config.trustedProxies,
    lifetimes: {
      unscanned_ms: lifetimes.unscannedSeconds * 1000,
      scanned_ms: lifetimes.scannedSeconds * 1000,
      code_ms: lifetimes.codeSeconds * 1000,
      request_uri_ms: lifetimes.requestUriSeconds * 1000,
      frame_ms: lifetimes.frameMilliseconds,
    },
    clients: config.clients.map((client) => clientOf(client, config)),
    connectors: config.connectors,
    admin: config.admin,
    logger: config.logger ?? null,
    rateLimitFactor: config.rateLimitFactor,
    sandboxPhone: config.sandboxPhone ?? null,
  };
}

function clientOf(client: ParsedClient, config: ParsedConfig): Client {
  const secrets = client.client_secret === undefined ? [] : [client.client_secret].flat();
  const scope = client.scope.split(' ').map(canonicalScope);
  const cap = client.cross_device.scope?.split(' ').map(canonicalScope);
  return {
    client_id: client.client_id,
    client_name: client.client_name,
    logo_uri: client.logo_uri ?? null,
    application_type: client.application_type,
    client_secret_hashes: secrets.map((secret) => createHash('sha256').update(secret).digest('base64url')),
    token_endpoint_auth_method:
      client.token_endpoint_auth_method ?? (secrets.length > 0 ? 'client_secret_basic' : 'none'),
    redirect_uris: client.redirect_uris,
    allowed_origins: client.allowed_origins,
    scope,
    connectors: client.connectors ?? config.connectors.map(({ id }) => id),
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    id_token_claims: client.id_token_claims,
    require_pkce: client.require_pkce,
    require_pushed_authorization_requests: client.require_pushed_authorization_requests,
    cross_device: {
      verification: client.cross_device.verification,
      network: client.cross_device.network,
      confirm_person: client.cross_device.confirm_person,
      // No long-lived grant from a scan unless the operator says so (cross-device BCP: short-lived tokens).
      scope: cap ?? scope.filter((token) => token !== 'offline_access'),
      direct: client.cross_device.direct,
    },
  };
}

function canonicalScope(token: string): string {
  return token === 'offline' ? 'offline_access' : token;
}

/** Indexes of values that an earlier entry already has. */
function doubles(values: readonly unknown[]): number[] {
  return values.flatMap((value, i) => (value !== undefined && values.indexOf(value) < i ? [i] : []));
}

function arrayOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}

function indexOrName(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

/** `['clients', 0, 'redirect_uris', 1]` → `clients[0].redirect_uris[1]`. */
function textOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}
