import { ConnectorError, isConnectorError } from '../connectors/connector.ts';

/** An answer that must not be believed. @param detail for the operator's log */
export function refused(detail: string): ConnectorError {
  return new ConnectorError('callback_refused', 'the answer of the identity provider was not accepted', detail);
}

/**
 * Does what the library is for. What it throws may quote tokens and claims, so none of it goes on.
 * @param failure what anything but a connector's error comes to
 */
export async function readAs<T>(
  failure: ConnectorError | ((cause: unknown) => ConnectorError),
  work: () => Promise<T> | T,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isConnectorError(cause)) throw cause;
    throw typeof failure === 'function' ? failure(cause) : failure;
  }
}
