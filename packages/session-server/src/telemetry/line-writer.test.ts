import { expect, it } from 'vitest';
import { createLineWriter } from './line-writer.ts';

function setting(write: (lines: string) => void = () => undefined) {
  const written: string[] = [];
  const turns: (() => void)[] = [];
  const writer = createLineWriter({
    write(lines) {
      written.push(lines);
      write(lines);
    },
    soon: (run) => turns.push(run),
  });
  const turn = (): void => {
    for (const run of turns.splice(0)) run();
  };
  return { writer, written, turn };
}

it('the lines of a turn are one write, in their order', () => {
  const { writer, written, turn } = setting();
  for (const line of ['a\n', 'b\n', 'c\n']) writer.add(line);
  expect(written).toEqual([]);
  turn();
  writer.add('d\n');
  turn();
  turn();
  expect(written).toEqual(['a\nb\nc\n', 'd\n']);
});

it('what is waiting is written when it is asked for, and not once more', () => {
  const { writer, written, turn } = setting();
  writer.add('a\n');
  writer.flush();
  turn();
  expect(written).toEqual(['a\n']);
});

it('once the process ends, every line is written at once: no turn will come', () => {
  const { writer, written } = setting();
  writer.add('a\n');
  writer.end();
  writer.add('b\n');
  expect(written).toEqual(['a\n', 'b\n']);
});

it('a burst does not wait for the turn to end', () => {
  const { writer, written, turn } = setting();
  const line = `${'x'.repeat(999)}\n`;
  for (let n = 0; n < 200; n += 1) writer.add(line);
  expect(written.length).toBeGreaterThan(1);
  turn();
  expect(written.join('')).toBe(line.repeat(200));
});

it('a stream that fails loses its own lines and no others', () => {
  let fails = true;
  const { writer, written, turn } = setting(() => {
    if (fails) throw new Error('EPIPE');
  });
  writer.add('a\n');
  expect(turn).not.toThrow();
  fails = false;
  writer.add('b\n');
  turn();
  expect(written).toEqual(['a\n', 'b\n']);
});
