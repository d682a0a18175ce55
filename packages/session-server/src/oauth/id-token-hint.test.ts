import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createKeys } from '../keys/index.ts';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { readIdTokenHint } from './id-token-hint.ts';

const issuer = 'https://id.example.com';
const DAY_MS = 86_400_000;
const secret = (): string => randomBytes(32).toString('base64url');

async function world() {
  const clock = createFakeClock();
  const sealer = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  const store = openSqliteStore({ path: ':memory:', sealer, now: clock.now, wait: () => Promise.resolve() });
  const keys = await createKeys({ store, elapsed: clock.now, rotateEveryDays: null });
  return { clock, keys, read: (text: string) => readIdTokenHint({ issuer, keys }, text) };
}

const CLAIMS = { iss: issuer, aud: 'shop', sub: 'ada', sid: 'S', exp: 1 };
const HINT = { client_id: 'shop', sub: 'ada', sid: 'S' };

it('FT-D14e: an id_token that is over counts, also under a key that was replaced and is published no more', async () => {
  const { clock, keys, read } = await world();
  const text = await keys.sign('ES256', CLAIMS);
  expect(await read(text)).toEqual(HINT);
  await keys.rotate('ES256', 'now');
  clock.advance(6 * DAY_MS);
  expect(await read(text), 'the key is retired').toEqual(HINT);
  clock.advance(2 * DAY_MS);
  expect((await keys.jwks()).keys, 'it is published no more').toHaveLength(2);
  expect(await read(text), 'the key is known').toEqual(HINT);
  clock.advance(400 * DAY_MS);
  expect(await read(text), 'the key is gone').toBeNull();
});

it.each<[string, object, string | undefined]>([
  ['of another issuer', { ...CLAIMS, iss: 'https://other.example' }, undefined],
  ['for several clients', { ...CLAIMS, aud: ['shop', 'other'] }, undefined],
  ['of no person', { ...CLAIMS, sub: undefined }, undefined],
  ['of no sign-in', { ...CLAIMS, sid: 7 }, undefined],
  ['that is a logout token', CLAIMS, 'logout+jwt'],
  ['that is an access token', CLAIMS, 'at+jwt'],
])('FT-D14e: a token of our keys %s is no hint', async (_what, claims, typ) => {
  const { keys, read } = await world();
  expect(await read(await keys.sign('ES256', { ...claims }, typ))).toBeNull();
});
