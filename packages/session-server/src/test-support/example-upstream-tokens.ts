import { randomBytes } from 'node:crypto';
import type { Connector } from '../connectors/connector.ts';
import { systemTimers } from '../jobs/index.ts';
import type { Store } from '../store/store.ts';
import { EXAMPLE_LIFETIMES } from '../testing/example-session.ts';
import {
  createUpstreamTokens,
  type UpstreamTokensDependencies,
  type UpstreamTokensPort,
} from '../upstream-tokens/index.ts';

/** Keeps a provider's tokens in this store; what fails is told to nothing. */
export function exampleUpstreamTokens(
  store: Store,
  connectors: readonly Connector[],
  changes: Partial<UpstreamTokensDependencies> = {},
): UpstreamTokensPort {
  return createUpstreamTokens({
    store,
    connectors: new Map(connectors.map((connector) => [connector.id, connector])),
    timers: systemTimers,
    newId: () => randomBytes(13).toString('hex').toUpperCase(),
    confirmed_ms: EXAMPLE_LIFETIMES.scanned_ms,
    onUnrevoked: () => undefined,
    onUnrenewed: () => undefined,
    ...changes,
  });
}
