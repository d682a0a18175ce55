import { CLOSE_CODES, SUBPROTOCOL, isSnapshot, parseServerMessage, type ClientMessage } from '@beckon/protocol';
import { backoffMs } from './backoff.ts';
import type { Timer } from './environment.ts';
import { fetchStatus } from './status.ts';
import type { Transport } from './transport.ts';
import { onWake } from './wake.ts';

/** From opening to the first snapshot. */
const CONNECT_LIMIT_MS = 10_000;
/** The server's pings are invisible to scripts, and it says nothing while nothing happens: silence this long is looked into. */
const SILENCE_LIMIT_MS = 45_000;
/** How long the answer to that question may take. */
const ANSWER_LIMIT_MS = 5_000;
/** The same once another answer has shown that server and network are there. */
const PROVEN_LIMIT_MS = 1_000;

/** `beckon.v1` over WebSocket. Needs `environment.WebSocket`. */
export const connectBySocket: Transport = (credentials, events, environment) => {
  const Socket = environment.WebSocket!;
  const url = socketUrl(credentials.server);
  let socket: WebSocket | null = null;
  let timer: Timer = null;
  let failures = 0;
  let refusal: string | undefined;
  /** The look that is under way. */
  let looking: AbortController | null = null;
  /** The version that is known here; none where all is to be told anew. */
  let known: number | undefined;

  function after(ms: number, run: () => void): void {
    environment.clearTimeout(timer);
    timer = environment.setTimeout(run, ms);
  }

  function open(): void {
    refusal = known = undefined;
    try {
      socket = new Socket(url, SUBPROTOCOL);
    } catch {
      // A page's policy may forbid the address outright; the failure is told once connecting has returned.
      after(0, lose);
      return;
    }
    after(CONNECT_LIMIT_MS, lose);
    socket.addEventListener('open', ask);
    socket.addEventListener('message', hear);
    socket.addEventListener('close', onClose);
    // Chromium tells of a socket that the page's policy forbids by this event alone.
    socket.addEventListener('error', lose);
  }

  function ask(): void {
    socket?.send(
      JSON.stringify({
        type: 'subscribe',
        session_id: credentials.sessionId,
        session_secret: credentials.sessionSecret,
        after: known,
      } satisfies ClientMessage),
    );
  }

  function hear({ data }: MessageEvent): void {
    const message = typeof data === 'string' ? parseServerMessage(data) : null;
    if (message === null) return;
    if (message.type === 'error') {
      // It is over only when the server closes for it; other errors pass.
      refusal = message.error;
      return;
    }
    if (message.session_id !== credentials.sessionId) return;
    looking?.abort();
    failures = 0;
    after(SILENCE_LIMIT_MS, check);
    events.onState('socket');
    // A listener that heard the state may have closed this connection.
    if (socket === null || message.type !== 'session') return;
    const { type: _, ...snapshot } = message;
    known = snapshot.version;
    events.onSnapshot(snapshot);
  }

  function onClose({ code }: CloseEvent): void {
    if (code !== CLOSE_CODES.notAuthorised) return lose();
    close();
    events.onError(refusal ?? 'session_not_found');
  }

  /** Subscribing again is answered at once, if anybody is still there: shortly, while nothing is newer. */
  function check(): void {
    after(ANSWER_LIMIT_MS, lose);
    ask();
  }

  function lose(): void {
    abandon();
    failures += 1;
    after(backoffMs(failures, environment.random), open);
    events.onState('reconnecting');
  }

  /** Drops the socket without hearing of it again. */
  function abandon(): void {
    socket?.removeEventListener('open', ask);
    socket?.removeEventListener('message', hear);
    socket?.removeEventListener('close', onClose);
    socket?.removeEventListener('error', lose);
    socket?.close();
    socket = null;
  }

  /** A socket that died while the page was suspended is silent, and finding that out takes seconds. */
  async function look(): Promise<void> {
    looking?.abort();
    const { signal } = (looking = new AbortController());
    const { response, body } = await fetchStatus(credentials, '', environment, signal);
    if (signal.aborted || !response.ok || !isSnapshot(body)) return;
    if (socket?.readyState === Socket.OPEN) after(PROVEN_LIMIT_MS, lose);
    events.onSnapshot(body);
  }

  function wake(away: boolean): void {
    // What fails here the socket finds out as well.
    if (away) look().catch(() => {});
    if (socket?.readyState === Socket.CONNECTING) return;
    // A device that slept needs the server's time as well.
    if (away) known = undefined;
    if (socket?.readyState === Socket.OPEN) return check();
    abandon();
    open();
  }

  function leave(): void {
    looking?.abort();
    environment.clearTimeout(timer);
    abandon();
  }

  function close(): void {
    stopWaking();
    leave();
  }

  const stopWaking = onWake(environment, wake, leave);
  open();
  return { close };
};

export function socketUrl(server: string): string {
  return `${server.replace(/^http/i, 'ws')}/session/events`;
}
