import { CLOSE_CODES, isEnd, parseClientMessage, type ServerMessage } from '@beckon/protocol';
import type { WebSocket } from 'ws';
import { FlowError, type SessionCredentials } from '../flow/index.ts';
import type { Hub } from './hub.ts';
import type { SocketLimits } from './limits.ts';
import type { Schedule } from './schedule.ts';

export interface ConnectionOptions {
  readonly hub: Hub;
  readonly schedule: Schedule;
  readonly limits: SocketLimits;
  /**
   * Whether these credentials may be watched from where this socket comes from.
   * @throws FlowError `session_not_found` (wrong secret too) or `origin_not_allowed`
   */
  readonly authorise: (credentials: SessionCredentials) => Promise<void>;
  /** The store failed. For the log. */
  readonly onError: (error: unknown, session_id: string) => void;
}

export interface Connection {
  /** Sends a close frame, and cuts the connection if the peer does not answer it in time. */
  end(code: number, reason: string): void;
}

/** The server could not do its part (RFC 6455 §7.4.1): reconnect. */
const INTERNAL_ERROR = 1011;

/**
 * One socket that speaks `beckon.v1`:
 *
 * - The client subscribes, to several sessions if it likes; subscribing again to one is answered
 *   with its snapshot once more. It has 5 s for the first subscription that is let in, else 4408.
 * - A subscription that is refused, or whose session is gone, is told `{"type":"error"}`; when no
 *   other subscription is left the socket is closed with 4401.
 * - After an end was told the subscription is over and frees its place; the socket stays, so that a
 *   renewed session can be watched on it.
 * - What is no message of the protocol, binary included, closes with 4400; a message over 4 KiB
 *   closes with 1009, before it was read.
 * - More subscriptions or messages than allowed close with 4429.
 * - A peer that misses pongs, or reads so slowly that what it is told piles up here, is cut without
 *   a close frame: it would wait behind all the rest.
 */
export function serveConnection(ws: WebSocket, options: ConnectionOptions): Connection {
  const { hub, schedule, limits, authorise, onError } = options;
  /** By session id; the value ends it. */
  const subscriptions = new Map<string, Subscription>();
  let missedPongs = 0;
  let messages = 0;
  let stopWindow: () => void = nothing;
  let stopPing = schedule.after(limits.ping_ms, ping);
  let stopDeadline = schedule.after(limits.subscribe_ms, () =>
    end(CLOSE_CODES.noSubscription, 'no subscription in time'),
  );
  let stopCut: () => void = nothing;
  let open = true;

  function release(): void {
    open = false;
    for (const stop of [stopWindow, stopPing, stopDeadline]) stop();
    for (const subscription of subscriptions.values()) subscription.unwatch();
    subscriptions.clear();
  }

  function end(code: number, reason: string): void {
    if (!open) return;
    release();
    ws.close(code, reason);
    stopCut = schedule.after(limits.close_ms, () => ws.terminate());
  }

  function ping(): void {
    if (missedPongs >= limits.missed_pongs) {
      ws.terminate();
      return;
    }
    missedPongs += 1;
    ws.ping();
    stopPing = schedule.after(limits.ping_ms, ping);
  }

  function send(message: ServerMessage): void {
    if (!open) return;
    if (ws.bufferedAmount > limits.buffered_bytes) {
      release();
      ws.terminate();
      return;
    }
    ws.send(JSON.stringify(message));
  }

  /** Whether the peer stays within its messages per window; the window starts with the first. */
  function countMessage(): boolean {
    if (messages === 0) {
      stopWindow = schedule.after(limits.messages_window_ms, () => {
        messages = 0;
      });
    }
    messages += 1;
    return messages <= limits.messages;
  }

  function receive(text: string): void {
    if (!countMessage()) {
      end(CLOSE_CODES.tooMany, 'too many messages');
      return;
    }
    const message = parseClientMessage(text);
    if (message === null) end(CLOSE_CODES.malformed, 'not a message of this protocol');
    else if (message.type === 'unsubscribe') unsubscribe(message.session_id);
    else subscribe({ session_id: message.session_id, session_secret: message.session_secret });
  }

  function unsubscribe(session_id: string): void {
    subscriptions.get(session_id)?.unwatch();
    subscriptions.delete(session_id);
  }

  function subscribe(credentials: SessionCredentials): void {
    const { session_id } = credentials;
    unsubscribe(session_id);
    if (subscriptions.size >= limits.subscriptions) {
      end(CLOSE_CODES.tooMany, 'too many subscriptions');
      return;
    }
    const subscription: Subscription = { unwatch: nothing };
    subscriptions.set(session_id, subscription);
    // Unsubscribed, subscribed anew or closed while the check was under way: its answer has no receiver.
    const isCurrent = (): boolean => subscriptions.get(session_id) === subscription;

    const refuse = (error: unknown): void => {
      if (!isCurrent()) return;
      subscriptions.delete(session_id);
      const known = error instanceof FlowError && error.code !== 'server_error' ? error.code : null;
      if (known === null) onError(error, session_id);
      send({ type: 'error', error: known ?? 'server_error', session_id });
      if (subscriptions.size > 0) return;
      if (known === null) end(INTERNAL_ERROR, 'server error');
      else if (known === 'rate_limited') end(CLOSE_CODES.tooMany, 'too many watch this session');
      else end(CLOSE_CODES.notAuthorised, 'no such session, or not with this secret or from this origin');
    };

    const admit = (): void => {
      if (!isCurrent()) return;
      stopDeadline();
      subscription.unwatch = hub.watch(credentials, {
        snapshot(snapshot) {
          if (!isCurrent()) return;
          if (isEnd(snapshot.status)) subscriptions.delete(session_id);
          send({ ...snapshot, type: 'session' });
        },
        lost: refuse,
      });
    };
    authorise(credentials).then(admit, refuse);
  }

  ws.on('message', (data, isBinary) => {
    if (!open) return;
    if (isBinary || !Buffer.isBuffer(data)) end(CLOSE_CODES.malformed, 'text messages only');
    else receive(data.toString('utf8'));
  });
  ws.on('pong', () => {
    missedPongs = 0;
  });
  // A broken frame, a message over the limit, a reset: ws closes by itself, with the fitting code.
  ws.on('error', () => {
    release();
    stopCut();
    stopCut = schedule.after(limits.close_ms, () => ws.terminate());
  });
  ws.on('close', () => {
    release();
    stopCut();
  });

  return { end };
}

interface Subscription {
  unwatch: () => void;
}

function nothing(): void {}
