import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { ALGORITHMS, createKeys, JWKS_MAX_AGE_S, type Keys, type KeySet, type SigningKeyInfo } from './index.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const [SECRET, NEW_SECRET] = ['s', 'n'].map((letter) => Buffer.alloc(32, letter).toString('base64url')) as [
  string,
  string,
];

let folder: string;
let clock: FakeClock;
let opened: Store[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beckon-keys-'));
  clock = createFakeClock();
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(folder, { recursive: true });
});

interface Node {
  readonly keys: Keys;
  readonly store: Store;
  /** What this process rotated because it was time. */
  readonly rotated: readonly SigningKeyInfo[];
  /** Does what is due. */
  due(): Promise<void>;
}

/** A server process on the one file. */
async function start(rotateEveryDays: number | null = 90, secret: readonly string[] = [SECRET]): Promise<Node> {
  const sealer = createSecrets({
    secret,
    subject_secret: Buffer.alloc(32, 'u').toString('base64url'),
    random: randomBytes,
  });
  const store = openSqliteStore({ path: join(folder, 'a.db'), sealer, now: clock.now, wait: systemTimers.sleep });
  opened.push(store);
  const rotated: SigningKeyInfo[] = [];
  const keys = await createKeys({
    store,
    elapsed: clock.now,
    rotateEveryDays,
    onRotated: (next) => rotated.push(next),
  });
  const jobs = createJobs({
    store,
    timers: systemTimers,
    workers: [keys.worker],
    failed: (error) => {
      throw error;
    },
  });
  return { keys, store, rotated, due: () => jobs.runOnce() };
}

const verify = (token: string, set: KeySet) =>
  jwtVerify(token, createLocalJWKSet(set as JSONWebKeySet), { currentDate: new Date(clock.now()) });
const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';
const signerOf = async (node: Node, alg: (typeof ALGORITHMS)[number] = 'ES256') => kidOf(await node.keys.sign(alg, {}));
const kidsOf = ({ keys }: KeySet): readonly string[] => keys.map(({ kid }) => kid ?? '');

describe('by the schedule', () => {
  it('FT-D19a: every algorithm in use has another key after its days, published a day before it signs', async () => {
    const node = await start(90);
    const first = new Map<string, string>();
    for (const alg of ALGORITHMS) first.set(alg, await signerOf(node, alg));
    clock.advance(89 * DAY - 1);
    await node.due();
    expect(node.rotated).toEqual([]);
    clock.advance(1);
    await node.due();
    expect(node.rotated.map(({ alg }) => alg).toSorted()).toEqual(ALGORITHMS.toSorted());
    const published = kidsOf(await node.keys.jwks());
    expect(published).toHaveLength(8);
    for (const { kid, alg, state, signs_from } of node.rotated) {
      expect({ state, in: signs_from - clock.now() }).toEqual({ state: 'next', in: DAY });
      expect(published).toContain(kid);
      expect(await signerOf(node, alg), 'it signs too early').toBe(first.get(alg));
    }
    clock.advance(DAY);
    for (const { kid, alg } of node.rotated) expect(await signerOf(node, alg)).toBe(kid);
    await node.due();
    expect(node.rotated, 'it is once').toHaveLength(4);
    clock.advance(89 * DAY);
    await node.due();
    expect(node.rotated, 'and goes on').toHaveLength(8);
  });

  it('FT-D19c: of two servers on one file that see that it is time one rotates, and both sign with its key', async () => {
    const [here, there] = [await start(), await start()];
    clock.advance(89 * DAY);
    for (let round = 0; round < 5; round += 1) await Promise.all([here.due(), there.due()]);
    expect([...here.rotated, ...there.rotated].map(({ alg }) => alg).toSorted()).toEqual(['ES256', 'RS256']);
    clock.advance(DAY);
    expect(await signerOf(here)).toBe(await signerOf(there));
    expect((await here.keys.list()).filter(({ alg }) => alg === 'ES256')).toHaveLength(2);
  });

  it('a process that dies over a rotation is followed by another one after a minute', async () => {
    const [here, there] = [await start(), await start()];
    clock.advance(89 * DAY);
    expect(await here.store.claimDue('signing_key', { limit: 10, lease_ms: MINUTE })).toHaveLength(2);
    await there.due();
    expect(there.rotated).toEqual([]);
    clock.advance(MINUTE);
    await there.due();
    expect(there.rotated).toHaveLength(2);
  });

  it('a server that was away when it was time rotates when it is back, and without days it never does', async () => {
    const before = await start(null);
    clock.advance(1000 * DAY);
    await before.due();
    expect(before.rotated).toEqual([]);
    const kid = await signerOf(before);
    const after = await start(30);
    await after.due();
    expect(after.rotated).toHaveLength(2);
    expect(await signerOf(after), 'verifiers have a day all the same').toBe(kid);
    const again = await start(null);
    clock.advance(30 * DAY);
    await again.due();
    await after.due();
    expect(after.rotated.length + again.rotated.length, 'each process has the setting of the last start').toBe(2);
  });
});

describe('by command', () => {
  it('FT-D19c: of 20 rotations at once one is made, whatever their haste', async () => {
    const nodes = [await start(), await start()];
    for (const haste of ['soon', 'now', 'scheduled'] as const) {
      const before = (await nodes[0]!.keys.list()).length;
      const made = await Promise.all(Array.from({ length: 20 }, (_, n) => nodes[n % 2]!.keys.rotate('ES256', haste)));
      expect(new Set(made.map(({ kid }) => kid)).size).toBe(1);
      expect(await nodes[1]!.keys.list()).toHaveLength(before + 1);
      clock.advance(2 * DAY);
      expect(await signerOf(nodes[0]!)).toBe(made[0]!.kid);
    }
  });

  it('signs ten minutes later, and hurries a key that the schedule has published', async () => {
    const node = await start();
    const first = await node.keys.rotate('ES256', 'soon');
    expect(first.signs_from - clock.now()).toBe(10 * MINUTE);
    clock.advance(MINUTE);
    expect(await node.keys.rotate('ES256', 'soon'), 'there is one already').toEqual(first);
    const scheduled = await node.keys.rotate('RS256', 'scheduled');
    const soon = await node.keys.rotate('RS256', 'soon');
    expect(soon.kid).toBe(scheduled.kid);
    expect(soon.signs_from - clock.now()).toBe(10 * MINUTE);
  });

  it('stops before there are more keys than are looked at, and goes on signing', async () => {
    const node = await start(null);
    for (let n = 0; n < 200; n += 1) {
      await node.keys.rotate('EdDSA', 'now');
      clock.advance(5_000);
    }
    await node.keys.sign('EdDSA', {});
    await expect(node.keys.rotate('EdDSA', 'now')).rejects.toThrow('rotate less often');
    const token = await node.keys.sign('EdDSA', {});
    await expect(verify(token, await node.keys.jwks())).resolves.toBeDefined();
    await expect(node.keys.rotate('ES256', 'now')).resolves.toMatchObject({ state: 'next' });
  });

  it('FT-D19d: in a hurry never signs with a key that lay beside the one that leaked', async () => {
    const node = await start();
    const scheduled = await node.keys.rotate('ES256', 'scheduled');
    const fresh = await node.keys.rotate('ES256', 'now');
    expect(fresh.kid).not.toBe(scheduled.kid);
    for (let day = 0; day < 8; day += 1) {
      clock.advance(DAY);
      expect(await signerOf(node)).toBe(fresh.kid);
    }
    expect(kidsOf(await node.keys.jwks())).not.toContain(scheduled.kid);
  });
});

describe('a verifier', () => {
  it('FT-D19b: that keeps the JWKS as long as it may verifies every token of every process at every moment', async () => {
    const [here, there] = [await start(), await start()];
    /** Two websites: each asks another process, and asks again when its time is over, whatever `kid` it meets. */
    const websites = [here, there].map((node) => ({ node, set: null as KeySet | null, at: 0 }));
    const actions = [
      () => here.due(),
      () => here.keys.rotate('ES256', 'soon'),
      () => there.keys.rollBack('ES256'),
      () => here.keys.rotate('ES256', 'scheduled'),
      () => there.keys.rotate('ES256', 'soon'),
      () => here.keys.rollBack('ES256'),
      () => there.keys.rollBack('ES256'),
    ];
    clock.advance(89 * DAY);
    const seen = new Set<string>();
    for (const [n, act] of actions.entries()) {
      await act();
      // Closely around the action, and then for longer than any key waits.
      for (const step of [...Array.from({ length: 12 }, () => 500), ...Array.from({ length: 15 }, () => 59_000), DAY]) {
        for (const website of websites) {
          if (website.set === null || clock.now() - website.at >= JWKS_MAX_AGE_S * 1000) {
            Object.assign(website, { set: await website.node.keys.jwks(), at: clock.now() });
          }
          for (const node of [here, there]) {
            const token = await node.keys.sign('ES256', {});
            seen.add(kidOf(token));
            await expect(verify(token, website.set!), `${n}, ${step} ms`).resolves.toBeDefined();
          }
        }
        clock.advance(step);
      }
    }
    expect(seen.size, 'or nothing was rotated').toBeGreaterThan(2);
  });

  it('FT-D19e: verifies the last token of a key until that token is over, and the server knows it for longer', async () => {
    const node = await start();
    const { signs_from } = await node.keys.rotate('ES256', 'soon');
    clock.advance(signs_from - clock.now() - 1);
    const last = await node.keys.sign('ES256', {});
    clock.advance(1);
    expect(await signerOf(node)).not.toBe(kidOf(last));
    // The longest `id_token_lifetime` that the configuration takes.
    clock.advance(DAY);
    await expect(verify(last, await node.keys.jwks())).resolves.toBeDefined();
    clock.advance(7 * DAY);
    await expect(verify(last, await node.keys.jwks())).rejects.toThrow();
    await expect(verify(last, await node.keys.jwks('known')), 'as a hint at a logout').resolves.toBeDefined();
    clock.advance(400 * DAY);
    await expect(verify(last, await node.keys.jwks('known'))).rejects.toThrow();
  });
});

describe('going back', () => {
  it('FT-D19d: to the key before, which signs at once everywhere, and what the other one signed verifies', async () => {
    const [here, there] = [await start(), await start()];
    const old = await signerOf(here);
    const { kid } = await here.keys.rotate('ES256', 'soon');
    clock.advance(3 * DAY);
    const signed = await here.keys.sign('ES256', {});
    expect([kidOf(signed), await signerOf(there)]).toEqual([kid, kid]);
    expect(await there.keys.rollBack('ES256')).toMatchObject({ kid: old, state: 'signs', retired_at: null });
    expect(await signerOf(there)).toBe(old);
    clock.advance(2_000);
    expect(await signerOf(here), 'a stale signer').toBe(old);
    await expect(verify(signed, await here.keys.jwks())).resolves.toBeDefined();
    expect(await (await start()).keys.list(), 'a restart keeps to it').toMatchObject([
      { alg: 'RS256' },
      { kid: old, state: 'signs' },
      { kid, state: 'retired', removed_at: clock.now() - 2_000 + 7 * DAY },
    ]);
    clock.advance(7 * DAY);
    expect(kidsOf(await here.keys.jwks())).not.toContain(kid);
    expect((await here.keys.rotate('ES256', 'soon')).kid, 'and it goes on').not.toBe(kid);
  });

  it('FT-D19d: before the next key signed calls it back for good', async () => {
    const node = await start();
    const old = await signerOf(node);
    const { kid } = await node.keys.rotate('ES256', 'soon');
    clock.advance(MINUTE);
    expect(await node.keys.rollBack('ES256')).toMatchObject({ kid: old, state: 'signs' });
    clock.advance(DAY);
    expect(await signerOf(node)).toBe(old);
    expect(await node.keys.rollBack('ES256'), 'it never signed, so there is nothing before').toBeNull();
    await node.due();
    expect(node.rotated, 'and the schedule does not bring it back at once').toEqual([]);
    // Its private half is gone by then, its number is not.
    clock.advance(10 * DAY);
    const next = await node.keys.rotate('ES256', 'soon');
    expect([old, kid]).not.toContain(next.kid);
    clock.advance(10 * MINUTE);
    expect(await signerOf(node)).toBe(next.kid);
  });

  it('is undone by going back once more, and is over with the old key', async () => {
    const node = await start();
    const old = await signerOf(node);
    expect(await node.keys.rollBack('ES256'), 'the first key').toBeNull();
    const { kid } = await node.keys.rotate('ES256', 'now');
    clock.advance(5_000);
    for (const expected of [old, kid, old, kid]) {
      expect(await node.keys.rollBack('ES256')).toMatchObject({ kid: expected });
      expect(await signerOf(node)).toBe(expected);
      clock.advance(1_000);
    }
    clock.advance(7 * DAY);
    expect(await node.keys.rollBack('ES256')).toBeNull();
    expect(await signerOf(node)).toBe(kid);
  });

  it('FT-D19c: 20 times at once, among rotations, leaves one key that signs and verifies', async () => {
    for (let round = 0; round < 10; round += 1) {
      const nodes = [await start(), await start()];
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => {
          const { keys } = nodes[n % 2]!;
          return n % 3 === 0 ? keys.rollBack('ES256') : keys.rotate('ES256', n % 2 === 0 ? 'soon' : 'now');
        }),
      );
      clock.advance(20 * MINUTE);
      const tokens = await Promise.all(nodes.map(({ keys }) => keys.sign('ES256', {})));
      expect(new Set(tokens.map(kidOf)).size).toBe(1);
      for (const { keys } of nodes) await expect(verify(tokens[0]!, await keys.jwks())).resolves.toBeDefined();
      const states = (await nodes[0]!.keys.list()).filter(({ alg }) => alg === 'ES256').map(({ state }) => state);
      expect(states.filter((state) => state === 'signs')).toHaveLength(1);
      expect(states).not.toContain('next');
    }
  });
});

describe('what rests', () => {
  it('FT-D19f: is sealed anew with the rest when the secret rotates, the next key too, and the rotation goes on', async () => {
    const before = await start();
    clock.advance(89 * DAY);
    await before.due();
    const kid = before.rotated.find(({ alg }) => alg === 'ES256')?.kid;
    const between = await start(90, [NEW_SECRET, SECRET]);
    for (let after: string | null = null; ;) {
      const { next, unreadable } = await between.store.reseal(after, 10);
      expect(unreadable).toBe(0);
      if (next === null) break;
      after = next;
    }
    const after = await start(90, [NEW_SECRET]);
    clock.advance(DAY);
    expect(await signerOf(after)).toBe(kid);
    expect(await after.keys.rollBack('ES256')).not.toBeNull();
    clock.advance(89 * DAY + 1);
    await after.due();
    expect(after.rotated).toHaveLength(2);
  });

  it.each(['public_key', 'signing_key'])(
    'FT-D19f: counts in its place alone: a %s that was changed, moved or put back is refused',
    async (kind) => {
      const node = await start();
      await node.keys.rotate('ES256', 'now');
      clock.advance(5_000);
      const good = await node.keys.sign('ES256', {});
      const file = new DatabaseSync(join(folder, 'a.db'));
      const valueOf = (id: string): Uint8Array => {
        const row = file.prepare('SELECT value FROM rows WHERE kind = ? AND id = ?').get(kind, id);
        return row?.['value'] as Uint8Array;
      };
      const put = (value: Uint8Array): void => {
        const { changes } = file
          .prepare("UPDATE rows SET value = ? WHERE kind = ? AND id = 'ES256.2'")
          .run(value, kind);
        expect(changes).toBe(1);
      };
      const isRefused = async (what: string): Promise<void> => {
        await expect(start(), `when it was ${what}`).rejects.toMatchObject({ code: 'wrong_secret' });
        clock.advance(MINUTE);
        // A process that runs goes on with what it read, and is not ready.
        expect(await signerOf(node), `when it was ${what}`).toBe(kidOf(good));
        await expect(verify(good, await node.keys.jwks()), `when it was ${what}`).resolves.toBeDefined();
        await expect(node.keys.load(), `when it was ${what}`).rejects.toMatchObject({ code: 'wrong_secret' });
      };
      const second = valueOf('ES256.2');
      const changed = Uint8Array.from(second);
      changed[changed.length - 1]! ^= 1;
      put(changed);
      await isRefused('changed');
      put(valueOf('ES256.1'));
      await isRefused('moved');
      put(second);
      await node.keys.load();
      expect(await node.keys.rollBack('ES256')).not.toBeNull();
      put(second);
      await expect(start(), 'when it was put back').rejects.toMatchObject({ code: 'wrong_secret' });
      file.close();
    },
  );
});
