import { expect, it } from 'vitest';
import { exampleClient } from '../test-support/example-client.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { directoryOf } from './directory.ts';
import type { StoredClient } from './kinds.ts';

const clock = createFakeClock();
const stored = (client_id: string, changes: Partial<StoredClient> = {}): StoredClient => ({
  registration: { client_id, allowed_origins: [`https://${client_id}.example`] },
  secrets: [],
  temporary: [],
  next_secret: 1,
  created_at: 0,
  changed_at: 0,
  ...changes,
});
const off = (what: 'client' | 'connector', id: string) => ({
  what,
  id,
  off: { what, id, at: 0, by: 'ops', reason: null },
});

function directory(hidden: string[] = []) {
  return directoryOf([exampleClient({ client_id: 'file', allowed_origins: ['https://file.example'] })], {
    resolve: ({ client_id, allowed_origins }, client_secret_hashes) =>
      exampleClient({ client_id, client_secret_hashes, allowed_origins: allowed_origins as readonly string[] }),
    now: clock.now,
    onHidden: (client_id) => hidden.push(client_id),
  });
}

it('FT-F21b: a stored client whose id the file has is told of once, and is there again when the file drops it', async () => {
  const hidden: string[] = [];
  const clients = directory(hidden);
  const hash = { n: 1, hash: 'HASH', added_at: 0, until: null };
  const found = { clients: new Map([['file', stored('file', { secrets: [hash] })]]), switches: [] };
  clients.take(found, true);
  clients.take({ clients: new Map([['other', stored('other')]]), switches: [] }, false);
  expect(hidden).toEqual(['file']);
  expect((await clients.find('file'))?.client_secret_hashes).not.toEqual(['HASH']);
  clients.replace([]);
  expect((await clients.find('file'))?.client_secret_hashes).toEqual(['HASH']);
  clients.replace([exampleClient({ client_id: 'file' })]);
  expect(hidden, 'it is hidden again').toEqual(['file', 'file']);
});

it('what is disabled is registered and not found, of the file and of the store, until it is enabled', async () => {
  const clients = directory();
  const switches = [off('client', 'file'), off('client', 'own'), off('connector', 'wallet')];
  clients.take({ clients: new Map([['own', stored('own')]]), switches }, true);
  for (const id of ['file', 'own']) {
    expect(await clients.find(id)).toBeNull();
    expect((await clients.registered(id))?.client_id).toBe(id);
    expect(await clients.knowsOrigin(`https://${id}.example`), 'its pages may read the refusal').toBe(true);
  }
  expect(clients.isConnectorDisabled('wallet')).toBe(true);
  expect(clients.isClientDisabled('wallet')).toBe(false);
  clients.take({ clients: new Map(), switches: [{ what: 'client', id: 'own', off: null }] }, false);
  expect(await clients.find('own')).not.toBeNull();
  clients.take({ clients: new Map(), switches: [] }, true);
  expect(await clients.registered('own'), 'all of it is gone').toBeNull();
  expect(await clients.knowsOrigin('https://own.example')).toBe(false);
});

it('origins and secrets end at their time, with no look at the store', async () => {
  const clients = directory();
  const until = clock.now() + 1_000;
  const client = stored('own', {
    temporary: [{ member: 'allowed_origins', value: 'https://pr.example', until }],
    secrets: [
      { n: 1, hash: 'OLD', added_at: 0, until: until + 1_000 },
      { n: 2, hash: 'NEW', added_at: 0, until: null },
    ],
  });
  clients.take({ clients: new Map([['own', client]]), switches: [] }, true);
  expect(await clients.knowsOrigin('https://pr.example')).toBe(true);
  clock.advance(999);
  expect(await clients.knowsOrigin('https://pr.example')).toBe(true);
  clock.advance(1);
  expect(await clients.knowsOrigin('https://pr.example')).toBe(false);
  expect(await clients.find('own')).toMatchObject({
    allowed_origins: ['https://own.example'],
    client_secret_hashes: ['OLD', 'NEW'],
  });
  clock.advance(1_000);
  expect(await clients.find('own')).toMatchObject({ client_secret_hashes: ['NEW'] });
});
