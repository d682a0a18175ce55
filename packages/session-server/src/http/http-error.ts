import { ERROR_STATUS, type ErrorBody, type ErrorCode } from '@beckon/protocol';
import { isConnectorError, type ConnectorErrorCode, waitOf } from '../connectors/connector.ts';
import { FlowError } from '../flow/index.ts';
import { OAuthError } from '../oauth/index.ts';
import { isStoreFailure } from '../store/store-error.ts';
import { networkReasonOf } from '../outbound/network-reason.ts';

/** What one of our own endpoints refuses, in the words of the contract. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: ErrorCode;
  readonly status: number;
  /** For the operator; null when the description says it all. */
  readonly detail: string | null;
  constructor(
    code: ErrorCode,
    description: string,
    status: number = ERROR_STATUS[code],
    { detail = null, ...options }: ErrorOptions & { readonly detail?: string | null } = {},
  ) {
    super(description, options);
    this.detail = detail;
    this.code = code;
    this.status = status;
  }
}

/** A failure as it is answered: what the caller reads, and what only the log does. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: string;
  readonly error_description: string;
  /** Why, where the code stands for several things; pages have words of their own for some. Not on the wire. */
  readonly reason: string | null;
  /** For the operator's log; null when the description says it all. */
  readonly detail: string | null;
  /** With reason `other_browser`: the user agent of the browser that may go on. For a page's words; neither on the wire nor in the log. */
  readonly holder_agent?: string | null;
}

/** What Express and its body parsers throw. */
interface ParserError {
  readonly type?: string;
  readonly status?: number;
}

/** RFC 9110 §15.5.2: a 401 names a scheme. Everything of ours that is not for clients takes a bearer token. */
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="beckon"' };

/** How long a caller whose request met a failing store waits before it tries again, in s. */
const STORE_RETRY_S = 10;

/** Makes an answer of whatever was thrown. Nothing unforeseen is ever shown to the caller. */
export function answerTo(cause: unknown): Answer {
  const made = answerOf(cause);
  return made.status === 401 ? { ...made, headers: { ...CHALLENGE, ...made.headers } } : made;
}

function answerOf(cause: unknown): Answer {
  if (cause instanceof HttpError) return { ...answer(cause.code, cause.message, cause.status), detail: cause.detail };
  if (cause instanceof FlowError) {
    const headers: Record<string, string> =
      cause.retry_after_s === null ? {} : { 'Retry-After': String(cause.retry_after_s) };
    return {
      ...answer(cause.code, cause.message),
      headers,
      reason: cause.reason,
      detail: cause.detail,
      holder_agent: cause.holder_agent,
    };
  }
  if (cause instanceof OAuthError) {
    const { code, message, status, headers } = cause;
    return { status, headers, error: code, error_description: message, reason: null, detail: null };
  }
  if (isConnectorError(cause)) {
    const wait_s = waitOf(cause);
    const headers: Record<string, string> = wait_s === null ? {} : { 'Retry-After': String(wait_s) };
    const reason = networkReasonOf(cause);
    return { ...answer(CONNECTOR_CODES[cause.code], cause.message), headers, reason, detail: cause.detail };
  }
  if (isStoreFailure(cause)) {
    const description = 'the server cannot store anything right now: try again in a moment';
    return { ...answer('server_error', description, 503), headers: { 'Retry-After': String(STORE_RETRY_S) } };
  }
  if (cause instanceof URIError) return answer('invalid_request', 'the path is not valid percent-encoding');
  const { type, status } = (cause ?? {}) as ParserError;
  if (type === 'entity.too.large') return answer('invalid_request', 'the body is longer than 32 KiB', 413);
  if (type === 'encoding.unsupported') {
    return answer('invalid_request', 'Content-Encoding: the body must come without one', 415);
  }
  if (type === 'request.aborted' || type === 'request.size.invalid')
    return answer('invalid_request', 'the body did not arrive whole');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return answer('invalid_request', 'the request cannot be read', status);
  // No detail: a message that was not written for the log may quote whatever it is about.
  return answer('server_error', 'something went wrong here; the operator finds it under this request_id');
}

/** What a connector's refusal is in the words of the contract. */
const CONNECTOR_CODES: Readonly<Record<ConnectorErrorCode, ErrorCode>> = {
  wallet_not_trusted: 'wallet_not_trusted',
  connector_unavailable: 'connector_unavailable',
  rate_limited: 'rate_limited',
  callback_refused: 'invalid_request',
  identifier_refused: 'invalid_request',
  token_refused: 'connector_unavailable',
  webhook_refused: 'invalid_request',
};

export function bodyOf({ error, error_description }: Answer, request_id: string): ErrorBody {
  return { error, error_description, request_id };
}

function answer(error: ErrorCode, error_description: string, status: number = ERROR_STATUS[error]): Answer {
  return { status, headers: {}, error, error_description, reason: null, detail: null };
}
