import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
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
/** Anything else of the process waits no longer for a batch, in ms; other work of the machine counts as well. */
const HELD_UP = 200;

let folder: string;
let store: Store;
let operator: OperatorActs;
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
  operator = createOperator({
    store,
    secrets,
    clients: { registered: () => Promise.resolve(client) },
    lifetimes: EXAMPLE_LIFETIMES,
    recording: exampleRecording(),
    audit_retention_ms: 86_400_000,
    registration: exampleRegistration(client),
    bus: null,
    timers: systemTimers,
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
  `FT-F45: ${MANY} grants: %s, and nothing else of the process waits long`,
  async (_, act) => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    expect(await act()).toMatchObject({ grants: MANY, done: true });
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(HELD_UP);
    const { rows } = await collectionOf(store, GRANT).find(`person ${personOf(SUB)}`, { limit: MANY, after: null });
    expect(rows.filter(({ value }) => value.revoked_at === null)).toEqual([]);
  },
  120_000,
);
