import { randomBytes } from 'node:crypto';
import type { ConnectorContext } from '../connectors/connector.ts';
import { systemTimers } from '../jobs/timers.ts';

/**
 * What a connector is lent in a test: real `fetch` and timers, no budget that runs out, and pauses between two
 * tries that are over at once.
 */
export function connectorContext(changes: Partial<ConnectorContext> = {}): ConnectorContext {
  return {
    issuer: 'https://id.example.com',
    now: Date.now,
    fetch,
    stream: fetch,
    randomBytes,
    sleep: () => Promise.resolve(),
    timers: systemTimers,
    budget: () => ({ take: () => Promise.resolve() }),
    ...changes,
  };
}
