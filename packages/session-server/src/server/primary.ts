/** The primary process of a server of several workers: it checks, starts, watches over and ends them, and serves no sign-in. */
import { type BeckonConfig, ConfigError, type Settings, resolveConfig } from '../config/index.ts';
import { ADMIN_CONNECTIONS } from '../http/policy/connection-limits.ts';
import type { NodeServer } from '../http/node-server.ts';
import { createAdmin } from '../admin/admin.ts';
import { createRecording, type NewEvent, tellAlone } from '../audit/index.ts';
import type { RequestHandler } from 'express';
import type { Store } from '../store/store.ts';
import { systemTimers } from '../jobs/index.ts';
import { createKeys } from '../keys/index.ts';
import { type Logger, createLogger, createRegistry, createServerMetrics, exposeWhole } from '../telemetry/index.ts';
import { WorkersError, createSupervisor, forkWorker } from '../workers/index.ts';
import { followedClients } from './clients-beside.ts';
import { warn } from './compose.ts';
import { newId } from './ids.ts';
import { freePort, startServer } from './listen.ts';
import { openDesk } from './desk.ts';
import { openStore, secretsOf } from './open.ts';
import { operatorBeside } from './operator-beside.ts';
import { createReload, fixedHashes, liveOf } from './reload.ts';
import { configurationEvent } from './started.ts';
import type { SessionServer, SessionServerOptions } from './session-server.ts';
import { shareStderr, writeToStderr } from './stderr-lines.ts';

export interface Primary extends Pick<SessionServer, 'listen' | 'reload'> {
  /** Resolves when the server cannot go on, because no worker can be kept up. */
  readonly failed: Promise<Error>;
  /** Tells each worker to finish, as a server alone does. @throws Error where one had to be killed */
  close(): Promise<void>;
}

/** Checks the configuration, and readies the store: so that a mistake is said once. @throws ConfigError, StoreError */
export async function createPrimary(
  config: BeckonConfig,
  count: number,
  options: SessionServerOptions = {},
): Promise<Primary> {
  const settings = resolveConfig(config);
  assertShared(settings);
  const secrets = secretsOf(settings);
  const logger = createLogger({
    to: options.log ?? settings.logger ?? writeToStderr,
    level: options.logLevel ?? (settings.logger === null ? 'info' : 'debug'),
    now: Date.now,
    fingerprint: (text) => secrets.fingerprint(text),
  });
  shareStderr();
  warn(logger, settings);
  await readyStore(settings, logger);

  const registry = createRegistry();
  const replaced = registry.counter({
    name: 'beckon_workers_replaced_total',
    help: 'Workers that ended by themselves, and were replaced.',
  });
  const supervisor = createSupervisor({
    count,
    onReplaced: () => replaced.add({}),
    fork: forkWorker,
    fixed: fixedHashes(settings),
    live: liveOf(settings),
    timers: systemTimers,
    logger,
  });
  registry.gauge({ name: 'beckon_workers', help: 'Workers that serve.', read: () => supervisor.serving });
  const metrics = createServerMetrics(registry, NOTHING);
  let admin: NodeServer | null = null;
  /** What is in force. */
  let live = settings;
  /** Opened with the first request of an operator: this process serves nothing else of the store. */
  let store: Store | null = null;
  let followed = null as Awaited<ReturnType<typeof followedClients>> | null;
  /** A store that cannot be written keeps no configuration from coming into force. */
  const untold = (error: unknown): void => logger.error('audit', {}, error);
  const desk = async (): Promise<RequestHandler> => {
    store ??= await openStore(settings, secrets, Date.now);
    followed ??= await followedClients(settings, store, live.clients, (error) =>
      logger.error('clients were not read', {}, error),
    );
    // A reload may have come meanwhile.
    followed.clients.replace(live.clients);
    return openDesk({
      settings,
      tokens: () => live.admin?.tokens ?? [],
      store,
      secrets,
      operator: operatorBeside(settings, { store, secrets, clients: followed.clients }, () => live.clients),
      recording: createRecording({ newId, retention_ms: settings.audit.retention_ms }),
      keys: await createKeys({ store, elapsed: systemTimers.elapsed, rotateEveryDays: settings.signingKeyDays }),
      connectors: settings.connectors.map(({ id }) => ({ id, name: id })),
      now: Date.now,
      failed: untold,
    });
  };
  const startAdmin = async ({ host, port }: NonNullable<Settings['admin']>): Promise<NodeServer> => {
    const whole = {
      contentType: registry.contentType,
      expose: async () => exposeWhole([await registry.read(), ...(await supervisor.metrics())]),
    };
    const { running } = await startServer(createAdmin({ registry: whole, newId, logger, desk }), port, host, {
      limits: ADMIN_CONNECTIONS,
      factor: settings.rateLimitFactor,
      after: systemTimers.after,
      isProxy: () => false,
      onCut: (reason) => metrics.connectionsCut.add({ reason }),
    });
    return running;
  };

  return {
    failed: supervisor.failed,
    reload: createReload(settings, logger, async (next) => {
      live = next;
      followed?.clients.replace(next.clients);
      await supervisor.reload(liveOf(next));
      store ??= await openStore(settings, secrets, Date.now);
      await tellStore(store, settings, configurationEvent('server.reloaded', next, secrets)).catch(untold);
    }),
    async listen(port, host = '127.0.0.1') {
      // One that is named: where all workers are gone for a moment, those that come must not take another one.
      const named = await freePort(port, host);
      if (settings.admin !== null) admin = await startAdmin(settings.admin);
      return supervisor.start(named);
    },
    async close() {
      await admin?.close();
      await followed?.stop();
      await store?.close();
      if (!(await supervisor.stop())) throw new WorkersError('a worker did not end when told to, and was killed');
    },
  };
}

/** Nothing of it is in this process. */
const NOTHING = {
  sockets: () => 0,
  watchedSessions: () => 0,
  heldPolls: () => 0,
  overdueRows: () => 0,
  storeBytes: () => 0,
  auditLag: () => 0,
};

function assertShared({ store }: Settings): void {
  const isPrivate = store.type === 'sqlite' ? store.path === ':memory:' : store.config.isPrivate === true;
  if (!isPrivate) return;
  const message = 'is in memory, where each worker would see its own: name a file, or start without --workers';
  throw new ConfigError([{ path: 'store', message }]);
}

/** Tells the audit trail. */
async function tellStore(store: Store, settings: Settings, event: NewEvent): Promise<void> {
  const recording = createRecording({ newId, retention_ms: settings.audit.retention_ms });
  await tellAlone(store, recording, newId(), null, event);
}

/** Creates or upgrades the store, and makes the first signing keys, before several processes want to. */
async function readyStore(settings: Settings, logger: Logger): Promise<void> {
  const store = await openStore(settings, secretsOf(settings), Date.now, {
    onUpgraded: (from, to) =>
      logger.info('the store was upgraded to a newer schema version', { from: String(from), to: String(to) }),
  });
  try {
    await createKeys({
      store,
      elapsed: systemTimers.elapsed,
      rotateEveryDays: settings.signingKeyDays,
      onFirst: (count) => logger.info('the store is new: signing keys were made', { count }),
    });
    const started = configurationEvent('server.started', settings, secretsOf(settings));
    // A store that cannot be written is named by what serves.
    await tellStore(store, settings, started).catch(() => undefined);
  } finally {
    await store.close();
  }
}
