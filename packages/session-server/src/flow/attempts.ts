import type { RedirectStart } from '../connectors/connector.ts';
import type { Timers } from '../jobs/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Identity } from '../session/index.ts';
import type { Row, Store, Write } from '../store/store.ts';
import type { Changes } from './changes.ts';
import { FlowError } from './flow.ts';

/** One way to the provider and back; it rests under the hash of its `state`. */
export interface Attempt {
  readonly session_id: string;
  readonly connector: string;
  readonly holder: string;
  readonly start: Omit<RedirectStart, 'request'>;
  readonly kept: unknown;
  /** How often its answer was taken up. More than once: a node died over it. */
  readonly taken: number;
  /** When the browser was sent to the provider, ms since the epoch. */
  readonly begun_at: number;
  /** Who came back, while their own word is waited for; null before that, and once it was given. */
  readonly answer: Identity | null;
}

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
  readonly changes: Changes;
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
  /** Stores who came back, until shortly after `ends_at`: the first answer stays. Null where the attempt is over. */
  hold(id: string, answer: Identity, ends_at: number): Promise<Row<Attempt> | null>;
  /** The write that takes the answer out again; the attempt stays until `expires_at`. */
  release(held: Row<Attempt>, expires_at: number): Write;
}

export function createAttempts({ store, secrets, timers, changes }: AttemptsDependencies): Attempts {
  const load = async (id: string): Promise<Row<Attempt> | null> => {
    const row = await store.get<Attempt>('redirect', id);
    // Attempts of release 0.1 rest without an answer.
    return row === null ? null : { ...row, value: { ...row.value, answer: row.value.answer ?? null } };
  };
  const takeNow = async (id: string): Promise<Row<Attempt> | null> => {
    const row = await load(id);
    if (row === null || isHeld(row)) return row;
    const now = await store.now();
    if (row.due_at !== null && row.due_at > now) return null;
    const value = { ...row.value, taken: row.value.taken + 1 };
    const taken = { ...row, version: row.version + 1, due_at: now + LEASE_MS, value };
    return (await store.commit([{ op: 'swap', kind: 'redirect', row: taken }])) ? taken : null;
  };

  /** Renews the lease until `over` aborts, or until another node has taken the answer up. */
  const renew = async (taken: Row<Attempt>, over: AbortSignal): Promise<void> => {
    let leased: Pick<Row, 'id' | 'due_at'> = taken;
    for (;;) {
      await timers.sleep(RENEW_MS, over);
      if (over.aborted) return;
      // A store that fails once may be there in time for the next try.
      const due_at = await store.renewLease('redirect', leased, LEASE_MS).catch(() => leased.due_at);
      if (due_at === null) return;
      leased = { ...leased, due_at };
    }
  };

  return {
    async insert(attempt, expires_at) {
      const id = secrets.fingerprint(attempt.start.state);
      const value = { ...attempt, taken: 0, begun_at: await store.now(), answer: null };
      const row: Row<Attempt> = { id, version: 1, expires_at, due_at: null, value };
      if (!(await store.commit([{ op: 'insert', kind: 'redirect', row }]))) throw new Error('a state was drawn twice');
    },
    find: (state) => load(secrets.fingerprint(state)),
    async take({ id, value }, open) {
      const until = (await store.now()) + WAIT_MS;
      do {
        const woken = new AbortController();
        // Before looking: what changes meanwhile is looked at again.
        const stop = changes.subscribe(value.session_id, () => woken.abort());
        try {
          if (!(await open())) return null;
          const taken = await takeNow(id);
          if (taken !== null) return taken;
          await timers.sleep(LOOK_AGAIN_MS, woken.signal);
        } finally {
          stop();
        }
      } while ((await store.now()) < until);
      throw new FlowError('connector_unavailable', 'the identity provider has not answered yet: load this page again');
    },
    async keep(taken, work) {
      const over = new AbortController();
      const renewed = renew(taken, over.signal);
      try {
        return await work();
      } finally {
        over.abort();
        await renewed;
      }
    },
    async hold(id, answer, ends_at) {
      for (;;) {
        const row = await load(id);
        if (row === null || isHeld(row)) return row;
        const held = {
          ...row,
          version: row.version + 1,
          expires_at: ends_at + OVER_MS,
          due_at: null,
          value: { ...row.value, answer },
        };
        if (await store.commit([{ op: 'swap', kind: 'redirect', row: held }])) {
          // The session is as it was, and yet its twins have something to show.
          changes.publish(held.value.session_id);
          return held;
        }
      }
    },
    release: (held, expires_at) => ({
      op: 'swap',
      kind: 'redirect',
      row: { ...held, version: held.version + 1, expires_at, value: { ...held.value, answer: null } },
    }),
  };
}

function isHeld({ value }: Row<Attempt>): boolean {
  return value.answer !== null;
}
