import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ForwardedEvent, ForwardTarget, Send } from './forwarding.ts';

/** A receiver of syslog that takes longer is given up on, in ms. */
const LIMIT_MS = 10_000;
/** Facility 13, log audit, and severity 5, notice (RFC 5424 §6.2.1). */
const PRIORITY = 13 * 8 + 5;

export interface SendOptions {
  /** Gives up on a receiver that takes too long, and follows no redirect. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Aborts after so many ms. */
  readonly limit: (ms: number) => AbortSignal;
  /** What syslog calls this host. */
  readonly host: string;
}

/** Sends events as JSON lines over HTTP, or as messages of RFC 5424. */
export function sendTo(target: ForwardTarget, { fetch, limit, host }: SendOptions): Send {
  if ('url' in target) return overHttp(target, fetch);
  const { protocol, hostname, port } = new URL(target.syslog);
  const address = hostname.replace(/^\[|\]$/g, '');
  const messages = (events: readonly ForwardedEvent[]): readonly Buffer[] =>
    events.map((event) => Buffer.from(messageOf(event, host)));
  if (protocol === 'udp:') return (events) => overUdp(messages(events), Number(port), address);
  return (events, signal) =>
    overStream(
      messages(events),
      protocol === 'tls:'
        ? connectTls({ host: address, port: Number(port), servername: address })
        : connectTcp({ host: address, port: Number(port) }),
      protocol === 'tls:' ? 'secureConnect' : 'connect',
      AbortSignal.any([signal, limit(LIMIT_MS)]),
    );
}

function overHttp(
  { url, headers }: Extract<ForwardTarget, { readonly url: string }>,
  fetch: SendOptions['fetch'],
): Send {
  return async (events, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...headers },
      body: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the receiver of the audit trail answered ${response.status}`);
  };
}

function messageOf(event: ForwardedEvent, host: string): string {
  const at = new Date(event.at_ms).toISOString();
  return `<${PRIORITY}>1 ${at} ${host} beckon - ${event.type} - ${JSON.stringify(event)}`;
}

/** Octet counting (RFC 6587 §3.4.1, RFC 5425 §4.3). Taken is what was written before the connection closed well: syslog says no more. */
async function overStream(
  messages: readonly Buffer[],
  socket: Socket,
  connected: 'connect' | 'secureConnect',
  end: AbortSignal,
): Promise<void> {
  try {
    await once(socket, connected, { signal: end });
    const closed = once(socket, 'close', { signal: end });
    // What a receiver says is not read, and must not keep the connection open.
    socket.resume();
    socket.end(Buffer.concat(messages.flatMap((message) => [Buffer.from(`${message.length} `), message])));
    await closed;
  } finally {
    socket.destroy();
  }
}

async function overUdp(messages: readonly Buffer[], port: number, address: string): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    for (const message of messages) {
      await new Promise<void>((resolve, reject) => {
        socket.send(message, port, address, (error) => (error === null ? resolve() : reject(error)));
      });
    }
  } finally {
    socket.close();
  }
}
