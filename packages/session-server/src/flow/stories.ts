import { isEnd } from '@beckon/protocol';
import type { Secrets } from '../secrets/index.ts';
import type { Session } from '../session/index.ts';
import { inserting } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import type { Write } from '../store/store.ts';
import { SESSION_HASH_LENGTH } from '../telemetry/index.ts';
import { endedOf } from './ended.ts';
import { STORY } from './kinds.ts';

/** What went wrong is remembered this long, in ms: a support case comes a day or two later. */
export const REMEMBERED_MS: number = 3 * 86_400_000;

/** What log lines call a session: a keyed hash of its id. */
export function hashOf(session_id: string, { fingerprint }: Pick<Secrets, 'fingerprint'>): string {
  return fingerprint(session_id).slice(0, SESSION_HASH_LENGTH);
}

/** In the partition of its session, so that both are stored at once; found by the hash alone. */
export function storyId(partition: string, hash: string): string {
  return `${partition}.${hash}`;
}

/** What is stored with the end of a sign-in that went wrong. What went well, or was left unused, is not kept. */
export function storyAtEnd(session: Session, now: number, secrets: Pick<Secrets, 'fingerprint'>): readonly Write[] {
  const ended = endedOf(session);
  if (ended === null || session.story === undefined || !wentWrong(session)) return [];
  const value = { ...ended, client_name: session.client_name, story: session.story };
  const id = storyId(partitionOf(session.id), hashOf(session.id, secrets));
  return [inserting(STORY, id, { value, expires_at: now + REMEMBERED_MS })];
}

/** A page that was left open, or closed before a phone scanned it, is no story. */
function wentWrong({ status, story }: Session): boolean {
  if (!isEnd(status) || status === 'completed') return false;
  if (status === 'declined' || status === 'failed') return true;
  return story?.steps.some(({ what }) => what === 'trouble' || what === 'retrieved') ?? false;
}
