import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { importChunk } from './import-chunk.ts';

/** A module that does not load before the given attempt. The query of a later attempt falls into its comment. */
function flaky(loadsAt: number): string {
  return `data:text/javascript,globalThis.tries++;if(globalThis.tries<${loadsAt})throw new Error("offline");export const here=true;//`;
}
const shared = globalThis as { tries?: number };

beforeEach(() => {
  vi.useFakeTimers();
  shared.tries = 0;
});
afterEach(() => {
  vi.useRealTimers();
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
