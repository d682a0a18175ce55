import { randomBytes } from 'node:crypto';
import type { OperatorDependencies } from '../operator/index.ts';
import type { Client } from '../session/index.ts';

/** What an operator's acts on clients need, where the configuration names one client. */
export function exampleRegistration(client: Client): OperatorDependencies['registration'] {
  return {
    fileClients: () => [client],
    context: { connectors: [], trustedProxies: [] },
    owed: () => [],
    newSecret: () => randomBytes(32).toString('base64url'),
    now: () => 0,
  };
}
