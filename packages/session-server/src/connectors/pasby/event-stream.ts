import type { Timers } from '../../jobs/timers-port.ts';

/** An event of pasby's holds one request's model: some dozen claims of 700 characters. In characters. */
const EVENT_LIMIT = 262_144;
/** pasby sends an event every 2 s; without one for this long, in ms, the stream counts as broken off. Comments are no events. */
const SILENCE_MS = 6_000;

/**
 * The data of each event (HTML Living Standard §9.2.6), until the stream ends, breaks off, falls
 * silent or `signal` aborts; all four end the iteration.
 * @throws RangeError for an event that is too long
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  timers: Pick<Timers, 'after'>,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  let heard = timers.after(SILENCE_MS, stop);
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done || value === undefined || signal.aborted) return;
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of a line's end.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const field = /^data(?:: ?(.*))?$/s.exec(line);
        if (field !== null) {
          data.push(field[1] ?? '');
          size += line.length;
        } else if (line === '' && data.length > 0) {
          heard();
          yield data.join('\n');
          // What the reader did with it is no silence of pasby's.
          heard();
          heard = timers.after(SILENCE_MS, stop);
          data = [];
          size = 0;
        }
      }
      if (size + rest.length > EVENT_LIMIT) throw new RangeError(`an event is longer than ${EVENT_LIMIT} characters`);
    }
  } finally {
    heard();
    signal.removeEventListener('abort', stop);
    stop();
  }
}
