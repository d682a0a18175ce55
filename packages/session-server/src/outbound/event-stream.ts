import { createParser } from 'eventsource-parser';
import type { Timers } from '../jobs/timers-port.ts';

export interface EventLimits {
  /** No event is longer, in characters. */
  readonly event: number;
  /** Without an event for this long, in ms, the stream counts as broken off. Comments are no events. */
  readonly silence_ms: number;
}

/**
 * The data of each event (HTML Living Standard §9.2.6), until the stream ends, breaks off, falls
 * silent or `signal` aborts; all four end the iteration.
 * @throws RangeError for an event that is too long
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  limits: EventLimits,
  signal: AbortSignal,
  timers: Pick<Timers, 'after'>,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  let heard = timers.after(limits.silence_ms, stop);
  const decoder = new TextDecoder();
  let events: string[] = [];
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: limits.event,
    onEvent: ({ data }) => events.push(data),
    onError: ({ type }) => (tooLong ||= type === 'max-buffer-size-exceeded'),
  });
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done || value === undefined || signal.aborted) return;
      events = [];
      parser.feed(decoder.decode(value, { stream: true }));
      for (const event of events) {
        heard();
        yield event;
        // What the reader did with it is no silence of the other side's.
        heard();
        heard = timers.after(limits.silence_ms, stop);
      }
      if (tooLong) throw new RangeError(`an event is longer than ${limits.event} characters`);
    }
  } finally {
    heard();
    signal.removeEventListener('abort', stop);
    stop();
  }
}
