import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineConnector } from './define-connector.ts';
import { readMark } from './mark.ts';
import { wallet } from './wallet/index.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0Z"/></svg>';
const PNG = pngOf(40, 40);

/** As far as its header. */
function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(25);
  header.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-marks-'));
  await mkdir(join(folder, 'folder'));
  const files: Readonly<Record<string, string | Buffer>> = {
    'light.svg': SVG,
    'dark.png': PNG,
    'headed.svg': `\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- a > b -->\n<!DOCTYPE svg PUBLIC "-//W3C" "x">\n${SVG}`,
    'gradient.svg': SVG.replace('/>', ' fill="url(#a)"/><use href="#b"/>'),
    'large.svg': SVG.replace('</svg>', `<!--${'x'.repeat(70_000)}--></svg>`),
    'no-namespace.svg': SVG.replace(' xmlns="http://www.w3.org/2000/svg"', ''),
    'script.svg': SVG.replace('</svg>', '<script>alert(1)</script></svg>'),
    'handler.svg': SVG.replace('<path', '<path onload="alert(1)"'),
    'foreign.svg': SVG.replace('</svg>', '<image href="https://evil.example/a.png"/></svg>'),
    'foreign-style.svg': SVG.replace('<path', '<path fill="url(https://evil.example/#a)"'),
    'page.svg': '<!doctype html><p>not here</p>',
    'picture.gif': 'GIF89a',
    'bomb.png': pngOf(30_000, 30_000),
    'long.png': pngOf(1, 4_294_967_295),
    'largest.png': pngOf(1_024, 1_024),
    'nothing.png': pngOf(0, 40),
    'torn.png': PNG.subarray(0, 20),
    'no-header.png': Buffer.concat([PNG.subarray(0, 8), Buffer.alloc(30)]),
    'gzipped.svgz': gzipSync(SVG),
    'utf-16.svg': Buffer.from(`\uFEFF${SVG}`, 'utf16le'),
    'entities.svg': `<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${SVG}`,
    'foreign-object.svg': SVG.replace('</svg>', '<foreignObject><p>a</p></foreignObject></svg>'),
    'import.svg': SVG.replace('</svg>', '<style>@import "https://evil.example/a.css"</style></svg>'),
    'sheet.svg': `<?xml-stylesheet href="https://evil.example/a.css"?>${SVG}`,
    'link.svg': SVG.replace('</svg>', '<a href="javascript:alert(1)"><path d="M0 0h4"/></a></svg>'),
    'comments.svg': `${'<!-- a -->\n'.repeat(2_000)}${SVG}`,
    'comments.html': `${'<!-- a -->\n'.repeat(2_000)}<p>not here</p>`,
    'latin.svg': Buffer.from([0x3c, 0x73, 0x76, 0x67, 0xff]),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

it('FT-C40a: a picture is a path or a URL of a file, and dark is light where it is left out', () => {
  const light = { type: 'image/svg+xml', content: Buffer.from(SVG) };
  const dark = { type: 'image/png', content: PNG };
  expect(readMark({ light: at('light.svg'), dark: pathToFileURL(at('dark.png')) })).toEqual({
    mark: { light, dark },
    issues: [],
  });
  expect(readMark({ light: relative('.', at('light.svg')) }).mark, 'relative to the working directory').toEqual({
    light,
    dark: light,
  });
  expect(readMark({ light: pathToFileURL(at('light.svg')).href }).mark).toEqual({ light, dark: light });
  expect(readMark(undefined)).toEqual({ mark: null, issues: [] });
});

it.each(['headed.svg', 'gradient.svg', 'comments.svg', 'largest.png'])(
  'FT-C40a: a picture may look like this: %s',
  (name) => {
    expect(readMark({ light: at(name) }).issues).toEqual([]);
  },
);

it.each([
  ['large.svg', 'is 69 KiB large: at most 64 KiB'],
  ['missing.svg', 'names no file: a path is relative to the working directory'],
  ['folder', 'is not a file'],
  ['no-namespace.svg', 'is an SVG without xmlns='],
  ['script.svg', 'must have no script in it'],
  ['handler.svg', 'must have no script in it'],
  ['foreign.svg', 'must not name other files'],
  ['foreign-style.svg', 'must not name other files'],
  ['page.svg', 'must be an SVG or a PNG file'],
  ['picture.gif', 'must be an SVG or a PNG file'],
  ['latin.svg', 'must be an SVG or a PNG file'],
  ['utf-16.svg', 'must be an SVG or a PNG file'],
  ['gzipped.svgz', 'must be an SVG or a PNG file'],
  ['entities.svg', 'must be an SVG or a PNG file'],
  ['comments.html', 'must be an SVG or a PNG file'],
  ['foreign-object.svg', 'must have no script in it'],
  ['import.svg', 'must not name other files'],
  ['sheet.svg', 'must not name other files'],
  ['link.svg', 'must not name other files'],
  ['bomb.png', 'is 30000 by 30000 pixels large: at most 1024 by 1024'],
  ['long.png', 'is 1 by 4294967295 pixels large'],
  ['nothing.png', 'must be an SVG or a PNG file'],
  ['torn.png', 'must be an SVG or a PNG file'],
  ['no-header.png', 'must be an SVG or a PNG file'],
])('FT-C40a: a picture that no page could show is a mistake: %s', (name, message) => {
  const { mark, issues } = readMark({ light: at('light.svg'), dark: at(name) });
  expect(mark).toBeNull();
  expect(issues).toEqual([{ path: 'mark.dark', message: expect.stringContaining(message) as string }]);
  expect(issues[0]?.message).not.toContain(folder);
  expect(readMark({ light: at(name) }).issues, 'told once where dark is left out').toHaveLength(1);
});

it.each([
  ['https://cdn.example/a.svg', 'must be a file: Beckon serves it itself'],
  ['data:image/svg+xml,<svg/>', 'must be a file: Beckon serves it itself'],
  ['file://host.example/a.svg', 'must be a file: URL of this machine'],
  [7, 'must be the path of an SVG or PNG file'],
  [undefined, 'is not set'],
])('FT-C40a: what is no file is a mistake: %s', (light, message) => {
  expect(readMark({ light }).issues).toEqual([
    { path: 'mark.light', message: expect.stringContaining(message) as string },
  ]);
});

it.each([['a.svg'], [null], [new URL('file:///a.svg')]])('FT-C40a: a mark is { light, dark }, and not %s', (given) => {
  expect(readMark(given).issues).toEqual([
    { path: 'mark', message: 'must be { light, dark }, each the path of a file' },
  ]);
});

it('FT-C40a: every connector takes a mark, and those of other packages need not know of it', () => {
  const known = wallet({
    issuers: [{ issuer: 'https://wallet.example', clientIds: ['a'] }],
    mark: { light: at('dark.png') },
  });
  expect(known.issues).toEqual([]);
  expect(known.mark?.light.type).toBe('image/png');

  const seen: unknown[] = [];
  const acme = defineConnector<{ readonly id?: string; readonly key: string }, { readonly id: string }>({
    id: 'acme',
    check(options) {
      seen.push(options);
      return { ok: true, options: { id: 'acme' } };
    },
    open: () => Promise.reject(new Error('not opened here')),
  });
  const mistaken = acme({ key: 'a', mark: { light: at('missing.svg') } });
  expect(mistaken.issues.map(({ path }) => path)).toEqual(['mark.light']);
  expect(seen).toEqual([{ key: 'a' }]);
});
