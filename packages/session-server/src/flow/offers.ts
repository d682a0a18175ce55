import type { Mode } from '@beckon/protocol';
import type { Connector } from '../connectors/connector.ts';
import type { AuthorizationRequest, Client, Offer } from '../session/index.ts';
import { canReach } from './demands.ts';
import { FlowError } from './flow-error.ts';
import { canReauthenticate, wantsReauthentication } from './reauthentication.ts';

/**
 * The connectors and modes that a sign-in offers. Fails closed: where the client requires a check
 * that Beckon cannot make with a connector, that connector's cross-device modes are not offered.
 * @throws FlowError `invalid_request` when the request asks for a connector that is not offered;
 *   `connector_unavailable` when none is
 */
export function offersFor(
  client: Client,
  request: AuthorizationRequest,
  connectors: ReadonlyMap<string, Connector>,
  /** Whether the operator has switched it off. */
  isDisabled: (connector: string) => boolean,
): readonly Offer[] {
  const { connector: asked } = request;
  if (asked !== null && isDisabled(asked)) throw new FlowError('connector_unavailable', DISABLED);
  const ids = asked === null ? client.connectors : client.connectors.filter((id) => id === asked);
  // OpenID Connect Core §3.1.2.1: a wish that cannot be passed on is not met by saying nothing.
  const able = ids.filter(
    (id) =>
      (!wantsReauthentication(request) || canReauthenticate(connectors.get(id))) &&
      canReach(connectors.get(id), request.acr_values),
  );
  const on = able.filter((id) => !isDisabled(id));
  const offers = offersOf(client, on, connectors, request.client_authenticated);
  if (offers.length > 0) return offers;
  // The request was checked when it came, and the configuration may have changed since.
  if (asked !== null && able.length === ids.length)
    throw new FlowError('invalid_request', 'connector: not one that this client offers');
  throw new FlowError('connector_unavailable', 'no identity app is available for this sign-in');
}

export const DISABLED = 'the operator has disabled this identity app for now';

/** Whether this client offers that connector, in any mode. */
export function isOffered(client: Client, connector: string, connectors: ReadonlyMap<string, Connector>): boolean {
  return client.connectors.includes(connector) && offersOf(client, [connector], connectors, true).length > 0;
}

function offersOf(
  client: Client,
  ids: readonly string[],
  connectors: ReadonlyMap<string, Connector>,
  /** Whether the client pushed the request while it authenticated. */
  client_authenticated: boolean,
): readonly Offer[] {
  // A push reaches a person who did not begin anything: the client asks for the mode, and vouches for each request.
  const mayPush = client.cross_device.direct && client_authenticated;
  return ids.flatMap((id) => {
    const connector = connectors.get(id);
    if (connector === undefined) return [];
    const modes = connector.modes.filter(
      (mode) => (!isCrossDevice(connector, mode) || satisfies(connector, client)) && (mode !== 'direct' || mayPush),
    );
    const scan_with = connector.redirect === null ? ('app' as const) : ('camera' as const);
    if (modes.length === 0) return [];
    const { names, button, install } = connector;
    return [{ id, names, button, scan_with, modes, ...(install == null ? {} : { install }) }];
  });
}

/** Whether the code of such a sign-in goes to the browser that watches: with no way back, on one device too. */
export function isCrossDevice(connector: Connector, mode: Mode): boolean {
  return mode !== 'same_device' || connector.upstream !== null;
}

/** What guards a sign-in across devices with one connector. */
export type Guard =
  /** The browser shows the number, and Beckon asks for it. */
  | 'number'
  /** Nothing but the provider's own consent. */
  | 'consent'
  /** The connector cannot do what the client requires: it signs in on one device only, or not at all. */
  | 'withheld';

/** By connector, how this client's sign-ins across devices are guarded; connectors that have none are left out. */
export function guardsOf(
  client: Client,
  connectors: ReadonlyMap<string, Connector>,
): readonly { readonly connector: string; readonly guard: Guard }[] {
  return client.connectors.flatMap((id) => {
    const connector = connectors.get(id);
    if (connector === undefined || !connector.modes.some((mode) => isCrossDevice(connector, mode))) return [];
    const asks = client.cross_device.verification !== 'none' && connector.verifies.number;
    const guard = !satisfies(connector, client) ? 'withheld' : asks ? 'number' : 'consent';
    return [{ connector: id, guard }];
  });
}

function satisfies({ verifies }: Connector, { cross_device: policy }: Client): boolean {
  return (policy.verification !== 'number' || verifies.number) && (policy.network !== 'require' || verifies.network);
}
