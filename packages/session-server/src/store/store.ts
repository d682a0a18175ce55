/**
 * The contract that every store keeps; `storeConformance` asks for all of it.
 *
 * A store seals every `value` before it stores it (see `Sealer`): ids, kinds, versions, schemas and times are
 * all that is readable in its bytes, so an id must never be secret or personal. It refuses a value that
 * was moved to another row, an earlier value that was put back, and a value whose end or schema was changed.
 *
 * A row whose time is over is not there for anybody: not read, listed, swapped, removed or handed
 * out, and its id is free. That holds from the ms of `expires_at` on and never waits for `sweep`.
 *
 * Every answer says what time it was by the store's clock when it was made, so that no caller asks for
 * the time alone on the path of a request.
 *
 * Rows lie in 256 partitions, by their ids (see `partitionOf`). A commit never spans two, so that a
 * store may keep each partition on a machine of its own.
 */
import type { WriteTurns } from './write-turns.ts';

/** What a row is: `session`, `request`, `grant`, `signing_key`, … Lower-case ASCII and `_`. */
export type Kind = string;

export interface Row<T = unknown> {
  readonly id: string;
  /** 1 when inserted; a swap stores exactly one more than it replaces. */
  readonly version: number;
  /** Which form `value` has: 1 is the first (see `kinds.ts`). */
  readonly schema: number;
  /** Ms since the epoch, whole: the first ms at which the row is over. `Number.MAX_SAFE_INTEGER` is never. */
  readonly expires_at: number;
  /** Ms since the epoch, whole, at which `claimDue` may hand it out; null when nothing is owed. */
  readonly due_at: number | null;
  /** Any JSON value; it comes back as JSON would bring it. */
  readonly value: T;
}

export type Write =
  /** Holds only where no live row has this id. `row.version` is 1. */
  | { readonly op: 'insert'; readonly kind: Kind; readonly row: Row; readonly tags?: readonly string[] }
  /** Holds only where a live row has the version `row.version - 1`. All of the row is replaced; its tags where `tags` is given. */
  | { readonly op: 'swap'; readonly kind: Kind; readonly row: Row; readonly tags?: readonly string[] }
  /** Holds only where a live row has this version. The id is free again. */
  | { readonly op: 'remove'; readonly kind: Kind; readonly id: string; readonly version: number };

export type Writes = readonly [Write, ...Write[]];

/** What an answer says of the time: the store's clock, ms since the epoch. */
export interface At {
  readonly now: number;
}

/** Counts and bytes, whole. */
export interface Usage {
  readonly over: number;
  readonly bytes: number;
  readonly reusable: number;
  readonly disk: { readonly free: number; readonly total: number } | null;
}

export interface Store {
  /** The one time source, ms since the epoch. For work that reads and writes nothing; every other answer says it. */
  now(): Promise<number>;

  /** The live row, or null. What comes back is the caller's own copy: changing it changes nothing here. */
  get<T>(kind: Kind, id: string): Promise<At & { readonly row: Row<T> | null }>;

  /**
   * At most `limit` live rows of a kind, in ascending order of their ids' bytes.
   * @param after only rows whose ids come after this text. Default: all
   */
  list<T>(kind: Kind, limit: number, after?: string): Promise<At & { readonly rows: readonly Row<T>[] }>;

  /**
   * At most `limit` live rows of a kind that have the tag, in ascending order of their ids' bytes, from
   * the first after `after` on; `next` is where to go on, null at the end. A tag may be personal: the store
   * keeps only a keyed hash. The index may lag behind, for a moment: the rows are read again, and a caller that asks
   * looks at each whether the tag still fits.
   */
  find<T>(
    kind: Kind,
    tag: string,
    options: { readonly limit: number; readonly after: string | null },
  ): Promise<At & { readonly rows: readonly Row<T>[]; readonly next: string | null }>;

  /**
   * Compare-and-swap, all or nothing: every write holds and all are stored, and outlive the process
   * (`kill -9`) from when this resolves with `stored`; or one does not hold, nothing is stored, and
   * `stored` is false. Of N parallel commits that touch the same version exactly one wins. False
   * is an answer and no failure: look again, and decide anew. What a power cut may take, each
   * store says itself; never a part of a commit, nor one before another that is kept.
   * @param writes those, or what makes them of the store's time; it is called once, and waits for nothing
   * @throws TypeError when the writes name a row twice, lie in two partitions, or a row cannot be kept, and whatever
   *   makes the writes throws; nothing is stored
   */
  commit(writes: Writes | ((now: number) => Writes)): Promise<At & { readonly stored: boolean }>;

  /**
   * Takes up to `limit` live rows of `kind` whose `due_at` has come, earliest first, and puts their
   * `due_at` off to `lease_ms` from now: no other caller is handed them meanwhile, and a holder that
   * dies loses them. The rows come with that new `due_at`; their version does not change. A caller that
   * finishes the work swaps in the next `due_at`.
   *
   * A lease is no lock: others may still swap the row, and a holder that was too slow meets the
   * next one; the swap at the end decides between them. So the work itself must bear being done
   * twice. A row that cannot be opened is put off with the others and left out.
   */
  claimDue<T>(kind: Kind, options: { readonly limit: number; readonly lease_ms: number }): Promise<readonly Row<T>[]>;

  /**
   * Puts the `due_at` of a row that `claimDue` handed out off to `lease_ms` from now, and answers it.
   * Null where the lease is lost: another holder was handed the row, it was finished, or it is gone.
   * With 0 the row is due again at once. Its version does not change.
   */
  renewLease(kind: Kind, row: Pick<Row, 'id' | 'due_at'>, lease_ms: number): Promise<number | null>;

  /**
   * Counts `by` more on each `key` in a window of `window_ms` that starts with the first, and answers for
   * each, in their order, the count so far (these included) and when the window ends: the first ms of the
   * next. A window that runs keeps the length it began with. All or none, in one write. Keys may be made of personal
   * data: the store keeps only a keyed hash. At most 1,000 at once, each key once.
   */
  increment(hits: readonly Hits[]): Promise<readonly Counted[]>;

  /**
   * Seals live rows anew whose value lies under an earlier secret than the first, so that it can be dropped. Looks at
   * no more than `limit` rows, and answers how many it sealed, how many no configured secret opens, and where to go on:
   * `next` is the `after` of the next call, null at the end. A row's version does not change, and a row that another
   * writer replaces meanwhile is left to it.
   */
  reseal(
    after: string | null,
    limit: number,
  ): Promise<{ readonly sealed: number; readonly unreadable: number; readonly next: string | null }>;

  /** Deletes at most `limit` rows and windows that are over; answers how many. Correctness never depends on it. */
  sweep(limit: number): Promise<number>;

  /**
   * For operators and for the ceiling. `over`: rows whose time is over and that are still there, counted
   * up to 100,000. `bytes`: what all of it takes. `reusable`: bytes that were freed and that more can be
   * stored in before the store takes more of its disk. `disk`: the file system that it lies on, `free` without
   * what is reusable; null where there is none, or the system does not say.
   */
  usage(): Promise<Usage>;

  /** From here on every other call rejects. Closing twice is closing once. */
  close(): Promise<void>;
}

/** What `Store.increment` counts: `by` more on `key`, a whole number of at least 1, in a window of `window_ms`. */
export interface Hits {
  readonly key: string;
  readonly window_ms: number;
  readonly by: number;
}

/** The count in a window so far, and when that ends, in ms since the epoch. */
export interface Counted {
  readonly count: number;
  readonly resets_at: number;
}

/** Encrypts what a store keeps. */
export interface Sealer {
  /**
   * `key_name` chooses the key: one for each kind and partition, '' for what belongs to none. `context` is
   * authenticated: schema, kind, id, version and end of a row, so that a value counts in its place alone.
   */
  seal(plaintext: Uint8Array, key_name: string, context: string): Uint8Array;
  /** Throws when the bytes were not sealed under a configured secret, or belong to another key or context. */
  open(sealed: Uint8Array, key_name: string, context: string): Uint8Array;
  /** The same value sealed under the first secret, for `Store.reseal`; null where it is already. Throws as `open` does. */
  reseal(sealed: Uint8Array, key_name: string, context: string): Uint8Array | null;
  /** Keyed hash, for looking up what must not be readable; base64url. The same for ever, whatever secret is rotated. */
  fingerprint(text: string): string;
}

/** What the server lends a store. */
export interface StoreContext {
  /** Seals every value before it is stored, and makes the keyed hashes of tags and of the keys of counts. */
  readonly sealer: Sealer;
  /** The server's clock: whole ms since the epoch. A store that several machines share may have a clock of its own. */
  readonly now: () => number;
  /** Resolves after so many ms. A store sets no timer of its own, so that tests need not wait. */
  readonly sleep: (ms: number) => Promise<void>;
  /**
   * Resolves once all that is ready in this turn of the event loop has run: a store may write in one transaction what is
   * committed until then. Missing: nothing is to be waited for.
   */
  readonly endOfTurn?: (() => Promise<void>) | undefined;
  /**
   * True: this process only reads, beside a server that may run. A store that can makes sure of it: it creates, upgrades
   * and reseals nothing. Missing: false.
   */
  readonly readOnly?: boolean;
  /**
   * For the log: opening the store brought it from an earlier schema version of its own to another. Called once it is
   * kept, and not for a store that was empty. Missing: not told.
   */
  readonly onUpgraded?: ((from: number, to: number) => void) | undefined;
  /** Where the server is several processes of one machine: whose turn it is to write. Missing: this process is alone. */
  readonly turns?: WriteTurns | undefined;
}

/** A store as the configuration is given it: `sqlite({ … })`, or an object of one's own. */
export interface StoreConfig {
  /** What is wrong with the options; the configuration reports it with everything else. `path` is relative to the options. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  /** True: what one process stores no other process sees, so the server cannot be several. Missing: false. */
  readonly isPrivate?: boolean;
  /** Called only when there are no issues; once at the start of a server or of a command. @throws StoreError */
  open(context: StoreContext): Promise<Store>;
}
