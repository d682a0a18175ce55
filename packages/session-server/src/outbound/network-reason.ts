/**
 * Why a call to another server got no answer to go on with: a closed list of codes for logs, metrics and stories, and
 * the words for the operator. A leaf.
 */
export const NETWORK_REASONS = [
  'connection_refused',
  'connection_lost',
  'unreachable',
  'name_not_found',
  'name_server_failed',
  'certificate_expired',
  'certificate_not_yet_valid',
  'certificate_self_signed',
  'certificate_host_name',
  'certificate_untrusted',
  'tls_failed',
  'time_limit',
  'too_large',
  'not_json',
  'http_status',
  'redirected',
  'private_address',
] as const;
export type NetworkReason = (typeof NETWORK_REASONS)[number];

/** What each means, after the name of what was called: `Example: token failed: the connection was refused (ECONNREFUSED)`. */
export const NETWORK_WORDS: Readonly<Record<NetworkReason, string>> = {
  connection_refused: 'the connection was refused (ECONNREFUSED)',
  connection_lost: 'the connection broke before the answer was complete',
  unreachable: 'there is no route to the host',
  name_not_found: 'DNS does not know the host name (ENOTFOUND)',
  name_server_failed: 'DNS did not answer (EAI_AGAIN)',
  certificate_expired: 'the certificate has expired',
  certificate_not_yet_valid: 'the certificate is not valid yet',
  certificate_self_signed: 'the certificate is self-signed',
  certificate_host_name: 'the certificate is for another host name',
  certificate_untrusted: 'no authority that this server trusts has signed the certificate',
  tls_failed: 'TLS could not be agreed upon',
  time_limit: 'no whole answer came within the time limit',
  too_large: 'the answer is too large',
  not_json: 'the answer is not JSON',
  http_status: 'the HTTP status is not a success',
  redirected: 'the answer is a redirect, which is never followed',
  private_address: 'the address is not a public one (webhooks.allowPrivateAddresses allows it)',
};

/** The codes of Node, undici and OpenSSL (node:errors, node:tls, X509_verify_cert_error_string). */
const BY_CODE: ReadonlyMap<string, NetworkReason> = new Map<string, NetworkReason>([
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_lost'],
  ['EPIPE', 'connection_lost'],
  ['UND_ERR_SOCKET', 'connection_lost'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENOTFOUND', 'name_not_found'],
  ['EAI_AGAIN', 'name_server_failed'],
  ['CERT_HAS_EXPIRED', 'certificate_expired'],
  ['CERT_NOT_YET_VALID', 'certificate_not_yet_valid'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate_self_signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate_self_signed'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_host_name'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate_untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'certificate_untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate_untrusted'],
  ['CERT_UNTRUSTED', 'certificate_untrusted'],
  ['CERT_REVOKED', 'certificate_untrusted'],
  ['EPROTO', 'tls_failed'],
  ['ETIMEDOUT', 'time_limit'],
  ['UND_ERR_CONNECT_TIMEOUT', 'time_limit'],
  ['UND_ERR_HEADERS_TIMEOUT', 'time_limit'],
  ['UND_ERR_BODY_TIMEOUT', 'time_limit'],
]);

/** Causes looked through: `fetch` has one, and we put one or two around it. */
const DEPTH = 4;

/**
 * Why a call failed, by the error's own `reason` or by the code of the first error in its chain of causes that has a
 * known one; never by a message. Null where none says.
 */
export function networkReasonOf(error: unknown): NetworkReason | null {
  let current: unknown = error;
  for (let depth = 0; depth <= DEPTH && typeof current === 'object' && current !== null; depth += 1) {
    const { reason, code, name, cause } = current as Readonly<Record<string, unknown>>;
    const known = NETWORK_REASONS.find((each) => each === reason) ?? reasonOfCode(code);
    if (known !== null) return known;
    // What `AbortSignal.timeout` aborts with has a number as its code.
    if (name === 'TimeoutError') return 'time_limit';
    current = cause;
  }
  return null;
}

function reasonOfCode(code: unknown): NetworkReason | null {
  if (typeof code !== 'string') return null;
  return BY_CODE.get(code) ?? (code.startsWith('ERR_SSL_') ? 'tls_failed' : null);
}

/** The words for what failed; where nothing is known, the error's name, which is no text from elsewhere. */
export function wordsOfFailure(error: unknown): string {
  const reason = networkReasonOf(error);
  if (reason !== null) return NETWORK_WORDS[reason];
  return error instanceof Error ? error.name : typeof error;
}

/** An error that says its reason. */
export function withReason<E extends Error>(error: E, reason: NetworkReason): E & { readonly reason: NetworkReason } {
  return Object.assign(error, { reason });
}
