import { randomBytes } from 'node:crypto';
import { systemTimers } from '../jobs/index.ts';
import { createOperator, type OperatorActs, type OperatorDependencies } from '../operator/index.ts';
import type { Client } from '../session/index.ts';
import { EXAMPLE_LIFETIMES } from '../testing/index.ts';
import { exampleRecording } from './example-recording.ts';
import { exampleRegistration } from './example-registration.ts';
import type { World } from './oauth-world.ts';

/** An operator's acts on a world of one client, with the identity app `wallet`. */
export function exampleOperator(w: World, shop: Client, changes: Partial<OperatorDependencies> = {}): OperatorActs {
  const registration = exampleRegistration(shop);
  const wallet = { id: 'wallet', issues: [], open: () => Promise.reject(new Error('no app is opened here')) };
  return createOperator({
    store: w.store,
    secrets: w.secrets,
    clients: { registered: (client_id) => Promise.resolve({ ...shop, client_id }) },
    lifetimes: EXAMPLE_LIFETIMES,
    recording: exampleRecording(),
    audit_retention_ms: 86_400_000,
    bus: { publish: () => undefined },
    registration: { ...registration, context: { ...registration.context, connectors: [wallet] }, now: w.clock.now },
    timers: systemTimers,
    newId: () => randomBytes(13).toString('hex').toUpperCase(),
    ...changes,
  });
}
