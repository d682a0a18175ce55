/** Puts the rooms together. */
import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  createForwarding,
  createNotes,
  createRecording,
  createSealing,
  type ForwardTarget,
  type Forwarding,
} from '../audit/index.ts';
import { createClientRegistry, createFollowing, directoryOf } from '../clients/index.ts';
import { type BeckonConfig, clientOfRegistration, type Settings, resolveConfig, warningsOf } from '../config/index.ts';
import { type Bus, createInProcessBus } from '../bus/index.ts';
import type { ConnectorContext } from '../connectors/connector.ts';
import { canReach, canReauthenticate, createFlow, hashOf, isOffered } from '../flow/index.ts';
import { createFunnel } from '../funnel/funnel.ts';
import { createAdmin } from '../admin/admin.ts';
import { createApp } from '../http/app.ts';
import { createBrowserKeys } from '../http/policy/browser-key.ts';
import { createClientAddress, createIsProxy } from '../http/policy/client-address.ts';
import { createCors } from '../http/policy/cors.ts';
import { createLimits } from '../http/policy/limits.ts';
import { createRateLimits } from '../http/policy/rate-limits.ts';
import { createStoreRoom } from '../http/policy/store-room.ts';
import type { WidgetFiles } from '../http/pages/widget-files.ts';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { createKeys } from '../keys/index.ts';
import { createOAuth } from '../oauth/index.ts';
import { createOperator } from '../operator/index.ts';
import { createHub, createPolls, createSchedule, createSockets } from '../realtime/index.ts';
import { createRotation } from '../rotation/index.ts';
import { createCheckedPost, createLimitedFetch } from '../outbound/index.ts';
import { newSecret } from '../secrets/index.ts';
import type { Sealer, Store, StoreContext } from '../store/store.ts';
import { countedNetworks } from '../session/index.ts';
import { isStoreFailure, reasonOf } from '../store/store-error.ts';
import {
  type Logger,
  type Registry,
  createLogger,
  createRegistry,
  createRequestTrace,
  createServerMetrics,
} from '../telemetry/index.ts';
import { createUpstreamTokens } from '../upstream-tokens/index.ts';
import { createSending, createWebhooks } from '../webhooks/index.ts';
import { flowEvents } from './flow-events.ts';
import { idOf, newId } from './ids.ts';
import { createListening } from './listen.ts';
import type { LiveSettings } from '../workers/index.ts';
import { openDesk } from './desk.ts';
import { createMarks, marksOf } from './marks.ts';
import { fillOf, openConnectors, openStore, registrationOf, secretsOf } from './open.ts';
import { createReadiness } from './readiness.ts';
import { createReload, liveOf } from './reload.ts';
import { configurationEvent } from './started.ts';
import type { SessionServer, SessionServerOptions } from './session-server.ts';
import { WHOLE_BYTES, writeToStderr } from './stderr-lines.ts';
import { tellingFailures } from './store-failures.ts';
import { readWidget } from './widget-files.ts';

/** Sign-ins that end while an operator's call waits; the jobs end the rest. */
const ENDED_AT_ONCE = 500;

/** The watchers of a sign-in hear within so many ms of what was switched on or off. */
const LOOK_AGAIN_MS = 100;

/** What a process has that is one of several of one server. */
export interface Fellow {
  /** From 1 on. */
  readonly worker: number;
  /** The primary process, which signals are for. */
  readonly primary_pid: number;
  readonly bus: Bus;
  readonly turns: NonNullable<StoreContext['turns']>;
}

/** What `composeServer` puts together with what the settings say. */
export interface Composition extends SessionServerOptions {
  readonly widget: WidgetFiles;
  /** Ms since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  /** How connectors wait between two tries. Default: by the system's clock. */
  readonly sleep?: ConnectorContext['sleep'];
  /** How long a browser that opens the link on the same device waits for the owner's click, in ms. Default 1 s. */
  readonly patience_ms?: number;
  /** How long a phone that approved waits to hear of the other screen, in ms. Default 2 s. */
  readonly collectWait_ms?: number;
  /** Makes the store that the server sees of the one that was opened: counts its calls, for example. Default: the same. */
  readonly storeOver?: (store: Store) => Store;
  /** Makes what the store seals with of the server's secrets. Default: the same. */
  readonly sealerOver?: (sealer: Sealer) => Sealer;
  /** Default: the server is this process alone. */
  readonly fellow?: Fellow;
}

/** A server, and what the process needs of it that it is one of. */
export interface Composed {
  readonly server: SessionServer;
  readonly registry: Registry;
  /** Puts in force what can change; it was checked. In one turn: no request sees half of it. */
  apply(live: LiveSettings): void;
}

/** Checks the configuration, opens the store and the connectors, and makes a server of them. @throws ConfigError, StoreError */
export async function createSessionServer(
  config: BeckonConfig,
  options: SessionServerOptions = {},
): Promise<SessionServer> {
  return composeServer(resolveConfig(config), { ...options, widget: await readWidget() });
}

/** The same, of settings that were checked, and of a widget that need not have been built. Not public: tests use it. @throws StoreError */
export async function composeServer(settings: Settings, composition: Composition): Promise<SessionServer> {
  return (await compose(settings, composition)).server;
}

export async function compose(settings: Settings, composition: Composition): Promise<Composed> {
  const { widget, now = Date.now, sleep = systemTimers.sleep, fellow } = composition;
  const secrets = secretsOf(settings);
  const written = createLogger({
    to: composition.log ?? settings.logger ?? writeToStderr,
    // An app's own logger has a level of its own.
    level: composition.logLevel ?? (settings.logger === null ? 'info' : 'debug'),
    now,
    fingerprint: (text) => secrets.fingerprint(text),
    ...(fellow === undefined ? {} : { longest: WHOLE_BYTES }),
  });
  const logger = fellow === undefined ? written : written.child({ worker: fellow.worker });
  // The primary process says it once.
  if (fellow === undefined) warn(logger, settings);
  const { storeOver = same, sealerOver = same } = composition;
  const elapsed = composition.now ?? systemTimers.elapsed;
  const opened = await openStore(settings, sealerOver(secrets), now, {
    onUpgraded: (from, to) =>
      logger.info('the store was upgraded to a newer schema version', { from: String(from), to: String(to) }),
    turns: fellow?.turns,
  });
  const store = tellingFailures(storeOver(opened), {
    elapsed,
    onFailure: (error, count) =>
      logger.error(
        'the store fails',
        { error: reasonOf(error) ?? error.code, detail: error.detail ?? undefined, count },
        error,
      ),
    onRecovered: () => logger.info('the store works again'),
  });
  /** A store that fails is told of above, once for a burst. */
  const tell: Logger['error'] = (event, fields, error) => {
    if (!isStoreFailure(error)) logger.error(event, fields, error);
  };
  const rotation = createRotation({
    store,
    secrets,
    timers: systemTimers,
    onSealed: (count, unreadable) => {
      logger.info('rows are sealed under the first secret', { name: 'secret', count });
      if (unreadable > 0) logger.warn('rows that no configured secret opens', { name: 'secret', count: unreadable });
    },
    onState: ({ place, state, until }) =>
      state === 'unused'
        ? logger.info('an earlier secret can be dropped', { name: 'secret', version: place })
        : logger.info('an earlier secret is still needed', {
            name: 'secret',
            version: place,
            detail: neededUntil(until),
          }),
    failed: (error) => tell('rotation failed', {}, error),
  });
  await rotation.begin();
  const keys = await createKeys({
    store,
    elapsed,
    rotateEveryDays: settings.signingKeyDays,
    onRotated: ({ alg, signs_from }) =>
      logger.info('the next signing key is published', {
        name: alg,
        detail: `signs from ${new Date(signs_from).toISOString()}`,
      }),
    onFirst: (count) => logger.info('the store is new: signing keys were made', { count }),
  });
  const clients = directoryOf(settings.clients, {
    resolve: (registration, hashes) => clientOfRegistration(registration, hashes, settings),
    now,
    // One worker says it for all.
    ...(fellow === undefined || fellow.worker === 1 ? directoryEvents(logger) : {}),
  });
  const following = createFollowing({
    registry: createClientRegistry(store),
    directory: clients,
    timers: systemTimers,
    randomInt: (below) => randomInt(below),
    onChange: (changes) => {
      if (changes === null || changes.some(({ what }) => what !== 'registration')) hub.lookAgain(LOOK_AGAIN_MS);
      logger.debug('clients changed', { count: changes?.length });
    },
    failed: (error) => tell('clients were not read', {}, error),
  });
  const connectors = await openConnectors(settings, store, secrets, { now, sleep, timers: systemTimers }, (detail) =>
    logger.warn('connector', { detail }),
  );
  /** As the last sweep was about to find it. */
  let usage = await store.usage();
  const marks = createMarks(settings.issuer, marksOf(settings));
  const registry = createRegistry();
  const metrics = createServerMetrics(registry, {
    sockets: () => sockets.size,
    watchedSessions: () => hub.sessions,
    heldPolls: () => polls.held,
    overdueRows: () => usage.over,
    storeBytes: () => usage.bytes,
    auditLag: () => forwarding?.lag_s() ?? 0,
  });
  const forwarding =
    settings.audit.forward === null ? null : openForwarding(settings.audit.forward, settings.issuer, store, tell);
  const trace = createRequestTrace();
  const upstreamTokens = createUpstreamTokens({
    store,
    connectors,
    timers: systemTimers,
    newId,
    confirmed_ms: settings.lifetimes.scanned_ms,
    onUnrevoked: (session, connector, error) =>
      logger.warn('tokens of a provider were not revoked', { session, connector }, error),
    onUnrenewed: (session, connector, error) =>
      logger.warn('tokens of a provider were not renewed', { session, connector }, error),
  });
  const recording = createRecording({ newId, retention_ms: settings.audit.retention_ms });
  const bus = fellow?.bus ?? createInProcessBus();
  /** Who may use the console and the admin API. */
  let tokens = settings.admin?.tokens ?? [];
  const funnel = createFunnel({ store, process_id: newId() });
  const flow = createFlow({
    settings,
    upstreamTokens,
    store,
    clients,
    switches: clients,
    connectors,
    marks,
    secrets,
    newId,
    randomBytes,
    randomInt: (below) => randomInt(below),
    recording,
    bus,
    timers: systemTimers,
    elapsed,
    patience_ms: composition.patience_ms,
    collectWait_ms: composition.collectWait_ms,
    onChange: (...change) => funnel.changed(...change),
    ...flowEvents({ logger, tell, metrics, trace }),
  });
  const oauth = createOAuth({
    recording,
    requestId: () => trace.requestId(),
    issuer: settings.issuer,
    flow: flow.redemption,
    clients,
    keys,
    store,
    secrets,
    newId,
    upstreamTokens,
    providerLogout: {
      async url(connector, options) {
        try {
          return (await connectors.get(connector)?.logout?.url(options)) ?? null;
        } catch (error) {
          logger.warn('the provider cannot end its session: the browser goes on', { connector }, error);
          return null;
        }
      },
      stateOf: (connector, parameters) => connectors.get(connector)?.logout?.stateOf(parameters) ?? null,
    },
    fetch: createLimitedFetch(systemTimers),
    elapsed,
    onUntold: ({ client_id, attempts }, last, error) =>
      logger.warn(
        last ? 'a client was not told of a logout' : 'a client is told of a logout again',
        { client_id, count: attempts + 1 },
        error,
      ),
    connectors: [...connectors.keys()],
    isOffered: (client, id) => isOffered(client, id, connectors),
    reauthenticates: (id) => canReauthenticate(connectors.get(id)),
    reaches: (id, acr_values) => canReach(connectors.get(id), acr_values),
    acrValues: [...new Set([...connectors.values()].flatMap(({ reaches }) => reaches ?? []))],
  });
  const operator = createOperator({
    store,
    secrets,
    clients,
    lifetimes: settings.lifetimes,
    recording,
    audit_retention_ms: settings.audit.retention_ms,
    bus,
    registration: registrationOf(settings, () => clients.ofFile, now),
    timers: systemTimers,
    newId,
    atOnce: ENDED_AT_ONCE,
  });
  const webhooks = createWebhooks({
    connectors,
    store,
    secrets,
    revoke: (connector, subject, at) => oauth.revokeSubject(connector, subject, at),
  });

  const cors = createCors(settings.issuer, clients);
  const behind = (trustedProxies: Settings['trustedProxies']) => ({
    clientAddress: createClientAddress({
      trusted_proxies: trustedProxies,
      issuer: settings.issuer,
      onUntrustedHeader: (address_prefix) =>
        logger.warn('X-Forwarded-For from a peer that is not in trustedProxies is ignored', { address_prefix }),
    }),
    isProxy: createIsProxy(trustedProxies),
  });
  let proxies = behind(settings.trustedProxies);
  const addressOf = (request: IncomingMessage): string => proxies.clientAddress(request).address;
  const schedule = createSchedule(systemTimers);
  const hub = createHub({
    flow: {
      look: (credentials, change) => flow.browser.look(credentials, change),
      subscribe: (session_id, listener) => flow.browser.subscribe(session_id, listener),
    },
    schedule,
    onError: (error, session) => {
      metrics.failures.add({ where: 'realtime' });
      tell('realtime', { session }, error);
    },
  });
  const factor = settings.rateLimitFactor;
  const polls = createPolls({
    flow: flow.browser,
    hub,
    schedule,
    factor,
    onRefused: () => metrics.rateLimited.add({ limit: 'held_polls' }),
  });
  const sockets = createSockets({
    flow: flow.browser,
    hub,
    schedule,
    originKnown: (origin) => origin === settings.issuer || clients.knowsOrigin(origin),
    originAllowed: async (origin, client_id) => {
      const client = await clients.registered(client_id);
      return client !== null && cors.allows(origin, client);
    },
    clientAddress: addressOf,
    requestId: idOf,
    onError: (error, session) => {
      metrics.failures.add({ where: 'realtime' });
      tell('socket', { session: session ?? undefined }, error);
    },
    onClosed: (code) => metrics.socketsClosed.add({ code: String(code) }),
    factor,
    onRefused() {
      metrics.rateLimited.add({ limit: 'sockets' });
      notes.limited('sockets');
    },
  });
  const rateLimits = createRateLimits({
    increment: (hits) => store.increment(hits),
    now,
    after: systemTimers.after,
    failed: (error) => logger.warn('counts of rate limits were not shared', {}, error),
    factor,
    onLimited: (limit) => metrics.rateLimited.add({ limit }),
  });
  const room = createStoreRoom({
    fill: () => fillOf(store),
    limit_bytes: settings.store.limit_bytes,
    elapsed,
    onChange: (full) =>
      full
        ? logger.error('the store is full: no new sign-in begins', { name: 'storeLimitMebibytes' })
        : logger.info('the store has room again'),
  });
  const notes = createNotes({
    store,
    recording,
    newId,
    elapsed,
    hasRoom: async () => !(await room.isFull()),
  });
  const wallets = [...connectors.values()].flatMap(({ wallet }) => wallet ?? []);
  const ready = createReadiness({
    store,
    keys,
    newId,
    after: systemTimers.after,
    elapsed,
    onChange: (failed, cause) =>
      failed === null
        ? logger.info('ready again')
        : logger.error('not ready', { name: failed.part, error: failed.reason, detail: failed.words }, cause),
  });
  const listener = createApp({
    issuer: settings.issuer,
    flow,
    oauth,
    polls,
    clients,
    apps: {
      appleAppIds: wallets.flatMap((wallet) => wallet.appleAppIds),
      androidApps: wallets.flatMap((wallet) => wallet.androidApps),
    },
    browserKeys: createBrowserKeys(settings.issuer, () => newSecret(randomBytes)),
    webhooks,
    cors,
    limits: createLimits(rateLimits, addressOf, room),
    clientAddress: (request) => proxies.clientAddress(request),
    widget,
    marks,
    helpUrl: settings.helpUrl,
    sandboxPhone: settings.sandboxPhone,
    ready,
    newId,
    elapsed: systemTimers.elapsed,
    logger,
    metrics,
    trace,
    onRefusal({ request_id, method, route, status, error, reason, detail, client_id, connector, session }, address) {
      const refusal = { request_id, method, route, status, error, reason, detail, client_id, connector };
      notes.refused({ ...refusal, session_id: session }, countedNetworks(address)[0]?.key ?? '');
    },
  });
  const jobs = createJobs({
    store,
    timers: systemTimers,
    workers: [
      ...flow.workers,
      ...oauth.workers,
      ...operator.workers,
      createSealing({ store, sessionHash: (id) => hashOf(id, secrets), retention_ms: settings.audit.retention_ms }),
      createSending({
        store,
        clients,
        post: createCheckedPost({ timers: systemTimers, allowPrivate: settings.webhooks.allowPrivateAddresses }),
        randomInt: (below) => randomInt(below),
        onFailed: ({ client_id, type, attempts }, reason, last) =>
          logger.warn(last ? 'a webhook was not delivered' : 'a webhook is delivered again', {
            client_id,
            name: type,
            reason,
            count: attempts + 1,
          }),
      }),
      keys.worker,
      ...(forwarding === null ? [] : [forwarding.worker]),
    ],
    async beforeSweep() {
      usage = await store.usage();
      await funnel.store();
    },
    failed: (error) => {
      metrics.failures.add({ where: 'due' });
      tell('due work failed', {}, error);
    },
  });
  // Of several processes the primary tells it.
  if (fellow === undefined) notes.tell(configurationEvent('server.started', settings, secrets));
  await forwarding?.begin().catch((error: unknown) => tell('the audit trail is not sent', {}, error));
  await following.begin();
  following.start();
  jobs.start();
  // Sealing all rows anew is once for a server; a worker that replaces the first goes on with it.
  if (fellow === undefined || fellow.worker === 1) rotation.start();
  const listening = createListening({
    issuer: settings.issuer,
    listener,
    // The primary process serves it, for all.
    admin:
      settings.admin === null || fellow !== undefined
        ? null
        : {
            ...settings.admin,
            listener: createAdmin({
              registry,
              newId,
              logger,
              desk: () =>
                openDesk({
                  settings,
                  tokens: () => tokens,
                  store,
                  secrets,
                  operator,
                  recording,
                  keys,
                  connectors: [...connectors.values()].map(({ id, names }) => ({ id, name: names.en })),
                  now,
                  failed: (error) => tell('audit', {}, error),
                }),
            }),
          },
    isProxy: (peer) => proxies.isProxy(peer),
    factor,
    sockets,
    after: systemTimers.after,
    logger,
    pid: fellow?.primary_pid ?? process.pid,
    onCut: (reason) => metrics.connectionsCut.add({ reason }),
  });

  const apply: Composed['apply'] = (live) => {
    clients.replace(live.clients);
    proxies = behind(live.trustedProxies);
    marks.replace(live.marks);
  };

  const server: SessionServer = {
    listener,
    reload: createReload(settings, logger, (next) => {
      tokens = next.admin?.tokens ?? [];
      apply(liveOf(next));
      notes.tell(configurationEvent('server.reloaded', next, secrets));
    }),
    attach: listening.attach,
    listen: listening.listen,
    ready: async () => (await ready()) === null,
    async metrics() {
      return registry.expose();
    },
    async close() {
      const closed = listening.close();
      polls.close();
      await sockets.close();
      await closed;
      await following.stop();
      await jobs.stop();
      await rotation.stop();
      await upstreamTokens.settled();
      await rateLimits.close();
      await notes.settled();
      // The counts of the last seconds: a store that fails now has said so.
      await funnel.store().catch(() => undefined);
      hub.close();
      schedule.clear();
      await store.close();
    },
  };
  return { server, registry, apply };
}

/** What sends is loaded with the first event: a server that sends none pays nothing for it. */
function openForwarding(target: ForwardTarget, issuer: string, store: Store, tell: Logger['error']): Forwarding {
  return createForwarding({
    store,
    target,
    async send(events, signal) {
      const { sendTo } = await import('../audit/send.ts');
      const { limit } = systemTimers;
      const options = { fetch: createLimitedFetch(systemTimers), limit, host: new URL(issuer).hostname };
      await sendTo(target, options)(events, signal);
    },
    failed: (error) => tell('the audit trail is not sent', {}, error),
  });
}

/** What of a configuration deserves a word. */
export function warn(logger: Pick<Logger, 'warn'>, settings: Settings): void {
  for (const { path, message } of warningsOf(settings)) logger.warn('configuration', { name: path, detail: message });
}

/** What the log says of stored clients that are not served as they are stored. */
function directoryEvents(logger: Logger): Pick<Parameters<typeof directoryOf>[1], 'onHidden' | 'onUnreadable'> {
  return {
    onHidden: (client_id) =>
      logger.error('a client of the store is not served: a client of the file has the same id', { client_id }),
    onUnreadable: (client_id, error) =>
      logger.error('a client of the store is not served: this release does not take it', { client_id }, error),
  };
}

function neededUntil(until: number | null): string {
  return until === null ? 'until nothing of it is left' : `until ${new Date(until).toISOString()}`;
}

function same<T>(given: T): T {
  return given;
}
