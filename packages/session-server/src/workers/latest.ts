import { oneAtATime } from '../bus/index.ts';

/**
 * Sends values of which only the latest counts, one at a time.
 * @param send resolves once the process was handed the value; it never rejects
 */
export function createLatest<T>(send: (value: T) => Promise<void>): (value: T) => void {
  let waiting: { readonly value: T } | null = null;
  const flush = oneAtATime(
    () => {
      const latest = waiting;
      waiting = null;
      return latest;
    },
    ({ value }: { readonly value: T }) => send(value),
  );
  return (value) => {
    waiting = { value };
    flush();
  };
}
