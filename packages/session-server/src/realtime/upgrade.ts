import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL, type ErrorBody, type ErrorCode } from '@beckon/protocol';

// Not by `import`: see `http/node-server.ts`.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** Why an upgrade gets an HTTP answer in place of a socket. */
export interface Refusal {
  readonly status: 400 | 403 | 500 | 503;
  readonly error: Extract<ErrorCode, 'invalid_request' | 'origin_not_allowed' | 'server_error' | 'rate_limited'>;
  readonly description: string;
  /** Seconds. */
  readonly retry_after_s?: number;
}

/** The path of a request target; null when it is no path that could be ours. */
export function pathOf(request: IncomingMessage): string | null {
  const target = request.url ?? '';
  if (!target.startsWith('/')) return null;
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/** Whether the client offers `beckon.v1` (RFC 6455 §4.1, a list in one or several headers). */
export function offersSubprotocol(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
}

/**
 * Answers an upgrade request with an error in the shape of every other endpoint, and closes. A
 * browser's script cannot read it (it sees close code 1006); people with `curl` and other clients can.
 */
export function refuseUpgrade(socket: Duplex, refusal: Refusal, request_id: string): void {
  const body = JSON.stringify({
    error: refusal.error,
    error_description: refusal.description,
    request_id,
  } satisfies ErrorBody);
  const lines = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Connection: close',
    // RFC 6455 §4.2.2: a client of another version learns which one is spoken.
    'Sec-WebSocket-Version: 13',
    'Cache-Control: no-store',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${request_id}`,
  ];
  if (refusal.retry_after_s !== undefined) lines.push(`Retry-After: ${refusal.retry_after_s}`);
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
