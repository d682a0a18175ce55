import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemTimers } from '../jobs/index.ts';
import { insertGrant } from '../oauth/grant-row.ts';
import { GRANT, type Grant } from '../oauth/kinds.ts';
import { createSecrets, newSecret, personOf } from '../secrets/index.ts';
import { collectionOf } from '../store/collection.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { exampleClient } from '../test-support/example-client.ts';
import { exampleRegistration } from '../test-support/example-registration.ts';
import { exampleRecording } from '../test-support/example-recording.ts';
import { EXAMPLE_LIFETIMES } from '../testing/index.ts';
import { createOperator, type OperatorActs } from './index.ts';

/** Grants of one person at one website. `pnpm test:long` makes 10,000. */
const MANY = process.env['BECKON_LONG'] === '1' ? 10_000 : 1_000;
/** Commits between two turns of everything else of the process: a batch of 100, each with its grant and its sign-in. */
const MOST_AT_ONCE = 200;

let folder: string;
let store: Store;
let operator: OperatorActs;
/** Commits since everything else had a turn, and the most that there were. */
let since = 0;
let most = 0;
const secrets = createSecrets({
  secret: [newSecret(randomBytes)],
  subject_secret: newSecret(randomBytes),
  random: randomBytes,
});
const SUB = secrets.subject('wallet', 'ada');
const client = exampleClient({ backchannel_logout_uri: 'https://shop.example/backchannel' });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-many-'));
  const { sleep, yieldTurn } = systemTimers;
  store = openSqliteStore({
    path: join(folder, 'beckon.db'),
    sealer: secrets,
    now: Date.now,
    wait: (ms) => sleep(ms),
    endOfTurn: yieldTurn,
  });
  const grant: Grant = {
    client_id: client.client_id,
    sub: SUB,
    person: personOf(SUB),
    scope: ['openid'],
    asked: ['openid'],
    claims: { name: 'Ada Lovelace' },
    authentication: { acr: null, amr: [], auth_time: null },
    access_tokens: [{ n: 1, scope: ['openid'], issued_at: 0, expires_at: Date.now() + 3_600_000 }],
    provider_session: null,
    upstream: null,
    refresh: null,
    confirmed_at: Date.now() - 1_000,
    revoked_at: null,
  };
  for (let n = 0; n < MANY; n += 500) {
    const ids = Array.from({ length: 500 }, () => newId());
    await Promise.all(ids.map((id) => store.commit([insertGrant(`${id.slice(0, 2)}${id}`, grant)])));
  }
  [since, most] = [0, 0];
  const counted: Store = {
    ...store,
    commit(writes) {
      since += 1;
      most = Math.max(most, since);
      return store.commit(writes);
    },
  };
  operator = createOperator({
    store: counted,
    secrets,
    clients: { registered: () => Promise.resolve(client) },
    lifetimes: EXAMPLE_LIFETIMES,
    recording: exampleRecording(),
    audit_retention_ms: 86_400_000,
    registration: exampleRegistration(client),
    bus: null,
    timers: {
      yieldTurn() {
        since = 0;
        return systemTimers.yieldTurn();
      },
    },
    newId,
  });
}, 120_000);
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

function newId(): string {
  return randomBytes(13).toString('hex').toUpperCase();
}

it.each([
  ['a person ends', () => operator.persons.revoke({ name: 'ops', via: 'api' }, { sub: SUB })],
  ['a website ends', () => operator.grants.revokeClient({ name: 'ops', via: 'api' }, client.client_id)],
  ['a person is erased', () => operator.persons.erase({ name: 'ops', via: 'api' }, { sub: SUB })],
])(
  `FT-F45: ${MANY} grants: %s, and everything else of the process has turns meanwhile`,
  async (_, act) => {
    expect(await act()).toMatchObject({ grants: MANY, done: true });
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(MOST_AT_ONCE);
    const { rows } = await collectionOf(store, GRANT).find(`person ${personOf(SUB)}`, { limit: MANY, after: null });
    expect(rows.filter(({ value }) => value.revoked_at === null)).toEqual([]);
  },
  120_000,
);
