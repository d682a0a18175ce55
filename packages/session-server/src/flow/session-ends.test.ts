import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { createSecrets, newSecret } from '../secrets/index.ts';
import type { Session } from '../session/index.ts';
import { collectionOf, inserting } from '../store/collection.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { exampleRecording } from '../test-support/example-recording.ts';
import { createFakeClock, EXAMPLE_LIFETIMES, exampleSession } from '../testing/index.ts';
import { UPSTREAM_TOKENS_END } from '../upstream-tokens/kinds.ts';
import { SESSION, UPSTREAM_CANCEL, WAKE } from './kinds.ts';
import { createSessionEnds, type SessionEnds, wakeWorker } from './session-ends.ts';

const clock = createFakeClock(1_700_000_000_000);
const secrets = createSecrets({
  secret: [newSecret(randomBytes)],
  subject_secret: newSecret(randomBytes),
  random: randomBytes,
});
const INITIALIZED: Session = {
  ...exampleSession(clock.now()),
  id: `0F${'S'.repeat(26)}`,
  choice: { connector: 'pasby', mode: 'qr', cross_device: true, verifies_number: false },
};

const TOKENS = `0F${'T'.repeat(26)}`;

let store: Store;
beforeEach(() => {
  store = openSqliteStore({ path: ':memory:', sealer: secrets, now: clock.now, wait: () => Promise.resolve() });
});
afterEach(() => store.close());

function endsOf(bus: { publish: () => void } | null): SessionEnds {
  return createSessionEnds({ store, secrets, lifetimes: EXAMPLE_LIFETIMES, recording: exampleRecording(), bus });
}
const put = (value: Session): Promise<unknown> =>
  store.commit([inserting(SESSION, value.id, { value, expires_at: value.expires_at + 3_600_000 })]);

describe('an operator who ends a session', () => {
  it('FT-F40: cancels the session that its provider has', async () => {
    await put({
      ...INITIALIZED,
      upstream: {
        run: 'R',
        identifier: null,
        push: null,
        words: null,
        qr: null,
        link: null,
        expires_at: null,
        provider_state: { order: '0815' },
      },
    });
    const ended = await endsOf({ publish: () => undefined }).end(INITIALIZED.id, () => []);
    expect(ended).toMatchObject({ status: 'initialized' });
    const { rows } = await collectionOf(store, UPSTREAM_CANCEL).list(10);
    expect(rows.map(({ value }) => value)).toMatchObject([{ connector: 'pasby', provider_state: { order: '0815' } }]);
    expect((await collectionOf(store, WAKE).list(1)).rows, 'its own feed told it').toEqual([]);
  });

  it('FT-F40: gives back the tokens that came with an approval, which no grant has yet', async () => {
    await put({
      ...INITIALIZED,
      status: 'confirmed',
      retrieval: { holder: 'h', device: null, at: 0, same_network: null, number: null, matched: false },
      confirmation: {
        identity: { subject: 'ada', claims: {}, acr: null, amr: [], auth_time: null },
        scope: ['openid'],
        at: clock.now(),
        recognised: false,
        tokens_id: TOKENS,
      },
      code: null,
    } as unknown as Session);
    await endsOf(null).end(INITIALIZED.id, () => []);
    const { rows } = await collectionOf(store, UPSTREAM_TOKENS_END).list(10);
    expect(rows.map(({ value }) => value)).toEqual([{ tokens_id: TOKENS }]);
  });

  it('FT-F47: beside a server leaves a row that wakes the page there, once', async () => {
    await put(INITIALIZED);
    await endsOf(null).end(INITIALIZED.id, () => []);
    const woken: string[] = [];
    const jobs = createJobs({
      store,
      timers: systemTimers,
      workers: [wakeWorker(store, { wake: (id) => woken.push(id) })],
      failed: (error) => {
        throw error;
      },
    });
    await jobs.runOnce();
    await jobs.runOnce();
    expect(woken).toEqual([INITIALIZED.id]);
  });

  it('ends nothing of one that has ended, or that is not there', async () => {
    await put(INITIALIZED);
    const ends = endsOf(null);
    expect(await ends.end(INITIALIZED.id, () => [])).not.toBe(null);
    expect(await ends.end(INITIALIZED.id, () => [])).toBe(null);
    expect(await ends.end(`0F${'A'.repeat(26)}`, () => [])).toBe(null);
  });
});
