import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CliFolder, createCliFolder } from '../test-support/cli-folder.ts';
import { type WalletIssuer, startWalletIssuer } from '../test-support/harness.ts';
import { type WorkersWorld, SESSION, begin, clientSource, startWorkersWorld } from '../test-support/workers-world.ts';

/**
 * What can go wrong with a process of a server of several, by real signals and on a real disk; the rest is in
 * `workers/supervisor.test.ts`. What takes long is for `pnpm test:long`.
 */
const isLong = process.env['BECKON_LONG'] === '1';
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

/**
 * On SIGUSR2 a process takes the lock of the store's file, says so, and stands still: as if it were stopped in the middle of
 * a commit.
 */
const HOLDS_LOCK = (file: string): string => `
  ...(process.on('SIGUSR2', () => {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    new DatabaseSync('${file}').exec('BEGIN IMMEDIATE');
    process.getBuiltinModule('node:fs').writeSync(2, '{"event":"holds the lock"}\\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }), {}),`;

let cli: CliFolder;
let wallet: WalletIssuer;
beforeAll(async () => {
  cli = await createCliFolder('workers-failing');
  wallet = await startWalletIssuer({ now: Date.now });
});
afterAll(async () => {
  vi.resetConfig();
  await wallet.close();
  await rm(cli.folder, { recursive: true });
});

describe('the lock of the store', () => {
  let world: WorkersWorld;
  beforeAll(async () => {
    const file = join(cli.folder, 'lock.db');
    world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'lock', file, config: HOLDS_LOCK(file) });
  });
  afterAll(() => world.stop());

  const hold = async (worker: number): Promise<void> => {
    const from = world.log.length;
    process.kill(world.pidOf(worker), 'SIGUSR2');
    await world.says(['holds the lock'], from);
  };

  it('FT-E9a: a worker that is killed while it holds it holds no other up', async () => {
    // Several, so that this worker asks for its turn.
    const at = [await world.connect(1), await world.connect(1), await world.connect(1)];
    await hold(2);
    const waiting = Promise.all(at.map(begin));
    const from = world.log.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const killed = performance.now();
    process.kill(world.pidOf(2), 'SIGKILL');
    await waiting;
    expect(performance.now() - killed).toBeLessThan(1_000);
    await world.says(['a worker ended', '"worker":2', 'SIGKILL'], from);
    const two = await world.connect(2);
    await begin(two);
    for (const each of [...at, two]) each.close();
  });

  it.runIf(isLong)('FT-E9b: a worker that stands still with it is killed, and what waited goes on', async () => {
    const one = await world.connect(1);
    const pid = world.pidOf(2);
    await hold(2);
    const from = world.log.length;
    const begun = performance.now();
    await begin(one);
    expect(performance.now() - begun, 'within what a commit waits for at most').toBeLessThan(5_000);
    await world.says(['a worker stands still', '"worker":2'], from);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    const two = await world.connect(2);
    await begin(two);
    for (const each of [one, two]) each.close();
  });
});

describe.runIf(isLong)('a worker that comes and goes', () => {
  let world: WorkersWorld;
  beforeAll(async () => {
    world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'comes' });
  });
  // Where not all of these tests run, none of them has stopped it.
  afterAll(() => world.stop());

  const known = async (worker: number, client_id: string): Promise<number> => {
    const at = await world.connect(worker);
    const form = { client_id, client_secret: 'c'.repeat(43), grant_type: 'authorization_code', code: 'x' };
    const { status } = await at.call('POST', '/oauth/token', new URLSearchParams(form));
    at.close();
    return status;
  };

  it.each([
    ['dies', 'a worker ended'],
    ['starts', 'a worker starts'],
  ])('FT-E9c: SIGHUP in the moment in which a worker %s is in force in both', async (moment, event) => {
    const id = `client-${moment}`;
    await world.writeClients(`[${clientSource('shop')}, ${clientSource(id)}]`);
    const from = world.log.length;
    process.kill(world.pidOf(2), 'SIGKILL');
    await world.says([event, '"worker":2'], from);
    world.child.kill('SIGHUP');
    await world.says(['configuration reloaded'], from);
    // 401: no such client. 400: the code alone is wrong.
    expect([await known(1, id), await known(2, id)]).toEqual([400, 400]);
  });

  it('FT-E9d: SIGTERM while a worker starts ends all of them, with exit code 0', async () => {
    const from = world.log.length;
    process.kill(world.pidOf(1), 'SIGKILL');
    await world.says(['a worker starts', '"worker":1'], from);
    const pids = [1, 2].map((worker) => world.pidOf(worker));
    const begun = performance.now();
    expect(await world.stop()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(9_000);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(world.log.slice(from).join('\n')).not.toContain('it is killed');
  });
});

it.each<[string, boolean]>([
  ['the whole group, as from a terminal', true],
  ...(isLong ? [['the primary process alone', false] satisfies [string, boolean]] : []),
])('FT-E9d: SIGTERM to %s while the first workers start ends all of them, with exit code 0', async (_who, isGroup) => {
  const pids: number[] = [];
  const lines: string[] = [];
  let ended: Promise<unknown[]> | null = null;
  const started = startWorkersWorld(cli, {
    workers: 2,
    wallet,
    name: `first-${String(isGroup)}`,
    onLine(line, child) {
      lines.push(line);
      if (!line.includes('"a worker starts"')) return;
      ended ??= once(child, 'close');
      pids.push((JSON.parse(line) as { readonly pid: number }).pid);
      if (pids.length < 2) return;
      // A terminal signals all at once, so before any of them has ended. Here they follow one another.
      child.kill('SIGTERM');
      if (isGroup) for (const pid of pids) process.kill(pid, 'SIGTERM');
    },
  });
  // Whether it served for a moment is no matter.
  await started.catch(() => {});
  const [code] = (await ended!) as [number];
  expect({ code, said: lines.filter((line) => line.startsWith('beckon-server:')) }).toEqual({ code: 0, said: [] });
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

/** A disk of 4 MiB, for real. Only root may mount one. */
const disk = mkdtempSync(join(tmpdir(), 'beckon-workers-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmdirSync(disk);
});

describe.skipIf(!mounted)('a disk', () => {
  const file = join(disk, 'beckon.db');
  const filler = join(disk, 'filler');

  it('FT-E9g: that is full is named by each worker that meets it, none dies, and all go on once there is room', async () => {
    const world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'full', file });
    const pids = [1, 2].map((worker) => world.pidOf(worker));
    const at = [await world.connect(1), await world.connect(2)];
    for (const each of at) await begin(each);
    expect(() => {
      for (;;) appendFileSync(filler, Buffer.alloc(4096));
    }).toThrow('ENOSPC');
    const from = world.log.length;
    // What is in the log of writes may be used up first.
    for (let n = 0; n < 40; n += 1) for (const each of at) await each.call('POST', '/session', SESSION);
    for (const [n, each] of at.entries()) {
      const refused = await each.call('POST', '/session', SESSION);
      expect([refused.status, refused.body['error']]).toEqual([503, 'server_error']);
      expect((await each.call('GET', '/ready')).body['error_description']).toContain('disk_full');
      await world.says(['the store fails', 'disk_full', `"worker":${n + 1}`], from);
    }
    expect(world.log.filter((line) => line.includes('"the store fails"')).length, 'not one for each call').toBeLessThan(
      5,
    );
    rmSync(filler);
    for (const each of at) expect((await each.call('POST', '/session', SESSION)).status).toBe(201);
    expect(
      [1, 2].map((worker) => world.pidOf(worker)),
      'none was replaced',
    ).toEqual(pids);
    for (const each of at) each.close();
    expect(await world.stop()).toBe(0);
  });

  it('FT-E9g: that is read-only is named once, at the start, by the primary process', async () => {
    expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
    const text = await startWorkersWorld(cli, { workers: 2, wallet, name: 'read-only', file }).then(
      () => 'it started',
      String,
    );
    spawnSync('mount', ['-o', 'remount,rw', disk]);
    expect(text.split('beckon-server: ')).toHaveLength(2);
    expect(text).toContain('store: is on a disk that is mounted read-only (EROFS)');
    expect(text).not.toContain('    at ');
    rmSync(file, { force: true });
  });
});
