import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StoreError } from '@beckon/session-server/store';

/** A file of lines that only grows, and is written anew when most of it is waste. */
export interface JournalFile {
  /** In bytes. */
  readonly size: number;
  /** Adds one line: all of it, or nothing. `durably` syncs the disk before it returns. @throws StoreError `unavailable` */
  append(line: string, durably: boolean): void;
  /** Puts these lines in place of all that is there: all of them, or none. @throws StoreError `unavailable` */
  replace(lines: readonly string[]): void;
  close(): void;
}

/** Files that this process has open, because the lock of a process keeps itself out of nothing. */
const OPEN = new Set<string>();

/**
 * Opens a journal that no other process may open meanwhile.
 * @param read is handed the lines that are there, without one that a crash cut short; what it throws leaves the file as it is
 * @throws StoreError `unavailable`
 */
export function openJournal(given: string, read: (lines: readonly string[]) => void): JournalFile {
  const path = resolve(given);
  const lock = `${path}.lock`;
  takeLock(path, lock);
  let fd: number | null = null;
  let size = 0;

  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw new StoreError('unavailable', `The journal ${path} cannot be read or written`, cause);
    }
  };
  const close = (): void => {
    if (fd !== null) closeSync(fd);
    fd = null;
    if (OPEN.delete(path)) rmSync(lock, { force: true });
  };

  try {
    const text = guarded(() => {
      fd = openSync(path, 'a+', 0o600);
      return readFileSync(path, 'utf8');
    });
    // A line without its end was being written when the process died: it was never answered.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    read(whole.split('\n').slice(0, -1));
    size = Buffer.byteLength(whole);
    guarded(() => ftruncateSync(fd ?? -1, size));
  } catch (cause) {
    close();
    throw cause;
  }

  return {
    get size() {
      return size;
    },
    append(line, durably) {
      guarded(() => {
        if (fd === null) throw new Error('closed');
        const text = `${line}\n`;
        try {
          appendFileSync(fd, text);
          if (durably) fdatasyncSync(fd);
        } catch (cause) {
          // A disk that is full may have taken half a line, which the next one would continue.
          ftruncateSync(fd, size);
          throw cause;
        }
        size += Buffer.byteLength(text);
      });
    },
    replace(lines) {
      guarded(() => {
        const text = lines.map((line) => `${line}\n`).join('');
        writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
        // A rename is all or nothing, and its sync makes it last.
        renameSync(`${path}.new`, path);
        const folder = openSync(dirname(path), 'r');
        fdatasyncSync(folder);
        closeSync(folder);
        if (fd !== null) closeSync(fd);
        fd = openSync(path, 'a', 0o600);
        size = Buffer.byteLength(text);
      });
    },
    close,
  };
}

/** One process at a time: the lock names the process that holds it. */
function takeLock(path: string, lock: string): void {
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : null;
  const held = OPEN.has(path) || (holder !== null && holder !== process.pid && isAlive(holder));
  if (held) {
    throw new StoreError(
      'unavailable',
      `The journal ${path} is open in process ${holder ?? process.pid}. A journal is for one process: end that one first.`,
    );
  }
  try {
    rmSync(lock, { force: true });
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new StoreError('unavailable', `The lock ${lock} cannot be written`, cause);
  }
  OPEN.add(path);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    // It is there, and another user's.
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
