import { beforeEach, expect, it } from 'vitest';
import { type StoreFill, createStoreRoom } from './store-room.ts';

const MIB = 2 ** 20;
let time = 0;
let asked = 0;
let fill: StoreFill;
let heard: boolean[];
const room = (limit_bytes = 100 * MIB) =>
  createStoreRoom({
    fill: async () => ((asked += 1), fill),
    limit_bytes,
    elapsed: () => time,
    onChange: (full) => heard.push(full),
  });

beforeEach(() => {
  time = 0;
  asked = 0;
  heard = [];
  fill = { bytes: 0, disk: null };
});

it.each<[string, StoreFill, boolean]>([
  ['a store below its limit', { bytes: 100 * MIB - 1, disk: null }, false],
  ['a store at its limit', { bytes: 100 * MIB, disk: null }, true],
  ['a large disk with 256 MiB left', { bytes: 0, disk: { free: 256 * MIB, total: 2 ** 40 } }, false],
  ['a large disk with less left', { bytes: 0, disk: { free: 256 * MIB - 1, total: 2 ** 40 } }, true],
  ['a small disk with a twentieth left', { bytes: 0, disk: { free: 50 * MIB, total: 1000 * MIB } }, false],
  ['a small disk with less left', { bytes: 0, disk: { free: 50 * MIB - 1, total: 1000 * MIB } }, true],
])('%s', async (_what, is, full) => {
  fill = is;
  expect(await room().isFull()).toBe(full);
});

it('asks at most once in two seconds, and says once when it is full and when there is room again', async () => {
  const one = room();
  for (let n = 0; n < 50; n += 1) await one.isFull();
  expect(asked).toBe(1);
  fill = { bytes: 200 * MIB, disk: null };
  expect(await one.isFull(), 'known for two seconds').toBe(false);
  time = 2_000;
  expect(await one.isFull()).toBe(true);
  time = 4_000;
  expect(await one.isFull()).toBe(true);
  fill = { bytes: 0, disk: null };
  time = 6_000;
  expect(await one.isFull()).toBe(false);
  expect(heard).toEqual([true, false]);
});

it('lets nothing begin while the store does not say, and asks again at once', async () => {
  let broken = true;
  const one = createStoreRoom({
    fill: () => (broken ? Promise.reject(new Error('closed')) : Promise.resolve(fill)),
    limit_bytes: 1,
    elapsed: () => time,
    onChange: () => undefined,
  });
  await expect(one.isFull()).rejects.toThrow('closed');
  broken = false;
  expect(await one.isFull()).toBe(false);
});
