/** A store in one journal file, for one process: `store: journal({ path: './beckon.journal' })`. */
import type { StoreConfig } from '@beckon/session-server/store';
import { openJournalStore } from './journal-store.ts';

export interface JournalOptions {
  /** The journal; created when missing, its directory is not. */
  readonly path: string;
}

export function journal(options: JournalOptions): StoreConfig {
  const { path } = (options ?? {}) as { readonly path?: unknown };
  const issues =
    typeof path === 'string' && path !== '' ? [] : [{ path: 'path', message: 'must be the path of a file' }];
  return {
    issues,
    open: async (context) => openJournalStore(options.path, context),
  };
}
