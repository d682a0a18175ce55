import {
  type AuditEvent,
  type AuditType,
  type BrokenLink,
  createSearch,
  type NewEvent,
  type Recording,
  tellAlone,
  verifyChains,
} from '../audit/index.ts';
import { hashOf } from '../flow/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { GrantEnds, Person } from '../oauth/index.ts';
import type { Secrets } from '../secrets/index.ts';
import { isSessionId } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { type Operator, told } from './by.ts';
import type { Page, PageOptions } from './pages.ts';
import { seconds } from './records.ts';

/** Which events of the audit trail. Each that is given must fit. */
export interface AuditListFilter extends PageOptions {
  readonly request_id?: string | undefined;
  /** A session's id, or what the log calls it. */
  readonly session?: string | undefined;
  readonly person?: Person | undefined;
  readonly client_id?: string | undefined;
  readonly type?: AuditType | undefined;
  /** That happened then or later, in Unix seconds. */
  readonly after?: number | undefined;
}

/** An event as an operator sees it. */
export type AuditRecord = Omit<AuditEvent, 'at'> & { readonly at_ms: number };

/** Whether the audit trail is whole. */
export interface VerificationRecord {
  readonly is_whole: boolean;
  /** The first broken link of each chain. */
  readonly broken: readonly BrokenLink[];
  readonly batches: number;
  readonly events: number;
  /** Rows that wait to be sealed; `unsealed_since` in Unix seconds, null for none. */
  readonly unsealed: number;
  readonly unsealed_since: number | null;
}

const PROBLEMS: Readonly<Record<BrokenLink['problem'], string>> = {
  changed: 'was changed after it was sealed',
  reordered: 'stands in another place than it was sealed in',
  missing: 'was removed before its time',
  unreadable: 'was written by a program that does not have the secrets, or moved',
};

/** A broken link in a sentence. */
export function brokenLinkText({ partition, batch, event, problem }: BrokenLink): string {
  const what = batch === null ? 'the head of the chain' : `batch ${batch}${event === null ? '' : `, event ${event},`}`;
  return `Partition ${partition}: ${what} ${PROBLEMS[problem]}.`;
}

export interface AuditReads {
  /** The newest first. */
  list(filter: AuditListFilter): Promise<Page<AuditRecord>>;
  verify(): Promise<VerificationRecord>;
  /** As `list`, all of it; that it was taken away is an event of its own, before the first is given. */
  export(by: Operator, filter: Omit<AuditListFilter, keyof PageOptions>): AsyncGenerator<AuditRecord>;
}

export interface AuditReadsDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  readonly timers: Pick<Timers, 'yieldTurn'>;
  readonly grants: Pick<GrantEnds, 'personOf'>;
  readonly recording: Recording;
  readonly audit_retention_ms: number;
  readonly newId: () => string;
}

const LIMIT = 50;
const MOST = 500;

export function createAuditReads(deps: AuditReadsDependencies): AuditReads {
  const { store, secrets, timers, grants, recording, newId } = deps;
  const sessionHash = (id: string): string => hashOf(id, secrets);
  const search = createSearch({ store, sessionHash, retention_ms: deps.audit_retention_ms });

  const list: AuditReads['list'] = async ({ session, person, after, limit = LIMIT, cursor = null, ...filter }) => {
    const page = await search(
      {
        ...filter,
        session: session !== undefined && isSessionId(session) ? sessionHash(session.toUpperCase()) : session,
        person: person === undefined ? undefined : await grants.personOf(person),
        after: after === undefined ? undefined : after * 1000,
      },
      { limit: Math.max(1, Math.min(limit, MOST)), cursor },
    );
    return { items: page.events.map(({ at, ...event }) => ({ at_ms: at, ...event })), next: page.next };
  };
  return {
    list,
    async verify() {
      const { broken, batches, events, unsealed, unsealed_since } = await verifyChains(store, () => timers.yieldTurn());
      return {
        is_whole: broken.length === 0,
        broken,
        batches,
        events,
        unsealed,
        unsealed_since: unsealed_since === null ? null : seconds(unsealed_since),
      };
    },
    async *export(by, filter) {
      const event: NewEvent = { type: 'audit.exported', client_id: filter.client_id ?? null, ...told(by) };
      await tellAlone(store, recording, newId(), null, event);
      for (let cursor: string | null = null; ;) {
        const page: Page<AuditRecord> = await list({ ...filter, limit: MOST, cursor });
        yield* page.items;
        if (page.next === null) return;
        cursor = page.next;
        await timers.yieldTurn();
      }
    },
  };
}
