import { randomBytes } from 'node:crypto';
import type { ConnectorContext } from '../connectors/connector.ts';

/** What a connector is lent in a test: real `fetch`, no budget that runs out, waits that are over at once. */
export function connectorContext(changes: Partial<ConnectorContext> = {}): ConnectorContext {
  return {
    issuer: 'https://id.example.com',
    now: Date.now,
    fetch,
    stream: fetch,
    randomBytes,
    sleep: () => Promise.resolve(),
    budget: () => ({ take: () => Promise.resolve() }),
    ...changes,
  };
}
