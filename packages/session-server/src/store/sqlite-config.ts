import { folderMistake } from './sqlite-folder.ts';
import type { Synchronous } from './sqlite-file.ts';
import { openSqliteStore } from './sqlite.ts';
import type { StoreConfig } from './store.ts';

export interface SqliteOptions {
  /** The database file; created when missing, its directory is not. `:memory:` lives as long as the server. */
  readonly path: string | undefined;
  /**
   * What a power cut may take. `normal`: the last commits, whole and in order; a process that is killed loses none.
   * `full`: none, at the price of one sync of the disk for each commit. Default `normal`.
   */
  readonly synchronous?: Synchronous | undefined;
}

const KNOWN: ReadonlySet<string> = new Set<keyof SqliteOptions>(['path', 'synchronous']);

/** A store in one SQLite file. Mistakes in the options are reported when the configuration is checked. */
export function sqlite(options: SqliteOptions): StoreConfig {
  const issues = issuesOf(options);
  return {
    issues,
    isPrivate: isInMemory(options),
    async open({ sealer, now, sleep, endOfTurn, readOnly, onUpgraded, turns }) {
      const { path, synchronous } = options;
      if (issues.length > 0 || path === undefined) throw new TypeError('the SQLite store has mistakes in its options');
      return openSqliteStore({ path, synchronous, sealer, now, wait: sleep, endOfTurn, readOnly, onUpgraded, turns });
    },
  };
}

function isInMemory(options: SqliteOptions | null): boolean {
  return options?.path === ':memory:';
}

function issuesOf(options: unknown): StoreConfig['issues'] {
  if (typeof options !== 'object' || options === null) return [{ path: '', message: 'must be an object' }];
  const { path, synchronous } = options as { readonly [name in keyof SqliteOptions]?: unknown };
  const folder = typeof path === 'string' && path !== '' ? folderMistake(path) : null;
  return [
    ...(folder === null ? [] : [{ path: 'path', message: folder }]),
    ...(typeof path === 'string' && path !== ''
      ? []
      : [
          { path: 'path', message: path === undefined ? absent(options) : 'must be the path of a file, or ":memory:"' },
        ]),
    ...(synchronous === undefined || synchronous === 'normal' || synchronous === 'full'
      ? []
      : [{ path: 'synchronous', message: 'must be "normal" or "full"' }]),
    ...Object.keys(options)
      .filter((name) => !KNOWN.has(name))
      .map((name) => ({ path: name, message: 'is not a known setting: take it out' })),
  ];
}

/** A key that was written and has no value is mostly an environment variable that is not set. */
function absent(options: object): string {
  return 'path' in options ? 'is not set: is the environment variable set?' : 'is missing';
}
