import { describe, expect, it } from 'vitest';
import { createRestPeriod, rateLimited } from './rest-period.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('a rest period', () => {
  const limited = (): Promise<never> => Promise.reject(rateLimited('Example', 10));

  it.each([
    [0, 10_000],
    [255, 11_000],
  ])('with the die at %i nothing is asked for %i ms', async (die, length) => {
    let now = NOW;
    let asked = 0;
    const rest = createRestPeriod(
      { now: () => now, randomBytes: () => Uint8Array.of(die), sleep: () => Promise.resolve() },
      'Example',
    );
    const ask = (): Promise<number> => rest.observe(() => Promise.resolve((asked += 1)));
    await expect(rest.observe(limited)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 10 });
    now += length - 1;
    await expect(ask()).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 1 });
    expect(asked).toBe(0);
    now += 1;
    expect(await ask()).toBe(1);
  });

  it('other failures ask for none', async () => {
    const rest = createRestPeriod(
      { now: () => NOW, randomBytes: () => new Uint8Array(1), sleep: () => Promise.resolve() },
      'Example',
    );
    await expect(rest.observe(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await rest.observe(() => Promise.resolve(1))).toBe(1);
  });

  it('FT-B3b: that ends soon is waited for where a person has approved already', async () => {
    let now = NOW;
    const waits: number[] = [];
    const sleep = (duration_ms: number): Promise<void> => {
      waits.push(duration_ms);
      now += duration_ms;
      return Promise.resolve();
    };
    const rest = createRestPeriod({ now: () => now, randomBytes: () => new Uint8Array(1), sleep }, 'Example');
    await expect(rest.observe(() => Promise.reject(rateLimited('Example', 5)))).rejects.toThrow();
    await expect(rest.observe(() => Promise.resolve('asked'))).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(rest.observe(() => Promise.resolve('asked'), 4_000)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await rest.observe(() => Promise.resolve('asked'), 8_000)).toBe('asked');
    expect(waits).toEqual([5_000]);
  });
});
