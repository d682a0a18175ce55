/** Opens what a server stands on: its secrets, its store, its connectors. Makes the store that the short string names. */
import { randomBytes } from 'node:crypto';
import type { Settings } from '../config/index.ts';
import { assertConnector } from '../connectors/assert-connector.ts';
import type { Connector, ConnectorContext } from '../connectors/connector.ts';
import { createLimitedFetch, createLimitedStream } from '../outbound/index.ts';
import { createBudget } from '../flow/index.ts';
import type { StoreFill } from '../http/policy/store-room.ts';
import { systemTimers } from '../jobs/index.ts';
import type { OperatorDependencies } from '../operator/index.ts';
import { type Secrets, createSecrets, newSecret } from '../secrets/index.ts';
import type { Client } from '../session/index.ts';
import { sqlite } from '../store/index.ts';
import { owed } from '../webhooks/outbox.ts';
import { newId } from './ids.ts';
import type { Sealer, Store, StoreContext } from '../store/store.ts';

export function secretsOf(settings: Settings): Secrets {
  return createSecrets({ secret: settings.secret, subject_secret: settings.subjectSecret, random: randomBytes });
}

/**
 * What a client that is registered while the server runs is held against.
 * @param fileClients those of the file that are in force
 */
export function registrationOf(
  settings: Settings,
  fileClients: () => readonly Client[],
  now: () => number,
): OperatorDependencies['registration'] {
  return {
    fileClients,
    context: settings,
    newSecret: () => newSecret(randomBytes),
    now,
    owed: (client, act, beside, at) =>
      owed(client, 'client.changed', { client_id: client.client_id, act }, `${beside}.${newId()}`, at),
  };
}

/** @throws StoreError */
export function openStore(
  { store }: Settings,
  sealer: Sealer,
  now: () => number,
  more: Pick<StoreContext, 'readOnly' | 'onUpgraded' | 'turns'> = {},
): Promise<Store> {
  const config = store.type === 'sqlite' ? sqlite({ path: store.path }) : store.config;
  const { sleep, yieldTurn } = systemTimers;
  return config.open({ sealer, now, sleep: (ms) => sleep(ms), endOfTurn: yieldTurn, ...more });
}

/** How full the store is, its file system included. */
export async function fillOf(store: Store): Promise<StoreFill> {
  const { bytes, reusable, disk } = await store.usage();
  // A file of SQLite does not shrink: what was freed in it is room as well.
  return { bytes, disk: disk && { ...disk, free: disk.free + reusable } };
}

/** By id. `log` takes what a connector has to say. @throws TypeError for a connector that does not keep to its contract */
export async function openConnectors(
  settings: Settings,
  store: Store,
  secrets: Secrets,
  time: Pick<ConnectorContext, 'now' | 'sleep' | 'timers'>,
  log: (detail: string) => void,
): Promise<ReadonlyMap<string, Connector>> {
  const context: ConnectorContext = {
    issuer: settings.issuer,
    ...time,
    fetch: createLimitedFetch(time.timers),
    stream: createLimitedStream(time.timers),
    randomBytes,
    budget: (name, limit, window_ms) => createBudget(store, secrets, name, limit, window_ms),
    log,
  };
  const opened = await Promise.all(
    settings.connectors.map(async (config) => {
      const connector = await config.open(context);
      assertConnector(config.id, connector);
      return connector;
    }),
  );
  return new Map(opened.map((connector) => [connector.id, connector]));
}
