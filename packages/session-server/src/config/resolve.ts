import { createHash } from 'node:crypto';
import type { ConnectorConfig } from '../connectors/connector.ts';
import type { Client, ContentEncryption, EncryptionAlgorithm, ResponseEncryption } from '../session/index.ts';
import type { StoreConfig } from '../store/store.ts';
import type { LogTarget } from '../telemetry/index.ts';
import type { BeckonConfig } from './beckon-config.ts';
import type { Mistake } from './check-shape.ts';
import { encryptionKeyOf } from './client-keys.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { crossChecks, subjectSecretAdvice } from './cross-checks.ts';
import { textOf } from './place.ts';
import { type OperatorToken, type ParsedClient, type ParsedConfig, parseConfig } from './schema.ts';
import { weaknessOfBytes } from './secret-strength.ts';

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
  /** What is weak about `subjectSecret` on the open internet, where that was allowed; null for nothing. */
  readonly subjectSecretWeakness: string | null;
  /** How many days a signing key signs; null for as long as the operator likes. */
  readonly signingKeyDays: number | null;
  readonly audit: {
    /** How long what happened is kept. */
    readonly retention_ms: number;
    /** Where it is sent to as well; null for nowhere. */
    readonly forward:
      | { readonly url: string; readonly headers: Readonly<Record<string, string>> }
      | { readonly syslog: string }
      | null;
  };
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
  readonly admin: {
    readonly host: string;
    readonly port: number;
    readonly tokens: readonly OperatorToken[];
  } | null;
  readonly webhooks: { readonly allowPrivateAddresses: boolean };
  /** Takes the log in place of standard error; null for none. */
  readonly logger: LogTarget | null;
  /** Where people get help with signing in; null for none. */
  readonly helpUrl: string | null;
  readonly rateLimitFactor: number;
  /** Where the sandbox's phone is; null for none. The issuer is on a loopback host then. */
  readonly sandboxPhone: string | null;
}

/** Checks a configuration and fills in its defaults. @throws ConfigError with every mistake. */
export function resolveConfig(input: BeckonConfig): Settings {
  const parsed = parseConfig(input);
  const issues: ConfigIssue[] = [
    ...(parsed.ok ? [] : parsed.mistakes.map((mistake) => issueOf(mistake, input))),
    ...crossChecks(input),
  ];
  if (!parsed.ok || issues.length > 0) throw new ConfigError(issues);
  return settingsOf(parsed.value);
}

function issueOf({ path, message }: Mistake, input: BeckonConfig): ConfigIssue {
  const place = textOf(path);
  return {
    path: place,
    message: place === 'subjectSecret' ? `${message} (${subjectSecretAdvice(input?.store)})` : message,
  };
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
    subjectSecretWeakness: config.issuer.startsWith('https:') ? weaknessOfBytes(config.subjectSecret) : null,
    signingKeyDays: config.signingKeyDays,
    audit: { retention_ms: config.audit.retentionDays * 86_400_000, forward: config.audit.forward },
    trustedProxies: config.trustedProxies,
    lifetimes: {
      unscanned_ms: lifetimes.unscannedSeconds * 1000,
      scanned_ms: lifetimes.scannedSeconds * 1000,
      code_ms: lifetimes.codeSeconds * 1000,
      request_uri_ms: lifetimes.requestUriSeconds * 1000,
      frame_ms: lifetimes.frameMilliseconds,
    },
    clients: config.clients.map((client) =>
      clientOf(
        client,
        config.connectors.map(({ id }) => id),
        [client.client_secret ?? []].flat().map(hashSecret),
      ),
    ),
    connectors: config.connectors,
    admin: config.admin,
    webhooks: config.webhooks,
    logger: config.logger ?? null,
    helpUrl: config.helpUrl ?? null,
    rateLimitFactor: config.rateLimitFactor,
    sandboxPhone: config.sandboxPhone ?? null,
  };
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/**
 * A client with every default.
 * @param connectorIds all that are configured, for a client that names none
 * @param client_secret_hashes none for a public client
 */
export function clientOf(
  client: ParsedClient,
  connectorIds: readonly string[],
  client_secret_hashes: readonly string[],
): Client {
  const scope = client.scope.split(' ').map(canonicalScope);
  const cap = client.cross_device.scope?.split(' ').map(canonicalScope);
  return {
    client_id: client.client_id,
    client_name: client.client_name,
    logo_uri: client.logo_uri ?? null,
    client_uri: client.client_uri ?? null,
    policy_uri: client.policy_uri ?? null,
    tos_uri: client.tos_uri ?? null,
    application_type: client.application_type,
    client_secret_hashes,
    token_endpoint_auth_method:
      client.token_endpoint_auth_method ?? (client_secret_hashes.length > 0 ? 'client_secret_basic' : 'none'),
    redirect_uris: client.redirect_uris,
    allowed_origins: client.allowed_origins,
    post_logout_redirect_uris: client.post_logout_redirect_uris,
    backchannel_logout_uri: client.backchannel_logout_uri ?? null,
    webhook: client.webhook ?? null,
    subject_type: client.subject_type,
    sector_identifier_uri: client.sector_identifier_uri ?? null,
    scope,
    connectors: client.connectors ?? connectorIds,
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    id_token_encrypted_response: encryptionOf(
      client,
      client.id_token_encrypted_response_alg,
      client.id_token_encrypted_response_enc,
    ),
    userinfo_signed_response_alg: client.userinfo_signed_response_alg ?? null,
    userinfo_encrypted_response: encryptionOf(
      client,
      client.userinfo_encrypted_response_alg,
      client.userinfo_encrypted_response_enc,
    ),
    id_token_claims: client.id_token_claims,
    upstream_tokens: client.upstream_tokens,
    audience: client.audience,
    introspects: client.introspects,
    access_token_lifetime: client.access_token_lifetime,
    id_token_lifetime: client.id_token_lifetime,
    refresh_token_lifetime: client.refresh_token_lifetime,
    refresh_token_idle_lifetime: client.refresh_token_idle_lifetime,
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

/** That there is a key was checked. */
function encryptionOf(
  { jwks }: ParsedClient,
  alg: EncryptionAlgorithm | undefined,
  // OpenID Connect Registration §2.
  enc: ContentEncryption = 'A128CBC-HS256',
): ResponseEncryption | null {
  const jwk = alg === undefined ? null : encryptionKeyOf(jwks?.keys, alg);
  return alg === undefined || jwk === null ? null : { alg, enc, jwk };
}

function canonicalScope(token: string): string {
  return token === 'offline' ? 'offline_access' : token;
}
