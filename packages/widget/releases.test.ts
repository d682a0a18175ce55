import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collectReleases, keepRelease } from './releases.ts';

let folder: string;
let releases: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-releases-'));
  releases = join(folder, 'releases');
});
afterEach(() => rm(folder, { recursive: true }));

/** What a build writes. */
async function build(version: string, content: string): Promise<string> {
  const out = await mkdtemp(join(folder, 'build-'));
  const [full, element, encoder] = [`widget-${version}.full.js`, `element-${content}.js`, 'encoder-same.js'];
  const mistakes = 'mistakes-same.js';
  for (const name of ['widget.js', full, element]) await writeFile(join(out, name), content);
  await writeFile(join(out, encoder), 'the encoder');
  await writeFile(join(out, mistakes), 'the mistakes');
  const manifest = { version, loader: 'widget.js', full, element, encoder, mistakes };
  await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest));
  return out;
}

test('a build has the files of the last two releases beside its own, and no loader of theirs', async () => {
  for (const [version, content] of [
    ['0.9.0', 'a'],
    ['0.10.0', 'b'],
    ['1.0.0', 'c'],
  ] as const) {
    await keepRelease(await build(version, content), releases);
  }
  const next = await build('1.1.0', 'd');
  await collectReleases(releases, next);
  expect(await readdir(join(next, 'kept'))).toEqual([
    'element-b.js',
    'element-c.js',
    'widget-0.10.0.full.js',
    'widget-1.0.0.full.js',
  ]);
  expect(await readdir(releases)).toEqual(['0.10.0', '1.0.0']);
  expect(await readFile(join(next, 'kept/element-b.js'), 'utf8')).toBe('b');
  expect(await readFile(join(next, 'widget.js'), 'utf8')).toBe('d');
  expect(await readFile(join(next, 'encoder-same.js'), 'utf8')).toBe('the encoder');
});

test('before the first release there is nothing to keep', async () => {
  const first = await build('0.1.0', 'a');
  await collectReleases(releases, first);
  expect(await readdir(join(first, 'kept'))).toEqual([]);
});

test('a release is kept once: the same again changes nothing, another under its number is refused', async () => {
  await keepRelease(await build('1.0.0', 'a'), releases);
  await keepRelease(await build('1.0.0', 'a'), releases);
  expect(await readdir(join(releases, '1.0.0'))).toHaveLength(4);
  await expect(keepRelease(await build('1.0.0', 'b'), releases)).rejects.toThrow('raise the version');
  expect(await readFile(join(releases, '1.0.0/element-a.js'), 'utf8')).toBe('a');
});

test('what is no release is left alone', async () => {
  await mkdir(join(releases, 'notes'), { recursive: true });
  await writeFile(join(releases, 'notes/element-x.js'), 'x');
  const next = await build('1.0.0', 'a');
  await collectReleases(releases, next);
  expect(await readdir(join(next, 'kept'))).toEqual([]);
});
