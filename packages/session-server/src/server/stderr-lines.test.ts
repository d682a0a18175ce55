import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { piecesOf } from './stderr-lines.ts';

const LINES = new URL('stderr-lines.ts', import.meta.url).href;

/** What a process writes to its standard error that logs three lines in one turn, and then does `then`. */
async function written(then: string): Promise<string> {
  const script = `
    import { writeToStderr } from ${JSON.stringify(LINES)};
    for (const n of [1, 2, 3]) writeToStderr('line ' + n + '\\n');
    ${then}
  `;
  const child = spawn(process.execPath, ['--conditions=@beckon/source', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk) => (text += String(chunk)));
  await once(child, 'close');
  return text;
}

const THREE = 'line 1\nline 2\nline 3\n';

it.each([
  ['it has nothing more to do', ''],
  ['it exits in the same turn', 'process.exit(1);'],
  [
    'it is told to end',
    "process.once('SIGTERM', () => process.exit()); process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 9_000);",
  ],
])('no line is lost when %s', async (_what, then) => {
  expect(await written(then)).toBe(THREE);
});

it('the lines before a crash come before what Node says of it', async () => {
  const text = await written("throw new Error('a crash');");
  expect(text.startsWith(THREE)).toBe(true);
  expect(text).toContain('a crash');
});

it('what is logged while the process ends is written after the rest', async () => {
  expect(await written("process.once('exit', () => writeToStderr('line 4\\n'));")).toBe(`${THREE}line 4\n`);
});

it('lines that several processes write to one stream are cut only between two', () => {
  const lines = Array.from({ length: 9 }, (_, n) => `line ${n} é\n`);
  const pieces = piecesOf(lines.join(''), 25);
  expect(pieces).toEqual(
    [lines.slice(0, 2), lines.slice(2, 4), lines.slice(4, 6), lines.slice(6, 8), lines.slice(8)].map((each) =>
      each.join(''),
    ),
  );
  expect(piecesOf(`${'x'.repeat(30)}\ny\n`, 25)).toEqual([`${'x'.repeat(30)}\n`, 'y\n']);
});
