import { isObject, isText } from './guards.ts';
import { isSnapshot, type Snapshot } from './snapshot.ts';

/** The WebSocket subprotocol name (RFC 6455 §1.9). */
export const SUBPROTOCOL = 'beckon.v1';

/** A client message may be at most this long, in bytes; a longer one closes the socket. */
export const MESSAGE_LIMIT_BYTES = 4096;

export const CLOSE_CODES = {
  /** The server is going away: reconnect, with jitter (RFC 6455 §7.4.1). */
  goingAway: 1001,
  malformed: 4400,
  notAuthorised: 4401,
  /** No subscription within 5 s. */
  noSubscription: 4408,
  tooMany: 4429,
} as const;

export type ClientMessage =
  | {
      readonly type: 'subscribe';
      readonly session_id: string;
      readonly session_secret: string;
      /** The version that the client has: while there is none newer, the answer is `unchanged`. */
      readonly after?: number | undefined;
    }
  | { readonly type: 'unsubscribe'; readonly session_id: string };

export type ServerMessage =
  | ({ readonly type: 'session' } & Snapshot)
  /** The subscription stands, and the client has what there is. */
  | { readonly type: 'unchanged'; readonly session_id: string }
  | { readonly type: 'error'; readonly error: string; readonly session_id?: string };

/** Reads a client's message; null when it is not one. Unknown members are ignored. */
export function parseClientMessage(text: string): ClientMessage | null {
  const value = parseObject(text);
  if (value === null) return null;
  const { type, session_id, session_secret, after } = value;
  if (!isText(session_id)) return null;
  if (type === 'unsubscribe') return { type, session_id };
  if (type !== 'subscribe' || !isText(session_secret)) return null;
  if (after === undefined) return { type, session_id, session_secret };
  return isVersion(after) ? { type, session_id, session_secret, after } : null;
}

/** Reads a server's message; null when it is not one. Of a newer server's other types nothing is known but the session. */
export function parseServerMessage(text: string): ServerMessage | null {
  const value = parseObject(text);
  const isWhole =
    value?.['type'] === 'session' ? isSnapshot(value) : value?.['type'] !== 'error' || isText(value['error']);
  return isWhole ? (value as unknown as ServerMessage) : null;
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
