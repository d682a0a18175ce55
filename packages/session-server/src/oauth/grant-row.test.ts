import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSecrets, type Secrets } from '../secrets/index.ts';
import type { ConfirmedSession } from '../session/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock, exampleSession } from '../testing/index.ts';
import { exampleClient } from '../test-support/example-client.ts';
import { endGrantsOf, findGrant, grantOf, insertGrant, isEnded, revokeGrant } from './grant-row.ts';
import type { Grant } from './kinds.ts';

const clock = createFakeClock();
const secret = (): string => randomBytes(32).toString('base64url');
let secrets: Secrets;
let store: Store;

beforeEach(() => {
  secrets = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer: secrets, now: clock.now, wait: () => Promise.resolve() });
  return () => store.close();
});

const confirmed = (claims: Record<string, unknown>, scope: readonly string[]): ConfirmedSession => ({
  ...exampleSession(clock.now()),
  status: 'confirmed',
  choice: { connector: 'wallet', mode: 'qr', cross_device: true, verifies_number: true },
  retrieval: {
    holder: 'h',
    device: { address: '192.0.2.1', comparable: true, user_agent: 'Phone', origin: null },
    at: clock.now(),
    same_network: true,
    number: null,
    matched: false,
  },
  confirmation: {
    identity: { subject: 'ada', claims, acr: null, amr: [], auth_time: null },
    scope,
    at: clock.now(),
    recognised: false,
  },
  code: null,
});

const granted = (session: ConfirmedSession): Grant => grantOf(session, exampleClient(), secrets, clock.now());

it('keeps no claim that its scope does not cover, and never a foreign sub', () => {
  const session = confirmed({ sub: 'theirs', name: 'Ada', email: 'a@b.example', wallet: { x: 1 } }, [
    'openid',
    'profile',
  ]);
  expect(granted(session)).toMatchObject({
    sub: secrets.subject('wallet', 'ada'),
    claims: { name: 'Ada' },
  });
  expect(Object.keys(granted(session).claims)).toEqual(['name']);
});

it('takes a scope named like a property of every object for no claim', () => {
  expect(granted(confirmed({}, ['constructor', '__proto__'])).claims).toEqual({});
});

it("shows a provider's own claims only under the connector that signed the person in", () => {
  const session = confirmed({ wallet: 1, pasby: 2 }, ['wallet', 'pasby']);
  expect(granted(session).claims).toEqual({ wallet: 1 });
});

it('is revoked though another process changes it at the same moment', async () => {
  const grant = granted(confirmed({}, ['openid']));
  await store.commit([insertGrant('G', grant)]);
  let rival = true;
  const contended: Store = {
    ...store,
    async commit(writes) {
      const { row } = await store.get<Grant>('grant', 'G');
      if (rival && row !== null)
        await store.commit([{ op: 'swap', kind: 'grant', row: { ...row, version: row.version + 1 } }]);
      rival = false;
      return store.commit(writes);
    },
  };
  await revokeGrant(contended, 'G', () => []);
  expect(await findGrant(store, 'G')).toBeNull();
});

it('that is gone needs no revocation', async () => {
  await expect(revokeGrant(store, 'NEVER', () => [])).resolves.toBeUndefined();
});

describe('a provider’s word that a session or consent is gone', () => {
  const HOUR_MS = 3_600_000;
  const grantNow = (): Grant => granted(confirmed({}, ['openid']));
  const insert = async (id: string, grant: Grant): Promise<void> => {
    expect((await store.commit([insertGrant(id, grant)])).stored).toBe(true);
  };

  it('ends every grant of that person and of no other, and none that they agree to later', async () => {
    const before = grantNow();
    await insert('A', before);
    await insert('B', before);
    await insert('C', { ...before, person: 'another person' });
    await endGrantsOf(store, before.person, null);
    expect([await findGrant(store, 'A'), await findGrant(store, 'B')]).toEqual([null, null]);
    expect(await findGrant(store, 'C')).not.toBeNull();
    clock.advance(1);
    await insert('D', grantNow());
    expect(await findGrant(store, 'D')).not.toBeNull();
    await endGrantsOf(store, before.person, null);
    expect(await findGrant(store, 'D'), 'once more is once more').toBeNull();
  });

  it('counts for a code that is redeemed after it, for as long as its grant would have lived', async () => {
    const agreed = grantNow();
    clock.advance(1000);
    await endGrantsOf(store, agreed.person, null);
    expect(await isEnded(store, agreed)).toBe(true);
    clock.advance(900_000);
    await insert('LATE', agreed);
    clock.advance(HOUR_MS - 1);
    expect(await findGrant(store, 'LATE')).toBeNull();
  });

  it('is heard though it is said many times at once, and when the last word is over', async () => {
    const grant = grantNow();
    await Promise.all(Array.from({ length: 8 }, () => endGrantsOf(store, grant.person, null)));
    clock.advance(3 * HOUR_MS);
    const again = grantNow();
    await insert('AGAIN', again);
    await endGrantsOf(store, again.person, null);
    expect(await findGrant(store, 'AGAIN')).toBeNull();
  });
});
