import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSecrets, newSecret } from '../secrets/index.ts';
import type { Client } from '../session/index.ts';
import { inserting } from '../store/collection.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store, Writes } from '../store/store.ts';
import { exampleClient } from '../test-support/example-client.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { type LiveDirectory, directoryOf } from './directory.ts';
import { createFollowing } from './following.ts';
import { REGISTERED_CLIENT, type StoredClient } from './kinds.ts';
import { createClientRegistry } from './registry.ts';

const clock = createFakeClock();
let store: Store;
let reads: string[];
beforeEach(() => {
  const secrets = createSecrets({
    secret: [newSecret(randomBytes)],
    subject_secret: newSecret(randomBytes),
    random: randomBytes,
  });
  const opened = openSqliteStore({ path: ':memory:', sealer: secrets, now: clock.now, wait: () => Promise.resolve() });
  reads = [];
  store = {
    ...opened,
    get(kind, id) {
      reads.push(`${kind} ${id}`);
      return opened.get(kind, id);
    },
    list(kind, limit) {
      reads.push(`list ${kind}`);
      return opened.list(kind, limit);
    },
  };
});
afterEach(() => store.close());

const stored = (client_id: string, client_name = 'Stored'): StoredClient => ({
  registration: { client_id, client_name },
  secrets: [],
  temporary: [],
  next_secret: 1,
  created_at: clock.now(),
  changed_at: clock.now(),
});
const resolve = ({ client_id, client_name }: StoredClient['registration']): Client =>
  exampleClient({ client_id, client_name: String(client_name) });

function follower(directory: LiveDirectory = directoryOf([], { resolve, now: clock.now })) {
  const following = createFollowing({
    registry: createClientRegistry(store),
    directory,
    timers: { sleep: () => new Promise(() => {}) },
    randomInt: () => 0,
    onChange: () => undefined,
    failed: (error) => expect.fail(String(error)),
  });
  return { directory, following };
}

it('FT-F20c: ten thousand clients are read once, and a change reads the one that changed', async () => {
  const registry = createClientRegistry(store);
  for (let n = 0; n < 10_000; n += 500) {
    const writes = Array.from({ length: 500 }, (_, i) =>
      inserting(REGISTERED_CLIENT, `clients.c${n + i}`, {
        value: stored(`c${n + i}`),
        expires_at: Number.MAX_SAFE_INTEGER,
      }),
    );
    await store.commit(writes as unknown as Writes);
  }
  await registry.changeClient('c1', () => ({ value: stored('c1', 'One') }));
  const { directory, following } = follower();
  const before = performance.now();
  await following.begin();
  expect(performance.now() - before, 'a start waits for it').toBeLessThan(5_000);
  expect((await directory.find('c9999'))?.client_name).toBe('Stored');
  reads = [];
  await following.look();
  expect(reads, 'nothing changed').toEqual(['clients_head clients.head']);
  await registry.changeClient('c7', () => ({ value: stored('c7', 'Seven') }));
  reads = [];
  await following.look();
  expect(reads).toEqual(['clients_head clients.head', 'registered_client clients.c7']);
  expect((await directory.find('c7'))?.client_name).toBe('Seven');
});

it('a process that missed more than the head remembers reads everything anew', async () => {
  const registry = createClientRegistry(store);
  const { directory, following } = follower();
  await following.begin();
  await registry.changeClient('gone', () => ({ value: stored('gone') }));
  await following.look();
  await registry.changeClient('gone', () => ({ value: null }));
  for (let n = 0; n < 70; n += 1) await registry.changeClient('busy', () => ({ value: stored('busy', `${n}`) }));
  expect(await directory.find('gone')).not.toBeNull();
  await following.look();
  expect(await directory.find('gone')).toBeNull();
  expect((await directory.find('busy'))?.client_name).toBe('69');
});

it('of many who change at once each counts, and the head tells of each', async () => {
  const registry = createClientRegistry(store);
  const { directory, following } = follower();
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => registry.changeClient(`c${n}`, () => ({ value: stored(`c${n}`) }))),
  );
  await following.begin();
  for (let n = 0; n < 20; n += 1) expect(await directory.find(`c${n}`), `c${n}`).not.toBeNull();
  expect((await registry.head()).version).toBe(20);
});

it('a stored client that cannot be read is not served, is told of, and leaves the others', async () => {
  const told: string[] = [];
  const registry = createClientRegistry(store);
  const { directory, following } = follower(
    directoryOf([], {
      resolve(registration) {
        if (registration.client_id === 'old') throw new Error('another shape');
        return resolve(registration);
      },
      now: clock.now,
      onUnreadable: (client_id) => told.push(client_id),
    }),
  );
  for (const id of ['old', 'good']) await registry.changeClient(id, () => ({ value: stored(id) }));
  await following.begin();
  expect(await directory.find('old')).toBeNull();
  expect(await directory.find('good')).not.toBeNull();
  expect(told).toEqual(['old']);
});
