import { ConnectorError } from '../connectors/connector.ts';
import { isSecureAddress } from '../outbound/secure-address.ts';

/**
 * Where a browser may be sent to: https, or http on a loopback host, whatever a connector makes of
 * what its provider said. The answer is serialised: nothing is left in it that could end a header or
 * mean another host to a browser.
 * @throws ConnectorError `connector_unavailable`
 */
export function providerLocation(location: string): string {
  const url = URL.parse(location);
  if (!isSecureAddress(url) || url.username !== '' || url.password !== '')
    throw new ConnectorError(
      'connector_unavailable',
      'the identity provider cannot be reached',
      'where the provider wants the browser to go is no https address',
    );
  return url.href;
}
