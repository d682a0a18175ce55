import type { Recording } from '../audit/index.ts';
import type { Bus } from '../bus/index.ts';
import { createSessionEnds } from '../flow/index.ts';
import type { Timers, Worker } from '../jobs/index.ts';
import { createGrantEnds } from '../oauth/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { ClientDirectory, Lifetimes } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { type AuditReads, createAuditReads } from './audit.ts';
import { createEnding } from './ending.ts';
import { createGrantActs, type GrantActs } from './grants.ts';
import { createPersonActs, type PersonActs } from './persons.ts';
import { createSessionActs, type SessionActs } from './sessions.ts';

export interface OperatorDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint' | 'subject'>;
  readonly clients: Pick<ClientDirectory, 'find'>;
  readonly lifetimes: Lifetimes;
  readonly recording: Recording;
  /** How long events of the audit trail are kept, in ms. */
  readonly audit_retention_ms: number;
  /** The server's own feed; null in a process beside it. */
  readonly bus: Pick<Bus, 'publish'> | null;
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
  /** Finish what takes many commits. */
  readonly workers: readonly Worker[];
}

export function createOperator(deps: OperatorDependencies): OperatorActs {
  const sessions = createSessionEnds(deps);
  const grants = createGrantEnds(deps);
  const ending = createEnding({ ...deps, sessions, grants });
  const grantActs = createGrantActs({ ...deps, grants, ending });
  return {
    sessions: createSessionActs({ ...deps, sessions, grants, grantActs }),
    grants: grantActs,
    persons: createPersonActs({ ...deps, sessions, grants, ending }),
    audit: createAuditReads({ ...deps, grants }),
    workers: [ending.worker],
  };
}
