import type { NewEvent, Recording } from '../audit/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { FoundGrant, GrantEnds, Person } from '../oauth/index.ts';
import type { Secrets } from '../secrets/index.ts';
import { type Operator, told } from './by.ts';
import type { Ending, Progress } from './ending.ts';
import { OperatorError } from './operator-error.ts';
import { type Page, type PageOptions, pageOf } from './pages.ts';
import { type GrantRecord, grantRecord } from './records.ts';

/** Which grants. Each that is given must fit. */
export interface GrantFilter extends PageOptions {
  readonly client_id?: string | undefined;
  readonly person?: Person | undefined;
  readonly state?: FoundGrant['state'] | undefined;
}

export interface GrantActs {
  /** By id, which has no order in time. */
  list(filter: GrantFilter): Promise<Page<GrantRecord>>;
  /**
   * Ends a grant with all of its tokens. Its website hears of it.
   * @returns `grant` is false where it had ended before
   * @throws OperatorError `not_found`
   */
  revoke(by: Operator, id: string): Promise<{ readonly grant: boolean }>;
  /** Ends what all people agreed to at a client until now, and every sign-in that is under way there. */
  revokeClient(by: Operator, client_id: string): Promise<Progress>;
}

export interface GrantActsDependencies {
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  readonly timers: Pick<Timers, 'yieldTurn'>;
  readonly grants: GrantEnds;
  readonly recording: Recording;
  readonly ending: Ending;
}

export function createGrantActs({ secrets, timers, grants, recording, ending }: GrantActsDependencies): GrantActs {
  return {
    async list({ client_id, person, state, ...page }) {
      const of = person === undefined ? null : await grants.personOf(person);
      const tag = of !== null ? { person: of } : client_id === undefined ? null : { client_id };
      const fits = ({ grant, state: is }: FoundGrant): boolean =>
        (client_id === undefined || grant.client_id === client_id) && (state === undefined || is === state);
      return pageOf(
        page,
        async (limit, after) => {
          const read = await grants.page(tag, limit, after);
          return { rows: read.grants, next: read.next };
        },
        ({ id }) => id,
        (found) => (fits(found) ? grantRecord(found, secrets) : null),
        () => timers.yieldTurn(),
      );
    },
    async revoke(by, given) {
      const id = given.toUpperCase();
      const ended = await grants.end(id, ({ client_id, person }, now) => {
        const event: NewEvent = { type: 'grant.revoked', client_id, person, reason: 'revoked', ...told(by) };
        return recording.writes(id, id, [event], now);
      });
      if (ended === null && (await grants.get(id)) === null) {
        throw new OperatorError('not_found', `there is no grant "${given}", or its last token is over`);
      }
      return { grant: ended !== null };
    },
    revokeClient: (by, client_id) => ending.client(by, client_id),
  };
}
