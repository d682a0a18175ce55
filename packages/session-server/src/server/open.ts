/** Opens what a server stands on: its secrets, its store, its connectors. Chooses the store. */
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Settings } from '../config/index.ts';
import type { Connector, ConnectorContext } from '../connectors/connector.ts';
import { createLimitedFetch, createLimitedStream } from '../outbound/index.ts';
import { createBudget } from '../flow/index.ts';
import type { StoreFill } from '../http/policy/store-room.ts';
import { systemTimers } from '../jobs/index.ts';
import { type Secrets, createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Sealer, Store } from '../store/store.ts';

export function secretsOf(settings: Settings): Secrets {
  return createSecrets({ secret: settings.secret, subject_secret: settings.subjectSecret, random: randomBytes });
}

/** @throws StoreError */
export function openStore({ store }: Settings, sealer: Sealer, now: () => number): Store {
  return openSqliteStore({ path: store.path, sealer, now, wait: systemTimers.sleep });
}

/** How full the store is, its file system included. */
export async function fillOf({ store: { path } }: Settings, store: Store): Promise<StoreFill> {
  const { bytes, reusable } = await store.usage();
  if (path === ':memory:') return { bytes, disk: null };
  // Some file systems do not say.
  const disk = await statfs(dirname(resolve(path))).catch(() => null);
  // A file of SQLite does not shrink: what was freed in it is room as well.
  return { bytes, disk: disk && { free: disk.bavail * disk.bsize + reusable, total: disk.blocks * disk.bsize } };
}

/** By id. `log` takes what a connector has to say. */
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
  const opened = await Promise.all(settings.connectors.map((config) => config.open(context)));
  return new Map(opened.map((connector) => [connector.id, connector]));
}
