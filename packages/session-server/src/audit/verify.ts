import { collectionOf } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import { isStoreError } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import { batchId, beginningOf, hashOf, headId } from './chain.ts';
import { AUDIT_BATCH, AUDIT_HEAD, type AuditBatch, type AuditHead } from './kinds.ts';
import { unsealedRows } from './unsealed.ts';

/** What is wrong with a chain, and where. */
export interface BrokenLink {
  readonly partition: string;
  /** Null for the head of the chain. */
  readonly batch: number | null;
  /** The number of the event in its partition; null where all of the batch, or the head, is meant. */
  readonly event: number | null;
  readonly problem:
    /** An event is not what was sealed, or the batch does not follow the one before it. */
    | 'changed'
    /** It stands in another place than it was sealed in. */
    | 'reordered'
    /** It was there, and is gone before its time. */
    | 'missing'
    /** Its row was written by a program without our secrets, or moved from another place. */
    | 'unreadable';
}

export interface Verification {
  /** The first of each partition, at most. */
  readonly broken: readonly BrokenLink[];
  readonly batches: number;
  readonly events: number;
  /** Rows that wait to be sealed: what becomes of them before that, no chain shows. */
  readonly unsealed: number;
  /** When the oldest of them was told, ms since the epoch; null for none. */
  readonly unsealed_since: number | null;
  /** Ms since the epoch. */
  readonly now: number;
}

const PARTITIONS: readonly string[] = Array.from({ length: 256 }, (_, n) =>
  n.toString(16).toUpperCase().padStart(2, '0'),
);

/** Where a row cannot be opened. */
const UNREADABLE = Symbol('unreadable');

/**
 * Walks the chain of every partition back from its head, one batch at a time. What is over by its time is no gap.
 * @param turn lets everything else of the process have a turn
 */
export async function verifyChains(store: Store, turn: () => Promise<void>): Promise<Verification> {
  const heads = collectionOf(store, AUDIT_HEAD);
  const batches = collectionOf(store, AUDIT_BATCH);
  const orNot = async <T>(read: () => Promise<T>): Promise<T | typeof UNREADABLE> => {
    try {
      return await read();
    } catch (error) {
      if (isStoreError(error) && error.code === 'wrong_secret') return UNREADABLE;
      throw error;
    }
  };
  const readBatch = (partition: string, seq: number) =>
    orNot(async () => (await batches.get(batchId(partition, seq))).row?.value ?? null);
  /** The last batch before a gap: older ones outlive newer ones where the time for which they are kept was shortened. */
  const lastBefore = async (
    partition: string,
    gap: number,
  ): Promise<readonly [seq: number, batch: AuditBatch | typeof UNREADABLE] | null> => {
    const first = await orNot(() => store.list<AuditBatch>(AUDIT_BATCH.name, 1, `${partition}.`));
    if (first === UNREADABLE) return null;
    const oldest = first.rows.find(({ id }) => partitionOf(id) === partition);
    if (oldest === undefined) return null;
    for (let seq = gap - 1; batchId(partition, seq) >= oldest.id; seq -= 1) {
      const batch = await readBatch(partition, seq);
      if (batch !== null) return [seq, batch];
      if (seq % 50 === 0) await turn();
    }
    return null;
  };
  const counts = { batches: 0, events: 0 };
  const { now } = await store.get(AUDIT_HEAD.name, headId(PARTITIONS[0] ?? ''));

  const walk = async (partition: string): Promise<BrokenLink | null> => {
    const head = await orNot(async () => (await heads.get(headId(partition))).row?.value ?? null);
    if (head === UNREADABLE) return { partition, batch: null, event: null, problem: 'unreadable' };
    if (head === null) {
      const stray = await orNot(() => store.list(AUDIT_BATCH.name, 1, `${partition}.`));
      if (stray === UNREADABLE) return { partition, batch: null, event: null, problem: 'unreadable' };
      const isLeft = stray.rows.some(({ id }) => partitionOf(id) === partition);
      return isLeft ? { partition, batch: null, event: null, problem: 'missing' } : null;
    }
    /** Of all that is wrong the one that is earliest in the chain: what is after it follows from it. */
    let first: BrokenLink | null = null;
    let expected: Pick<AuditHead, 'hash' | 'n'> = head;
    let until: number | null = head.until;
    for (let { seq } = head; seq > 0; seq -= 1) {
      const batch = await readBatch(partition, seq);
      const found = (problem: BrokenLink['problem'], event: number | null = null): BrokenLink => ({
        partition,
        batch: seq,
        event,
        problem,
      });
      if (batch === null) {
        // Its time is over, or it was taken away.
        if (until === null || until > now) first = found('missing');
        const before = await lastBefore(partition, seq);
        if (before === null) return first;
        const [earlier, kept] = before;
        seq = earlier + 1;
        until = null;
        // What the one that is gone followed is not known: the chain is taken up again where it is there.
        if (kept === UNREADABLE) continue;
        const { hash, n } = kept.events.at(-1) ?? kept.events[0];
        expected = { hash, n };
        continue;
      }
      if (batch === UNREADABLE) return found('unreadable');
      counts.batches += 1;
      counts.events += batch.events.length;
      first = brokenIn(partition, seq, batch, expected) ?? first;
      expected = { hash: batch.previous, n: Math.min(...batch.events.map(({ n }) => n)) - 1 };
      until = batch.previous_until;
      if (seq % 50 === 0) await turn();
    }
    if (first !== null || (expected.hash === beginningOf(partition) && expected.n === 0)) return first;
    return { partition, batch: 1, event: null, problem: 'changed' };
  };

  const broken: BrokenLink[] = [];
  for (const partition of PARTITIONS) {
    const link = await walk(partition);
    if (link !== null) broken.push(link);
    await turn();
  }

  let unsealed = 0;
  let since: number | null = null;
  for await (const { value } of unsealedRows(store)) {
    unsealed += 1;
    since = Math.min(since ?? value.at, value.at);
  }
  return { broken, ...counts, unsealed, unsealed_since: since, now };
}

/** @param expected what the batch after it, or the head, says of its last event */
function brokenIn(
  partition: string,
  seq: number,
  batch: AuditBatch,
  expected: Pick<AuditHead, 'hash' | 'n'>,
): BrokenLink | null {
  const at = (problem: BrokenLink['problem'], event: number | null): BrokenLink => ({
    partition,
    batch: seq,
    event,
    problem,
  });
  if (batch.seq !== seq) return at('reordered', null);
  let previous = batch.previous;
  const numbers = batch.events.map(({ n }) => n);
  let number = Math.min(...numbers);
  for (const event of batch.events) {
    if (event.n !== number) return at(numbers.includes(number) ? 'reordered' : 'missing', number);
    if (hashOf(previous, event) !== event.hash) return at('changed', event.n);
    previous = event.hash;
    number += 1;
  }
  if (number - 1 < expected.n) return at('missing', number);
  return previous === expected.hash && number - 1 === expected.n ? null : at('changed', number - 1);
}
