import { createHash } from 'node:crypto';

/** An id that carries its partition: two hex digits in front of 26 random characters. */
const PARTITIONED = /^([0-9A-F]{2})[0-9A-Z]{26}$/;

/** Which of the 256 partitions a row belongs to, as two upper-case hex digits: what its id says, else a hash of the id. */
export function partitionOf(id: string): string {
  const [, said] = PARTITIONED.exec(id) ?? [];
  return said ?? createHash('sha256').update(id).digest('hex').slice(0, 2).toUpperCase();
}
