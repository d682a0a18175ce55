import type { Duplex } from 'node:stream';
import type { ErrorBody, ErrorCode } from '@beckon/protocol';

// Not by `import`: see `node-server.ts`.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** An error for a peer with a connection, and without a request that could be answered. */
export interface RawAnswer {
  readonly status: number;
  readonly error: ErrorCode;
  readonly error_description: string;
  /** Seconds. */
  readonly retry_after_s?: number;
}

/** Answers on the bare connection, in the shape of every other error, and closes it. */
export function answerRaw(socket: Duplex | null, answer: RawAnswer, request_id: string): void {
  if (socket === null) return;
  const { status, error, error_description } = answer;
  const body = JSON.stringify({ error, error_description, request_id } satisfies ErrorBody);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${request_id}`,
    ...(answer.retry_after_s === undefined ? [] : [`Retry-After: ${answer.retry_after_s}`]),
  ];
  // Nothing else listens any more, and a peer that is gone already needs no answer.
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
