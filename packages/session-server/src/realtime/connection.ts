import { CLOSE_CODES, isEnd, parseClientMessage, type ClientMessage, type ServerMessage } from '@beckon/protocol';
import type { RawData, WebSocket } from 'ws';
import { FlowError, type SessionCredentials } from '../flow/index.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { Hub, Watcher, Watching } from './hub.ts';
import type { SocketLimits } from './limits.ts';
import type { Schedule } from './schedule.ts';

export interface ConnectionsOptions {
  readonly hub: Hub;
  readonly schedule: Schedule;
  readonly limits: SocketLimits;
  /**
   * Whether these credentials may be watched from where this socket comes from.
   * @throws FlowError `session_not_found` (wrong secret too) or `origin_not_allowed`
   */
  readonly authorise: (credentials: SessionCredentials, origin: string | undefined) => Promise<void>;
  /** The store failed. For the log. */
  readonly onError: (error: unknown, session_id: string) => void;
  /** After a socket closed, with its close code. */
  readonly onClosed: (code: number) => void;
}

export interface Connections {
  /** Serves a socket until it closes, and calls `onClosed` then. */
  serve(ws: WebSocket, origin: string | undefined, onClosed: () => void): void;
  /** Sends a close frame, and cuts the connection if the peer does not answer it in time. */
  end(ws: WebSocket, code: number, reason: string): void;
  /** The same to all. */
  endAll(code: number, reason: string): void;
  readonly size: number;
}

/** One socket. It may wait for minutes beside thousands of others: what it needs for that is here, and no function is its own. */
interface Connection {
  readonly ws: WebSocket;
  readonly origin: string | undefined;
  /** Few: a list is smaller than a map, and as fast. It is replaced: one that is pushed to has room for 17. */
  subscriptions: readonly Subscription[];
  open: boolean;
  missedPongs: number;
  /** In the window that began at `countedFrom`. */
  messages: number;
  countedFrom: number;
  /** The deadline for the first subscription; after our close frame, that for the peer's. */
  stopTimer: () => void;
  readonly onClosed: () => void;
}

interface Subscription extends Watcher, SessionCredentials {
  readonly connection: Connection;
  /** It was let in. */
  admitted: boolean;
  watching: Watching | null;
}

const NONE: readonly Subscription[] = [];

/** The server could not do its part (RFC 6455 §7.4.1): reconnect. */
const INTERNAL_ERROR = 1011;

/**
 * Sockets that speak `beckon.v1`:
 *
 * - The client subscribes, to several sessions if it likes; subscribing again to one is answered
 *   with its snapshot once more, or with `unchanged` where the client says that it has it. It has 5 s for the
 *   first subscription that is let in, else 4408.
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
export function createConnections(options: ConnectionsOptions): Connections {
  const { hub, schedule, limits, authorise, onError } = options;
  const connections = new Map<WebSocket, Connection>();
  const heartbeat = createHeartbeat({ schedule, every_ms: limits.ping_ms, beat: ping });

  function release(connection: Connection): void {
    connection.open = false;
    connection.stopTimer();
    heartbeat.leave(connection);
    const { subscriptions } = connection;
    connection.subscriptions = NONE;
    for (const subscription of subscriptions) unwatch(subscription);
  }

  function end(connection: Connection, code: number, reason: string): void {
    if (!connection.open) return;
    release(connection);
    connection.ws.close(code, reason);
    cutIn(connection, limits.close_ms);
  }

  function cutIn(connection: Connection, delay_ms: number): void {
    connection.stopTimer();
    connection.stopTimer = schedule.after(delay_ms, () => connection.ws.terminate());
  }

  function ping(connection: Connection): void {
    if (connection.missedPongs >= limits.missed_pongs) {
      connection.ws.terminate();
      return;
    }
    connection.missedPongs += 1;
    connection.ws.ping();
  }

  function send(connection: Connection, message: ServerMessage): void {
    if (!connection.open) return;
    if (connection.ws.bufferedAmount > limits.buffered_bytes) {
      release(connection);
      connection.ws.terminate();
      return;
    }
    connection.ws.send(JSON.stringify(message));
  }

  /** Whether the peer stays within its messages per window; the window starts with the first. */
  function countMessage(connection: Connection): boolean {
    const now = schedule.elapsed();
    if (connection.messages === 0 || now - connection.countedFrom >= limits.messages_window_ms) {
      connection.messages = 0;
      connection.countedFrom = now;
    }
    connection.messages += 1;
    return connection.messages <= limits.messages;
  }

  function receive(connection: Connection, text: string): void {
    if (!countMessage(connection)) {
      end(connection, CLOSE_CODES.tooMany, 'too many messages');
      return;
    }
    const message = parseClientMessage(text);
    if (message === null) end(connection, CLOSE_CODES.malformed, 'not a message of this protocol');
    else if (message.type === 'unsubscribe') unsubscribe(connection, message.session_id);
    else if (stands(connection, message)) send(connection, { type: 'unchanged', session_id: message.session_id });
    else subscribe(connection, message);
  }

  /** Whether the peer only asks if it is still heard: it has this very subscription, and what there is. */
  function stands(connection: Connection, message: Extract<ClientMessage, { type: 'subscribe' }>): boolean {
    const { session_id, session_secret, after } = message;
    const has = connection.subscriptions.some(
      (one) => one.session_id === session_id && one.session_secret === session_secret && one.admitted,
    );
    return has && after !== undefined && hub.standing(message) === after;
  }

  function unsubscribe({ subscriptions }: Connection, session_id: string): void {
    const subscription = subscriptions.find((one) => one.session_id === session_id);
    if (subscription === undefined) return;
    leave(subscription);
    unwatch(subscription);
  }

  function unwatch({ watching }: Subscription): void {
    if (watching !== null) hub.unwatch(watching);
  }

  function subscribe(connection: Connection, { session_id, session_secret }: SessionCredentials): void {
    unsubscribe(connection, session_id);
    if (connection.subscriptions.length >= limits.subscriptions) {
      end(connection, CLOSE_CODES.tooMany, 'too many subscriptions');
      return;
    }
    const subscription: Subscription = {
      connection,
      session_id,
      session_secret,
      admitted: false,
      watching: null,
      snapshot: onSnapshot,
      lost: onLost,
    };
    connection.subscriptions = connection.subscriptions.concat(subscription);
    authorise(subscription, connection.origin).then(
      () => admit(subscription),
      (error: unknown) => refuse(subscription, error),
    );
  }

  /** False: unsubscribed, subscribed anew or closed meanwhile. What comes then has no receiver. */
  function isCurrent(subscription: Subscription): boolean {
    return subscription.connection.subscriptions.includes(subscription);
  }

  function admit(subscription: Subscription): void {
    if (!isCurrent(subscription)) return;
    subscription.connection.stopTimer();
    subscription.connection.stopTimer = nothing;
    subscription.admitted = true;
    subscription.watching = hub.watch(subscription, subscription);
  }

  function refuse(subscription: Subscription, error: unknown): void {
    if (!isCurrent(subscription)) return;
    const { connection, session_id } = subscription;
    leave(subscription);
    const known = error instanceof FlowError && error.code !== 'server_error' ? error.code : null;
    if (known === null) onError(error, session_id);
    send(connection, { type: 'error', error: known ?? 'server_error', session_id });
    if (connection.subscriptions.length > 0) return;
    if (known === null) end(connection, INTERNAL_ERROR, 'server error');
    else if (known === 'rate_limited') end(connection, CLOSE_CODES.tooMany, 'too many watch this session');
    else end(connection, CLOSE_CODES.notAuthorised, 'no such session, or not with this secret or from this origin');
  }

  function leave(subscription: Subscription): void {
    const { connection } = subscription;
    connection.subscriptions = connection.subscriptions.filter((one) => one !== subscription);
  }

  // One of each for all sockets: `this` is the one that it is about.

  function onSnapshot(this: Subscription, snapshot: Parameters<Watcher['snapshot']>[0]): void {
    if (!isCurrent(this)) return;
    if (isEnd(snapshot.status)) leave(this);
    send(this.connection, { ...snapshot, type: 'session' });
  }

  function onLost(this: Subscription, error: FlowError): void {
    refuse(this, error);
  }

  function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    const connection = connections.get(this);
    if (connection?.open !== true) return;
    if (isBinary || !Buffer.isBuffer(data)) end(connection, CLOSE_CODES.malformed, 'text messages only');
    else receive(connection, data.toString('utf8'));
  }

  function onPong(this: WebSocket): void {
    const connection = connections.get(this);
    if (connection !== undefined) connection.missedPongs = 0;
  }

  /** A broken frame, a message over the limit, a reset: ws closes by itself, with the fitting code. */
  function onSocketError(this: WebSocket): void {
    const connection = connections.get(this);
    if (connection === undefined) return;
    release(connection);
    cutIn(connection, limits.close_ms);
  }

  function onClose(this: WebSocket, code: number): void {
    const connection = connections.get(this);
    if (connection === undefined) return;
    release(connection);
    connections.delete(this);
    connection.onClosed();
    options.onClosed(code);
  }

  return {
    serve(ws, origin, onClosed) {
      const connection: Connection = {
        ws,
        origin,
        subscriptions: NONE,
        open: true,
        missedPongs: 0,
        messages: 0,
        countedFrom: 0,
        stopTimer: nothing,
        onClosed,
      };
      connections.set(ws, connection);
      heartbeat.join(connection);
      connection.stopTimer = schedule.after(limits.subscribe_ms, () =>
        end(connection, CLOSE_CODES.noSubscription, 'no subscription in time'),
      );
      ws.on('message', onMessage).on('pong', onPong).on('error', onSocketError).on('close', onClose);
    },
    end(ws, code, reason) {
      const connection = connections.get(ws);
      if (connection !== undefined) end(connection, code, reason);
    },
    endAll(code, reason) {
      for (const connection of connections.values()) end(connection, code, reason);
    },
    get size() {
      return connections.size;
    },
  };
}

function nothing(): void {}
