import { personOf, type Secrets } from '../secrets/index.ts';
import type { Client, ClientDirectory } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { At, Row, Store, Write } from '../store/store.ts';
import { endGrantsOf, isEnded, isOver, revoked } from './grant-row.ts';
import { GRANT, type Grant } from './kinds.ts';
import { endedNews } from './webhook-news.ts';
import { logoutNotice } from './logout/back-channel.ts';

/** What an operator knows a person by. */
export type Person =
  /** Theirs at some client, or the one that is no client's own. */
  | { readonly sub: string }
  /** Theirs at the provider. */
  | { readonly connector: string; readonly subject: string };

export interface FoundGrant {
  /** Its session's. */
  readonly id: string;
  readonly grant: Grant;
  /** Whether it still holds; `ended`: its person's access was ended, and its own row is not written yet. */
  readonly state: 'active' | 'revoked' | 'ended';
  /** Ms since the epoch. */
  readonly expires_at: number;
}

export interface GrantPage extends At {
  readonly grants: readonly FoundGrant[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
}

/** What grants are looked for by. */
export type GrantTag = { readonly client_id: string } | { readonly person: string };

/** Grants as an operator sees and ends them. Ending one ends every token of it, and its website hears of it. */
export interface GrantEnds {
  get(id: string): Promise<FoundGrant | null>;
  /** By id; without a tag all of them. */
  page(tag: GrantTag | null, limit: number, after: string | null): Promise<GrantPage>;
  /** `Grant.person` of who is meant. */
  personOf(person: Person): Promise<string>;
  /** Ends all that a person agreed to until now, at every process at once. @returns when, by the store's clock */
  endPerson(person: string, beside: (now: number) => readonly Write[]): Promise<number>;
  /**
   * Ends one that holds; null where it does not any more.
   * @param beside what is stored in the same commit
   * @param ofConsent the person's access ends at every website, and this one is told so. Default false
   */
  end(id: string, beside: (grant: Grant, now: number) => readonly Write[], ofConsent?: boolean): Promise<Grant | null>;
  /** Removes a grant with its claims, and ends it first where it holds; null where there is none. */
  erase(id: string, beside: (grant: Grant, now: number) => readonly Write[]): Promise<Grant | null>;
}

/** A row that others change meanwhile is tried this often. */
const TRIES = 20;

export function createGrantEnds({
  store,
  clients,
  secrets,
}: {
  readonly store: Store;
  readonly clients: Pick<ClientDirectory, 'registered'>;
  readonly secrets: Pick<Secrets, 'subject'>;
}): GrantEnds {
  const grants = collectionOf(store, GRANT);

  const found = async (row: Row<Grant>): Promise<FoundGrant> => {
    const { id, value, expires_at } = row;
    const state = isOver(value) ? 'revoked' : (await isEnded(store, value)) ? 'ended' : 'active';
    return { id, grant: value, state, expires_at };
  };
  /** What else is stored when it ends. */
  const noticeOf = (
    id: string,
    grant: Grant,
    client: Client | null,
    ofConsent: boolean,
    now: number,
  ): readonly Write[] =>
    client === null
      ? []
      : [
          ...logoutNotice(client, { sid: id, sub: grant.sub }, now),
          ...endedNews(client, id, grant, 'revoked', ofConsent, now),
        ];

  return {
    async get(id) {
      const { row } = await grants.get(id);
      return row === null ? null : found(row);
    },
    async page(tag, limit, after) {
      const { rows, next, now } =
        tag === null
          ? await listed(limit, after)
          : await grants.find('client_id' in tag ? `client ${tag.client_id}` : `person ${tag.person}`, {
              limit,
              after,
            });
      return { grants: await Promise.all(rows.map(found)), next, now };
    },
    async personOf(person) {
      if ('subject' in person) return personOf(secrets.subject(person.connector, person.subject));
      // A client's own `sub` leads to its person by a grant alone.
      const { rows } = await grants.find(`sub ${person.sub}`, { limit: 1, after: null });
      return rows[0]?.value.person ?? personOf(person.sub);
    },
    endPerson: (person, beside) => endGrantsOf(store, person, null, beside),
    async end(id, beside, ofConsent = false) {
      const { row: first } = await grants.get(id);
      const client = first === null ? null : await clients.registered(first.value.client_id);
      let ended = null as Grant | null;
      await grants.update(id, (row, now) => {
        ended = null;
        if (row === null || isOver(row.value)) return null;
        ended = row.value;
        const over = revoked(row, now);
        return {
          ...over,
          also: [...over.also, ...noticeOf(id, row.value, client, ofConsent, now), ...beside(row.value, now)],
        };
      });
      return ended;
    },
    async erase(id, beside) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const { row } = await grants.get(id);
        if (row === null) return null;
        const { value, version } = row;
        const client = await clients.registered(value.client_id);
        const { stored } = await store.commit((now) => [
          { op: 'remove', kind: GRANT.name, id, version },
          ...(isOver(value) ? [] : [...revoked(row, now).also, ...noticeOf(id, value, client, true, now)]),
          ...beside(value, now),
        ]);
        if (stored) return value;
      }
      throw new Error('a grant was changed again and again while it was to be erased');
    },
  };

  async function listed(
    limit: number,
    after: string | null,
  ): Promise<At & { readonly rows: readonly Row<Grant>[]; readonly next: string | null }> {
    const { rows, now } = await grants.list(limit, after ?? '');
    return { rows, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null), now };
  }
}
