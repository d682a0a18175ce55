import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BASIC_MODULES } from './basic-modules.ts';
import { BACK_CHANNEL_OP, BASIC_OP, CONFIG_OP, FORM_POST_OP, type Plan, RP_INITIATED_OP } from './plans.ts';

/** docs/conformance.md says what the modules say. */
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8');

it('the page on conformance has every plan, with how its modules end', () => {
  const rows = [...PAGE.matchAll(/^\| ([\w -]+ OP) .*\|$/gm)].map(([row]) => cellsOf(row));
  const plans: readonly Plan[] = [BASIC_OP, FORM_POST_OP, CONFIG_OP, RP_INITIATED_OP, BACK_CHANNEL_OP];
  expect(rows).toEqual(
    plans.map(({ profile, name, modules, ends }) =>
      [profile, `\`${name}\``, modules.length, ends.passes, ends.skipped, ends.fails].map(String),
    ),
  );
});

it.each(['skipped', 'fails'])(
  'the page on conformance names each module that ends otherwise than passed: %s',
  (key) => {
    const [, section = ''] = PAGE.split(key === 'fails' ? '\n### Failing\n' : '\n### Skipped\n');
    const [table = ''] = section.split('\n#');
    const named = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, id]) => id);
    const ids = Object.entries(BASIC_MODULES).filter(([, module]) => key in module);
    expect(named).toEqual(ids.map(([id]) => id));
  },
);

function cellsOf(row: string): readonly string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
