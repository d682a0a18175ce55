import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).toSorted();
/** Files are named from the root or, where a document says so, from a package's sources. */
const BASES = ['', 'packages/session-server/src', 'packages/widget/src'];

/** A document without its code blocks: what is in those is other people's files. */
function proseOf(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8').replace(/^```.*?^```$/gms, '');
}

/** A heading's fragment, as GitHub makes it. */
function fragments(document: string): ReadonlySet<string> {
  const headings = [...proseOf(document).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}

it('every relative link leads to a file, and to a heading of it', () => {
  const broken = DOCUMENTS.flatMap((document) => {
    const text = proseOf(document);
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(([, a, b]) => a ?? b ?? '');
    return links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = '', fragment] = link.split('#');
        const target = path === '' ? document : normalize(join(dirname(document), path));
        if (!existsSync(join(ROOT, target))) return true;
        return fragment !== undefined && target.endsWith('.md') && !fragments(target).has(fragment);
      })
      .map((link) => `${document}: ${link}`);
  });
  expect(broken).toEqual([]);
});

it('every source file that a document names is there', () => {
  // What is a link's text is the link's to lead somewhere.
  const named = DOCUMENTS.flatMap((document) =>
    [...proseOf(document).matchAll(/(?<!\[)`([\w.-]+(?:\/[\w.-]+)+\.(?:tsx?|json))`/g)].map(([, path = '']) => ({
      document,
      path,
    })),
  );
  expect(named.length, 'or the documents name files in a way that this test cannot read').toBeGreaterThan(30);
  const missing = named.filter(({ path }) => !BASES.some((base) => existsSync(join(ROOT, base, path))));
  expect(missing).toEqual([]);
});
