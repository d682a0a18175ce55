import { ConnectorError } from '../connectors/connector.ts';

/**
 * Where a browser may be sent to: https, or http on a loopback host, whatever a connector makes of
 * what its provider said. The answer is serialised: nothing is left in it that could end a header or
 * mean another host to a browser.
 * @throws ConnectorError `connector_unavailable`
 */
export function providerLocation(location: string): string {
  const url = URL.parse(location);
  const loopback = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !loopback) || url.username !== '' || url.password !== '')
    throw new ConnectorError(
      'connector_unavailable',
      'the identity provider cannot be reached',
      'where the provider wants the browser to go is no https address',
    );
  return url.href;
}
