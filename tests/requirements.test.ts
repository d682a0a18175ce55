import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, it } from 'vitest';
import { REQUIREMENTS } from '../e2e/requirements.ts';
import { GUARANTEES } from './guarantees.ts';

const ROOT = join(import.meta.dirname, '..');
const STORIES = join(ROOT, 'e2e/stories');
const UNIT_TESTS = [
  'packages/*/src/**/*.test.{ts,tsx}',
  'examples/*/src/**/*.test.ts',
  'scripts/**/*.test.ts',
  'tests/**/*.test.ts',
];

/** The ids in every `story(title, shows('ID', …), body)`, by file and title; none where a story cites nothing. */
function citations(): readonly { readonly story: string; readonly ids: readonly string[] }[] {
  const found: { readonly story: string; readonly ids: readonly string[] }[] = [];
  for (const file of globSync('*.story.ts', { cwd: STORIES })) {
    const text = readFileSync(join(STORIES, file), 'utf8');
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      if (isCallOf('story', node)) {
        const [title, cites] = node.arguments;
        const ids = isCallOf('shows', cites)
          ? cites.arguments.map((id) => String((id as { value?: unknown }).value))
          : [];
        found.push({ story: `${file}: ${text.slice(title?.start, title?.end)}`, ids });
      }
      Object.values(node).forEach(visit);
    };
    visit(parseSync(file, text).program);
  }
  return found;
}

interface Call {
  readonly arguments: readonly { readonly start: number; readonly end: number }[];
}

function isCallOf(name: string, node: unknown): node is Call {
  const { type, callee } = (node ?? {}) as { type?: unknown; callee?: { name?: unknown } };
  return type === 'CallExpression' && callee?.name === name;
}

it('every requirement is cited by a story', () => {
  const cited = new Set(citations().flatMap(({ ids }) => ids));
  expect(Object.keys(REQUIREMENTS).filter((id) => !cited.has(id))).toEqual([]);
});

it('every story cites requirements that exist', () => {
  const stories = citations();
  expect(stories.length, 'or the stories are written in a way that this test cannot read').toBeGreaterThan(20);
  expect(stories.filter(({ ids }) => ids.length === 0 || ids.some((id) => !Object.hasOwn(REQUIREMENTS, id)))).toEqual(
    [],
  );
});

/** The id at the start of each unit test's title: `it('ID: what is so')`, `it.each(…)('ID: …')`, `describe('ID: …')`. */
function citedByUnitTests(): ReadonlySet<string> {
  const texts = globSync(UNIT_TESTS, { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), 'utf8'));
  // A title stands behind an opening parenthesis; prettier puts a long one on a line of its own.
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/\(\s*(['"`])(FT-[A-Z]\d+[a-z]?|(?:SEC|MISTAKE)(?:-[A-Z0-9]+)+): /g)].map(
        ([, , id = '']) => id,
      ),
    ),
  );
}

it('every guarantee is cited by a unit test, and every citation is of a guarantee', () => {
  expect([...citedByUnitTests()].toSorted()).toEqual(Object.keys(GUARANTEES).toSorted());
});

it('no id is in both tables', () => {
  expect(Object.keys(GUARANTEES).filter((id) => Object.hasOwn(REQUIREMENTS, id))).toEqual([]);
});
