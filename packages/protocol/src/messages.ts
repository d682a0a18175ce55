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
  | { readonly type: 'subscribe'; readonly session_id: string; readonly session_secret: string }
  | { readonly type: 'unsubscribe'; readonly session_id: string };

export type ServerMessage =
  | ({ readonly type: 'session' } & Snapshot)
  | { readonly type: 'error'; readonly error: string; readonly session_id?: string };

/** Reads a client's message; null when it is not one. Unknown members are ignored. */
export function parseClientMessage(text: string): ClientMessage | null {
  const value = parseObject(text);
  if (value === null || typeof value['session_id'] !== 'string') return null;
  const session_id = value['session_id'];
  if (value['type'] === 'unsubscribe') return { type: 'unsubscribe', session_id };
  if (value['type'] !== 'subscribe' || typeof value['session_secret'] !== 'string') return null;
  return { type: 'subscribe', session_id, session_secret: value['session_secret'] };
}

/** Reads a server's message; null when it is not one, so that a newer server's additions are passed over. */
export function parseServerMessage(text: string): ServerMessage | null {
  const value = parseObject(text);
  if (value === null) return null;
  if (value['type'] === 'session' && isSnapshot(value)) return { ...value, type: 'session' };
  if (value['type'] !== 'error' || typeof value['error'] !== 'string') return null;
  return typeof value['session_id'] === 'string'
    ? { type: 'error', error: value['error'], session_id: value['session_id'] }
    : { type: 'error', error: value['error'] };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
