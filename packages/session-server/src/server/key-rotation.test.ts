import { randomBytes } from 'node:crypto';
import { type JWK, createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, expect, it, vi } from 'vitest';
import {
  type Harness,
  ISSUER,
  REQUEST,
  SHOP_SECRET,
  VERIFIER,
  exampleConfig,
  startHarness,
} from '../test-support/harness.ts';

const DAY = 86_400_000;
const servers: Harness[] = [];
afterEach(async () => {
  for (const server of servers.splice(0).toReversed()) await server.close();
});

const jwksOf = async ({ url }: Harness): Promise<{ readonly keys: JWK[]; readonly maxAge: number }> => {
  const response = await fetch(`${url}/.well-known/jwks.json`);
  const [, maxAge] = /^public, max-age=(\d+)$/.exec(response.headers.get('cache-control') ?? '') ?? [];
  return { ...((await response.json()) as { keys: JWK[] }), maxAge: Number(maxAge) };
};

async function idTokenOf(harness: Harness): Promise<string> {
  const { code } = await harness.signIn();
  const response = await fetch(`${harness.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: VERIFIER,
      redirect_uri: REQUEST['redirect_uri'] ?? '',
      client_id: 'shop',
      client_secret: SHOP_SECRET,
    }),
  });
  return ((await response.json()) as { readonly id_token: string }).id_token;
}

it('FT-D19a: two servers on one file rotate by the schedule, once, and a website that has the older JWKS verifies', async () => {
  const [secret, subjectSecret] = [1, 2].map(() => randomBytes(32).toString('base64url')) as [string, string];
  const [shop] = exampleConfig().clients;
  const config = {
    secret,
    subjectSecret,
    signingKeyDays: 30,
    clients: [{ ...shop!, id_token_signed_response_alg: 'PS256' as const }],
  };
  const here = await startHarness(config);
  servers.push(here);
  const there = await startHarness({ ...config, store: `sqlite:${here.file}` }, { now: here.clock.now }, here.file);
  servers.push(there);
  const verify = (token: string, keys: JWK[]) =>
    jwtVerify(token, createLocalJWKSet({ keys }), { issuer: ISSUER, currentDate: new Date(here.clock.now()) });

  await idTokenOf(here);
  const advance = (ms: number): void => {
    here.clock.advance(ms);
    // That of its wallet.
    there.clock.advance(ms);
  };
  const rotated = (): readonly string[] => {
    const lines = [...here.log, ...there.log].filter((line) => line.includes('the next signing key is published'));
    return lines.map((line) => (JSON.parse(line) as { name: string }).name).toSorted();
  };
  advance(29 * DAY);
  await vi.waitFor(() => expect(rotated()).toEqual(['ES256', 'PS256', 'RS256']), { timeout: 15_000 });
  advance(2_000);
  const old = await jwksOf(there);
  expect(old.keys).toHaveLength(6);
  expect(old, 'the same everywhere').toEqual(await jwksOf(here));

  // One that kept it as long as it may, and a day more, still verifies what the new key signs.
  advance(DAY);
  expect(old.maxAge * 1000).toBeLessThanOrEqual(DAY / 2);
  for (const server of [here, there]) {
    const { protectedHeader } = await verify(await idTokenOf(server), old.keys);
    const [first, second] = old.keys.filter(({ alg }) => alg === 'PS256').map(({ kid }) => kid);
    expect([protectedHeader.kid, first]).toEqual([second, first]);
  }
  expect(rotated(), 'by one of the two').toHaveLength(3);
});
