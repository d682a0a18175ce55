import type { BatchWorker } from '../jobs/index.ts';
import { collectionOf, inserting } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import type { Row, Store, Write, Writes } from '../store/store.ts';
import { batchId, headId, headOf, nextBatch } from './chain.ts';
import type { AuditEvent } from './event.ts';
import { AUDIT_BATCH, AUDIT_EVENT, AUDIT_HEAD, type ToldEvents } from './kinds.ts';
import { eventsOf } from './told.ts';

/** Rows that one look takes, of all partitions. */
const TAKEN = 1_000;
/** Rows that become one batch: what reads it reads all of it. */
const ROWS_IN_BATCH = 50;
/** A process that dies over rows gives them back after this long, in ms: what is not sealed can be removed unseen. */
const LEASE_MS = 2_000;
/** Others who seal the same partition meanwhile. */
const TRIES = 10;
const NEVER = Number.MAX_SAFE_INTEGER;

export interface SealingDependencies {
  readonly store: Store;
  /** What log lines call a session. */
  readonly sessionHash: (session_id: string) => string;
  /** How long events are kept, in ms. */
  readonly retention_ms: number;
}

/**
 * Moves events from where they were told into the chain of their partition: in one commit the batch comes, the rows that
 * it is made of go, and the chain's head moves. So a process that is killed loses none and doubles none, and of several
 * that seal one partition each event is sealed by one.
 */
export function createSealing({ store, sessionHash, retention_ms }: SealingDependencies): BatchWorker {
  const heads = collectionOf(store, AUDIT_HEAD);
  const events = collectionOf(store, AUDIT_EVENT);

  const sealOnce = async (partition: string, rows: readonly Row<ToldEvents>[]): Promise<boolean> => {
    const told = rows.flatMap(({ value }) => eventsOf(value, sessionHash));
    if (!isSome(told)) return (await store.commit(rows.map(removing) as [Write, ...Write[]])).stored;
    const { row: head } = await heads.get(headId(partition));
    const { stored } = await store.commit((now): Writes => {
      const batch = nextBatch(partition, head?.value ?? null, told, now);
      const until = now + retention_ms;
      const value = headOf(batch, until);
      return [
        inserting(AUDIT_BATCH, batchId(partition, batch.seq), { value: batch, expires_at: until }),
        head === null
          ? inserting(AUDIT_HEAD, headId(partition), { value, expires_at: NEVER })
          : heads.swapping(head, { value, expires_at: NEVER }),
        ...rows.map(removing),
      ];
    });
    return stored;
  };
  const seal = async (partition: string, taken: readonly Row<ToldEvents>[]): Promise<void> => {
    let rows = taken;
    for (let tries = 0; tries < TRIES && rows.length > 0; tries += 1) {
      if (await sealOnce(partition, rows)) return;
      // Another process has sealed some of them, or others of the same partition.
      const found = await Promise.all(rows.map(({ id }) => events.get(id)));
      rows = found.flatMap(({ row }) => row ?? []);
    }
  };

  return {
    kind: AUDIT_EVENT.name,
    batch: TAKEN,
    lease_ms: LEASE_MS,
    async handleAll(rows) {
      const byPartition = new Map<string, Row<ToldEvents>[]>();
      for (const row of rows as readonly Row<ToldEvents>[]) {
        const partition = partitionOf(row.id);
        byPartition.set(partition, [...(byPartition.get(partition) ?? []), row]);
      }
      await Promise.all(
        [...byPartition].map(async ([partition, all]) => {
          const inOrder = all.toSorted((a, b) => a.value.at - b.value.at || (a.id < b.id ? -1 : 1));
          for (let from = 0; from < inOrder.length; from += ROWS_IN_BATCH) {
            await seal(partition, inOrder.slice(from, from + ROWS_IN_BATCH));
          }
        }),
      );
    },
  };
}

function removing({ id, version }: Row): Write {
  return { op: 'remove', kind: AUDIT_EVENT.name, id, version };
}

function isSome(events: readonly AuditEvent[]): events is readonly [AuditEvent, ...AuditEvent[]] {
  return events.length > 0;
}
