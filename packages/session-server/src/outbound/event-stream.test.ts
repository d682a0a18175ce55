import { expect, it } from 'vitest';
import { createManualTimers } from '../test-support/manual-timers.ts';
import { readEvents } from './event-stream.ts';

const LIMITS = { event: 1_000, silence_ms: 6_000 };

/** A stream that a test writes to. */
function stream(): { readonly body: ReadableStream<Uint8Array>; readonly say: (text: string) => void } {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  return { body, say: (text) => controller?.enqueue(new TextEncoder().encode(text)) };
}

it('a stream that falls silent for 6 s ends; an event begins them anew, a comment does not', async () => {
  const timers = createManualTimers();
  const { body, say } = stream();
  const events = readEvents(body, LIMITS, new AbortController().signal, timers);
  say('data: one\n\n');
  expect((await events.next()).value).toBe('one');
  timers.advance(60_000);
  expect(timers.pending, 'what the reader does with an event is no silence').toBe(0);

  const second = events.next();
  timers.advance(5_999);
  say('data: two\n\n');
  expect((await second).value).toBe('two');

  const third = events.next();
  timers.advance(5_999);
  say(': still here\n\n');
  let over = false;
  const ended = third.then(({ done }) => (over = done === true));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(over, 'not before').toBe(false);
  timers.advance(1);
  await ended;
  expect(over).toBe(true);
  expect(timers.pending).toBe(0);
});
