/** The status of every error that the sandbox itself answers with. Beckon's own errors pass through as they are. */
const STATUS = {
  invalid_request: 400,
  /** The scanned text is no code of the configured Beckon. */
  unrecognised_code: 400,
  invalid_token: 401,
  host_not_allowed: 403,
  origin_not_allowed: 403,
  not_found: 404,
  handle_not_found: 404,
  /** An identity app on the phone cannot do what was asked: the request is over, or another person's. */
  app_refused: 409,
  method_not_allowed: 405,
  request_too_large: 413,
  rate_limited: 429,
  server_error: 500,
  /** Beckon answered something that its wallet API does not say. */
  beckon_answer_invalid: 502,
  beckon_unreachable: 502,
  /** The phone's browser got no page. */
  unreachable_page: 502,
  /** The phone's browser came to a page that the sandbox does not know its way about. */
  unknown_page: 502,
} as const;
export type SandboxErrorCode = keyof typeof STATUS;

/** A failure with its answer: `{ error, error_description }` and an HTTP status. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly status: number;
  readonly code: SandboxErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: SandboxErrorCode, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(description);
    this.code = code;
    this.status = STATUS[code];
    this.headers = headers;
  }
}

/** An error that Beckon answered, to be passed on with its code, description and status. */
export class BeckonError extends Error {
  override readonly name = 'BeckonError';
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly retryAfter: string | null;
  constructor(answer: {
    readonly status: number;
    readonly code: string;
    readonly description: string;
    readonly requestId: string | null;
    readonly retryAfter: string | null;
  }) {
    super(answer.description);
    this.status = answer.status;
    this.code = answer.code;
    this.requestId = answer.requestId;
    this.retryAfter = answer.retryAfter;
  }
}
