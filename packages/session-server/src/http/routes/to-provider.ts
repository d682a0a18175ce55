import type { Response } from 'express';
import { ConnectorError } from '../../connectors/connector.ts';

/**
 * Sends a browser to the provider: https, or http on a loopback host, whatever a connector makes of
 * what its provider said. 303, never 307 (RFC 9700 §4.12).
 * @throws ConnectorError `connector_unavailable`
 */
export function toProvider(response: Response, location: string): void {
  const url = URL.parse(location);
  const loopback = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !loopback) || url.username !== '' || url.password !== '')
    throw new ConnectorError(
      'connector_unavailable',
      'the identity provider cannot be reached',
      'where the provider wants the browser to go is no https address',
    );
  // Serialised: nothing is left in it that could end a header or mean another host to a browser.
  response.redirect(303, url.href);
}
