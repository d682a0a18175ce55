import type { ErrorCode } from '@beckon/protocol';

export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code: ErrorCode;
  /** Seconds; only with `rate_limited`. */
  readonly retry_after_s: number | null;
  constructor(code: ErrorCode, description: string, retry_after_s: number | null = null) {
    super(description);
    this.code = code;
    this.retry_after_s = retry_after_s;
  }
}
