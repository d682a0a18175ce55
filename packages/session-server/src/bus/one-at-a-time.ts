/**
 * Sends what waits, one at a time: while one is under way, what comes meanwhile waits for the next. So a listener that
 * takes nothing makes no queue.
 * @param take what is to be sent now, which waits no more; null for nothing
 * @param send resolves once the listener's process was handed it; it never rejects
 * @returns to be called when there is something to take
 */
export function oneAtATime<T>(take: () => T | null, send: (given: T) => Promise<void>): () => void {
  let isUnderWay = false;
  const flush = (): void => {
    const given = isUnderWay ? null : take();
    if (given === null) return;
    isUnderWay = true;
    void taken(send(given));
  };
  const taken = async (sent: Promise<void>): Promise<void> => {
    await sent;
    isUnderWay = false;
    flush();
  };
  return flush;
}
