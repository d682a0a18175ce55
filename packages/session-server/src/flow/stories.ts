import { isEnd } from '@beckon/protocol';
import type { Secrets } from '../secrets/index.ts';
import { countedNetworks, type Session } from '../session/index.ts';
import { inserting } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import type { Write } from '../store/store.ts';
import { SESSION_HASH_LENGTH } from '../telemetry/index.ts';
import { endedOf } from './ended.ts';
import { STORY } from './kinds.ts';

/** What went wrong is remembered this long, in ms: a support case comes a day or two later. */
export const REMEMBERED_MS: number = 3 * 86_400_000;

/** Stories that one process stores in a minute, … */
const STORED = 120;
/** … and those of one network: a stranger can begin sign-ins and decline them. */
const PER_NETWORK = 20;
const WINDOW_MS = 60_000;

/** What log lines call a session: a keyed hash of its id. */
export function hashOf(session_id: string, { fingerprint }: Pick<Secrets, 'fingerprint'>): string {
  return fingerprint(session_id).slice(0, SESSION_HASH_LENGTH);
}

/** In the partition of its session, so that both are stored at once; found by the hash alone. */
export function storyId(partition: string, hash: string): string {
  return `${partition}.${hash}`;
}

/** What is stored with the end of a session, at `now` by the store's clock. */
export type StoryAtEnd = (session: Session, now: number) => readonly Write[];

/**
 * Stories of sign-ins that went wrong. What went well, or was left unused, is not kept. A flood fills nothing: of what is
 * over a share the session itself tells, for as long as it is there, and then the log.
 */
export function createStories(secrets: Pick<Secrets, 'fingerprint'>): StoryAtEnd {
  let window = { until: Number.NEGATIVE_INFINITY, stored: 0, networks: new Map<string, number>() };

  const mayBeStored = (network: string, now: number): boolean => {
    if (now >= window.until) window = { until: now + WINDOW_MS, stored: 0, networks: new Map() };
    const ofNetwork = window.networks.get(network) ?? 0;
    if (window.stored >= STORED || ofNetwork >= PER_NETWORK) return false;
    window.stored += 1;
    // No more networks than stories.
    window.networks.set(network, ofNetwork + 1);
    return true;
  };

  return (session, now) => {
    const ended = endedOf(session);
    if (ended === null || session.story === undefined || !wentWrong(session)) return [];
    // The widest: a stranger has many narrow ones.
    if (!mayBeStored(countedNetworks(session.browser.address).at(-1)?.key ?? '', now)) return [];
    const value = { ...ended, client_name: session.client_name, story: session.story };
    const id = storyId(partitionOf(session.id), hashOf(session.id, secrets));
    return [inserting(STORY, id, { value, expires_at: now + REMEMBERED_MS })];
  };
}

/** A page that was left open, or closed before a phone scanned it, is no story. */
function wentWrong({ status, story }: Session): boolean {
  if (!isEnd(status) || status === 'completed') return false;
  if (status === 'declined' || status === 'failed') return true;
  return story?.steps.some(({ what }) => what === 'trouble' || what === 'retrieved') ?? false;
}
