import { exportJWK, generateKeyPair } from 'jose';
import { beforeEach, expect, it } from 'vitest';
import { connectorContext } from '../testing/index.ts';
import { createKeySet } from './key-set.ts';

const URI = 'https://issuer.example/jwks';
const { publicKey } = await generateKeyPair('ES256');
const set = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] };

let now: number;
let status: number;
let calls: number;
beforeEach(() => {
  [now, status, calls] = [1_700_000_000_000, 200, 0];
});

/** The keys of an issuer that answers `status`. */
function keySet(): (kid: string) => Promise<unknown> {
  const context = connectorContext({
    now: () => now,
    fetch() {
      calls += 1;
      return Promise.resolve(Response.json(status === 200 ? set : {}, { status }));
    },
  });
  const keys = createKeySet(context, 'issuer', () => Promise.resolve(URI));
  return async (kid) => keys({ alg: 'ES256', kid }, { payload: '', signature: '' });
}

const settle = (find: (kid: string) => Promise<unknown>, kids: number): Promise<unknown> =>
  Promise.allSettled(Array.from({ length: kids }, (_, n) => find(`made-up-${n}`)));

it('FT-A3h: tokens that name made-up keys make us look three times in a row, then once in five seconds', async () => {
  const find = keySet();
  await find('k1');
  for (let n = 0; n < 100; n += 1) await settle(find, 1);
  expect(calls, 'the first look, and three for keys that may have been rotated').toBe(4);
  now += 5_000;
  for (let n = 0; n < 100; n += 1) await settle(find, 1);
  expect(calls).toBe(5);
});

it('FT-A3h: made-up keys do not send call after call to an issuer that is down', async () => {
  const find = keySet();
  await find('k1');
  status = 404;
  now += 5_000;
  for (let n = 0; n < 100; n += 1) await settle(find, 1);
  expect(calls).toBe(2);
  now += 4_999;
  for (let n = 0; n < 100; n += 1) await settle(find, 1);
  expect(calls, 'it was looked for often enough').toBe(2);
  now += 1;
  for (let n = 0; n < 100; n += 1) await settle(find, 1);
  expect(calls, 'again five seconds later').toBe(3);
  await expect(find('k1'), 'a known key still verifies').resolves.toBeDefined();
});
