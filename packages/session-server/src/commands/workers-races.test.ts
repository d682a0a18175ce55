import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type CliFolder, createCliFolder } from '../test-support/cli-folder.ts';
import { type WalletIssuer, startWalletIssuer } from '../test-support/harness.ts';
import {
  type Answer,
  type Connection,
  type WorkersWorld,
  asShop,
  codeAcross,
  redemptionOf,
  startWorkersWorld,
  tokenOf,
} from '../test-support/workers-world.ts';

/**
 * The races of `server/races.test.ts` at two workers: two processes, one port, and 20 connections of which each worker has 10. `pnpm
 * test:long` makes 30 rounds of each.
 */
const ROUNDS = process.env['BECKON_LONG'] === '1' ? 30 : 3;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Tokens = Readonly<Record<string, string>>;

let cli: CliFolder;
let wallet: WalletIssuer;
let world: WorkersWorld;
/** Those of the first worker and of the second in turns. */
let connections: readonly Connection[];
let token: string;
beforeAll(async () => {
  cli = await createCliFolder('workers-races');
  wallet = await startWalletIssuer({ now: Date.now });
  world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'races', config: 'rateLimitFactor: 1000,' });
  const made: Connection[] = [];
  for (let n = 0; n < 20; n += 1) made.push(await world.connect(1 + (n % 2)));
  connections = made;
  token = await tokenOf(wallet);
});
afterAll(async () => {
  vi.resetConfig();
  for (const each of connections) each.close();
  await world.stop();
  await wallet.close();
  await rm(cli.folder, { recursive: true });
});

const all = <T>(call: (at: Connection, n: number) => Promise<T>): Promise<T[]> => Promise.all(connections.map(call));
const code = (round: number): Promise<string> =>
  codeAcross(connections[round % 2]!, connections[(round + 1) % 2]!, token);
const refresh = (at: Connection, refresh_token: string | undefined): Promise<Answer<Tokens>> =>
  asShop(at, '/oauth/token', { grant_type: 'refresh_token', refresh_token: refresh_token ?? '' });

async function signIn(round: number): Promise<Tokens> {
  const { status, body } = await asShop(connections[0]!, '/oauth/token', redemptionOf(await code(round)));
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Whether each of the two workers takes the access token. */
async function counts(access_token: string | undefined): Promise<readonly boolean[]> {
  const two = connections.slice(0, 2);
  const answers = await Promise.all(two.map((at) => at.call('GET', '/oauth/userinfo', undefined, access_token)));
  return answers.map(({ status }) => status === 200);
}

it('FT-D18a: one code, 20 times at once at two workers: tokens come once, and end with the second use', async () => {
  let won = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const form = redemptionOf(await code(round));
    const answers = await all((at) => asShop(at, '/oauth/token', form));
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).toBeLessThanOrEqual(1);
    won += given.length;
    expect(answers.filter(({ body }) => body['error'] === 'invalid_grant')).toHaveLength(20 - given.length);
    for (const { body } of given) expect(await counts(body['access_token'])).toEqual([false, false]);
  }
  expect(won, 'else none ever has tokens').toBeGreaterThan(0);
});

it('FT-D18b: one refresh token, 20 times at once at two workers: one successor, and that one lives', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await signIn(round);
    const answers = await all((at) => refresh(at, first['refresh_token']));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const [newest, ...others] = new Set(answers.map(({ body }) => body['refresh_token']));
    expect(others).toEqual([]);
    expect(await counts(answers[0]?.body['access_token'])).toEqual([true, true]);
    expect((await refresh(connections[round % 2]!, newest)).status).toBe(200);
  }
});

it.each([
  ['a revocation', '/oauth/revoke', ({ refresh_token = '' }: Tokens) => ({ token: refresh_token })],
  ['a logout', '/oauth/logout', ({ id_token = '' }: Tokens) => ({ id_token_hint: id_token })],
])('FT-D18c: %s among refreshes at two workers leaves no token alive', async (_what, path, membersOf) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await signIn(round);
    const answers = await all((at, n) =>
      n === round % 20 ? asShop(at, path, membersOf(first)) : refresh(at, first['refresh_token']),
    );
    expect(answers[round % 20]?.status).toBe(200);
    for (const { body } of [{ body: first }, ...answers.filter((answer) => 'access_token' in answer.body)]) {
      expect(await counts(body['access_token'])).toEqual([false, false]);
      expect((await refresh(connections[1]!, body['refresh_token'])).status).toBe(400);
    }
  }
});
