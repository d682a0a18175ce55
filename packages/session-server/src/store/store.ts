/**
 * Where things rest. Owns the contract that every store keeps, and its implementations. Knows rows,
 * versions and times; what a row means belongs to the room that writes it.
 *
 * A store seals every `value` before it rests (see `Sealer`): ids and kinds are the only things
 * readable in its bytes, so an id must never be secret or personal.
 */

/** What a row is: `session`, `request`, `grant`, `signing_key`, … Lower-case ASCII and `_`. */
export type Kind = string;

export interface Row<T = unknown> {
  readonly id: string;
  /** 1 when inserted; a swap stores exactly one more than it replaces. */
  readonly version: number;
  /** Ms since the epoch. From this ms on the row is not there, however late the sweeper is. */
  readonly expires_at: number;
  /** Ms since the epoch at which `claimDue` may hand it out; null when nothing is owed. */
  readonly due_at: number | null;
  /** Any JSON value. */
  readonly value: T;
}

export type Write =
  /** Holds only where no live row has this id. */
  | { readonly op: 'insert'; readonly kind: Kind; readonly row: Row }
  /** Holds only where the stored version is `row.version - 1`. */
  | { readonly op: 'swap'; readonly kind: Kind; readonly row: Row }
  /** Holds only where the stored version is `version`. */
  | { readonly op: 'remove'; readonly kind: Kind; readonly id: string; readonly version: number };

export interface Store {
  /** The one time source, ms since the epoch. */
  now(): Promise<number>;

  /** The live row, or null. What comes back is the caller's own copy: changing it changes nothing here. */
  get<T>(kind: Kind, id: string): Promise<Row<T> | null>;

  /** All live rows of a kind, oldest id first; for kinds with few rows only. At most `limit` rows. */
  list<T>(kind: Kind, limit: number): Promise<readonly Row<T>[]>;

  /**
   * Compare-and-swap, all or nothing: every write holds and all are stored, durable before this
   * resolves to true; or one does not hold, nothing is stored, and this resolves to false. Of N
   * parallel commits that touch the same version exactly one wins.
   */
  commit(writes: readonly [Write, ...Write[]]): Promise<boolean>;

  /**
   * Takes up to `limit` rows of `kind` whose `due_at` has come, earliest first, and puts their
   * `due_at` off by `lease_ms`: no other caller is handed them meanwhile, and a holder that dies
   * loses them. The version does not change. Whoever finishes the work swaps in the next `due_at`.
   */
  claimDue<T>(kind: Kind, options: { readonly limit: number; readonly lease_ms: number }): Promise<readonly Row<T>[]>;

  /**
   * Counts one more hit on `key` in a window of `window_ms` that starts with the first hit, and
   * answers the count so far (this one included) and when the window ends. Atomic. Keys may be
   * made of personal data: the store keeps only a keyed hash.
   */
  hit(key: string, window_ms: number): Promise<{ readonly count: number; readonly resets_at: number }>;

  /** Deletes at most `limit` rows that are over; answers how many. Correctness never depends on it. */
  sweep(limit: number): Promise<number>;

  close(): Promise<void>;
}

/** Encrypts what rests. `context` (kind and id) is authenticated, so that a value cannot be moved to another row. */
export interface Sealer {
  seal(plaintext: Uint8Array, context: string): Uint8Array;
  /** Throws when the bytes were not sealed under a configured secret, or belong to another context. */
  open(sealed: Uint8Array, context: string): Uint8Array;
  /** Keyed hash, for looking up what must not be readable; base64url. */
  fingerprint(text: string): string;
}
