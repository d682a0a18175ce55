import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemTimers } from '../jobs/timers.ts';
import { type Secrets, createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { type FakeClock, createFakeClock } from '../testing/fake-clock.ts';
import { type EarlierSecret, type Rotation, createRotation, earlierSecrets } from './index.ts';

const [OLD, NEW, THIRD] = ['o', 'n', 't'].map((letter) => Buffer.alloc(32, letter).toString('base64url')) as [
  string,
  string,
  string,
];
const MINUTE = 60_000;
/** Nothing that a secret made is left: two hours, and two notes more. */
const OVER = 130 * MINUTE;
const FAR = 2 ** 53 - 1;

let folder: string;
let clock: FakeClock;
let opened: Store[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beckon-rotation-'));
  clock = createFakeClock();
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(folder, { recursive: true });
});

function secretsOf(...secret: readonly string[]): Secrets {
  return createSecrets({ secret, subject_secret: Buffer.alloc(32, 's').toString('base64url'), random: randomBytes });
}

interface Process {
  readonly store: Store;
  readonly rotation: Rotation;
  readonly sealed: [number, number][];
  readonly states: EarlierSecret[];
  known(): Promise<readonly EarlierSecret[]>;
}

/** A server process with these secrets, on the one store. */
async function start(...secret: readonly string[]): Promise<Process> {
  const secrets = secretsOf(...secret);
  const store = openSqliteStore({
    path: join(folder, 'a.db'),
    sealer: secrets,
    now: clock.now,
    wait: systemTimers.sleep,
  });
  opened.push(store);
  const sealed: [number, number][] = [];
  const states: EarlierSecret[] = [];
  const rotation = createRotation({
    store,
    secrets,
    timers: systemTimers,
    onSealed: (...counts) => sealed.push(counts),
    onState: (state) => states.push(state),
    failed: (error) => {
      throw error;
    },
  });
  await rotation.begin();
  return { store, rotation, sealed, states, known: () => earlierSecrets(store, secrets) };
}

function insert(store: Store, id: string): Promise<unknown> {
  return store.commit([
    { op: 'insert', kind: 'push', row: { id, version: 1, schema: 1, expires_at: FAR, due_at: null, value: id } },
  ]);
}

it('FT-C5g: rows that live long are sealed anew at the start, however many, and are read when the old secret is gone', async () => {
  const before = await start(OLD);
  for (let n = 0; n < 450; n += 1) await insert(before.store, `P${n}`);
  await before.store.close();

  const rotated = await start(NEW, OLD);
  await rotated.rotation.runOnce();
  // The rows, and the note of the old secret.
  expect(rotated.sealed).toEqual([[451, 0]]);
  await rotated.store.close();

  const { store } = await start(NEW);
  expect((await store.list('push', 1000)).rows).toHaveLength(450);
});

it('FT-C5h: an earlier secret is needed for 130 minutes after the last process used it, and then it is said once', async () => {
  // With several processes, each knows the new secret before one begins to use it.
  const before = await start(OLD, NEW);
  await before.rotation.runOnce();
  clock.advance(MINUTE);
  const begun = clock.now();
  const rotated = await start(NEW, OLD);
  await rotated.rotation.runOnce();
  expect(rotated.states).toEqual([{ place: 2, state: 'used', until: begun - MINUTE + OVER }]);
  // The other process is restarted 20 minutes later.
  for (let minute = 0; minute < 20; minute += 5) {
    clock.advance(5 * MINUTE);
    await before.rotation.runOnce();
  }
  await insert(before.store, 'LATE');
  await before.store.close();

  clock.advance(OVER - 1);
  await rotated.rotation.runOnce();
  expect(await rotated.known()).toMatchObject([{ state: 'used' }]);
  clock.advance(1);
  await rotated.rotation.runOnce();
  await rotated.rotation.runOnce();
  expect(rotated.states.slice(1)).toEqual([{ place: 2, state: 'unused', until: null }]);
  expect(await rotated.known()).toEqual([{ place: 2, state: 'unused', until: null }]);
  expect(rotated.sealed.at(-1)?.[0], 'what the other process had stored under it').toBeGreaterThan(0);
  await rotated.store.close();

  const { store } = await start(NEW);
  expect((await store.get('push', 'LATE')).row).toMatchObject({ value: 'LATE' });
});

it('FT-C5h: a secret that no release noted is needed for as long, from the start on', async () => {
  const first = await start(NEW, OLD);
  expect(await first.known()).toEqual([{ place: 2, state: 'used', until: clock.now() + OVER }]);
});

it('FT-C5i: a rotation is rolled back, and the newer secret is needed then', async () => {
  const rotated = await start(NEW, OLD);
  await rotated.rotation.runOnce();
  await insert(rotated.store, 'A');
  await rotated.store.close();
  const back = await start(OLD, NEW);
  await back.rotation.runOnce();
  expect((await back.store.get('push', 'A')).row).toMatchObject({ value: 'A' });
  expect(await back.known()).toMatchObject([{ place: 2, state: 'used' }]);
  clock.advance(OVER);
  await back.rotation.runOnce();
  expect(await back.known()).toMatchObject([{ place: 2, state: 'unused' }]);

  await back.store.close();
  const again = await start(NEW, OLD);
  await again.rotation.runOnce();
  expect(await again.known(), 'it was used until a moment ago').toMatchObject([{ place: 2, state: 'used' }]);
});

it('a process that goes back to a secret while another looks keeps it needed', async () => {
  const rotated = await start(NEW, OLD, THIRD);
  clock.advance(OVER);
  const other = await start(OLD, NEW);
  await rotated.rotation.runOnce();
  expect(await rotated.known()).toEqual([
    { place: 2, state: 'used', until: clock.now() + OVER },
    { place: 3, state: 'unused', until: null },
  ]);
  await other.rotation.runOnce();
});

it('says how many rows no configured secret opens', async () => {
  const before = await start(OLD);
  await insert(before.store, 'A');
  const between = await start(NEW, OLD);
  await between.store.close();
  const after = await start(THIRD, NEW);
  await after.rotation.runOnce();
  // The row, and the note of the secret that is gone.
  expect(after.sealed).toMatchObject([[expect.any(Number), 2]]);
});

it('a server starts though the note of its secret lies under one that was dropped at once', async () => {
  const before = await start(OLD, NEW);
  await before.store.close();
  // The check of the secret follows the last start, the note is still as it was.
  const sealer = secretsOf(NEW, OLD);
  await openSqliteStore({ path: join(folder, 'a.db'), sealer, now: clock.now, wait: systemTimers.sleep }).close();
  const leaked = await start(NEW);
  await expect(leaked.rotation.runOnce()).rejects.toMatchObject({ code: 'wrong_secret' });
  clock.advance(24 * 60 * MINUTE);
  await leaked.rotation.runOnce();
  expect(await (await start(THIRD, NEW)).known()).toMatchObject([{ place: 2, state: 'used' }]);
});
