import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, it } from 'vitest';
import { REQUIREMENTS } from '../e2e/requirements.ts';

const STORIES = join(import.meta.dirname, '../e2e/stories');

/** The ids in `story('ID', …)` and `story(['ID', 'ID'], …)`, by file. */
function citations(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    globSync('*.story.ts', { cwd: STORIES }).map((file) => {
      const ids: string[] = [];
      const { program } = parseSync(file, readFileSync(join(STORIES, file), 'utf8'));
      const visit = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return;
        const { type, callee, arguments: args } = node as Record<string, unknown>;
        if (type === 'CallExpression' && (callee as { name?: unknown }).name === 'story') {
          const [first] = args as readonly { value?: unknown; elements?: readonly { value: unknown }[] }[];
          ids.push(...(first?.elements ?? [first]).map((element) => String(element?.value)));
        }
        Object.values(node).forEach(visit);
      };
      visit(program);
      return [file, ids];
    }),
  );
}

it('every requirement is cited by a story', () => {
  const cited = new Set([...citations().values()].flat());
  expect(Object.keys(REQUIREMENTS).filter((id) => !cited.has(id))).toEqual([]);
});

it('every story cites requirements that exist', () => {
  const astray = [...citations()].filter(
    ([, ids]) => ids.length === 0 || ids.some((id) => !Object.hasOwn(REQUIREMENTS, id)),
  );
  expect(astray).toEqual([]);
});
