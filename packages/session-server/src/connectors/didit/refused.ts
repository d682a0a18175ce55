import { ConnectorError } from '../connector.ts';

/** An answer that must not be believed. */
export function refused(detail: string): ConnectorError {
  return new ConnectorError('callback_refused', 'the answer of the identity provider was not accepted', detail);
}
