import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock, type FakeClock } from '../testing/index.ts';
import { createKeys, type KeySet } from './index.ts';

const DAY = 86_400_000;
const secret = (): string => randomBytes(32).toString('base64url');
let clock: FakeClock;
let store: Store;

beforeEach(() => {
  clock = createFakeClock();
  const sealer = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer, now: clock.now });
  return () => store.close();
});

const verify = (token: string, set: KeySet) =>
  jwtVerify(token, createLocalJWKSet(set as JSONWebKeySet), { currentDate: new Date(clock.now()) });
const kids = ({ keys }: KeySet) => keys.map(({ kid }) => kid);

describe('signing keys', () => {
  it('are made once, and found again', async () => {
    const first = await (await createKeys({ store })).jwks();
    expect(first.keys.map(({ alg }) => alg)).toEqual(['RS256', 'ES256']);
    expect(await (await createKeys({ store })).jwks(), 'a restart made new keys').toEqual(first);
  });

  it('are one set though five nodes start at once', async () => {
    const nodes = await Promise.all(Array.from({ length: 5 }, () => createKeys({ store })));
    const sets = await Promise.all(nodes.map((keys) => keys.jwks()));
    expect(sets[0]?.keys).toHaveLength(2);
    const tokens = await Promise.all(nodes.map((keys) => keys.sign('ES256', { sub: 'x' })));
    for (const token of tokens) await expect(verify(token, sets[0]!)).resolves.toBeDefined();
  });

  it('show their public half and nothing else, under their thumbprint', async () => {
    const { keys } = await (await createKeys({ store })).jwks();
    const [rsa, ec] = keys;
    expect(Object.keys(rsa!).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(Object.keys(ec!).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    for (const key of keys) {
      expect(key.use).toBe('sig');
      expect(key.kid).toBe(await calculateJwkThumbprint(key));
    }
    expect(Buffer.from(rsa!.n!, 'base64url'), 'RSA under 2048 bits').toHaveLength(256);
  });

  it.each(['RS256', 'ES256'] as const)('sign with %s and the header they were asked for', async (alg) => {
    const keys = await createKeys({ store });
    const token = await keys.sign(alg, { sub: 'x' }, 'at+jwt');
    expect(decodeProtectedHeader(token)).toMatchObject({ alg, typ: 'at+jwt' });
    expect((await verify(token, await keys.jwks())).payload).toEqual({ sub: 'x' });
  });
});

describe('rotation', () => {
  it('signs with the new key, and publishes the old one for seven days', async () => {
    const keys = await createKeys({ store });
    const before = await keys.sign('ES256', { sub: 'x' });
    const made = await keys.rotate('ES256');
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
    const keys = await createKeys({ store });
    const start = clock.now();
    clock.advance(DAY);
    await keys.rotate('RS256');
    expect(await keys.list()).toMatchObject([
      { alg: 'RS256', created_at: start, retired_at: start + DAY, removed_at: start + 8 * DAY },
      { alg: 'RS256', created_at: start + DAY, retired_at: null, removed_at: null },
      { alg: 'ES256', created_at: start, retired_at: null, removed_at: null },
    ]);
  });

  it('goes on past the tenth, and a restart signs with the newest', async () => {
    const keys = await createKeys({ store });
    for (let i = 0; i < 10; i++) await keys.rotate('ES256');
    const { kid } = await keys.rotate('ES256');
    const token = await (await createKeys({ store })).sign('ES256', {});
    expect(decodeProtectedHeader(token).kid, 'generation 9 taken for newer than 10').toBe(kid);
  });

  it('reaches another node within a minute, which publishes the new key at once', async () => {
    const [here, there] = [await createKeys({ store }), await createKeys({ store })];
    const { kid } = await here.rotate('ES256');
    expect(kids(await there.jwks())).toContain(kid);
    clock.advance(60_000);
    expect(decodeProtectedHeader(await there.sign('ES256', {})).kid).toBe(kid);
  });

  it('ends with one new key though two ask at once', async () => {
    const [here, there] = [await createKeys({ store }), await createKeys({ store })];
    const [a, b] = await Promise.all([here.rotate('ES256'), there.rotate('ES256')]);
    expect(a).toEqual(b);
    expect((await here.list()).filter(({ alg }) => alg === 'ES256')).toHaveLength(2);
  });
});
