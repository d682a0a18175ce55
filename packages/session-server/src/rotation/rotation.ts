import type { Timers } from '../jobs/timers-port.ts';
import type { Secrets } from '../secrets/index.ts';
import { type Collection, type Next, collectionOf } from '../store/collection.ts';
import type { Row, Store } from '../store/store.ts';
import { isWrongSecret } from '../store/store-error.ts';
import { SECRET_USE, type SecretUse } from './kinds.ts';

/** A process notes this often which secret it makes everything with, in ms. */
const NOTED_EVERY_MS = 300_000;
/**
 * Everything that is derived of a secret, and not stored, is over this long after it was made, in ms: an access token
 * and a code that is presented again after an hour each, links and tickets before that.
 */
const LONGEST_MS = 2 * 3_600_000;
/** A secret is in use this long after it was noted, in ms: a note may be late. */
const USED_MS = LONGEST_MS + 2 * NOTED_EVERY_MS;
/** A note is kept for a day, in ms: so long does one stay in the way that was sealed under a secret that is gone. */
const KEPT_MS = 86_400_000;
/** Rows that are looked at before everything else of the process has a turn. */
const SLICE = 200;
/** A secret that is listed after the first one. */
export interface EarlierSecret {
  /** Its place in the list: 2 is the second. */
  readonly place: number;
  /** `used`: `until` at least, in ms since the epoch. `unused`: it can be dropped. `unknown`: no server noted it yet. */
  readonly state: 'used' | 'unused' | 'unknown';
  readonly until: number | null;
}

export interface Rotation {
  /** Notes that this process makes everything with the first secret. To be done before it makes anything. */
  begin(): Promise<void>;
  /** One round: notes it again; seals what lies under earlier secrets, as often as there is a reason. */
  runOnce(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface RotationDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'ids'>;
  readonly timers: Pick<Timers, 'sleep' | 'yieldTurn'>;
  /** All rows were looked at: how many were sealed anew, and how many no configured secret opens. */
  readonly onSealed: (sealed: number, unreadable: number) => void;
  /** Hears of each earlier secret at the start, and when its state becomes another one. */
  readonly onState: (secret: EarlierSecret) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Makes an earlier secret one that can be dropped. Every process seals all rows anew when it starts, and notes which
 * secret it uses. A secret is unused when no process noted it for so long that nothing of it can be presented any
 * more, and every row was looked at once more after that.
 */
export function createRotation(deps: RotationDependencies): Rotation {
  const { store, timers, failed } = deps;
  const uses = collectionOf(store, SECRET_USE);
  const [first = '', ...earlier] = deps.secrets.ids;
  const closing = new AbortController();
  let isSealed = false;
  let running: Promise<void> = Promise.resolve();
  const told = new Map<number, EarlierSecret['state']>();

  const note = (): Promise<unknown> => uses.update(first, (_row, now) => used(now));
  const sealAll = async (): Promise<void> => {
    let [sealed, unreadable] = [0, 0];
    for (let after: string | null = null; !closing.signal.aborted;) {
      const slice: Awaited<ReturnType<Store['reseal']>> = await store.reseal(after, SLICE);
      sealed += slice.sealed;
      unreadable += slice.unreadable;
      if (slice.next === null) {
        deps.onSealed(sealed, unreadable);
        isSealed = true;
        return;
      }
      after = slice.next;
      await timers.yieldTurn();
    }
  };
  const tell = async (): Promise<void> => {
    for (const secret of await statesOf(uses, earlier)) {
      if (told.get(secret.place) === secret.state) continue;
      told.set(secret.place, secret.state);
      deps.onState(secret);
    }
  };
  /** Those that are over, and that no walk over the rows has confirmed since. */
  const over = async (): Promise<readonly string[]> => {
    const now = await store.now();
    const found = await Promise.all(earlier.map(async (id) => ({ id, row: await readable(uses, id) })));
    return found.flatMap(({ id, row }) => (row !== null && !row.value.is_unused && row.value.until <= now ? [id] : []));
  };
  const runOnce = async (): Promise<void> => {
    await note();
    if (earlier.length === 0) return;
    const ending = await over();
    if (!isSealed || ending.length > 0) await sealAll();
    if (closing.signal.aborted) return;
    for (const id of earlier) {
      if ((await readable(uses, id)) === null) continue;
      await uses.update(id, (row, now) => {
        // A process may have gone back to it meanwhile.
        if (row === null || row.value.until > now) return null;
        if (row.value.is_unused ? row.expires_at - now > KEPT_MS / 2 : !ending.includes(id)) return null;
        return { value: { ...row.value, is_unused: true }, expires_at: now + KEPT_MS };
      });
    }
    await tell();
  };
  const loop = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await runOnce().catch(failed);
      await timers.sleep(NOTED_EVERY_MS, closing.signal);
    }
  };

  return {
    async begin() {
      // Of an earlier secret that no release noted, anything may be out there that was made a moment ago.
      for (const id of earlier) {
        await uses.insert(id, used);
      }
      await note().catch((error: unknown) => {
        // A note that lies under a secret which was dropped at once is gone within a day: the server starts all the same.
        if (!isWrongSecret(error)) throw error;
      });
    },
    runOnce,
    start() {
      running = loop();
    },
    async stop() {
      closing.abort();
      await running;
    },
  };
}

/** What is known of the secrets after the first one. */
export function earlierSecrets(store: Store, { ids }: Pick<Secrets, 'ids'>): Promise<readonly EarlierSecret[]> {
  return statesOf(collectionOf(store, SECRET_USE), ids.slice(1));
}

async function statesOf(uses: Collection<SecretUse>, earlier: readonly string[]): Promise<readonly EarlierSecret[]> {
  const rows = await Promise.all(earlier.map((id) => readable(uses, id)));
  return rows.map((row, index) => {
    const place = index + 2;
    if (row === null) return { place, state: 'unknown', until: null };
    const { is_unused, until } = row.value;
    return is_unused ? { place, state: 'unused', until: null } : { place, state: 'used', until };
  });
}

function used(now: number): Next<SecretUse> {
  return { value: { until: now + USED_MS, is_unused: false }, expires_at: now + KEPT_MS };
}

/** Null also for a note that was sealed under a secret which is not configured any more. */
async function readable(uses: Collection<SecretUse>, id: string): Promise<Row<SecretUse> | null> {
  try {
    return (await uses.get(id)).row;
  } catch (error) {
    if (isWrongSecret(error)) return null;
    throw error;
  }
}
