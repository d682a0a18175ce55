import { randomBytes } from 'node:crypto';
import type { NotReady, Ready } from '../http/routes/operation-routes.ts';
import type { Timers } from '../jobs/index.ts';
import type { Keys } from '../keys/index.ts';
import type { Store } from '../store/store.ts';
import { STORE_REASONS, isStoreError, reasonOf } from '../store/store-error.ts';

/** What was found counts for this long, in ms: however many ask, the store is written once. */
const KNOWN_MS = 10_000;
/** A store that takes longer does not answer, in ms: below the time limit of common load balancers. */
const ANSWER_MS = 2_000;
/** The row that is tried is over this soon, in ms, and swept. */
const TRIED_ROW_MS = 1_000;
/** As large as a session, in bytes: the write of a few bytes may find room where a sign-in does not. */
const TRIED_BYTES = 3_072;
const TRIED_KIND = 'ready';

export interface ReadinessOptions {
  readonly store: Pick<Store, 'commit'>;
  readonly keys: Pick<Keys, 'load'>;
  readonly newId: () => string;
  readonly after: Timers['after'];
  /** Ms of a clock that never goes back. */
  readonly elapsed: () => number;
  /** Hears when the answer becomes another one, and what was thrown. For the log. */
  readonly onChange: (failed: NotReady | null, cause?: unknown) => void;
}

/** Whether this process can serve: by a real write, because a disk that is full or read-only can still be read. */
export function createReadiness(options: ReadinessOptions): Ready {
  const { elapsed, onChange } = options;
  let known: { readonly result: Promise<NotReady | null>; readonly at: number } | null = null;
  let was: string | null = null;

  const look = async (): Promise<NotReady | null> => {
    const fault = await tryOnce(options);
    const failed = fault?.failed ?? null;
    const is = failed?.reason ?? null;
    if (is !== was) onChange(failed, fault?.cause);
    was = is;
    return failed;
  };
  return () => {
    if (known === null || elapsed() - known.at >= KNOWN_MS) known = { result: look(), at: elapsed() };
    return known.result;
  };
}

interface Fault {
  readonly failed: NotReady;
  readonly cause?: unknown;
}

async function tryOnce({ store, keys, newId, after }: ReadinessOptions): Promise<Fault | null> {
  let stop = (): void => {};
  const late = new Promise<Fault>((resolve) => {
    const failed = notReady('store', 'timeout', 'the store does not answer in time');
    stop = after(ANSWER_MS, () => resolve({ failed }));
  });
  try {
    return await Promise.race([late, findFault(store, keys, newId)]);
  } finally {
    stop();
  }
}

async function findFault(
  store: Pick<Store, 'commit'>,
  keys: Pick<Keys, 'load'>,
  newId: () => string,
): Promise<Fault | null> {
  const value = randomBytes(TRIED_BYTES).toString('base64url');
  try {
    await store.commit((now) => [
      {
        op: 'insert',
        kind: TRIED_KIND,
        row: { id: newId(), version: 1, schema: 1, expires_at: now + TRIED_ROW_MS, due_at: null, value },
      },
    ]);
  } catch (cause) {
    return { failed: storeFault(cause), cause };
  }
  try {
    await keys.load();
    return null;
  } catch (cause) {
    return { failed: notReady('keys', 'keys_not_loaded', 'keys not loaded'), cause };
  }
}

function storeFault(cause: unknown): NotReady {
  if (!isStoreError(cause)) return notReady('store', 'unavailable', 'the store cannot be written');
  if (cause.code === 'closed') return notReady('store', 'closed', 'the server is closing');
  const reason = reasonOf(cause);
  return reason === null
    ? notReady('store', 'unavailable', 'the store cannot be written')
    : notReady('store', reason, STORE_REASONS[reason]);
}

function notReady(part: NotReady['part'], reason: string, words: string): NotReady {
  return { part, reason, words };
}
