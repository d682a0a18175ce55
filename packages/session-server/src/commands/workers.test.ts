import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Snapshot } from '@beckon/protocol';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CliFolder, createCliFolder } from '../test-support/cli-folder.ts';
import { type WalletIssuer, startWalletIssuer } from '../test-support/harness.ts';
import {
  type WorkersWorld,
  SESSION,
  approve,
  begin,
  clientSource,
  redeem,
  scan,
  startWorkersWorld,
  tokenOf,
  tokensOf,
} from '../test-support/workers-world.ts';

/**
 * One server as several processes: what a phone, a browser and an operator notice of it. What takes long is for `pnpm
 * test:long`.
 */
const isLong = process.env['BECKON_LONG'] === '1';
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

let cli: CliFolder;
let wallet: WalletIssuer;
beforeAll(async () => {
  cli = await createCliFolder('workers');
  wallet = await startWalletIssuer({ now: Date.now });
});
afterAll(async () => {
  vi.resetConfig();
  await wallet.close();
  await rm(cli.folder, { recursive: true });
});

describe('two workers', () => {
  let world: WorkersWorld;
  beforeAll(async () => {
    world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'two', config: 'rateLimitFactor: 100,' });
  });
  afterAll(() => world.stop());

  it('a phone at one worker signs in a browser that watches at the other', async () => {
    const token = await tokenOf(wallet);
    const [browser, page, phone] = [await world.connect(1), await world.connect(1), await world.connect(2)];
    const session = await begin(page);
    const watching = browser.watch(session);
    await watching.until('initialized');
    const retrieval = await scan(phone, session, token);
    await watching.until('retrieved');
    await approve(phone, session, token, retrieval);
    const { snapshot } = await watching.until('confirmed');
    expect(await redeem(phone, snapshot)).toBe(200);
    await watching.until('completed');
    for (const each of [browser, page, phone]) each.close();
  });

  it.runIf(isLong)('a change reaches a watcher at the other worker in a few ms', async () => {
    const token = await tokenOf(wallet);
    const [page, phone] = [await world.connect(1), await world.connect(2)];
    const took: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const browser = await world.connect(1);
      const session = await begin(page);
      const watching = browser.watch(session);
      await watching.until('initialized');
      const retrieval = await scan(phone, session, token);
      await watching.until('retrieved');
      const sent = await approve(phone, session, token, retrieval);
      took.push((await watching.until('confirmed')).at - sent);
      watching.socket.close();
    }
    const sorted = took.toSorted((a, b) => a - b);
    expect(sorted[10], 'not by looking from time to time').toBeLessThan(250);
    for (const each of [page, phone]) each.close();
  });

  it('a long poll at the other worker is answered too', async () => {
    const token = await tokenOf(wallet);
    const [browser, phone] = [await world.connect(1), await world.connect(2)];
    const session = await begin(browser);
    const begun = performance.now();
    const held = browser.call<Snapshot>(
      'GET',
      `/session/${session.session_id}/status?after=${session.version}&wait=25`,
      undefined,
      session.session_secret,
    );
    await scan(phone, session, token);
    expect((await held).body.status).toBe('retrieved');
    expect(performance.now() - begun).toBeLessThan(5_000);
    for (const each of [browser, phone]) each.close();
  });

  it.each((isLong ? ['initialized', 'retrieved', 'confirmed'] : ['retrieved']) as readonly string[])(
    'the worker of browser and phone is killed at %s: another takes its place, and the sign-in ends well',
    async (status) => {
      const token = await tokenOf(wallet);
      let [browser, phone] = [await world.connect(2), await world.connect(2)];
      const session = await begin(phone);
      const watching = browser.watch(session);
      await watching.until('initialized');
      const kill = async (): Promise<void> => {
        const from = world.log.length;
        process.kill(world.pidOf(2), 'SIGKILL');
        if (watching.socket.readyState !== watching.socket.CLOSED) await once(watching.socket, 'close');
        await world.says(['a worker ended', '"worker":2', 'SIGKILL'], from);
        // The widget comes back where it can: at first that is the other worker.
        browser = await world.connect(1);
        phone = await world.connect(1);
      };
      if (status === 'initialized') await kill();
      const retrieval = await scan(phone, session, token);
      if (status === 'retrieved') await kill();
      if (status === 'confirmed') {
        // A browser that watches would collect the code at once.
        watching.socket.close();
        await once(watching.socket, 'close');
      }
      await approve(phone, session, token, retrieval);
      if (status === 'confirmed') await kill();
      const { snapshot } = await browser.watch(session).until('confirmed');
      expect(await redeem(phone, snapshot)).toBe(200);
      // The place is taken again.
      (await world.connect(2)).close();
      phone.close();
    },
  );

  it.runIf(isLong)('keys that the command line changes sign in each worker, and so does going back', async () => {
    const token = await tokenOf(wallet);
    const connections = [await world.connect(1), await world.connect(2)];
    const page = await world.connect(1);
    const published = (): Promise<readonly string[]> =>
      Promise.all(
        connections.map(async (at) => {
          const { body } = await at.call<{ keys: { kid: string }[] }>('GET', '/.well-known/jwks.json');
          return body.keys.map(({ kid }) => kid).join(' ');
        }),
      );
    /** Which key signs at each worker. */
    const signers = (): Promise<readonly string[]> =>
      Promise.all(
        connections.map(async (at) => {
          const browser = await world.connect(1);
          const session = await begin(page);
          const watching = browser.watch(session);
          const { snapshot: shown } = await watching.until('initialized');
          await approve(at, session, token, await scan(at, shown, token));
          const { body } = await tokensOf(at, (await watching.until('confirmed')).snapshot);
          browser.close();
          return decodeProtectedHeader(body['id_token'] ?? '').kid ?? '';
        }),
      );
    const [old = ''] = await signers();
    const kid = /RS256: (\S+)/.exec(await world.command('keys', 'rotate', '--alg', 'RS256', '--now'))?.[1] ?? '';
    await vi.waitFor(
      async () => expect(await published()).toEqual([0, 1].map(() => expect.stringContaining(kid))),
      5_000,
    );
    await vi.waitFor(async () => expect(await signers()).toEqual([kid, kid]), { timeout: 15_000, interval: 500 });
    await world.command('keys', 'rollback', '--alg', 'RS256');
    await vi.waitFor(async () => expect(await signers()).toEqual([old, old]), { timeout: 10_000, interval: 500 });
    expect(await published(), 'what it signed meanwhile verifies').toEqual(
      [0, 1].map(() => expect.stringContaining(kid)),
    );
    for (const each of [...connections, page]) each.close();
  });

  it('metrics are the whole server’s: requests of both, sockets of both, one store', async () => {
    const [one, two] = [await world.connect(1), await world.connect(2)];
    const before = await countsOf(world);
    await one.call('GET', '/.well-known/jwks.json');
    await two.call('GET', '/.well-known/jwks.json');
    const after = await countsOf(world);
    const route = 'beckon_http_requests_total{method="GET",route="/.well-known/jwks.json",status="200"}';
    expect((after[route] ?? 0) - (before[route] ?? 0)).toBe(2);
    expect(after['beckon_workers']).toBe(2);
    const bytes = after['beckon_store_bytes'] ?? 0;
    expect(bytes, 'of one store, once').toBeLessThan(1.5 * bytesOf(world.file));

    const session = await begin(one);
    const [first, second] = [(await world.connect(1)).watch(session), (await world.connect(2)).watch(session)];
    await Promise.all([first.until('initialized'), second.until('initialized')]);
    expect((await countsOf(world))['beckon_sockets']).toBe((after['beckon_sockets'] ?? 0) + 2);
    for (const { socket } of [first, second]) socket.close();
    // A worker that dies takes none of its counts with it.
    const from = world.log.length;
    process.kill(world.pidOf(2), 'SIGKILL');
    await world.says(['a worker ended', '"worker":2'], from);
    await vi.waitFor(async () => {
      const later = await countsOf(world);
      expect(later[route]).toBeGreaterThanOrEqual(after[route] ?? 0);
      expect(later['beckon_workers_replaced_total']).toBe((after['beckon_workers_replaced_total'] ?? 0) + 1);
    }, 10_000);
    one.close();
  });

  it('SIGHUP puts a new client in force in each, and a mistake in none; a worker that comes later has it too', async () => {
    const known = async (worker: number, id: string): Promise<number> => {
      const at = await world.connect(worker);
      const headers = new URLSearchParams({
        client_id: id,
        client_secret: 'c'.repeat(43),
        grant_type: 'authorization_code',
        code: 'x',
      });
      const { status } = await at.call('POST', '/oauth/token', headers);
      at.close();
      return status;
    };
    // 401: no such client. 400: the code alone is wrong.
    expect([await known(1, 'second'), await known(2, 'second')]).toEqual([401, 401]);
    await world.writeClients(`[${clientSource('shop')}, ${clientSource('second')}]`);
    let from = world.log.length;
    world.child.kill('SIGHUP');
    await world.says(['configuration reloaded'], from);
    expect([await known(1, 'second'), await known(2, 'second')]).toEqual([400, 400]);
    await world.writeClients(`[${clientSource('shop')}, { client_id: 'third' }]`);
    from = world.log.length;
    world.child.kill('SIGHUP');
    await world.says(['it has a mistake'], from);
    expect([await known(1, 'second'), await known(2, 'second')]).toEqual([400, 400]);
    if (!isLong) return;
    // The file has a mistake: the new worker cannot start from it, until it is put right. The others go on.
    process.kill(world.pidOf(2), 'SIGKILL');
    await world.says(['a worker ended', '"worker":2', 'exit code 1'], from);
    expect(await known(1, 'second')).toBe(400);
    await world.writeClients(`[${clientSource('shop')}]`);
    expect(await known(2, 'second'), 'what is in force, and not what is in the file').toBe(400);
  });

  it('every line of the log is whole, and names its worker', () => {
    const lines = world.log.filter((line) => line.startsWith('{'));
    const events = lines.map((line) => JSON.parse(line) as { readonly event: string; readonly worker?: number });
    expect(events.filter(({ event, worker }) => event === 'request' && worker === undefined)).toEqual([]);
    expect(new Set(events.map(({ worker }) => worker))).toEqual(new Set([undefined, 1, 2]));
  });

  it('SIGTERM to the whole group, as from a terminal, ends each worker as a server alone: 1001, and exit code 0', async () => {
    const [one, two] = [await world.connect(1), await world.connect(2)];
    const session = await begin(one);
    const watching = [(await world.connect(1)).watch(session), two.watch(session)];
    await Promise.all(watching.map((each) => each.until('initialized')));
    const codes = watching.map(async ({ socket }) => ((await once(socket, 'close')) as [number])[0]);
    const begun = performance.now();
    for (const worker of [1, 2]) process.kill(world.pidOf(worker), 'SIGTERM');
    expect(await world.stop()).toBe(0);
    expect(await Promise.all(codes)).toEqual([1001, 1001]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    one.close();
  });
});

it('where the primary process vanishes, the workers end, and the port is free', async () => {
  const world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'orphans' });
  const pids = [1, 2].map((worker) => world.pidOf(worker));
  world.child.kill('SIGKILL');
  await vi.waitFor(() => {
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }, 10_000);
  await expect(fetch(`${world.url}/health`)).rejects.toThrow();
});

it.runIf(isLong)('a worker that ends at its start, again and again, ends a server that has no other', async () => {
  const world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'hopeless' });
  // As if a disk were gone: none can start.
  await writeFile(join(cli.folder, 'hopeless', 'clients.mjs'), 'export const clients = process.exit(7);');
  for (const worker of [1, 2]) process.kill(world.pidOf(worker), 'SIGKILL');
  const [code] = (await once(world.child, 'close')) as [number];
  expect(code).toBe(1);
  expect(world.log.at(-1)).toContain('every worker ends soon after its start (the last one: exit code 7)');
});

it.each<[string, string, string]>([
  ['a port in use', '', 'is in use: stop what listens there'],
  ['a store in memory', "store: 'sqlite::memory:',", 'is in memory, where each worker would see its own'],
])('%s is said once, by the primary process', async (what, config, says) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const failed = startWorkersWorld(cli, { workers: 2, wallet, name: what.replaceAll(' ', '-'), config, port });
  const text = await failed.then(() => 'it started', String);
  other.close();
  expect(text.split(says)).toHaveLength(2);
  expect(text.split('beckon-server: ')).toHaveLength(2);
  expect(text.slice(text.indexOf('beckon-server: ')).trim().split('\n').length).toBeLessThanOrEqual(2);
});

it.runIf(isLong)('four workers let at most 1.2 times a limit of volume pass', async () => {
  // 600 sessions a minute and network, times 0.4.
  const world = await startWorkersWorld(cli, { workers: 4, wallet, name: 'volume', config: 'rateLimitFactor: 0.4,' });
  const connections = (await Promise.all([1, 2, 3, 4].map((worker) => world.connect(worker)))).flatMap((at) => [
    at,
    at,
  ]);
  const statuses = await Promise.all(
    connections.map(async (at) => {
      const all: number[] = [];
      for (let n = 0; n < 60; n += 1) all.push((await at.call('POST', '/session', SESSION)).status);
      return all;
    }),
  );
  expect(new Set(statuses.flat())).toEqual(new Set([201, 429]));
  const passed = statuses.flat().filter((status) => status === 201).length;
  expect(passed).toBeGreaterThanOrEqual(240);
  expect(passed).toBeLessThanOrEqual(1.2 * 240);
  for (const at of connections) at.close();
  await world.stop();
});

async function countsOf({ admin }: WorkersWorld): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${admin}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

function bytesOf(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true });
  const row = db.prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()').get();
  db.close();
  return Number(row?.['bytes']);
}
