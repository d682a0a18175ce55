/**
 * Why a store cannot be used; for the operator, never sent to anybody.
 *
 * `unavailable`: it cannot be opened, read or written. `corrupt`: what is there is no store of ours, or
 * is damaged. `newer_schema`: written by a newer version of this software. `wrong_secret`: sealed
 * under a secret that is not configured. `closed`: used after `close()`.
 */
export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];
const STORE_ERROR_CODES = ['unavailable', 'corrupt', 'newer_schema', 'wrong_secret', 'closed'] as const;

/** What is wrong where a store is `unavailable` or `corrupt`, and known to be one of these; each with its words for a log line. */
export const STORE_REASONS = {
  disk_full: 'the disk is full',
  read_only: 'the file is read-only',
  locked: 'another process has locked the store',
  io_error: 'the disk reports an error',
  damaged: 'the store is damaged',
} as const;
export type StoreReason = keyof typeof STORE_REASONS;

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  /** Null where it is none of the known ones. */
  readonly reason: StoreReason | null;
  /** For a log line: no path, nothing that was stored. */
  readonly detail: string | null;
  constructor(code: StoreErrorCode, message: string, cause?: unknown, reason: StoreReason | null = null) {
    super(message, { cause });
    this.code = code;
    this.reason = reason;
    this.detail = reason === null ? null : STORE_REASONS[reason];
  }
}

/**
 * Whether it is a `StoreError`, of this copy of the package or of another one: a store that is a package of its own
 * may bring its own copy, whose class is not ours. The name and the code decide.
 */
export function isStoreError(error: unknown): error is StoreError {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message } = error as { [Member in keyof StoreError]?: unknown };
  return (
    name === 'StoreError' && (STORE_ERROR_CODES as readonly unknown[]).includes(code) && typeof message === 'string'
  );
}

/** Whether the store itself does not work: what is wrong is neither one row nor the caller. */
export function isStoreFailure(error: unknown): error is StoreError {
  return isStoreError(error) && (error.code === 'unavailable' || error.code === 'corrupt');
}

/** Whether a row lies under a secret that this process does not have. */
export function isWrongSecret(error: unknown): error is StoreError {
  return isStoreError(error) && error.code === 'wrong_secret';
}

/** The reason of an error that may be another copy's, or of a release that gave none. */
export function reasonOf(error: StoreError): StoreReason | null {
  const reason: unknown = error.reason;
  return typeof reason === 'string' && Object.hasOwn(STORE_REASONS, reason) ? (reason as StoreReason) : null;
}
