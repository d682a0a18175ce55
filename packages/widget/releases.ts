/**
 * A page that was opened before an upgrade still asks for the names that the script had then. So each
 * release leaves its files, whose names never stand for anything else, in `releases/{version}/`, and every
 * later build puts them beside its own. The last two releases are kept.
 */
import { copyFile, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const KEPT_RELEASES = 2;

/** What the build writes beside the files. */
export interface Manifest {
  readonly version: string;
  /** Under this name whatever is newest is served. */
  readonly loader: string;
  /** These names have the version or a hash of the content in them. */
  readonly full: string;
  readonly element: string;
  readonly encoder: string;
  readonly mistakes: string;
}

/**
 * Copies the files of earlier releases into the folder `kept` of a build, without those that it has itself:
 * before it is released, a version may be built anew.
 */
export async function collectReleases(releases: string, build: string): Promise<void> {
  const own = await readdir(build);
  await mkdir(join(build, 'kept'), { recursive: true });
  for (const version of await versionsIn(releases)) {
    for (const name of await readdir(join(releases, version))) {
      if (!own.includes(name)) await copyFile(join(releases, version, name), join(build, 'kept', name));
    }
  }
}

/**
 * Keeps a build for those that come after it, and drops the releases before the last two.
 * @throws Error where its version was released before with other content: it needs a new number.
 */
export async function keepRelease(build: string, releases: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(build, 'manifest.json'), 'utf8')) as Manifest;
  const { version, full, element, encoder, mistakes } = manifest;
  const folder = join(releases, version);
  const files = [full, element, encoder, mistakes];
  const released = await filesIn(folder);
  for (const name of released) {
    const same = files.includes(name) && (await readFile(join(folder, name))).equals(await readFile(join(build, name)));
    if (!same) throw new Error(`${version} was released before, with another ${name}: raise the version`);
  }
  await mkdir(folder, { recursive: true });
  for (const name of files) await cp(join(build, name), join(folder, name));
  for (const old of (await versionsIn(releases)).slice(KEPT_RELEASES))
    await rm(join(releases, old), { recursive: true });
}

/** The newest first. */
async function versionsIn(releases: string): Promise<readonly string[]> {
  const names = (await filesIn(releases)).filter((name) => /^\d+\.\d+\.\d+/.test(name));
  return names.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
