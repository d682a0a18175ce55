import type { Settings } from '../config/index.ts';
import { findStory, guardsOf, type Search } from '../flow/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { type Keys, createKeys } from '../keys/index.ts';
import { type EarlierSecret, earlierSecrets } from '../rotation/index.ts';
import type { OperatorActs } from '../operator/index.ts';
import { clientsNow } from './clients-beside.ts';
import { operatorBeside } from './operator-beside.ts';
import { openConnectors, openStore, secretsOf } from './open.ts';

/** The signing keys, and what is known of earlier secrets, for the command line. */
export async function openKeys(settings: Settings): Promise<{
  readonly keys: Keys;
  readonly secrets: () => Promise<readonly EarlierSecret[]>;
  readonly close: () => Promise<void>;
}> {
  const secrets = secretsOf(settings);
  const store = await openStore(settings, secrets, Date.now);
  return {
    keys: await createKeys({ store, elapsed: systemTimers.elapsed, rotateEveryDays: settings.signingKeyDays }),
    secrets: () => earlierSecrets(store, secrets),
    close: () => store.close(),
  };
}

/** Whether the store is a server's own, so that no command sees it. */
export function isInMemory({ store }: Settings): boolean {
  return store.type === 'sqlite' && store.path === ':memory:';
}

/** What the store knows of a request's or a session's id, for the command line. Only reads, beside a server that runs. @throws StoreError */
export async function searchStory(settings: Settings, id: string): Promise<Search> {
  const secrets = secretsOf(settings);
  const store = await openStore(settings, secrets, Date.now, { readOnly: true });
  try {
    return await findStory({ store, secrets }, id);
  } finally {
    await store.close();
  }
}

/** What an operator reads and does, in a process beside the server. Writes as the server does. @throws StoreError */
export async function openOperator(
  settings: Settings,
): Promise<{ readonly operator: OperatorActs; readonly now: () => number; readonly close: () => Promise<void> }> {
  const secrets = secretsOf(settings);
  const store = await openStore(settings, secrets, Date.now);
  const clients = await clientsNow(settings, store, settings.clients);
  return {
    operator: operatorBeside(settings, { store, secrets, clients }, () => settings.clients),
    now: Date.now,
    close: () => store.close(),
  };
}

/** How each client's sign-ins across devices are guarded, for the command line. Stores nothing, asks no provider. */
export async function inspectClients(
  settings: Settings,
): Promise<readonly { readonly client_id: string; readonly guards: ReturnType<typeof guardsOf> }[]> {
  const secrets = secretsOf(settings);
  const store = await openStore(
    { ...settings, store: { type: 'sqlite', path: ':memory:', limit_bytes: settings.store.limit_bytes } },
    secrets,
    Date.now,
  );
  try {
    const connectors = await openConnectors(
      settings,
      store,
      secrets,
      { now: Date.now, sleep: systemTimers.sleep, timers: systemTimers },
      () => undefined,
    );
    return settings.clients.map((client) => ({ client_id: client.client_id, guards: guardsOf(client, connectors) }));
  } finally {
    await store.close();
  }
}
