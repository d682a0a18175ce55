import { existsSync } from 'node:fs';
import { CONNECTOR_ID, CONNECTOR_ID_RULE, type ConnectorConfig } from '../connectors/connector.ts';
import { STANDARD_SCOPES, claimsOf } from '../session/index.ts';
import { folderMistake } from '../store/sqlite-folder.ts';
import type { BeckonConfig, ClientConfig } from './beckon-config.ts';
import { encryptionMistakes } from './client-keys.ts';
import type { ConfigIssue } from './config-error.ts';
import { givenIssues } from './given-issues.ts';
import { DEFAULT_STORE, isBase64urlSecret } from './schema.ts';
import { weaknessOf, weaknessOfBytes } from './secret-strength.ts';
import { isLogo, isOwnLogo } from './uris.ts';

/**
 * What no single field can say. Reads the raw input, tolerantly, so that these mistakes are
 * reported together with those of the shape.
 */
export function crossChecks(input: BeckonConfig): readonly ConfigIssue[] {
  const clients = arrayOf(input?.clients);
  const connectors = arrayOf(input?.connectors);
  const connectorIds = connectors.map((connector) => connector?.id);
  return [
    ...doubles(clients.map((client) => client?.client_id)).map((i) => ({
      path: `clients[${i}].client_id`,
      message: 'is already used by another client: give each an id of its own',
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
    ...connectors.flatMap((connector, i) => givenIssues(['connectors', i], () => connector?.issues)),
    ...connectors.flatMap((connector, i) => givenIssues(['connectors', i], () => issuesAt(connector, input?.issuer))),
    ...storeIssues(input?.store),
    ...adminIssues(input),
    // Real people would be shown a phone that approves for anyone.
    ...(input?.sandboxPhone !== undefined && typeof input.issuer === 'string' && input.issuer.startsWith('https:')
      ? [{ path: 'sandboxPhone', message: 'is only for an issuer on this machine: leave it out' }]
      : []),
    ...secretIssues(input),
    ...clients.flatMap((client, i) =>
      clientMistakes(client, connectorIds).map(([member, message]) => ({ path: `clients[${i}].${member}`, message })),
    ),
  ];
}

/** What to write for a `subjectSecret` that is missing or wrong. A new one would make each person another one. */
export function subjectSecretAdvice(store: unknown): string {
  const path = sqlitePathOf(store);
  if (path === ':memory:' || (path !== null && !existsSync(path)))
    return 'for a new server `beckon-server secret` prints one';
  const old = 'the one that this server was first started with: every `sub` is derived from it';
  return path === null ? `write ${old}; only for a new server \`beckon-server secret\` prints one` : `write ${old}`;
}

/** The same for one that can be guessed. */
function weakSubjectSecretAdvice(store: unknown): string {
  const path = sqlitePathOf(store);
  const fresh = `${PRINTS}, for a new server`;
  if (path !== null && (path === ':memory:' || !existsSync(path))) return fresh;
  const keep = 'a secret that is in use can never change: keep it, and write `allowWeakSubjectSecret: true`';
  return path === null ? `${fresh}; ${keep}` : `; ${keep}`;
}

/** Null for a store that is none of our files, or hides its path. */
function sqlitePathOf(store: unknown): string | null {
  const text = store ?? DEFAULT_STORE;
  return typeof text === 'string' ? (/^sqlite:(.+)$/.exec(text)?.[1] ?? null) : null;
}

/** A connector of another package need not have looked at its id; one that has mistakes of its own tells them itself. */
function isMisnamed(connector: ConnectorConfig | undefined): boolean {
  if (typeof connector?.open !== 'function' || givenIssues([], () => connector.issues).length > 0) return false;
  return typeof connector.id !== 'string' || !CONNECTOR_ID.test(connector.id);
}

/** An issuer that is none is told of elsewhere. */
function issuesAt(connector: ConnectorConfig | undefined, issuer: unknown): unknown {
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) return undefined;
  return connector?.issuesAt?.(issuer);
}

function storeIssues(store: BeckonConfig['store']): readonly ConfigIssue[] {
  if (typeof store === 'object' && store !== null) return givenIssues(['store'], () => store.issues);
  const path = sqlitePathOf(store);
  const mistake = path === null ? null : folderMistake(path);
  return mistake === null ? [] : [{ path: 'store', message: mistake }];
}

function adminIssues({ admin, issuer }: Partial<BeckonConfig> = {}): readonly ConfigIssue[] {
  const url = typeof issuer === 'string' ? URL.parse(issuer) : null;
  // Behind a proxy, which an https issuer has, the server's own port is not known here.
  const isShared = url?.protocol === 'http:' && admin?.port === Number(url.port || 80);
  return isShared ? [{ path: 'admin.port', message: 'is the port of the issuer: choose another' }] : [];
}

/** On the open internet a secret that can be guessed is none. Shapes that are wrong are told of elsewhere. */
function secretIssues(input: BeckonConfig): readonly ConfigIssue[] {
  const isSame = [input?.secret].flat().some((secret) => typeof secret === 'string' && secret === input?.subjectSecret);
  const same = isSame
    ? [{ path: 'subjectSecret', message: 'must not be the same as secret, which rotates: give `secret` another value' }]
    : [];
  if (typeof input?.issuer !== 'string' || !input.issuer.startsWith('https:')) return same;
  const issue = (path: string, weakness: string | null, advice: string): readonly ConfigIssue[] =>
    weakness === null ? [] : [{ path, message: `${weakness}${advice}` }];
  const own = (path: string, given: unknown, advice: string): readonly ConfigIssue[] =>
    [given]
      .flat()
      .filter((secret): secret is string => typeof secret === 'string' && isBase64urlSecret(secret))
      .flatMap((secret) => issue(path, weaknessOfBytes(secret), advice));
  return [
    ...same,
    ...own('secret', input.secret, PRINTS),
    ...(input.allowWeakSubjectSecret === true
      ? []
      : own('subjectSecret', input.subjectSecret, weakSubjectSecretAdvice(input.store))),
    ...arrayOf(input.clients).flatMap((client, i) =>
      [client?.client_secret ?? []]
        .flat()
        .filter((secret): secret is string => typeof secret === 'string')
        .flatMap((secret) => issue(`clients[${i}].client_secret`, weaknessOf(secret), PRINTS)),
    ),
  ];
}

const PRINTS = '; `beckon-server secret` prints a good one';

/** A connector's id is a scope, and the claim of its provider's own: under these it would stand for something else. */
const RESERVED: ReadonlySet<string> = new Set([
  ...STANDARD_SCOPES,
  ...STANDARD_SCOPES.flatMap((scope) => claimsOf(scope)),
  ...'offline_access nationalities place_of_birth'.split(' '),
  ...'iss aud exp nbf iat jti nonce azp at_hash auth_time acr amr sid'.split(' '),
]);

/** What no single member of a client can say. Tolerant of what is written, as `crossChecks` is. */
export function clientMistakes(
  client: ClientConfig | undefined,
  connectorIds: readonly (string | undefined)[],
): readonly MemberMistake[] {
  if (typeof client !== 'object' || client === null) return [];
  const mistakes = [
    ...authenticationMistakes(client),
    ...redirectMistakes(client),
    ...sectorMistakes(client),
    ...connectorMistakes(client, connectorIds),
    ...encryptionMistakes(client),
  ];
  if (isStrangeLogo(client)) {
    const message =
      "must be on one of the client's own origins (those of redirect_uris and allowed_origins), or data:image/…";
    mistakes.push(['logo_uri', message]);
  }
  return mistakes;
}

export type MemberMistake = readonly [member: string, message: string];

const UNSET = 'is not set: is the environment variable set?';

function authenticationMistakes(client: ClientConfig): readonly MemberMistake[] {
  const { client_secret, token_endpoint_auth_method: method, require_pkce, cross_device } = client;
  const isWritten = 'client_secret' in client;
  // Without this a client whose secret did not arrive would silently be a public one.
  if (isWritten && client_secret === undefined && method === undefined)
    return [['client_secret', `${UNSET} Leave the line out for a public client`]];
  const mistakes: MemberMistake[] = [];
  if (method === 'none' && client_secret !== undefined)
    mistakes.push(['client_secret', 'does not go with token_endpoint_auth_method "none": take one of the two out']);
  if ((method === 'client_secret_basic' || method === 'client_secret_post') && client_secret === undefined) {
    const because = `token_endpoint_auth_method is "${method}"`;
    mistakes.push(['client_secret', isWritten ? `${UNSET} (${because})` : `is missing: ${because}`]);
  }
  const isPublic = method === 'none' || (method === undefined && client_secret === undefined);
  if (isPublic && require_pkce === false)
    mistakes.push(['require_pkce', 'must not be false: a public client must use PKCE (RFC 9700 §2.1.1)']);
  if (isPublic && cross_device?.direct === true) {
    const message =
      'is for clients with a secret: they push their requests (RFC 9126), so that no stranger sends pushes';
    mistakes.push(['cross_device.direct', message]);
  }
  if (isPublic && arrayOf(client.introspects).length > 0)
    mistakes.push(['introspects', 'is for clients with a secret (RFC 7662 §2.1): add client_secret']);
  if (client.upstream_tokens === true) {
    if (isPublic)
      mistakes.push([
        'upstream_tokens',
        "is for clients with a secret: a provider's tokens are for no browser and no app",
      ]);
    // The API is shown the access token, by which it could read the provider's.
    if (arrayOf(client.audience).length > 0)
      mistakes.push(['upstream_tokens', 'does not go with audience: give the API a client of its own']);
  }
  return mistakes;
}

/** A client that signs people in has somewhere to send them; an API that only introspects has not. */
function redirectMistakes({ redirect_uris, introspects }: ClientConfig): readonly MemberMistake[] {
  const isNeeded = Array.isArray(redirect_uris) && redirect_uris.length === 0 && arrayOf(introspects).length === 0;
  return isNeeded ? [['redirect_uris', 'must not be empty: write at least one callback address']] : [];
}

/** A pairwise `sub` needs one host that names the sector (OpenID Connect Core §8.1). */
function sectorMistakes({
  subject_type,
  sector_identifier_uri,
  redirect_uris,
}: ClientConfig): readonly MemberMistake[] {
  if (subject_type !== 'pairwise') {
    const message = "is for subject_type 'pairwise': add that, or take the line out";
    return sector_identifier_uri === undefined ? [] : [['sector_identifier_uri', message]];
  }
  const hosts = new Set(arrayOf(redirect_uris).map((uri) => URL.parse(uri ?? '')?.host ?? ''));
  if (sector_identifier_uri !== undefined || (hosts.size === 1 && !hosts.has(''))) return [];
  const message =
    'is needed: the redirect URIs have several hosts or none. Write an address that lists them as a JSON array';
  return [['sector_identifier_uri', message]];
}

function connectorMistakes(
  client: ClientConfig,
  connectorIds: readonly (string | undefined)[],
): readonly MemberMistake[] {
  const chosen = arrayOf(client.connectors);
  const known = connectorIds.filter((id) => typeof id === 'string' && CONNECTOR_ID.test(id)).join(', ');
  const message = `names no configured connector${known === '' ? '' : `: write one of ${known}`}`;
  return [
    ...doubles(chosen).map((j): MemberMistake => [`connectors[${j}]`, 'is listed already: take it out']),
    ...chosen.flatMap((id, j): readonly MemberMistake[] =>
      connectorIds.includes(id) ? [] : [[`connectors[${j}]`, message]],
    ),
  ];
}

/** A logo that is none is told of elsewhere. */
function isStrangeLogo(client: ClientConfig): boolean {
  const { logo_uri, allowed_origins, redirect_uris } = client;
  if (typeof logo_uri !== 'string' || !isLogo(logo_uri)) return false;
  const own = [...arrayOf(allowed_origins), ...arrayOf(redirect_uris)];
  return !isOwnLogo(
    logo_uri,
    own.filter((uri) => typeof uri === 'string'),
  );
}

/** Indexes of values that an earlier entry already has. */
function doubles(values: readonly unknown[]): number[] {
  return values.flatMap((value, i) => (value !== undefined && values.indexOf(value) < i ? [i] : []));
}

function arrayOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}
