import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createManualTimers } from './test-support/manual-timers.ts';
import { boundYoungHeap } from './young-heap.ts';

const MiB = 1024 * 1024;

it('the room for new objects grows once the server has started, up to 32 MiB, and again after V8 made it smaller', () => {
  const timers = createManualTimers();
  const grown: number[] = [];
  let size = 2 * MiB;
  const stop = boundYoungHeap(timers, { size: () => size, grow: (factor) => grown.push(factor) });
  timers.advance(2_999);
  expect(grown, 'not while it starts').toEqual([]);
  timers.advance(1);
  size = 16 * MiB;
  timers.advance(1_000);
  expect(grown).toEqual([2]);
  size = 32 * MiB;
  timers.advance(5_000);
  expect(grown).toEqual([2, 1]);
  size = 8 * MiB;
  timers.advance(1_000);
  expect(grown).toEqual([2, 1, 2]);
  stop();
  expect(timers.pending).toBe(0);
});

it('V8 does as it is told', () => {
  // Flags are those of a whole process.

  const sizeWith = (factor: number): number =>
    Number(
      execFileSync(process.execPath, [
        '-e',
        `const { getHeapSpaceStatistics, setFlagsFromString } = require('node:v8');
         setFlagsFromString('--semi-space-growth-factor=${factor}');
         const kept = [];
         for (let n = 0; n < 1e6; n += 1) kept.push({ n, text: 'x' + n });
         console.log(getHeapSpaceStatistics().find((one) => one.space_name === 'new_space').space_size);`,
      ]).toString(),
    );
  expect(sizeWith(1)).toBeLessThanOrEqual(4 * MiB);
  expect(sizeWith(2)).toBeGreaterThan(8 * MiB);
});
