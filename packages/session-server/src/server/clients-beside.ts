/** The clients of the file and of the store, as a process has them that serves no sign-in: the primary of several. */
import { randomInt } from 'node:crypto';
import { clientsAtRest, createClientRegistry, createFollowing, type LiveDirectory } from '../clients/index.ts';
import { clientOfRegistration, type Settings } from '../config/index.ts';
import { systemTimers } from '../jobs/index.ts';
import type { Client } from '../session/index.ts';
import type { Store } from '../store/store.ts';

/** As they are now. @throws StoreError */
export function clientsNow(settings: Settings, store: Store, ofFile: readonly Client[]): Promise<LiveDirectory> {
  return clientsAtRest(store, ofFile, {
    now: Date.now,
    resolve: (registration, hashes) => clientOfRegistration(registration, hashes, settings),
  });
}

/** The same, kept as the store has them until `stop`. @throws StoreError */
export async function followedClients(
  settings: Settings,
  store: Store,
  ofFile: readonly Client[],
  failed: (error: unknown) => void,
): Promise<{ readonly clients: LiveDirectory; readonly stop: () => Promise<void> }> {
  const clients = await clientsNow(settings, store, ofFile);
  const following = createFollowing({
    registry: createClientRegistry(store),
    directory: clients,
    timers: systemTimers,
    randomInt: (below) => randomInt(below),
    onChange: () => undefined,
    failed,
  });
  await following.begin();
  following.start();
  return { clients, stop: () => following.stop() };
}
