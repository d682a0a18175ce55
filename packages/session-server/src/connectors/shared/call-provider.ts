import {
  callJson,
  type JsonAnswer,
  type JsonRequest,
  OutboundError,
  type OutboundContext,
} from '../../outbound/index.ts';
import { ConnectorError, unavailable } from '../connector.ts';

/** What a failed call means to a person who signs in; anything else comes back as it is. */
export function asConnectorError(cause: unknown): unknown {
  if (!(cause instanceof OutboundError)) return cause;
  if (cause.retry_after_s === null) return unavailable(cause.message);
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
