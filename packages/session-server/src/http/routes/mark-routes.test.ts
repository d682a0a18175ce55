import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { paswad } from '../../connectors/paswad/index.ts';
import { type Harness, ISSUER, startHarness } from '../../test-support/harness.ts';
import { walletOfThisMachine } from '../../test-support/wallet-of-this-machine.ts';

const LIGHT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0Z"/></svg>';
const DARK = LIGHT.replace('<path', '<path fill="#fff"');

let harness: Harness;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-marks-'));
  await writeFile(join(folder, 'light.svg'), LIGHT);
  await writeFile(join(folder, 'dark.svg'), DARK);
  harness = await startHarness({
    connectors: [
      walletOfThisMachine({
        issuers: [{ issuer: 'https://wallet.example', clientIds: ['phone'] }],
        mark: { light: join(folder, 'light.svg'), dark: join(folder, 'dark.svg') },
      }),
      paswad({ clientId: 'x', clientSecret: 'the-secret-of-paswad' }),
    ],
  });
});
afterAll(async () => {
  await harness.close();
  await rm(folder, { recursive: true });
});

it('FT-C40b: an offer says where the app’s pictures are, and null where it has none', async () => {
  const { connectors } = await harness.session();
  const address = new RegExp(`^${ISSUER}/marks/[\\w-]{16}\\.svg$`);
  const [first, second] = connectors;
  expect(first?.mark).toEqual({
    light: expect.stringMatching(address) as string,
    dark: expect.stringMatching(address) as string,
  });
  expect(first?.mark?.light).not.toBe(first?.mark?.dark);
  expect(second).toHaveProperty('mark', null);
});

it('FT-C40b: a picture is kept for good, shows on any page, and runs nothing where it is opened by itself', async () => {
  const { connectors } = await harness.session();
  const { pathname } = new URL(connectors[0]!.mark!.dark);
  const answer = await fetch(harness.url + pathname);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe(DARK);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=31536000, immutable',
  });
});

it.each(['/marks/none.svg', '/marks/', '/marks/..%2Fbeckon.css'])(
  'FT-C40b: nothing else lies there: %s',
  async (path) => {
    expect((await fetch(harness.url + path)).status).toBe(404);
  },
);
