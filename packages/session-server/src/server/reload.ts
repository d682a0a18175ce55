/** A new configuration while the server runs: what of it can come into force, and what the log says of it. */
import { createHash } from 'node:crypto';
import { ConfigError, type Settings, resolveConfig, warningsOf } from '../config/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { LiveSettings } from '../workers/index.ts';
import { marksOf } from './marks.ts';
import type { SessionServer } from './session-server.ts';

/** What counts at once, or follows from another setting; and what is not compared, because it is an object of the operator's own. */
type Live = 'clients' | 'trustedProxies' | 'logger' | 'subjectSecretWeakness';

/** What a server does not change while it runs: it was given to what is built only once. By the setting's name. */
const FIXED: Readonly<Record<Exclude<keyof Settings, Live> | 'storeLimitMebibytes', (settings: Settings) => unknown>> =
  {
    issuer: ({ issuer }) => issuer,
    qrBaseUrl: ({ qrBaseUrl }) => qrBaseUrl,
    store: ({ store }) => (store.type === 'sqlite' ? store.path : null),
    storeLimitMebibytes: ({ store }) => store.limit_bytes,
    secret: ({ secret }) => secret,
    subjectSecret: ({ subjectSecret }) => subjectSecret,
    signingKeyDays: ({ signingKeyDays }) => signingKeyDays,
    audit: ({ audit }) => audit,
    lifetimes: ({ lifetimes }) => lifetimes,
    // Their options are functions and values of their own, which cannot be compared. Their pictures count at once.
    connectors: ({ connectors }) => connectors.map(({ id }) => id),
    // Its tokens count at once.
    admin: ({ admin }) => admin && { host: admin.host, port: admin.port },
    webhooks: ({ webhooks }) => webhooks,
    helpUrl: ({ helpUrl }) => helpUrl,
    rateLimitFactor: ({ rateLimitFactor }) => rateLimitFactor,
    sandboxPhone: ({ sandboxPhone }) => sandboxPhone,
  };

/** What a reload puts in force. */
export function liveOf(settings: Pick<Settings, keyof Omit<LiveSettings, 'marks'> | 'connectors'>): LiveSettings {
  const { clients, trustedProxies } = settings;
  return { clients, trustedProxies, marks: marksOf(settings) };
}

/** Hashes of the settings that need a restart, by name: no secret is in them. */
export function fixedHashes(settings: Settings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(FIXED).map(([name, of]) => {
      const text = JSON.stringify(of(settings)) ?? '';
      return [name, createHash('sha256').update(text).digest('base64url')];
    }),
  );
}

/** @param apply puts in force what can change; it is called with settings that need no restart */
export function createReload(
  settings: Settings,
  logger: Logger,
  apply: (next: Settings) => void | Promise<void>,
): SessionServer['reload'] {
  let inForce = settings;
  return async (config, warnings = () => []) => {
    let next: Settings;
    try {
      const read = await config;
      for (const { path, message } of warnings()) logger.warn('configuration', { name: path, detail: message });
      next = resolveConfig(read);
    } catch (cause) {
      const issues = cause instanceof ConfigError ? cause.issues : [{ path: '', message: 'it could not be read' }];
      for (const { path, message } of issues) {
        logger.error('configuration not reloaded: it has a mistake', { name: path, detail: message });
      }
      return { applied: false, issues, needsRestart: [] };
    }
    const needsRestart = restartNeeded(inForce, next);
    for (const name of needsRestart) {
      logger.error('configuration not reloaded: a setting needs a restart', { name });
    }
    if (needsRestart.length > 0) return { applied: false, issues: [], needsRestart };
    for (const { client_id, change } of clientChanges(inForce, next)) logger.info(`client ${change}`, { client_id });
    for (const connector of changedMarks(inForce, next)) logger.info('picture of an app changed', { connector });
    for (const { path, message } of warningsOf(next)) logger.warn('configuration', { name: path, detail: message });
    await apply(next);
    inForce = next;
    logger.info('configuration reloaded', { count: next.clients.length });
    return { applied: true };
  };
}

/** The settings whose change needs a restart. */
function restartNeeded(now: Settings, next: Settings): readonly string[] {
  return Object.entries(FIXED)
    .filter(([, of]) => JSON.stringify(of(now)) !== JSON.stringify(of(next)))
    .map(([name]) => name);
}

/** Ids of the connectors whose picture is another now, new or gone. */
function changedMarks(now: Settings, next: Settings): readonly string[] {
  const before = new Map(marksOf(now).map((mark) => [mark.connector, JSON.stringify(mark)]));
  const after = new Map(marksOf(next).map((mark) => [mark.connector, JSON.stringify(mark)]));
  return next.connectors.map(({ id }) => id).filter((id) => before.get(id) !== after.get(id));
}

interface ClientChange {
  readonly client_id: string;
  readonly change: 'added' | 'changed' | 'removed';
}

function clientChanges(now: Settings, next: Settings): readonly ClientChange[] {
  const before = new Map(now.clients.map((client) => [client.client_id, JSON.stringify(client)]));
  const after = new Map(next.clients.map((client) => [client.client_id, JSON.stringify(client)]));
  return [
    ...[...after].flatMap(([client_id, text]): ClientChange[] => {
      const was = before.get(client_id);
      return was === text ? [] : [{ client_id, change: was === undefined ? 'added' : 'changed' }];
    }),
    ...[...before.keys()].flatMap((client_id): ClientChange[] =>
      after.has(client_id) ? [] : [{ client_id, change: 'removed' }],
    ),
  ];
}
