import { afterEach, expect, test, vi } from 'vitest';
import { browserTransportEnvironment } from './index.ts';
import { steadyNow } from './steady-clock.ts';

afterEach(() => vi.useRealTimers());

test('FT-C6j: the clock of a sign-in goes on when the device’s is set', () => {
  vi.useFakeTimers();
  const { now } = browserTransportEnvironment();
  const before = now();
  expect(Math.abs(before - Date.now()), 'it is what the device’s clock was at first').toBeLessThan(5_000);
  vi.setSystemTime(Date.now() + 86_400_000);
  vi.advanceTimersByTime(250);
  expect(Math.round(now() - before)).toBe(250);
  expect(now).toBe(steadyNow);
});
