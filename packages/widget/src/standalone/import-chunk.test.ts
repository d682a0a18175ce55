import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { importChunk } from './import-chunk.ts';

/**
 * A module that does not load before the given attempt. The query of a later attempt falls into its comment, and so
 * does a name that no other test has.
 */
function flaky(loadsAt: number): string {
  modules += 1;
  return `data:text/javascript,globalThis.tries++;if(globalThis.tries<${loadsAt})throw new Error("offline");export const here=true;//${modules}`;
}
let modules = 0;
const shared = globalThis as { tries?: number };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { onLine: true });
  shared.tries = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  delete shared.tries;
});

/** Pauses are many, and each import takes its own time. */
async function passAll(): Promise<void> {
  for (let pause = 0; pause < 10; pause += 1) {
    await vi.dynamicImportSettled();
    await vi.advanceTimersByTimeAsync(16_000);
  }
}

test('what does not load at first is asked for again, under an address that the browser has no failure for', async () => {
  const loading = importChunk<{ readonly here: boolean }>(flaky(3));
  await passAll();
  expect((await loading).here).toBe(true);
  expect(shared.tries).toBe(3);
});

test('what never loads is given up', async () => {
  const failed = importChunk(flaky(Infinity)).catch((error: unknown) => error);
  await passAll();
  expect(await failed).toMatchObject({ message: 'offline' });
  expect(shared.tries).toBe(6);
});

test('an element that comes after it was given up asks anew, under addresses that have not failed', async () => {
  const module = flaky(8);
  const failed = importChunk(module).catch((error: unknown) => error);
  await passAll();
  expect(await failed).toMatchObject({ message: 'offline' });
  const later = importChunk<{ readonly here: boolean }>(module);
  await passAll();
  expect((await later).here).toBe(true);
  expect(shared.tries, 'an address that failed is remembered, and would not have run').toBe(8);
});

test('a page that is offline waits until it is not, however long that takes', async () => {
  const page = new EventTarget();
  vi.stubGlobal('navigator', { onLine: false });
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  const loading = importChunk<{ readonly here: boolean }>(flaky(3));
  await passAll();
  await passAll();
  expect(shared.tries).toBe(1);
  page.dispatchEvent(new Event('online'));
  await vi.dynamicImportSettled();
  vi.stubGlobal('navigator', { onLine: true });
  page.dispatchEvent(new Event('online'));
  await passAll();
  expect((await loading).here).toBe(true);
});
