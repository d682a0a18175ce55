import type { Timers } from '../jobs/timers-port.ts';
import { withReason } from './network-reason.ts';

/** A call to a provider may take this long, in ms, body included. */
const TIME_LIMIT_MS = 10_000;
/** A provider's answer is at most this long, in bytes. */
const SIZE_LIMIT_BYTES = 1_048_576;
/** RFC 9110 §15.4: those that `fetch` follows. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * `fetch` for calls to providers: ends after 10 s, reads at most 1 MiB, follows no redirect (a
 * provider's endpoint that redirects is misconfigured, or sends our credentials elsewhere). With
 * `redirect: 'manual'` the redirect itself is the answer.
 */
export function createLimitedFetch(timers: Pick<Timers, 'limit'>): typeof fetch {
  return async (input, init = {}) => {
    const limit = timers.limit(TIME_LIMIT_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    // Asked for as it is also where it is a mistake: `fetch` itself gives a redirect no code of its own.
    const response = await fetch(input, { ...init, signal, redirect: 'manual' });
    if (init.redirect !== 'manual' && REDIRECTS.has(response.status)) {
      await response.body?.cancel();
      throw withReason(new TypeError('the answer is a redirect'), 'redirected');
    }
    if (response.body === null) return response;
    const body = response.body.pipeThrough(sizeLimit());
    return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
  };
}

/** As `createLimitedFetch`, for event streams: the limit covers the wait for the response's head alone. */
export function createLimitedStream(timers: Pick<Timers, 'after'>): typeof fetch {
  return async (input, init = {}) => {
    const late = new AbortController();
    const inTime = timers.after(TIME_LIMIT_MS, () => late.abort(new DOMException('no answer in time', 'TimeoutError')));
    const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
    try {
      return await fetch(input, { ...init, signal, redirect: 'error' });
    } finally {
      inTime();
    }
  };
}

function sizeLimit(): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > SIZE_LIMIT_BYTES)
        controller.error(
          withReason(new RangeError(`the answer is longer than ${SIZE_LIMIT_BYTES} bytes`), 'too_large'),
        );
      else controller.enqueue(chunk);
    },
  });
}
