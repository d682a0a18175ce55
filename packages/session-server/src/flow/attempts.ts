import { type Bus, lookUntil } from '../bus/index.ts';
import { type Timers, keepLease } from '../jobs/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Identity } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import type { Row, Store, Write } from '../store/store.ts';
import { FlowError } from './flow-error.ts';
import { type Attempt, REDIRECT } from './kinds.ts';

/** A node that takes an answer up and dies gives it back after this long, in ms; … */
const LEASE_MS = 15_000;
/** … while it lives it renews that, this often, in ms: an exchange is several calls of up to 10 s each. */
const RENEW_MS = 5_000;
/** A twin of the answer is woken by a change of this process; those of others it looks for this often, in ms, … */
const LOOK_AGAIN_MS = 1_000;
/** … and for this long, in ms: longer than any exchange and a lease after it. */
const WAIT_MS = 90_000;
/** An answer that waits rests this much longer than its session, in ms, so that a person who comes too late reads so. */
const OVER_MS = 60_000;

export interface AttemptsDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  readonly timers: Pick<Timers, 'sleep'>;
  readonly bus: Bus;
}

/** Attempts at rest. An answer is taken up under a lease, so that its code is sent once, and by another node where one dies. */
export interface Attempts {
  insert(attempt: Omit<Attempt, 'taken' | 'begun_at' | 'answer'>, expires_at: number): Promise<void>;
  /** Null when there is none, or it is over. */
  find(state: string): Promise<Row<Attempt> | null>;
  /**
   * Takes an answer up: one of any number that come at once. The others wait until it is through, or
   * until its node has died; null once `open` says that there is nothing left to do. What has an
   * `answer` already comes as it is, and as often as it is asked for.
   * @throws FlowError `connector_unavailable` when it takes too long
   */
  take(attempt: Row<Attempt>, open: () => Promise<boolean>): Promise<Row<Attempt> | null>;
  /** Does `work`, and renews the lease of what was taken as long as it lasts. */
  keep<T>(taken: Row<Attempt>, work: () => Promise<T>): Promise<T>;
  /** Stores who came back, and the id of what tokens came with it, until shortly after `ends_at`: the first answer stays. Null where the attempt is over. */
  hold(id: string, answer: Identity, tokens_id: string | null, ends_at: number): Promise<Row<Attempt> | null>;
  /** What takes the answer out again, for the session's own commit; the attempt stays until `expires_at`. */
  release(held: Row<Attempt>, expires_at: number): readonly Write[];
}

export function createAttempts({ store, secrets, timers, bus }: AttemptsDependencies): Attempts {
  const attempts = collectionOf(store, REDIRECT);
  /** The `state` carries the partition of its session in front. */
  const rowId = (state: string): string => `${state.slice(0, 2)}.${secrets.fingerprint(state)}`;
  /** Null while another holds it. */
  const takeNow = async (id: string): Promise<Row<Attempt> | null> => {
    let held = false;
    const { row } = await attempts.update(id, (found, at) => {
      held = found !== null && found.due_at !== null && found.due_at > at && !isHeld(found);
      if (found === null || held || isHeld(found)) return null;
      return { ...found, due_at: at + LEASE_MS, value: { ...found.value, taken: found.value.taken + 1 } };
    });
    return held ? null : row;
  };

  return {
    async insert(attempt, expires_at) {
      const { row } = await attempts.insert(rowId(attempt.start.state), (now) => ({
        value: { ...attempt, taken: 0, begun_at: now, answer: null },
        expires_at,
      }));
      if (row === null) throw new Error('a state was drawn twice');
    },
    async find(state) {
      const { row } = await attempts.get(rowId(state));
      // Release 0.1 drew its `state`s without a partition.
      return row ?? (await attempts.get(secrets.fingerprint(state))).row;
    },
    async take({ id, value }, open) {
      const look = async (): Promise<Row<Attempt> | 'over' | null> => ((await open()) ? takeNow(id) : 'over');
      const found = await lookUntil(value.session_id, look, {
        bus,
        timers,
        for_ms: WAIT_MS,
        every_ms: LOOK_AGAIN_MS,
      });
      if (found === null) {
        throw new FlowError(
          'connector_unavailable',
          'the identity provider has not answered yet: load this page again',
        );
      }
      return found === 'over' ? null : found;
    },
    async keep(taken, work) {
      const over = new AbortController();
      const renewed = keepLease({
        store,
        timers,
        kind: REDIRECT.name,
        holder: { leased: taken },
        lease_ms: LEASE_MS,
        every_ms: RENEW_MS,
        over: over.signal,
        // Another node has taken the answer up.
        onLost: () => over.abort(),
      });
      try {
        return await work();
      } finally {
        over.abort();
        await renewed;
      }
    },
    async hold(id, answer, tokens_id, ends_at) {
      const { before, row } = await attempts.update(id, (found) =>
        found === null || isHeld(found)
          ? null
          : {
              value: { ...found.value, answer, ...(tokens_id === null ? {} : { tokens_id }) },
              expires_at: ends_at + OVER_MS,
              due_at: null,
            },
      );
      // The session is as it was, and yet its twins have something to show.
      if (row !== null && row !== before) bus.wake(row.value.session_id);
      return row;
    },
    release(held, expires_at) {
      // One of release 0.1 lies in a partition of its own: it goes by itself, a minute after its session.
      if (partitionOf(held.id) !== partitionOf(held.value.session_id)) return [];
      return [attempts.swapping(held, { ...held, expires_at, value: { ...held.value, answer: null } })];
    },
  };
}

function isHeld({ value }: Row<Attempt>): boolean {
  return value.answer !== null;
}
