/** Every code that the OAuth endpoints answer with, and its HTTP status where it is not told by a redirect. */
const STATUS = {
  // RFC 6749 §4.1.2.1 and §5.2
  invalid_request: 400,
  unauthorized_client: 400,
  access_denied: 403,
  unsupported_response_type: 400,
  invalid_scope: 400,
  server_error: 500,
  temporarily_unavailable: 503,
  invalid_client: 401,
  invalid_grant: 400,
  unsupported_grant_type: 400,
  // OpenID Connect Core §3.1.2.6
  login_required: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  registration_not_supported: 400,
  // OpenID Connect Core Unmet Authentication Requirements 1.0 §2
  unmet_authentication_requirements: 400,
  // RFC 6750 §3.1
  invalid_token: 401,
  insufficient_scope: 403,
  // Our own: `GET /oauth/upstream-token`
  upstream_token_not_found: 404,
} as const;
export type OAuthErrorCode = keyof typeof STATUS;

/**
 * What an OAuth endpoint refuses, for the relying party's developer. The message is sent as
 * `error_description`: printable ASCII without `"` and `\` (RFC 6749 §5.2), and never a value that
 * was received.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;
  readonly status: number;
  /** Response headers that belong to it: `WWW-Authenticate`. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: OAuthErrorCode, description: string, headers: Readonly<Record<string, string>> = {}) {
    super(description);
    this.code = code;
    this.status = STATUS[code];
    this.headers = headers;
  }
}
