import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rolldown } from 'tsdown';

/** Their texts of licence, as the licences ask, and which release of each it is, for an operator's audit. */
const FILE = 'bundled.txt';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Writes which packages are in the bundle, with their licences. @throws where one of them has none */
export const listBundled: Rolldown.Plugin = {
  name: 'list-bundled',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const folders = new Set(modules.flatMap((id) => folderOf(id) ?? []));
    const parts = [...folders].map(describe).toSorted();
    if (parts.length > 0) this.emitFile({ type: 'asset', fileName: FILE, source: parts.join('\n') });
  },
};

/** The folder of the package that a module belongs to; null for our own. */
function folderOf(id: string): string | null {
  if (!id.includes('/node_modules/') || id.startsWith('\0')) return null;
  for (let folder = dirname(id); folder.includes('/node_modules/'); folder = dirname(folder)) {
    // A package may have further files of this name, to say of what kind its modules are.
    const file = join(folder, 'package.json');
    if (existsSync(file) && 'version' in JSON.parse(readFileSync(file, 'utf8'))) return folder;
  }
  return null;
}

function describe(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const file = readdirSync(folder).find((each: string) => /^licen[cs]e(\.|$)/i.test(each));
  if (file === undefined) throw new Error(`${name} ${version} has no text of its licence: it must not be bundled`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}

/**
 * Writes what is beyond Latin-1 as escapes. V8 keeps a source with one such character at two bytes for each of its
 * characters, as long as the process runs: 5 MB more at rest.
 */
export const inLatin1: Rolldown.Plugin = {
  name: 'in-latin-1',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk' && file.fileName.endsWith('.js')) file.code = file.code.replace(BEYOND, escaped);
    }
  },
};

const BEYOND = /[\u0100-\uffff]/g;

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
