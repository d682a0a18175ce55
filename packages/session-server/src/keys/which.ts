/** Which key signs at a time, by what is known of all keys of its algorithm: the same in every process. */
import type { Row } from '../store/store.ts';
import type { Algorithm, KeyFacts } from './signing-key.ts';

type KeyRow<T extends KeyFacts> = Row<T>;

function of<T extends KeyFacts>(rows: readonly KeyRow<T>[], alg: Algorithm): readonly KeyRow<T>[] {
  return rows.filter(({ value }) => value.alg === alg);
}

/** Whether a key was retired before it signed anything: it was published, and the operator went back. */
function isCalledBack({ signs_from, retired_at }: KeyFacts): boolean {
  return retired_at !== null && retired_at < signs_from;
}

function latest<T extends KeyFacts>(rows: readonly KeyRow<T>[], by: (key: T) => number): KeyRow<T> | null {
  return rows.reduce<KeyRow<T> | null>(
    (found, row) => (found === null || by(row.value) > by(found.value) ? row : found),
    null,
  );
}

/** The key that began to sign last. Null where there is none of the algorithm. */
export function signsAt<T extends KeyFacts>(rows: readonly KeyRow<T>[], alg: Algorithm, now: number): KeyRow<T> | null {
  const able = of(rows, alg).filter(({ value }) => !isCalledBack(value));
  const begun = able.filter(({ value }) => value.signs_from <= now);
  const last = latest(begun, ({ signs_from }) => signs_from);
  // In the same ms one took the other's place.
  const inPlace = begun.find(({ value }) => value.retired_at === null && value.signs_from === last?.value.signs_from);
  // A clock that went back: then the first one, which every verifier has.
  return inPlace ?? last ?? able[0] ?? null;
}

/** The key that is published and does not sign yet; null where there is none. */
export function signsNext<T extends KeyFacts>(
  rows: readonly KeyRow<T>[],
  alg: Algorithm,
  now: number,
): KeyRow<T> | null {
  const waiting = of(rows, alg).filter(({ value }) => !isCalledBack(value) && value.signs_from > now);
  const current = signsAt(rows, alg, now);
  return latest(
    waiting.filter(({ id }) => id !== current?.id),
    ({ signs_from }) => signs_from,
  );
}

/** The key that signed before the one that signs now, and still is there; null where there is none. */
export function signedBefore<T extends KeyFacts>(
  rows: readonly KeyRow<T>[],
  alg: Algorithm,
  now: number,
): KeyRow<T> | null {
  const current = signsAt(rows, alg, now);
  const retired = of(rows, alg).filter(
    ({ id, value }) =>
      id !== current?.id && !isCalledBack(value) && value.retired_at !== null && value.retired_at <= now,
  );
  return latest(retired, ({ retired_at }) => retired_at ?? 0);
}
