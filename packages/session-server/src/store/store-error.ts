/**
 * Why a store cannot be used; for the operator, never sent to anybody.
 *
 * `unavailable`: it cannot be opened, read or written. `corrupt`: what is there is no store of ours, or
 * is damaged. `newer_schema`: written by a newer version of this software. `wrong_secret`: sealed
 * under a secret that is not configured. `closed`: used after `close()`.
 */
export type StoreErrorCode = 'unavailable' | 'corrupt' | 'newer_schema' | 'wrong_secret' | 'closed';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
