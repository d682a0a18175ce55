import { hash } from 'node:crypto';

/**
 * Which of the 256 partitions a row lies in, as two upper-case hex digits.
 *
 * | id                            | partition                                     | rows                            |
 * |-------------------------------|-----------------------------------------------|---------------------------------|
 * | two digits and 26 characters  | the two digits                                | what comes of one authorization request |
 * | two digits, `.`, any text     | the two digits                                | the same, under a keyed hash    |
 * | a text, `.`, any text         | that of the text                              | what belongs to another row     |
 * | any other                     | the first two digits of its SHA-256           | keys, budgets, receipts         |
 *
 * Sessions of release 0.1 have ids without digits: what comes of them lies where their id's hash says.
 */
export function partitionOf(id: string): string {
  const dot = id.indexOf('.');
  const head = dot === -1 ? id : id.slice(0, dot);
  const [, said] = PARTITIONED.exec(head) ?? [];
  if (said !== undefined && (head.length > 2 || dot !== -1)) return said;
  return hash('sha256', head, 'hex').slice(0, 2).toUpperCase();
}

const PARTITIONED = /^([0-9A-F]{2})(?:[0-9A-Z]{26})?$/;
