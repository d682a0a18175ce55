import type { Client, ClientDirectory } from '../../session/index.ts';
import { collectionOf } from '../../store/collection.ts';
import type { Store } from '../../store/store.ts';
import { isEnded, isOver, revoked } from '../grant-row.ts';
import { GRANT, type Grant } from '../kinds.ts';
import { logoutNotice } from './back-channel.ts';
import { type Telling, telling } from '../telling.ts';
import { endedNews } from '../webhook-news.ts';
import type { IdTokenHint } from '../id-token-hint.ts';

/**
 * Ends a sign-in with all of its tokens, and owes its client the news in the same commit. Of any number of callers one
 * does.
 * @returns what this call ended; null for nothing
 */
export async function endSignIn(
  deps: Telling & { readonly store: Store },
  client: Client,
  { sid, sub }: Omit<IdTokenHint, 'client_id'>,
  /** Who ended it. */
  reason: 'logout' | 'provider',
): Promise<Grant | null> {
  let ended = null as Grant | null;
  await collectionOf(deps.store, GRANT).update(sid, (row, now) => {
    ended = null;
    if (row === null || isOver(row.value)) return null;
    if (row.value.client_id !== client.client_id || row.value.sub !== sub) return null;
    ended = row.value;
    const told = telling(deps, sid, row.value, { type: 'grant.revoked', reason }, now);
    const news = endedNews(client, sid, row.value, reason, reason === 'provider', now);
    return revoked(row, now, [...logoutNotice(client, { sid, sub }, now), ...told, ...news]);
  });
  return ended;
}

/** Sign-ins looked at in one go. */
const BATCH = 100;

/** After a provider said that a person's session or consent is gone: their sign-ins are over, and clients hear of it. */
export async function tellOfEnds(
  deps: Telling & { readonly store: Store; readonly clients: ClientDirectory },
  person: string,
): Promise<void> {
  const { store, clients } = deps;
  const grants = collectionOf(store, GRANT);
  for (let after: string | null = null; ;) {
    const { rows, next } = await grants.find(`person ${person}`, { limit: BATCH, after });
    for (const { id, value } of rows) {
      const client = isOver(value) || !(await isEnded(store, value)) ? null : await clients.registered(value.client_id);
      if (client !== null) await endSignIn(deps, client, { sid: id, sub: value.sub }, 'provider');
    }
    if (next === null) return;
    after = next;
  }
}
