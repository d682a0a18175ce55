import { callJson, type JsonAnswer, type JsonRequest, OutboundError, type OutboundContext } from '../outbound/index.ts';
import { ConnectorError, unavailable } from '../connectors/connector.ts';

/** What a failed call means to a person who signs in; anything else comes back as it is. */
export function asConnectorError(cause: unknown): unknown {
  if (!(cause instanceof OutboundError)) return cause;
  if (cause.retry_after_s === null) return unavailable(cause.message, cause.reason);
  const message = 'the identity provider is asked too often right now';
  return new ConnectorError('rate_limited', message, cause.message, cause.retry_after_s);
}

/**
 * Calls a provider's endpoint that answers with a JSON object. Every status but 429 comes back.
 * @param what for the operator's log: provider and endpoint, for example `UAE PASS: token`
 * @throws ConnectorError `connector_unavailable`, `rate_limited`
 */
export async function callProvider(
  context: OutboundContext,
  what: string,
  url: string,
  request: JsonRequest = {},
): Promise<JsonAnswer> {
  try {
    return await callJson(context, what, url, request);
  } catch (cause) {
    throw asConnectorError(cause);
  }
}

/** The codes of RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 9101 §10.2 and RFC 9126 §2.3: safe to log, since they are ours to compare with. */
const KNOWN_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'unsupported_token_type',
  'invalid_request_object',
  'invalid_request_uri',
  'invalid_token',
  'insufficient_scope',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
];

/** What to look at where an error is the operator's to mend. */
const HINTS: Readonly<Record<string, string>> = {
  invalid_client: ': see clientId and clientSecret',
  unauthorized_client: ': the provider has not approved this client',
  access_denied: ': the provider has not approved the app for this',
  insufficient_scope: ': the provider has not approved the app for a scope',
};

/** What an endpoint's refusal says to the operator: its status, and its error where it is a registered one. */
export function refusalOf(what: string, { status, body }: JsonAnswer): string {
  const error = KNOWN_ERRORS.find((known) => known === body?.['error']);
  const why = error === undefined ? '' : ` (${error}${HINTS[error] ?? ''})`;
  // A provider's own reference, to name when its support is asked.
  const reference = body?.['request_id'];
  const named =
    typeof reference === 'string' && /^req_\w{1,32}$/.test(reference) ? `, its request_id ${reference}` : '';
  return `${what} answered ${status}${why}${named}`;
}
