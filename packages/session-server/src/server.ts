/**
 * The composition root: the only file that chooses implementations, and where time and randomness
 * come from.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import { customAlphabet } from 'nanoid';
import { type BeckonConfig, type Settings, resolveConfig, warningsOf } from './config/index.ts';
import type { Connector, ConnectorContext } from './connectors/connector.ts';
import { createLimitedFetch, createLimitedStream } from './connectors/shared/limited-fetch.ts';
import { canReauthenticate, createBudget, createFlow, flowWorkers, guardsOf, isOffered } from './flow/index.ts';
import { createAdmin } from './http/admin.ts';
import { createApp } from './http/app.ts';
import { createBrowserKeys } from './http/browser-key.ts';
import { createClientAddress, createIsProxy } from './http/client-address.ts';
import {
  ADMIN_CONNECTIONS,
  type ConnectionLimits,
  PUBLIC_CONNECTIONS,
  withinOpenFiles,
} from './http/connection-limits.ts';
import { createCors } from './http/cors.ts';
import { createLimits } from './http/limits.ts';
import { type NodeServer, createNodeServer } from './http/node-server.ts';
import { answerRaw } from './http/raw-answer.ts';
import { createRateLimits } from './http/rate-limits.ts';
import type { Deliveries } from './http/webhook-routes.ts';
import { createJobs, systemTimers } from './jobs/index.ts';
import { createKeys, type Keys } from './keys/index.ts';
import { createOAuth } from './oauth/index.ts';
import { createHub, createPolls, createSchedule, createSockets } from './realtime/index.ts';
import { type Secrets, createSecrets, newSecret } from './secrets/index.ts';
import type { Client, ClientDirectory } from './session/index.ts';
import { collectionOf } from './store/collection.ts';
import { openSqliteStore } from './store/index.ts';
import { kindOf } from './store/kinds.ts';
import type { Store } from './store/store.ts';
import { createLogger, createRegistry, createServerMetrics, requestId } from './telemetry/index.ts';

export interface SessionServer {
  /** For an existing Node server or Express app; answers everything but WebSocket upgrades. */
  readonly listener: RequestListener;
  /** Serves `/session/events` on a server that the caller runs; other upgrades are left alone. */
  attach(httpServer: Server): void;
  /** Runs a server of its own. Default host: 127.0.0.1. Answers the URL that it listens on. */
  listen(port: number, host?: string): Promise<string>;
  /** Sends watchers away (1001), finishes what is under way, and closes the store. */
  close(): Promise<void>;
}

export interface SessionServerOptions {
  /** Takes log lines. Default: standard error. */
  readonly log?: (line: string) => void;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** What `composeServer` puts together with what the settings say. */
export interface Composition extends SessionServerOptions {
  readonly widget: { readonly script: Buffer; readonly version: string };
  /** Ms since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  /** How connectors wait between two tries. Default: by the system's clock. */
  readonly sleep?: ConnectorContext['sleep'];
  /** Runs `run` once, `delay_ms` from now, unless the returned function is called first. Default: the system's timers. */
  readonly after?: (delay_ms: number, run: () => void) => () => void;
  /** How long a phone that approved waits to hear of the other screen, in ms. Default 2 s. */
  readonly collectWait_ms?: number;
}

const NO_SOCKET_HERE = {
  status: 404,
  error: 'invalid_request',
  error_description: 'there is no WebSocket at this path',
} as const;

/** Base32 without look-alikes (Crockford's); 26 characters are 130 bits. All of it is QR alphanumeric. */
const newId = customAlphabet('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 26);

/** Checks the configuration, opens the store and the connectors, and makes a server of them. @throws ConfigError, StoreError */
export async function createSessionServer(
  config: BeckonConfig,
  options: SessionServerOptions = {},
): Promise<SessionServer> {
  return composeServer(resolveConfig(config), { ...options, widget: await readWidget() });
}

/** The same, of settings that were checked, and of a widget that need not have been built. Not public: tests use it. @throws StoreError */
export async function composeServer(settings: Settings, composition: Composition): Promise<SessionServer> {
  const { widget, now = Date.now, sleep = systemTimers.sleep } = composition;
  const secrets = secretsOf(settings);
  const logger = createLogger({
    write: composition.log ?? ((line) => process.stderr.write(line)),
    level: composition.logLevel ?? 'info',
    now,
    fingerprint: (text) => secrets.fingerprint(text),
  });
  for (const { path, message } of warningsOf(settings)) logger.warn('configuration', { name: path, detail: message });
  const store = openStore(settings, secrets, now);
  const keys = await createKeys({ store, elapsed: composition.now ?? systemTimers.elapsed });
  const clients = directoryOf(settings.clients);
  const connectors = await openConnectors(settings, store, secrets, { now, sleep }, (detail) =>
    logger.warn('connector', { detail }),
  );
  const flow = createFlow({
    settings,
    store,
    clients,
    connectors,
    secrets,
    newId,
    randomBytes,
    randomInt: (below) => randomInt(below),
    timers: { sleep: systemTimers.sleep, after: composition.after ?? systemTimers.after },
    collectWait_ms: composition.collectWait_ms,
    onStatus: (from, to, connector) =>
      metrics.transitions.add({ from: from ?? 'none', to, connector: connector ?? 'none' }),
    onFailure: (session, connector, error) => logger.error('provider failed', { session, connector }, error),
    onRequestLimit: (limit, client_id) => {
      metrics.requestLimits.add({ limit });
      logger.warn('request_uri used more often than one page does', { client_id, name: limit });
    },
    onUnrevoked: (session, connector, error) =>
      logger.warn('tokens of a provider were not revoked', { session, connector }, error),
    onRedemption: (outcome) => metrics.redemptions.add({ outcome }),
  });
  const oauth = createOAuth({
    issuer: settings.issuer,
    flow,
    clients,
    keys,
    store,
    secrets,
    connectors: [...connectors.keys()],
    isOffered: (client, id) => isOffered(client, id, connectors),
    reauthenticates: (id) => canReauthenticate(connectors.get(id)),
  });

  const cors = createCors(settings.issuer, clients);
  const clientAddress = createClientAddress({
    trusted_proxies: settings.trustedProxies,
    issuer: settings.issuer,
    onUntrustedHeader: (address_prefix) =>
      logger.warn('X-Forwarded-For from a peer that is not in trusted_proxies is ignored', { address_prefix }),
  });
  const addressOf = (request: IncomingMessage): string => clientAddress(request).address;
  const schedule = createSchedule({ now: systemTimers.elapsed, after: systemTimers.after });
  const hub = createHub({
    flow: {
      snapshot: (credentials) => flow.look(credentials),
      subscribe: (session_id, listener) => flow.subscribe(session_id, listener),
    },
    schedule,
    onError: (error, session) => {
      metrics.failures.add({ where: 'realtime' });
      logger.error('realtime', { session }, error);
    },
  });
  const factor = settings.rateLimitFactor;
  const polls = createPolls({
    flow,
    hub,
    schedule,
    factor,
    onRefused: () => metrics.rateLimited.add({ limit: 'held_polls' }),
  });
  const registry = createRegistry();
  const metrics = createServerMetrics(registry, {
    sockets: () => sockets.size,
    watchedSessions: () => hub.sessions,
    heldPolls: () => polls.held,
  });
  const sockets = createSockets({
    flow,
    hub,
    schedule,
    originKnown: (origin) => origin === settings.issuer || clients.knowsOrigin(origin),
    originAllowed: async (origin, client_id) => {
      const client = await clients.find(client_id);
      return client !== null && cors.allows(origin, client);
    },
    clientAddress: addressOf,
    requestId: idOf,
    onError: (error, session) => {
      metrics.failures.add({ where: 'realtime' });
      logger.error('socket', { session: session ?? undefined }, error);
    },
    onClosed: (code) => metrics.socketsClosed.add({ code: String(code) }),
    factor,
    onRefused: () => metrics.rateLimited.add({ limit: 'sockets' }),
  });
  const rateLimits = createRateLimits({
    hit: (key, window_ms) => store.hit(key, window_ms),
    now,
    factor,
    onLimited: (limit) => metrics.rateLimited.add({ limit }),
  });
  const listener = createApp({
    issuer: settings.issuer,
    flow,
    oauth,
    polls,
    clients,
    connectors,
    browserKeys: createBrowserKeys(settings.issuer, () => newSecret(randomBytes)),
    deliveries: createDeliveries(store, secrets),
    cors,
    limits: createLimits(rateLimits, addressOf),
    clientAddress,
    widget,
    ready: async () => {
      // Asks for a row that is not there: the store is read, and nothing is opened.
      await store.get('session', '');
      await keys.jwks();
    },
    newId,
    elapsed: systemTimers.elapsed,
    logger,
    metrics,
  });
  const jobs = createJobs({
    store,
    timers: systemTimers,
    workers: flowWorkers(flow),
    failed: (error) => {
      metrics.failures.add({ where: 'due' });
      logger.error('due work failed', {}, error);
    },
  });
  jobs.start();

  const servers: NodeServer[] = [];
  const isProxy = createIsProxy(settings.trustedProxies);
  const attach = (httpServer: Server): void => {
    httpServer.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const taken = sockets.handleUpgrade(request, socket, head);
      // Nobody else listens for upgrades: without an answer the caller would hang.
      if (!taken && httpServer.listenerCount('upgrade') === 1) answerRaw(socket, NO_SOCKET_HERE, idOf(request));
    });
  };
  const serve = async (
    handler: RequestListener,
    port: number,
    host: string,
    limits: ConnectionLimits,
  ): Promise<{ server: Server; url: string }> => {
    const onCut = (reason: string): void => metrics.connectionsCut.add({ reason });
    const running = createNodeServer(handler, { newId, after: systemTimers.after, limits, factor, isProxy, onCut });
    const { server } = running;
    await listening(server, port, host);
    servers.push(running);
    const address = server.address();
    const bound = typeof address === 'object' && address !== null ? address.port : port;
    return { server, url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` };
  };

  return {
    listener,
    attach,
    async listen(port, host = '127.0.0.1') {
      const { server, url } = await serve(listener, port, host, withinOpenFiles(PUBLIC_CONNECTIONS, openFilesLimit()));
      attach(server);
      if (settings.admin !== null) {
        const { port: adminPort, host: adminHost } = settings.admin;
        await serve(createAdmin({ registry, newId, logger }), adminPort, adminHost, ADMIN_CONNECTIONS);
      }
      logger.info('listening', { issuer: settings.issuer, host, port });
      return url;
    },
    async close() {
      const closed = servers.map((server) => server.close());
      polls.close();
      await sockets.close();
      await Promise.all(closed);
      await jobs.stop();
      await flow.close();
      hub.close();
      schedule.clear();
      await store.close();
    },
  };
}

/** The signing keys alone, for the command line. */
export async function openKeys(
  settings: Settings,
): Promise<{ readonly keys: Keys; readonly close: () => Promise<void> }> {
  const store = openStore(settings, secretsOf(settings), Date.now);
  return { keys: await createKeys({ store, elapsed: systemTimers.elapsed }), close: () => store.close() };
}

/** How each client's sign-ins across devices are guarded, for the command line. Stores nothing, asks no provider. */
export async function inspectClients(
  settings: Settings,
): Promise<readonly { readonly client_id: string; readonly guards: ReturnType<typeof guardsOf> }[]> {
  const secrets = secretsOf(settings);
  const store = openStore({ ...settings, store: { type: 'sqlite', path: ':memory:' } }, secrets, Date.now);
  try {
    const connectors = await openConnectors(
      settings,
      store,
      secrets,
      { now: Date.now, sleep: systemTimers.sleep },
      () => undefined,
    );
    return settings.clients.map((client) => ({ client_id: client.client_id, guards: guardsOf(client, connectors) }));
  } finally {
    await store.close();
  }
}

function secretsOf(settings: Settings): Secrets {
  return createSecrets({ secret: settings.secret, subject_secret: settings.subjectSecret, random: randomBytes });
}

function openStore({ store }: Settings, sealer: Secrets, now: () => number): Store {
  return openSqliteStore({ path: store.path, sealer, now, wait: systemTimers.sleep });
}

/** A delivery's id is remembered longer than any provider repeats it, in ms. */
const WEBHOOK_MEMORY_MS = 7 * 86_400_000;

/** By a keyed hash of connector and event: it was acted upon. */
const WEBHOOK_EVENT = kindOf<null>('webhook_event');

function createDeliveries(store: Store, secrets: Secrets): Deliveries {
  const deliveries = collectionOf(store, WEBHOOK_EVENT);
  const rowId = (connector: string, event_id: string): string =>
    secrets.fingerprint(JSON.stringify([WEBHOOK_EVENT.name, connector, event_id]));
  return {
    has: async (connector, event_id) => (await deliveries.get(rowId(connector, event_id))).row !== null,
    async add(connector, event_id) {
      await deliveries.insert(rowId(connector, event_id), (now) => ({
        value: null,
        expires_at: now + WEBHOOK_MEMORY_MS,
      }));
    },
  };
}

async function openConnectors(
  settings: Settings,
  store: Store,
  secrets: Secrets,
  time: Pick<ConnectorContext, 'now' | 'sleep'>,
  log: (detail: string) => void,
): Promise<ReadonlyMap<string, Connector>> {
  const context: ConnectorContext = {
    issuer: settings.issuer,
    ...time,
    fetch: createLimitedFetch(),
    stream: createLimitedStream(),
    randomBytes,
    budget: (name, limit, window_ms) => createBudget(store, secrets, name, limit, window_ms),
    log,
  };
  const opened = await Promise.all(settings.connectors.map((config) => config.open(context)));
  return new Map(opened.map((connector) => [connector.id, connector]));
}

function directoryOf(list: readonly Client[]): ClientDirectory {
  const byId = new Map(list.map((client) => [client.client_id, client]));
  const origins = new Set(list.flatMap(({ allowed_origins }) => allowed_origins));
  return {
    find: (client_id) => Promise.resolve(byId.get(client_id) ?? null),
    knowsOrigin: (origin) => Promise.resolve(origins.has(origin)),
  };
}

/** The built script tag, from the widget package that this server depends on. */
async function readWidget(): Promise<{ readonly script: Buffer; readonly version: string }> {
  const require = createRequire(import.meta.url);
  const { version } = require('@beckon/widget/package.json') as { readonly version: string };
  return { script: await readFile(require.resolve('@beckon/widget/widget.js')), version };
}

/** How many files this process may open, from Node's report on itself; null where that does not say, as on Windows. */
function openFilesLimit(): number | null {
  // The report would look up the name of each peer; Node's types do not know this switch yet.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : null;
}

function idOf(request: IncomingMessage): string {
  return requestId(request.headers['x-request-id'], newId);
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
