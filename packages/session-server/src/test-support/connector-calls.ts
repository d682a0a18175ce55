/** How tests call a connector as `flow/` does. */
import { randomBytes } from 'node:crypto';
import type {
  Connector,
  ConnectorConfig,
  ConnectorContext,
  RedirectOutcome,
  RedirectStart,
  UpstreamCapability,
  UpstreamRequest,
  UpstreamStart,
} from '../connectors/connector.ts';
import { systemTimers } from '../jobs/index.ts';
import { createLimitedFetch, createLimitedStream } from '../outbound/index.ts';
import { EXAMPLE_REQUEST } from '../testing/connector-conformance/sign-in.ts';
import { connectorContext } from '../testing/index.ts';

/** With the server's own limits on every call. @throws TypeError that names the mistakes in the options */
export function openConnector(config: ConnectorConfig, context: Partial<ConnectorContext> = {}): Promise<Connector> {
  if (config.issues.length > 0) throw new TypeError(JSON.stringify(config.issues));
  const limited = { fetch: createLimitedFetch(systemTimers), stream: createLimitedStream(systemTimers) };
  return config.open(connectorContext({ ...limited, ...context }));
}

export async function openUpstream(
  config: ConnectorConfig,
  context: Partial<ConnectorContext> = {},
): Promise<UpstreamCapability> {
  const { upstream } = await openConnector(config, context);
  if (upstream === null) throw new TypeError('it has no session of its own');
  return upstream;
}

/** As across devices. Its secrets are others each time. */
export function redirectStart(
  callback_uri: string,
  request: Partial<UpstreamRequest> = {},
  changes: Partial<RedirectStart> = {},
): RedirectStart {
  const secret = (): string => randomBytes(32).toString('base64url');
  return {
    callback_uri,
    state: secret(),
    nonce: secret(),
    code_verifier: secret(),
    mode: 'qr',
    reauthenticate: true,
    request: { ...EXAMPLE_REQUEST, ...request },
    ...changes,
  };
}

export function upstreamStart(
  request: Partial<UpstreamRequest> = {},
  changes: Partial<UpstreamStart> = {},
): UpstreamStart {
  return {
    session_id: 'A'.repeat(26),
    mode: 'qr',
    identifier: null,
    words: null,
    requester: { networks: ['192.0.2.0/24'], client_authenticated: false },
    request: { ...EXAMPLE_REQUEST, ...request },
    ...changes,
  };
}

/** @returns where the browser is sent */
export async function beginAt(connector: Connector, start: RedirectStart): Promise<string> {
  if (connector.redirect === null) throw new TypeError('it does not redirect');
  return (await connector.redirect.begin(start)).location;
}

/**
 * @param callback the address that the browser comes back to, or its query alone, to which the right state is added
 *   where it has none
 */
export async function finishWith(
  connector: Connector,
  start: RedirectStart,
  callback: string,
): Promise<RedirectOutcome> {
  if (connector.redirect === null) throw new TypeError('it does not redirect');
  const address = URL.parse(callback);
  const parameters = address?.searchParams ?? new URLSearchParams(callback);
  if (address === null && !parameters.has('state')) parameters.set('state', start.state);
  return connector.redirect.finish({ ...start, parameters, providerState: null });
}
