import type { ConnectorOffer, Mode } from '@beckon/protocol';
import type { Connector } from '../connectors/connector.ts';
import type { AuthorizationRequest, Client } from '../session/index.ts';
import { FlowError } from './flow.ts';

/**
 * The connectors and modes that a sign-in offers. Fails closed: where the client requires a check
 * that Beckon cannot make with a connector, that connector's cross-device modes are not offered.
 * @throws FlowError `connector_unavailable` when nothing is left
 */
export function offersFor(
  client: Client,
  request: AuthorizationRequest,
  connectors: ReadonlyMap<string, Connector>,
): readonly ConnectorOffer[] {
  const ids =
    request.connector === null ? client.connectors : client.connectors.filter((id) => id === request.connector);
  const offers = ids.flatMap((id) => {
    const connector = connectors.get(id);
    if (connector === undefined) return [];
    const modes = connector.modes.filter(
      (mode) =>
        (!isCrossDevice(connector, mode) || satisfies(connector, client)) &&
        (mode !== 'direct' || mayPush(client, request)),
    );
    const scan_with = connector.redirect === null ? ('app' as const) : ('camera' as const);
    return modes.length > 0 ? [{ id, names: connector.names, button: connector.button, scan_with, modes }] : [];
  });
  if (offers.length === 0)
    throw new FlowError('connector_unavailable', 'no identity app is available for this sign-in');
  return offers;
}

/** Whether the code of such a sign-in goes to the browser that watches: with no way back, on one device too. */
export function isCrossDevice(connector: Connector, mode: Mode): boolean {
  return mode !== 'same_device' || connector.upstream !== null;
}

/** A push reaches a person who did not begin anything: the client asks for the mode, and vouches for each request. */
function mayPush({ cross_device }: Client, { client_authenticated }: AuthorizationRequest): boolean {
  return cross_device.direct && client_authenticated;
}

function satisfies({ verifies }: Connector, { cross_device: policy }: Client): boolean {
  return (policy.verification === 'none' || verifies.number) && (policy.network !== 'require' || verifies.network);
}
