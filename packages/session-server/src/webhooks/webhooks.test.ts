import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { type Webhooks, createWebhooks } from './webhooks.ts';

const EVENT = { id: 'event-1', effect: { type: 'revoked', subject: 'anna', at: 1_000 } } as const;

let store: Store;
let revoked: (readonly [connector: string, subject: string, at: number | null])[];
let failing: boolean;
let webhooks: Webhooks;

beforeEach(() => {
  const secrets = createSecrets({ secret: ['s'.repeat(32)], subject_secret: 't'.repeat(32), random: randomBytes });
  const { now } = createFakeClock(0);
  store = openSqliteStore({ path: ':memory:', sealer: secrets, now, wait: () => Promise.resolve() });
  revoked = [];
  failing = false;
  webhooks = createWebhooks({
    connectors: new Map(),
    store,
    secrets,
    revoke: (...what) => {
      if (failing) return Promise.reject(new Error('the store is away'));
      revoked.push(what);
      return Promise.resolve();
    },
  });
});
afterEach(() => store.close());

it('a repeated event is acted upon once', async () => {
  await webhooks.handle('one', EVENT);
  await webhooks.handle('one', EVENT);
  expect(revoked).toEqual([['one', 'anna', 1_000]]);
});

it('the ids of two connectors are not each other’s', async () => {
  await webhooks.handle('one', EVENT);
  await webhooks.handle('two', EVENT);
  expect(revoked.map(([connector]) => connector)).toEqual(['one', 'two']);
});

it('an event that could not be acted upon is acted upon when it is repeated', async () => {
  failing = true;
  await expect(webhooks.handle('one', EVENT)).rejects.toThrow('the store is away');
  failing = false;
  await webhooks.handle('one', EVENT);
  expect(revoked).toHaveLength(1);
});
