import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveConfig } from '../config/index.ts';
import { createSecrets } from '../secrets/index.ts';
import { exampleConfig } from '../test-support/harness.ts';
import { followedClients } from './clients-beside.ts';
import { openOperator } from './for-commands.ts';
import { openStore } from './open.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('FT-F56: the process that serves operators beside the workers knows what another one registers and removes', async () => {
  const settings = resolveConfig({ ...exampleConfig(), store: `sqlite:${join(folder, 'beckon.db')}` });
  const secrets = createSecrets({
    secret: settings.secret,
    subject_secret: settings.subjectSecret,
    random: randomBytes,
  });
  const store = await openStore(settings, secrets, Date.now);
  const errors: unknown[] = [];
  const { clients, stop } = await followedClients(settings, store, settings.clients, (error) => errors.push(error));
  const other = await openOperator(settings);
  const by = { name: 'ops', via: 'command' } as const;
  expect(await clients.registered('cafe')).toBeNull();
  const { client } = await other.operator.clients.create(
    { client_id: 'cafe', client_name: 'Café', redirect_uris: ['https://cafe.example/callback'] },
    by,
  );
  await vi.waitFor(async () => {
    expect(await clients.registered('cafe')).toMatchObject({ client_name: 'Café' });
  });
  await other.operator.clients.remove('cafe', client.version ?? 0, by);
  await vi.waitFor(async () => {
    expect(await clients.registered('cafe')).toBeNull();
  });
  clients.replace(settings.clients.slice(1));
  expect(await clients.registered('shop'), 'a reload took it out').toBeNull();
  expect(errors).toEqual([]);
  await stop();
  await other.close();
  await store.close();
});
