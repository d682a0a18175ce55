import type { NewEvent, Recording } from '../audit/index.ts';
import type { SessionEnds } from '../flow/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { FoundGrant, GrantEnds, Person } from '../oauth/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Store, Writes } from '../store/store.ts';
import type { AuditReads, AuditRecord } from './audit.ts';
import { type Operator, told } from './by.ts';
import type { Ending, Progress } from './ending.ts';
import type { Page } from './pages.ts';
import { type GrantRecord, grantRecord, seconds, type SessionRecord, sessionRecord } from './records.ts';

/** One grant, with all that the store has of its person. Times are Unix seconds. */
export interface ExportedGrant extends GrantRecord {
  readonly asked: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly id_token_claims: Readonly<Record<string, unknown>>;
  readonly acr: string | null;
  readonly amr: readonly string[];
  readonly auth_time: number | null;
  /** Whether tokens of the provider are kept for the client. */
  readonly provider_tokens: boolean;
  readonly access_tokens: readonly { readonly issued_at: number | null; readonly expires_at: number | null }[];
  /** Null where its row is over: an hour after its end. */
  readonly sign_in: SessionRecord | null;
}

/** Everything that the store has of a person; the tokens themselves are in no store. */
export interface ExportedPerson {
  /** What the audit trail calls them: a hash of their `sub`. */
  readonly person: string;
  readonly grants: readonly ExportedGrant[];
  /** What the audit trail says of them, the newest first. */
  readonly events: readonly AuditRecord[];
}

export interface PersonActs {
  /** Ends all that a person agreed to until now, at every client. Their access is over at every process when this answers. */
  revoke(by: Operator, person: Person): Promise<Progress & { readonly person: string }>;
  /** What the store has of a person. A code that is not redeemed yet leads to no person, and is left out. */
  export(by: Operator, person: Person): Promise<ExportedPerson>;
  /** The same as `revoke`, and the rows go: nothing is left but a hash, in the audit trail and in what ends their access. */
  erase(by: Operator, person: Person): Promise<Progress & { readonly person: string }>;
}

export interface PersonActsDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  readonly timers: Pick<Timers, 'yieldTurn'>;
  readonly sessions: SessionEnds;
  readonly grants: GrantEnds;
  readonly recording: Recording;
  readonly ending: Ending;
  readonly audit: Pick<AuditReads, 'list'>;
}

const BATCH = 100;
const EVENTS = 500;

export function createPersonActs(deps: PersonActsDependencies): PersonActs {
  const { store, secrets, timers, sessions, grants, recording, ending, audit } = deps;
  const exported = async (found: FoundGrant): Promise<ExportedGrant> => {
    const { asked, claims, id_token_claims = {}, authentication, upstream, access_tokens } = found.grant;
    const { session } = await sessions.get(found.id);
    return {
      ...grantRecord(found, secrets),
      asked: asked.join(' '),
      claims,
      id_token_claims,
      ...authentication,
      provider_tokens: upstream !== null,
      access_tokens: access_tokens.map(({ issued_at, expires_at }) => ({
        issued_at: orNull(issued_at),
        expires_at: orNull(expires_at),
      })),
      sign_in: session === null ? null : sessionRecord(session, secrets),
    };
  };
  return {
    async revoke(by, given) {
      const person = await grants.personOf(given);
      return { person, ...(await ending.person(by, person, false)) };
    },
    async erase(by, given) {
      const person = await grants.personOf(given);
      return { person, ...(await ending.person(by, person, true)) };
    },
    async export(by, given) {
      const person = await grants.personOf(given);
      const event: NewEvent = { type: 'person.exported', person, ...told(by) };
      // Told first: what was read is in the audit trail, whatever becomes of the answer.
      await store.commit((now) => recording.writes(person, null, [event], now) as unknown as Writes);
      const all: ExportedGrant[] = [];
      for (let after: string | null = null; ;) {
        const page = await grants.page({ person }, BATCH, after);
        all.push(...(await Promise.all(page.grants.map(exported))));
        if (page.next === null) break;
        after = page.next;
        await timers.yieldTurn();
      }
      const events: AuditRecord[] = [];
      for (let cursor: string | null = null; ;) {
        const page: Page<AuditRecord> = await audit.list({ person: given, limit: EVENTS, cursor });
        events.push(...page.items);
        if (page.next === null) return { person, grants: all, events };
        cursor = page.next;
        await timers.yieldTurn();
      }
    },
  };
}

function orNull(ms: number | null): number | null {
  return ms === null ? null : seconds(ms);
}
