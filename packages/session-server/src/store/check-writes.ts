import { partitionOf } from './partition.ts';
import type { Row, Write } from './store.ts';

/**
 * The part of the contract that callers owe: every store refuses a commit that breaks it, so that a
 * mistake shows with the first store it meets.
 * @throws TypeError naming the row and the member.
 */
export function checkWrites(writes: readonly Write[]): void {
  const named = new Set<string>();
  for (const write of writes) {
    const id = write.op === 'remove' ? write.id : write.row.id;
    const name = `${write.kind}|${id}`;
    if (!/^[a-z_]+$/.test(write.kind)) throw new TypeError(`${name}: a kind is lower-case ASCII and _`);
    if (named.has(name)) throw new TypeError(`${name}: named twice in one commit`);
    named.add(name);
    if (write.op !== 'remove') checkRow(name, write.op, write.row);
  }
  checkPartition(writes);
}

function checkPartition(writes: readonly Write[]): void {
  if (writes.length < 2) return;
  const ids = writes.map((write) => (write.op === 'remove' ? write.id : write.row.id));
  const [first = '', ...others] = ids;
  const partition = partitionOf(first);
  const stray = others.find((id) => id !== first && partitionOf(id) !== partition);
  if (stray !== undefined) throw new TypeError(`${first}, ${stray}: one commit cannot span two partitions`);
}

function checkRow(name: string, op: 'insert' | 'swap', row: Row): void {
  const versionFits = op === 'insert' ? row.version === 1 : Number.isSafeInteger(row.version) && row.version > 1;
  if (!versionFits) throw new TypeError(`${name}: version ${row.version} does not fit an ${op}`);
  if (!Number.isSafeInteger(row.schema) || row.schema < 1)
    throw new TypeError(`${name}: schema is no whole number from 1 on`);
  if (!Number.isSafeInteger(row.expires_at)) throw new TypeError(`${name}: expires_at is no whole number of ms`);
  if (row.due_at !== null && !Number.isSafeInteger(row.due_at)) {
    throw new TypeError(`${name}: due_at is no whole number of ms`);
  }
  if (row.value === undefined) throw new TypeError(`${name}: value is missing`);
}
