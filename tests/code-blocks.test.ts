import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { asModule, type CodeBlock, codeBlocks } from './code-blocks.ts';

const ROOT = join(import.meta.dirname, '..');
/** The example depends on all that documents import, as a website would. */
const FOLDER = join(ROOT, 'examples/web/node_modules');
const BLOCKS = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT })
  .toSorted()
  .flatMap((document) => codeBlocks(document, readFileSync(join(ROOT, document), 'utf8')));

/** The guide to a recipe names its files as the reader's app has them. */
const RECIPES: Readonly<Record<string, string>> = { 'docs/guides/nextjs.md': 'recipes/nextjs' };

/** A block whose first line is a comment with the path of a source file shows that file. */
function shownFile({ document, code }: CodeBlock): string | null {
  const [, name = null] = /^\/\/ ([\w./[\]-]+\.tsx?)\n/.exec(code) ?? [];
  if (name === null) return null;
  const path = join(RECIPES[document] ?? '', name);
  return existsSync(join(ROOT, path)) ? path : null;
}

function withoutName({ code }: CodeBlock): string {
  return code.slice(code.indexOf('\n') + 1);
}

/** What the compiler says, as `document:line: message`. */
function mistakes(blocks: readonly CodeBlock[]): readonly string[] {
  const folder = mkdtempSync(join(FOLDER, '.documents-'));
  try {
    const modules = blocks.map((block, index) => ({ block, file: `${index}.${block.language}`, ...asModule(block) }));
    for (const { file, text } of modules) writeFileSync(join(folder, file), text);
    const config = {
      extends: join(ROOT, 'examples/web/tsconfig.json'),
      compilerOptions: { moduleDetection: 'force' },
      include: [],
      files: [
        ...modules.map(({ file }) => file),
        ...globSync('packages/widget/src/**/*.d.ts', { cwd: ROOT }).map((file) => join(ROOT, file)),
      ],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout, error } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (error !== undefined) throw error;
    return stdout
      .split('\n')
      .filter((line) => /error TS/.test(line))
      .map((line) => {
        const [, file, at = '', message] = /^(\d+\.tsx?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
        const module = modules.find((candidate) => candidate.file === file);
        return module === undefined
          ? line
          : `${module.block.document}:${module.lineInDocument(Number(at))}: ${message ?? ''}`;
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('every block of TypeScript in the documents compiles', () => {
  const planted = codeBlocks(
    'planted.md',
    'One:\n\n<!-- given:\ndeclare const a: string;\ndeclare const b: number;\n-->\n\n```ts\n\nconst c: number = a + b;\n```\n\n- Two:\n\n  ```tsx fragment\n  no code\n  ```\n',
  );
  expect(planted).toMatchObject([{ line: 8 }, { line: 15, isFragment: true }]);
  const checked = [...planted, ...BLOCKS].filter((block) => !block.isFragment && shownFile(block) === null);
  expect(checked.length, 'or the documents write code in a way that this test cannot read').toBeGreaterThan(15);
  const [first, ...others] = mistakes(checked);
  expect(first, 'or this test compiles nothing').toMatch(/^planted\.md:10: error TS2322/);
  expect(others).toEqual([]);
}, 60_000);

it('a block that shows a source file shows what is in it', () => {
  const shown = BLOCKS.flatMap((block) => {
    const path = shownFile(block);
    return path === null ? [] : [{ path, code: withoutName(block) }];
  });
  expect(shown.length, 'or no document shows one in a way that this test can read').toBeGreaterThan(0);
  const differ = shown.filter(({ path, code }) => !readFileSync(join(ROOT, path), 'utf8').includes(code.trim()));
  expect(differ.map(({ path }) => path)).toEqual([]);
});

it.each(Object.entries(RECIPES))('FT-C8a: %s shows each file of %s, and the whole of it', (document, recipe) => {
  // The frame of all pages is the app's own, and its tests are ours.
  const files = globSync(['*.ts', 'app/**/*.{ts,tsx}'], {
    cwd: join(ROOT, recipe),
    exclude: ['**/layout.tsx', 'next.config.ts', '*.d.ts'],
  }).map((name) => join(recipe, name));
  const shown = BLOCKS.filter((block) => block.document === document).flatMap((block) => {
    const path = shownFile(block);
    return path === null ? [] : [[path, withoutName(block)]];
  });
  expect(files.length).toBeGreaterThan(1);
  expect(Object.fromEntries(shown)).toEqual(
    Object.fromEntries(files.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])),
  );
});

it('few blocks are fragments', () => {
  expect(BLOCKS.filter(({ isFragment }) => isFragment).length).toBeLessThanOrEqual(3);
});
