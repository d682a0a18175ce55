import { hash } from 'node:crypto';
import type { Worker } from '../jobs/index.ts';
import { collectionOf } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import type { Store } from '../store/store.ts';
import { batchId } from './chain.ts';
import { AUDIT_BATCH, AUDIT_FORWARD, AUDIT_HEAD, type ChainedEvent, type ForwardState } from './kinds.ts';

/** Where the audit trail is sent to as well. */
export type ForwardTarget =
  | { readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly syslog: string };

/** An event as it is sent. At least once: what comes again has the same `id`. */
export interface ForwardedEvent extends Omit<ChainedEvent, 'at' | 'n'> {
  /** `{partition}.{its number in the chain of that}` */
  readonly id: string;
  /** Ms since the epoch. */
  readonly at_ms: number;
}

/** Sends all of them. @throws where that is not known to have worked; they are sent again */
export type Send = (events: readonly ForwardedEvent[], signal: AbortSignal) => Promise<void>;

export interface Forwarding {
  /** Makes the place in the trail, unless it is there. */
  begin(): Promise<void>;
  readonly worker: Worker;
  /** How old the oldest event is that was not taken, in s, as this process knows it; 0 where there is none. */
  lag_s(): number;
}

export interface ForwardingDependencies {
  readonly store: Store;
  readonly target: ForwardTarget;
  readonly send: Send;
  /** Hears of each failure that the receiver is behind by. */
  readonly failed: (error: unknown) => void;
}

const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** How often new batches are looked for, in ms. */
const INTERVAL_MS = 2_000;
/** The wait after a failure, in ms: twice as long after each, and no longer than this. */
const LONGEST_WAIT_MS = 300_000;
/** Batches of one partition that are sent at once. */
const BATCHES = 10;
/** What another target was sent is remembered for so long, in ms. */
const KEPT_MS = 30 * 86_400_000;
const NEVER = Number.MAX_SAFE_INTEGER;
const HEADS = 300;

/**
 * Sends what is sealed to another place, in the order of each partition. The place in the trail is a row that moves after
 * the receiver has taken what came before it, so nothing is left out, whichever process dies.
 */
export function createForwarding({ store, target, send, failed }: ForwardingDependencies): Forwarding {
  const states = collectionOf(store, AUDIT_FORWARD);
  const heads = collectionOf(store, AUDIT_HEAD);
  const batches = collectionOf(store, AUDIT_BATCH);
  const own = hash('sha256', JSON.stringify('url' in target ? target.url : target.syslog), 'base64url').slice(0, 22);
  let behind_s = 0;

  /** @param wait_ms null leaves the lease as it is */
  const keep = async (value: ForwardState, wait_ms: number | null): Promise<void> => {
    await states.update(own, (row, now) =>
      row === null ? null : { value, expires_at: NEVER, due_at: wait_ms === null ? row.due_at : now + wait_ms },
    );
  };
  /** Sends what there is. @returns where it has come to, and whether the receiver took all */
  const round = async (state: ForwardState, signal: AbortSignal): Promise<ForwardState> => {
    let at = state.at;
    const { rows, now } = await heads.list(HEADS);
    for (const { id, value } of rows) {
      const partition = partitionOf(id);
      while ((at[partition] ?? 0) < value.seq && !signal.aborted) {
        const found = await batches.list(BATCHES, batchId(partition, at[partition] ?? 0));
        const sent = found.rows.filter((row) => partitionOf(row.id) === partition).map((row) => row.value);
        const [first] = sent;
        // What is over by its time is sent no more.
        if (first !== undefined) {
          try {
            await send(
              sent.flatMap(({ events }) => events.map((event) => formOf(partition, event))),
              signal,
            );
          } catch (error) {
            behind_s = Math.max(0, (now - first.sealed_at) / 1000);
            if (!signal.aborted) failed(error);
            return { at, failures: state.failures + 1 };
          }
        }
        at = { ...at, [partition]: sent.at(-1)?.seq ?? value.seq };
        await keep({ at, failures: 0 }, null);
      }
    }
    behind_s = 0;
    return { at, failures: 0 };
  };

  return {
    lag_s: () => behind_s,
    async begin() {
      await states.update(own, (row, now) => {
        if (row !== null && row.due_at !== null) return null;
        return { value: row?.value ?? { at: {}, failures: 0 }, expires_at: NEVER, due_at: now };
      });
    },
    worker: {
      kind: AUDIT_FORWARD.name,
      concurrency: 1,
      lease_ms: LEASE_MS,
      renew_ms: RENEW_MS,
      async handle({ id }, signal) {
        const { row } = await states.get(id);
        if (row === null) return;
        if (id !== own) {
          // Another target, of another configuration.
          await store.commit((now) => [
            states.swapping(row, { value: row.value, expires_at: now + KEPT_MS, due_at: null }),
          ]);
          return;
        }
        const after = await round(row.value, signal);
        const wait_ms = after.failures === 0 ? INTERVAL_MS : Math.min(1_000 * 2 ** after.failures, LONGEST_WAIT_MS);
        if (!signal.aborted) await keep(after, wait_ms);
      },
    },
  };
}

function formOf(partition: string, { n, at, ...event }: ChainedEvent): ForwardedEvent {
  return { id: `${partition}.${n}`, at_ms: at, ...event };
}
