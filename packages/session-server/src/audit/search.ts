import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import type { AuditEvent, AuditType } from './event.ts';
import { AUDIT_BATCH, SLOT_MS, slotOf, TAG } from './kinds.ts';
import { eventsOf } from './told.ts';
import { unsealedRows } from './unsealed.ts';

/** Which events. Each that is given must fit. */
export interface AuditFilter {
  readonly request_id?: string | undefined;
  /** What the log calls it. */
  readonly session?: string | undefined;
  readonly person?: string | undefined;
  readonly client_id?: string | undefined;
  readonly type?: AuditType | undefined;
  /** That happened then or later, ms since the epoch. */
  readonly after?: number | undefined;
}

export interface AuditPage {
  /** The newest first. */
  readonly events: readonly AuditEvent[];
  /**
   * The cursor of the next page; null at the end. A page may have fewer events than were asked for, or none, and yet not
   * be the last: so much is looked through at a time, and no more.
   */
  readonly next: string | null;
}

export interface SearchDependencies {
  readonly store: Store;
  readonly sessionHash: (session_id: string) => string;
  /** How long events are kept, in ms: further back is nothing to be found. */
  readonly retention_ms: number;
}

/** Batches of one tag that are read; a sign-in has a handful, ten busy minutes of a server thousands. */
const MOST_BATCHES = 20_000;
const BATCHES_AT_ONCE = 200;
/** Ten-minute slots that one page looks through: ten days. */
const SLOTS_AT_ONCE = 1_440;

/** Finds events, those of the last seconds included, which are not sealed yet. */
export function createSearch({ store, sessionHash, retention_ms }: SearchDependencies) {
  const batches = collectionOf(store, AUDIT_BATCH);

  const tagged = async (tag: string): Promise<readonly AuditEvent[]> => {
    const found: AuditEvent[] = [];
    let read = 0;
    for (let after: string | null = null; read < MOST_BATCHES;) {
      const page = await batches.find(tag, { limit: BATCHES_AT_ONCE, after });
      for (const { value } of page.rows) found.push(...value.events);
      if (page.next === null) break;
      read += page.rows.length;
      after = page.next;
    }
    return found;
  };
  const unsealed = async (): Promise<readonly AuditEvent[]> => {
    const found: AuditEvent[] = [];
    for await (const { value } of unsealedRows(store)) found.push(...eventsOf(value, sessionHash));
    return found;
  };

  return async (
    filter: AuditFilter,
    { limit, cursor }: { readonly limit: number; readonly cursor: string | null },
  ): Promise<AuditPage> => {
    const fits = fitting(filter);
    // First what is not sealed: what is sealed meanwhile is found twice, and not missed.
    const fresh = (await unsealed()).filter(fits);
    const place = placeOf(cursor);
    const tag = ownTag(filter);
    if (tag !== null) return pageOf([...(await tagged(tag)).filter(fits), ...fresh], place, limit, null);

    const now = await store.now();
    const oldest = slotOf(Math.max(filter.after ?? 0, now - retention_ms));
    const newest = slotOf(place === null ? now : place.at);
    const last = Math.max(oldest, newest - SLOTS_AT_ONCE);
    const found: AuditEvent[] = fresh.filter(({ at }) => slotOf(at) > newest);
    let slot = newest;
    for (; slot >= last && found.length <= limit + (place?.given ?? 0); slot -= 1) {
      const of = filter.client_id === undefined ? TAG.slot(slot) : TAG.client(filter.client_id, slot);
      const here = [...(await tagged(of)).filter(fits), ...fresh];
      found.push(...here.filter(({ at }) => slotOf(at) === slot));
    }
    // Where the next page goes on if this one has all that was found.
    return pageOf(found, place, limit, slot < oldest ? null : `${(slot + 1) * SLOT_MS - 1}.0`);
  };
}

/** Where a page begins: so many events of one ms were given before. */
interface PlaceInTime {
  readonly at: number;
  readonly given: number;
}

function placeOf(cursor: string | null): PlaceInTime | null {
  const [, at, given] = /^(\d{1,15})\.(\d{1,9})$/.exec(cursor ?? '') ?? [];
  return at === undefined ? null : { at: Number(at), given: Number(given) };
}

function pageOf(
  found: readonly AuditEvent[],
  place: PlaceInTime | null,
  limit: number,
  further: string | null,
): AuditPage {
  const texts = new Map<string, AuditEvent>();
  for (const { type, at, request_id, session, client_id, connector, person, by, reason, detail, data } of found) {
    const event = { type, at, request_id, session, client_id, connector, person, by, reason, detail, data };
    texts.set(JSON.stringify(event), event);
  }
  const inOrder = [...texts]
    .toSorted(([a, one], [b, other]) => other.at - one.at || (a < b ? -1 : 1))
    .map(([, event]) => event)
    .filter(({ at }) => place === null || at <= place.at);
  const skipped = place === null ? 0 : Math.min(place.given, inOrder.filter(({ at }) => at === place.at).length);
  const events = inOrder.slice(skipped, skipped + limit);
  const last = events.at(-1);
  if (last === undefined || inOrder.length <= skipped + limit) return { events, next: further };
  const given = events.filter(({ at }) => at === last.at).length + (place?.at === last.at ? skipped : 0);
  return { events, next: `${last.at}.${given}` };
}

/** By what few events are found. */
function ownTag({ request_id, session, person }: AuditFilter): string | null {
  if (request_id !== undefined) return TAG.request(request_id);
  if (session !== undefined) return TAG.session(session);
  return person === undefined ? null : TAG.person(person);
}

function fitting({ request_id, session, person, client_id, type, after }: AuditFilter): (event: AuditEvent) => boolean {
  return (event) =>
    (request_id === undefined || event.request_id === request_id) &&
    (session === undefined || event.session === session) &&
    (person === undefined || event.person === person) &&
    (client_id === undefined || event.client_id === client_id) &&
    (type === undefined || event.type === type) &&
    (after === undefined || event.at >= after);
}
