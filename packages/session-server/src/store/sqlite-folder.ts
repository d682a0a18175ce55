import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Why no database file can be at `path`, in words for the configuration; null where it can. Looks at the file and its
 * folder, and opens neither.
 */
export function folderMistake(path: string): string | null {
  if (path === ':memory:') return null;
  const file = resolve(path);
  try {
    const folder = statSync(dirname(file), { throwIfNoEntry: false });
    if (folder === undefined) return 'is in a folder that does not exist: make the folder, or write another path';
    if (!folder.isDirectory()) return 'is not in a folder, but in a file: write another path';
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) return 'is a folder: write the path of a file in it';
    // SQLite puts two files beside its own.
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
    if (there !== undefined) accessSync(file, constants.R_OK | constants.W_OK);
    return null;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EROFS')
      return 'is on a disk that is mounted read-only (EROFS): mount it for writing, or write another path';
    return `cannot be written by this user (${code}): give the user the folder, or write another path`;
  }
}
