import type { Response } from 'express';
import type { Faults } from './faults.ts';
import type { FlowRequest, Requests } from './requests.ts';

/** pasby sends an event about this often, in ms; this one also at every change, which spares tests the wait. */
const INTERVAL_MS = 2_000;

/** The status of requests, asked for or streamed. */
export interface Streams {
  /** What ping answers, and every event says. */
  answer(request: FlowRequest): { readonly status: number; readonly body: Record<string, unknown> };
  open(request: FlowRequest, res: Response): void;
  /** Says at once what has become of a request. */
  tell(request: FlowRequest): void;
  /** Ends every open stream. */
  cut(): void;
  readonly count: number;
}

export function createStreams(requests: Requests, faults: Faults): Streams {
  const open = new Set<{ readonly request: FlowRequest; readonly send: () => void; readonly end: () => void }>();

  const answer: Streams['answer'] = (request) => {
    if (requests.standing(request) === 'expired')
      return {
        status: 401,
        body: { status: 'expiration', type: 'session_expiry', code: 401, reason: 'Session has expired' },
      };
    const data = { request: { ...requests.status(request), ...faults.status } };
    return { status: 200, body: { status: 'successful', reason: 'Ping successful', version: 'v2', data } };
  };

  return {
    answer,
    open(request, res) {
      res.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
      const stream = {
        request,
        send(): void {
          res.write(`data: ${JSON.stringify(answer(request).body)}\n\n`);
          const over = !['waiting', 'picked'].includes(requests.standing(request));
          if (over || faults.streams === 'cut') stream.end();
        },
        end(): void {
          clearInterval(timer);
          open.delete(stream);
          res.end();
        },
      };
      const timer = setInterval(() => stream.send(), INTERVAL_MS);
      open.add(stream);
      res.on('close', () => stream.end());
      stream.send();
    },
    tell(request) {
      for (const stream of open) if (stream.request === request) stream.send();
    },
    cut() {
      for (const stream of open) stream.end();
    },
    get count() {
      return open.size;
    },
  };
}
