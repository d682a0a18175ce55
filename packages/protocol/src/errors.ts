/**
 * Every error code that Beckon's own endpoints answer with, and its HTTP status. The OAuth
 * endpoints add OAuth's codes (RFC 6749 §4.1.2.1 and §5.2), which keep the status OAuth gives them.
 */
export const ERROR_STATUS = {
  invalid_request: 400,
  session_not_found: 404,
  session_expired: 410,
  request_expired: 410,
  qr_stale: 410,
  already_claimed: 409,
  invalid_transition: 409,
  verification_failed: 403,
  wallet_not_trusted: 401,
  origin_not_allowed: 403,
  connector_unavailable: 502,
  rate_limited: 429,
  server_error: 500,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

/** The body of every failure, on every endpoint. */
export interface ErrorBody {
  readonly error: string;
  readonly error_description: string;
  readonly request_id: string;
}

export function isErrorBody(value: unknown): value is ErrorBody {
  return typeof value === 'object' && value !== null && typeof (value as ErrorBody).error === 'string';
}
