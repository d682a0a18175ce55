import type { Recording } from '../audit/index.ts';
import type { Bus } from '../bus/index.ts';
import { createSessionEnds } from '../flow/index.ts';
import type { Timers, Worker } from '../jobs/index.ts';
import { createGrantEnds } from '../oauth/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { ClientDirectory, Lifetimes } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { type AuditReads, createAuditReads } from './audit.ts';
import { createClientRegistry } from '../clients/index.ts';
import { type ClientActs, type ClientActsDependencies, createClientActs } from './clients.ts';
import { createEnding } from './ending.ts';
import { createGrantActs, type GrantActs } from './grants.ts';
import { createPersonActs, type PersonActs } from './persons.ts';
import { createWebhookActs, type WebhookActs } from './webhooks.ts';
import { createSessionActs, type SessionActs } from './sessions.ts';
import { createSwitchActs, type SwitchActs } from './switches.ts';

export interface OperatorDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint' | 'subject'>;
  readonly clients: Pick<ClientDirectory, 'registered'>;
  readonly lifetimes: Lifetimes;
  readonly recording: Recording;
  /** How long events of the audit trail are kept, in ms. */
  readonly audit_retention_ms: number;
  /** The server's own feed; null in a process beside it. */
  readonly bus: Pick<Bus, 'publish'> | null;
  /** The clients of the file, and what those of the store are held against. */
  readonly registration: Omit<ClientActsDependencies, 'registry' | 'recording'>;
  readonly timers: Pick<Timers, 'yieldTurn'>;
  /** A fresh id: 26 characters. */
  readonly newId: () => string;
  /** Ends that the caller of one act waits for; the rest is left to the jobs of a server. Default: all. */
  readonly atOnce?: number | undefined;
}

/** What an operator can do. Each act tells who did it. */
export interface OperatorActs {
  readonly sessions: SessionActs;
  readonly grants: GrantActs;
  readonly persons: PersonActs;
  readonly audit: AuditReads;
  readonly webhooks: WebhookActs;
  readonly clients: ClientActs;
  readonly switches: SwitchActs;
  /** Finish what takes many commits. */
  readonly workers: readonly Worker[];
}

export function createOperator(deps: OperatorDependencies): OperatorActs {
  const sessions = createSessionEnds(deps);
  const grants = createGrantEnds(deps);
  const ending = createEnding({ ...deps, sessions, grants });
  const registry = createClientRegistry(deps.store);
  const { fileClients, context } = deps.registration;
  const audit = createAuditReads({ ...deps, grants });
  const grantActs = createGrantActs({ ...deps, grants, ending });
  return {
    sessions: createSessionActs({ ...deps, sessions, grants, grantActs, audit }),
    grants: grantActs,
    persons: createPersonActs({ ...deps, sessions, grants, ending, audit }),
    audit,
    webhooks: createWebhookActs(deps),
    clients: createClientActs({ ...deps.registration, registry, recording: deps.recording }),
    switches: createSwitchActs({
      registry,
      recording: deps.recording,
      async exists(what, id) {
        if (what === 'connector') return context.connectors.some((connector) => connector.id === id);
        return fileClients().some(({ client_id }) => client_id === id) || (await registry.client(id)) !== null;
      },
    }),
    workers: [ending.worker],
  };
}
