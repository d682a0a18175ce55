import { rm } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type CliFolder, createCliFolder } from '../test-support/cli-folder.ts';
import { type WalletIssuer, startWalletIssuer } from '../test-support/harness.ts';
import {
  type Connection,
  type WorkersWorld,
  asShop,
  begin,
  codeAcross,
  redemptionOf,
  scan,
  startWorkersWorld,
  tokenOf,
} from '../test-support/workers-world.ts';

/** What the command line ends beside a server of two workers. */
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

let cli: CliFolder;
let wallet: WalletIssuer;
let world: WorkersWorld;
let workers: readonly [Connection, Connection];
beforeAll(async () => {
  cli = await createCliFolder('operator');
  wallet = await startWalletIssuer({ now: Date.now });
  world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'operator', config: 'rateLimitFactor: 100,' });
  workers = [await world.connect(1), await world.connect(2)];
});
afterAll(async () => {
  vi.resetConfig();
  for (const each of workers) each.close();
  await world.stop();
  await wallet.close();
  await rm(cli.folder, { recursive: true });
});

async function signIn(): Promise<Readonly<Record<string, string>>> {
  const code = await codeAcross(workers[0], workers[1], await tokenOf(wallet));
  const { status, body } = await asShop(workers[1], '/oauth/token', redemptionOf(code));
  expect(status).toBe(200);
  return body;
}
const claimsOf = (tokens: Readonly<Record<string, string>>): Record<string, unknown> =>
  decodeJwt(tokens['id_token'] ?? '');
const areActive = (token = ''): Promise<readonly unknown[]> =>
  Promise.all(workers.map(async (at) => (await asShop(at, '/oauth/introspect', { token })).body['active']));
const jsonOf = (text: string): readonly Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('FT-F47: a person whose access a command ends is out at each worker when it is done', async () => {
  const [first, second] = [await signIn(), await signIn()];
  const { sub } = claimsOf(first);
  const listed = jsonOf(await world.command('grants', 'list', '--sub', String(sub), '--state', 'active', '--json'));
  expect(new Set(listed.map(({ grant_id }) => grant_id))).toEqual(
    new Set([claimsOf(first)['sid'], claimsOf(second)['sid']]),
  );
  expect(await areActive(first['access_token'])).toEqual([true, true]);
  const said = await world.command('persons', 'revoke', '--sub', String(sub));
  expect(said).toBe('ended: 2 grants, and 0 sign-ins under way\n');
  for (const tokens of [first, second])
    for (const name of ['access_token', 'refresh_token']) expect(await areActive(tokens[name])).toEqual([false, false]);
});

it('FT-F47: a page at another worker hears at once that a command ended its sign-in', async () => {
  const browser = await world.connect(2);
  const session = await begin(workers[0]);
  const watching = browser.watch(session);
  await watching.until('initialized');
  await scan(workers[0], session, await tokenOf(wallet));
  await watching.until('retrieved');
  expect(await world.command('sessions', 'revoke', session.session_id)).toBe(
    'ended: the sign-in, before its website had tokens\n',
  );
  const ended = performance.now();
  expect((await watching.until('cancelled')).at - ended, 'ms').toBeLessThan(1_000);
  const story = await world.command('sessions', 'show', session.session_id);
  expect(story).toContain('cancelled');
  expect(story).toContain('An operator ended it');
  browser.close();
});

it('FT-F46: a list is a table for people, and one object a line for scripts', async () => {
  const { sid } = claimsOf(await signIn());
  const table = await world.command('sessions', 'list', '--client', 'shop', '--status', 'completed');
  expect(table).toMatch(/^began {2,}session id {2,}client {2,}app {2,}status {2,}reason\n/);
  expect(table).toMatch(new RegExp(`${String(sid)} {2,}shop {2,}wallet {2,}completed`));
  const [newest] = jsonOf(await world.command('sessions', 'list', '--json', '--limit', '1'));
  expect(newest).toMatchObject({ client_id: 'shop', connector: 'wallet' });
  const shown = await world.command('sessions', 'show', String(sid));
  expect(shown).toContain(`Grant ${String(sid)}: active`);
});

it('FT-F43: a person is exported as JSON, and erased with --yes alone', async () => {
  const tokens = await signIn();
  const { sub, sid } = claimsOf(tokens);
  const exported = JSON.parse(await world.command('persons', 'export', '--sub', String(sub))) as {
    readonly grants: readonly { readonly grant_id: string; readonly state: string }[];
  };
  expect(exported.grants).toContainEqual(expect.objectContaining({ grant_id: sid, state: 'active' }));
  await expect(world.command('persons', 'erase', '--sub', String(sub))).rejects.toThrow('say --yes');
  expect(await areActive(tokens['access_token'])).toEqual([true, true]);
  expect(await world.command('persons', 'erase', '--sub', String(sub), '--yes')).toMatch(/^erased: \d+ grants, and 0/);
  expect(await areActive(tokens['access_token'])).toEqual([false, false]);
  const left = jsonOf(await world.command('grants', 'list', '--json'));
  expect(left.filter((each) => each['sub'] === sub)).toEqual([]);
});

it('FT-F44: all of a website ends by one command, and one that is not there is said to be none', async () => {
  const tokens = await signIn();
  expect(await world.command('grants', 'revoke', '--client', 'shop')).toMatch(/^ended: \d+ grants?, and/);
  expect(await areActive(tokens['access_token'])).toEqual([false, false]);
  await expect(world.command('grants', 'revoke', `0F${'A'.repeat(26)}`)).rejects.toThrow('there is no grant');
});
