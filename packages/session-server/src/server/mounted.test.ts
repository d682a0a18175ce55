import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type BeckonConfig, ConfigError, resolveConfig } from '../config/index.ts';
import type { Store, StoreConfig } from '../store/store.ts';
import { sqlite } from '../store/index.ts';
import { ISSUER, WIDGET, exampleConfig } from '../test-support/harness.ts';
import { composeServer } from './compose.ts';
import type { SessionServer } from './session-server.ts';

const composition = { widget: WIDGET };

async function start(changes: Partial<BeckonConfig>): Promise<SessionServer> {
  const server = await composeServer(resolveConfig({ ...exampleConfig(), ...changes }), composition);
  onTestFinished(() => server.close());
  return server;
}

/** The app's own logger: what it was told, by event. */
function ownLogger(): { logger: NonNullable<BeckonConfig['logger']>; told: [string, object][] } {
  const told: [string, object][] = [];
  const note = (fields: object, event: string): void => void told.push([event, fields]);
  return { logger: { debug: note, info: note, warn: note, error: note }, told };
}

it('is ready where its store can be written, else not, and the app’s own logger hears why', async () => {
  const { logger, told } = ownLogger();
  let broken = false;
  const store: StoreConfig = {
    issues: [],
    async open(context) {
      const inMemory = await sqlite({ path: ':memory:' }).open(context);
      const commit: Store['commit'] = (writes) =>
        broken ? Promise.reject(new RangeError('the disk is gone')) : inMemory.commit(writes);
      return { ...inMemory, commit };
    },
  };
  expect(await (await start({ store, logger })).ready()).toBe(true);
  const server = await start({ store, logger });
  broken = true;
  expect(await server.ready()).toBe(false);
  expect(told).toContainEqual([
    'not ready',
    expect.objectContaining({
      name: 'store',
      error: 'unavailable',
      err: expect.objectContaining({ name: 'RangeError' }),
    }),
  ]);
});

it('tells its metrics without a port for them', async () => {
  const server = await start({ logger: ownLogger().logger });
  const text = await server.metrics();
  expect(text).toContain('# TYPE beckon_store_bytes gauge');
  expect(text).toMatch(/^beckon_store_bytes [1-9]\d*$/m);
});

it('lets the server that it is mounted in end, though a page watches', async () => {
  const server = await start({ logger: ownLogger().logger });
  const around = createServer(server.listener);
  server.attach(around);
  await once(around.listen(0, '127.0.0.1'), 'listening');
  const { port } = around.address() as AddressInfo;
  const page = new WebSocket(`ws://127.0.0.1:${port}/session/events`, 'beckon.v1', { origin: ISSUER });
  await once(page, 'open');

  // As docs/guides/operate.md has it: the first alone would wait until the person leaves the page.
  const ended = once(around, 'close');
  const left = once(page, 'close');
  around.close();
  await server.close();
  await ended;
  expect((await left)[0], 'going away: the page connects anew').toBe(1001);
});

it('tells a store’s mistakes with all others', () => {
  const given = { ...exampleConfig(), store: sqlite({ path: '' }), logger: { info: () => undefined } };
  let issues: ConfigError['issues'] = [];
  try {
    resolveConfig(given as never);
  } catch (cause) {
    if (cause instanceof ConfigError) issues = cause.issues;
  }
  expect(issues.map(({ path }) => path).toSorted()).toEqual(['logger', 'store.path']);
});
