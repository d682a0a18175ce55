/**
 * Why a store cannot be used; for the operator, never sent to anybody.
 *
 * `unavailable`: it cannot be opened, read or written. `corrupt`: what is there is no store of ours, or
 * is damaged. `newer_schema`: written by a newer version of this software. `wrong_secret`: sealed
 * under a secret that is not configured. `closed`: used after `close()`.
 */
export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];
const STORE_ERROR_CODES = ['unavailable', 'corrupt', 'newer_schema', 'wrong_secret', 'closed'] as const;

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
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
