import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { createKeys, type KeySet } from './index.ts';

const DAY = 86_400_000;
/** A new key is published for this long before it signs, in ms. */
const SIGNS_AFTER = 5_000;
const secret = (): string => randomBytes(32).toString('base64url');
let clock: FakeClock;
let store: Store;

beforeEach(() => {
  clock = createFakeClock();
  const sealer = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer, now: clock.now, wait: () => Promise.resolve() });
  return () => store.close();
});

const verify = (token: string, set: KeySet) =>
  jwtVerify(token, createLocalJWKSet(set as JSONWebKeySet), { currentDate: new Date(clock.now()) });
const kids = ({ keys }: KeySet) => keys.map(({ kid }) => kid);

describe('signing keys', () => {
  it('are made once, and found again', async () => {
    const first = await (await createKeys({ store, elapsed: clock.now, rotateEveryDays: null })).jwks();
    expect(first.keys.map(({ alg }) => alg)).toEqual(['RS256', 'ES256']);
    expect(
      await (await createKeys({ store, elapsed: clock.now, rotateEveryDays: null })).jwks(),
      'a restart made new keys',
    ).toEqual(first);
  });

  it('of another algorithm are made when they first sign, one though several processes do', async () => {
    const nodes = await Promise.all(
      [1, 2, 3].map(() => createKeys({ store, elapsed: clock.now, rotateEveryDays: null })),
    );
    const tokens = await Promise.all(nodes.map((node) => node.sign('EdDSA', { sub: 'x' })));
    const published = await nodes[0]!.jwks();
    expect(published.keys.map(({ alg }) => alg)).toEqual(['RS256', 'ES256', 'EdDSA']);
    for (const token of tokens) await expect(verify(token, published)).resolves.toBeDefined();
    expect((await nodes[1]!.rotate('PS256', 'now')).alg, 'or when they are asked for').toBe('PS256');
  });

  it('are one set though five nodes start at once', async () => {
    const nodes = await Promise.all(
      Array.from({ length: 5 }, () => createKeys({ store, elapsed: clock.now, rotateEveryDays: null })),
    );
    const sets = await Promise.all(nodes.map((keys) => keys.jwks()));
    expect(sets[0]?.keys).toHaveLength(2);
    const tokens = await Promise.all(nodes.map((keys) => keys.sign('ES256', { sub: 'x' })));
    for (const token of tokens) await expect(verify(token, sets[0]!)).resolves.toBeDefined();
  });

  it('show their public half and nothing else, under their thumbprint', async () => {
    const { keys } = await (await createKeys({ store, elapsed: clock.now, rotateEveryDays: null })).jwks();
    const [rsa, ec] = keys;
    expect(Object.keys(rsa!).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(Object.keys(ec!).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    for (const key of keys) {
      expect(key.use).toBe('sig');
      expect(key.kid).toBe(await calculateJwkThumbprint(key));
    }
    expect(Buffer.from(rsa!.n!, 'base64url'), 'RSA under 2048 bits').toHaveLength(256);
  });

  it.each(['RS256', 'ES256', 'PS256', 'EdDSA'] as const)(
    'sign with %s and the header they were asked for',
    async (alg) => {
      const keys = await createKeys({ store, elapsed: clock.now, rotateEveryDays: null });
      const token = await keys.sign(alg, { sub: 'x' }, 'at+jwt');
      expect(decodeProtectedHeader(token)).toMatchObject({ alg, typ: 'at+jwt' });
      expect((await verify(token, await keys.jwks())).payload).toEqual({ sub: 'x' });
    },
  );
});

describe('FT-A3k: what everybody may read', () => {
  /** The store, and which kinds of row were opened. */
  const watched = (): { readonly watching: Store; readonly opened: string[] } => {
    const opened: string[] = [];
    const watching: Store = {
      ...store,
      get: (kind, id) => (opened.push(kind), store.get(kind, id)),
      list: (kind, limit) => (opened.push(kind), store.list(kind, limit)),
    };
    return { watching, opened };
  };

  it('FT-A3k: 1000 calls for the keys open no private key, and look once in two seconds', async () => {
    const { watching, opened } = watched();
    const keys = await createKeys({ store: watching, elapsed: clock.now, rotateEveryDays: null });
    clock.advance(60_000);
    opened.length = 0;
    for (let n = 0; n < 500; n += 1) await keys.jwks();
    await Promise.all(Array.from({ length: 500 }, () => keys.jwks()));
    expect(opened).toEqual(['public_key']);
    clock.advance(2_000);
    await keys.jwks();
    expect(opened).toEqual(['public_key', 'public_key']);
  });

  it('the list of keys opens no private key either', async () => {
    const { watching, opened } = watched();
    const keys = await createKeys({ store: watching, elapsed: clock.now, rotateEveryDays: null });
    opened.length = 0;
    expect(await keys.list()).toHaveLength(2);
    expect(opened).toEqual(['public_key']);
  });

  it('a failure to read is not remembered', async () => {
    let broken = false;
    const keys = await createKeys({
      store: {
        ...store,
        list: (kind, limit) => (broken ? Promise.reject(new Error('busy')) : store.list(kind, limit)),
      },
      elapsed: clock.now,
      rotateEveryDays: null,
    });
    clock.advance(2_000);
    broken = true;
    await expect(keys.jwks()).rejects.toThrow('busy');
    broken = false;
    expect((await keys.jwks()).keys).toHaveLength(2);
  });

  it('keys of an older release, which kept no public row, are published', async () => {
    const before = await (await createKeys({ store, elapsed: clock.now, rotateEveryDays: null })).jwks();
    for (const id of ['RS256.1', 'ES256.1']) {
      await store.commit([{ op: 'remove', kind: 'public_key', id, version: 1 }]);
    }
    expect(await (await createKeys({ store, elapsed: clock.now, rotateEveryDays: null })).jwks()).toEqual(before);
  });
});

it('a process that does not have the newest secret signs with the keys that it read before, and is not ready', async () => {
  let isSealedAnew = false;
  const refuse = (): Promise<never> => Promise.reject(new StoreError('wrong_secret', 'another secret'));
  const keys = await createKeys({
    store: { ...store, list: (kind, limit) => (isSealedAnew ? refuse() : store.list(kind, limit)) },
    elapsed: clock.now,
    rotateEveryDays: null,
  });
  const before = await keys.jwks();
  isSealedAnew = true;
  clock.advance(60_000);
  expect(await keys.jwks()).toEqual(before);
  await expect(verify(await keys.sign('ES256', {}), before)).resolves.toBeDefined();
  await expect(keys.load()).rejects.toThrow('another secret');
  isSealedAnew = false;
  clock.advance(60_000);
  await keys.load();
  // A process that starts has read none before.
  isSealedAnew = true;
  await expect(
    createKeys({ store: { ...store, list: refuse }, elapsed: clock.now, rotateEveryDays: null }),
  ).rejects.toThrow('another secret');
});

describe('rotation', () => {
  it('signs with the new key, and publishes the old one for seven days', async () => {
    const keys = await createKeys({ store, elapsed: clock.now, rotateEveryDays: null });
    const before = await keys.sign('ES256', { sub: 'x' });
    const made = await keys.rotate('ES256', 'now');
    clock.advance(SIGNS_AFTER);
    const after = await keys.sign('ES256', { sub: 'x' });
    expect(decodeProtectedHeader(after).kid).toBe(made.kid);
    expect(decodeProtectedHeader(before).kid).not.toBe(made.kid);

    clock.advance(7 * DAY - 1);
    await expect(verify(before, await keys.jwks()), 'dropped too early').resolves.toBeDefined();
    clock.advance(1);
    expect(kids(await keys.jwks())).not.toContain(decodeProtectedHeader(before).kid);
    await expect(verify(after, await keys.jwks())).resolves.toBeDefined();
  });

  it('says of each key when it came, retired, and will be gone', async () => {
    const keys = await createKeys({ store, elapsed: clock.now, rotateEveryDays: null });
    const start = clock.now();
    clock.advance(DAY);
    await keys.rotate('RS256', 'now');
    const then = start + DAY + SIGNS_AFTER;
    const [first, second, third] = [
      { alg: 'RS256', state: 'signs', created_at: start, retired_at: then, removed_at: then + 7 * DAY },
      { alg: 'RS256', state: 'next', created_at: start + DAY, signs_from: then, retired_at: null, removed_at: null },
      { alg: 'ES256', state: 'signs', created_at: start, retired_at: null, removed_at: null },
    ];
    expect(await keys.list()).toMatchObject([first, second, third]);
    clock.advance(SIGNS_AFTER);
    expect(await keys.list()).toMatchObject([{ ...first, state: 'retired' }, { ...second, state: 'signs' }, third]);
    clock.advance(7 * DAY);
    expect(await keys.list(), 'it is kept for hints, and not published').toHaveLength(2);
  });

  it('goes on past the tenth, and a restart signs with the newest', async () => {
    const keys = await createKeys({ store, elapsed: clock.now, rotateEveryDays: null });
    for (let i = 0; i < 10; i++) {
      await keys.rotate('ES256', 'now');
      clock.advance(SIGNS_AFTER);
    }
    const { kid } = await keys.rotate('ES256', 'now');
    clock.advance(SIGNS_AFTER);
    const token = await (await createKeys({ store, elapsed: clock.now, rotateEveryDays: null })).sign('ES256', {});
    expect(decodeProtectedHeader(token).kid, 'generation 9 taken for newer than 10').toBe(kid);
  });

  it('reaches another process within two seconds, which signs with the new key at the same moment', async () => {
    const [here, there] = [
      await createKeys({ store, elapsed: clock.now, rotateEveryDays: null }),
      await createKeys({ store, elapsed: clock.now, rotateEveryDays: null }),
    ];
    const { kid } = await here.rotate('ES256', 'now');
    clock.advance(2_000);
    expect(kids(await there.jwks())).toContain(kid);
    const signers = async () => {
      const tokens = await Promise.all([here, there].map((keys) => keys.sign('ES256', {})));
      return tokens.map((token) => decodeProtectedHeader(token).kid === kid);
    };
    clock.advance(SIGNS_AFTER - 2_001);
    expect(await signers()).toEqual([false, false]);
    clock.advance(1);
    expect(await signers()).toEqual([true, true]);
  });

  it('FT-A3k: signs with a new key only when every process publishes it', async () => {
    const [here, there] = [
      await createKeys({ store, elapsed: clock.now, rotateEveryDays: null }),
      await createKeys({ store, elapsed: clock.now, rotateEveryDays: null }),
    ];
    await here.rotate('ES256', 'now');
    for (let ms = 0; ms <= 10_000; ms += 500) {
      const token = await here.sign('ES256', {});
      await expect(verify(token, await there.jwks()), `${ms} ms after the rotation`).resolves.toBeDefined();
      clock.advance(500);
    }
  });

  it('ends with one new key though two ask at once', async () => {
    const [here, there] = [
      await createKeys({ store, elapsed: clock.now, rotateEveryDays: null }),
      await createKeys({ store, elapsed: clock.now, rotateEveryDays: null }),
    ];
    const [a, b] = await Promise.all([here.rotate('ES256', 'now'), there.rotate('ES256', 'now')]);
    expect(a).toEqual(b);
    expect((await here.list()).filter(({ alg }) => alg === 'ES256')).toHaveLength(2);
  });
});
