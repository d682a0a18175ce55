import type { ErrorCode } from '@beckon/protocol';

/** Why a code that stands for several things was answered. On pages it has words of its own; callers read the code. */
export type FlowReason = 'wrong_number' | 'other_network' | 'other_browser' | 'other_person' | 'acr_not_reached';

export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code: ErrorCode;
  /** Seconds; only with `rate_limited`. */
  readonly retry_after_s: number | null;
  readonly reason: FlowReason | null;
  /** The user agent of the browser that may go on; only with `other_browser`. A page tells the browser's name, and no answer has more. */
  readonly holder_agent: string | null;
  /** For the operator; null when the description says it all. */
  readonly detail: string | null;
  constructor(
    code: ErrorCode,
    description: string,
    retry_after_s: number | null = null,
    reason: FlowReason | null = null,
    holder_agent: string | null = null,
    detail: string | null = null,
  ) {
    super(description);
    this.reason = reason;
    this.holder_agent = holder_agent;
    this.detail = detail;
    this.code = code;
    this.retry_after_s = retry_after_s;
  }
}
