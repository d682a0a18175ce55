/**
 * Sends values of which only the latest counts, one at a time: a process that takes nothing makes no queue.
 * @param send resolves once the process was handed the value; it never rejects
 */
export function createLatest<T>(send: (value: T) => Promise<void>): (value: T) => void {
  let waiting: { readonly value: T } | null = null;
  let isUnderWay = false;
  const flush = (): void => {
    if (isUnderWay || waiting === null) return;
    const { value } = waiting;
    waiting = null;
    isUnderWay = true;
    void taken(send(value));
  };
  const taken = async (sent: Promise<void>): Promise<void> => {
    await sent;
    isUnderWay = false;
    flush();
  };
  return (value) => {
    waiting = { value };
    flush();
  };
}
