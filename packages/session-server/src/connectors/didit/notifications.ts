import { WebSocket } from 'ws';
import type { Timers } from '../../jobs/timers-port.ts';

/** The longest message that is read, in bytes; Didit's are under 100. */
const MESSAGE_LIMIT_BYTES = 4_096;
/** From the call to the open socket, in ms. */
const HANDSHAKE_LIMIT_MS = 10_000;
/** Messages of one socket, after which it is not listened to any more: a sign-in has three. */
const MESSAGES_LIMIT = 50;
/** Waits before each attempt to connect again, in ms; then the poll alone goes on. */
const RECONNECT_MS = [1_000, 2_000, 5_000, 10_000, 30_000];

/** Didit's notifications: hints that the status may be another, and nothing more. */
export interface Notifications {
  /** Whether a socket is up. */
  readonly connected: boolean;
  /** Resolves at the next hint (at once, when one came since the last call), after `ms`, or when `signal` aborts. Never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * Listens for one session. What a message says is not believed: it tells that it is worth asking
 * for the status. Failures are silent, since the poll goes on. `endpoint` null: no socket, the clock alone.
 */
export function openNotifications(
  endpoint: string | null,
  session_token: string,
  timers: Pick<Timers, 'after'>,
): Notifications {
  let socket: WebSocket | null = null;
  let stopTimer = (): void => undefined;
  let closed = endpoint === null;
  let attempts = 0;
  let hinted = false;
  let wake: (() => void) | null = null;

  const hint = (): void => {
    hinted = true;
    wake?.();
  };
  const connect = (): void => {
    if (closed || endpoint === null) return;
    let messages = 0;
    // Didit takes the token in the query; this URL is only ever called by us.
    const url = `${endpoint}?${new URLSearchParams({ token: session_token }).toString()}`;
    const opened = new WebSocket(url, {
      followRedirects: false,
      handshakeTimeout: HANDSHAKE_LIMIT_MS,
      maxPayload: MESSAGE_LIMIT_BYTES,
      perMessageDeflate: false,
    });
    socket = opened;
    // What happened before is not told again.
    opened.on('open', hint);
    opened.on('message', (data, isBinary) => {
      messages += 1;
      if (messages > MESSAGES_LIMIT) {
        attempts = RECONNECT_MS.length;
        opened.terminate();
      } else if (!isBinary && Buffer.isBuffer(data) && isStatus(data.toString('utf8'))) hint();
    });
    // Without a listener an error would end the process; 'close' follows every one.
    opened.on('error', () => {});
    opened.on('close', () => {
      socket = null;
      const wait = RECONNECT_MS[attempts];
      attempts += 1;
      if (!closed && wait !== undefined) stopTimer = timers.after(wait, connect);
      // A waiting caller does so for as long as a socket allows; it is gone.
      hint();
    });
  };
  connect();

  return {
    get connected() {
      return socket?.readyState === WebSocket.OPEN;
    },
    wait(ms, signal) {
      return new Promise((resolve) => {
        const done = (): void => {
          stopWaiting();
          signal.removeEventListener('abort', done);
          wake = null;
          hinted = false;
          resolve();
        };
        const stopWaiting = timers.after(ms, done);
        signal.addEventListener('abort', done);
        wake = done;
        if (hinted || signal.aborted) done();
      });
    },
    close() {
      closed = true;
      stopTimer();
      socket?.terminate();
    },
  };
}

/** `{"message":{"status":"retrieved"}}`, as Didit's demo reads it. */
function isStatus(text: string): boolean {
  try {
    const message: unknown = (JSON.parse(text) as { message?: unknown }).message;
    return typeof message === 'object' && message !== null && 'status' in message && typeof message.status === 'string';
  } catch {
    return false;
  }
}
