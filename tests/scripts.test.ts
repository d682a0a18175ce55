import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
}

/** The rows of the table whose heading begins with `script`. */
function rows(page: string): readonly (readonly string[])[] {
  const [, table = ''] = /^\| script .*\n\|[ -|]*\n((?:\|.*\n)+)/m.exec(page) ?? [];
  return table
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

it('CONTRIBUTING has a row for every script, and for no other', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const table = rows(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8'));
  const named = table.map(([name = '']) => name.replaceAll('`', ''));
  expect(named.toSorted()).toEqual(Object.keys(scripts).toSorted());
  const incomplete = table.filter((cells) => cells.length !== 4 || cells.includes(''));
  expect(incomplete, 'a row says what the script does, how long it takes and what it needs').toEqual([]);
});
