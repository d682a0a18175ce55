import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createNetworkShares } from '../../realtime/index.ts';

export interface ConnectionLimits {
  /** Open at a time, WebSockets and held polls included. */
  readonly connections: number;
  /** Open at a time by one network (/24, /64; a /48 has four times as many). Proxies are not counted by network. */
  readonly connections_per_network: number;
  /** Connections over these limits that are told so at a time; past that they are closed without a word. */
  readonly refusals: number;
  /** An answer of which the client takes no byte for so long is cut, in ms. A slow line takes one now and then. */
  readonly stalled_ms: number;
}

/** Room for all sockets and polls that `realtime/` allows, and for connections that browsers keep open. */
export const PUBLIC_CONNECTIONS: ConnectionLimits = {
  connections: 60_000,
  connections_per_network: 6_000,
  refusals: 500,
  stalled_ms: 30_000,
};

/** Open files that are not connections: the store, its log, calls to providers, Node's own. */
const OTHER_FILES = 200;

/**
 * The limits of a process that may open so many files: each connection is one, and a process that
 * has none left can call no provider either.
 * @param open_files null where the system does not say
 */
export function withinOpenFiles(limits: ConnectionLimits, open_files: number | null): ConnectionLimits {
  if (open_files === null) return limits;
  const room = Math.max(1, open_files - OTHER_FILES - limits.refusals);
  const connections = Math.min(limits.connections, room);
  const a_quarter = Math.max(1, Math.floor(connections / 4));
  return { ...limits, connections, connections_per_network: Math.min(limits.connections_per_network, a_quarter) };
}

/** A few scrapers and operators. */
export const ADMIN_CONNECTIONS: ConnectionLimits = {
  connections: 100,
  connections_per_network: 100,
  refusals: 10,
  stalled_ms: 30_000,
};

export type CutReason = 'full' | 'stalled';

export interface ConnectionLimitsOptions {
  readonly limits: ConnectionLimits;
  /** Multiplies a network's share, up to all, when above 1. Default 1. */
  readonly factor?: number | undefined;
  readonly isProxy: (peer: string | undefined) => boolean;
  /** Tells a new connection that there is no room, and closes it. */
  readonly refuse: (socket: Socket) => void;
  /** For metrics. */
  readonly onCut: (reason: CutReason) => void;
  /** What is being answered. */
  readonly underWay: Iterable<ServerResponse>;
}

/** Bounds how many connections a server holds, and how long a client may leave an answer unread. */
export function limitConnections(server: Server, options: ConnectionLimitsOptions): void {
  const { limits, isProxy, underWay, onCut } = options;
  const { connections: total, connections_per_network: per_network } = limits;
  const places = createNetworkShares({ total, per_network, factor: options.factor });

  // Node's own limit: no more file descriptors than this, whatever arrives at once.
  server.maxConnections = total + limits.refusals;
  server.on('drop', () => onCut('full'));
  server.on('connection', (socket: Socket) => {
    const peer = socket.remoteAddress;
    const release = places.take(isProxy(peer) ? null : (peer ?? null));
    if (release !== null) {
      // It closes once. `once` would keep a function of its own for each.
      socket.on('close', release);
      return;
    }
    onCut('full');
    options.refuse(socket);
  });

  // Node starts this clock again whenever a byte comes or is taken, also in the middle of one write. A socket has it from
  // its first request on: a WebSocket asks none, and thousands of those are kept. Before the first request, and between
  // two of them, Node's own limits hold.
  server.on('request', ({ socket }: IncomingMessage) => {
    if (socket.timeout !== limits.stalled_ms) socket.setTimeout(limits.stalled_ms);
  });
  server.on('timeout', (socket: Socket) => {
    const isAnswering = [...underWay].some((response) => response.req.socket === socket);
    // A long poll, and an answer that waits for a provider: the client is not the one to blame.
    if (isAnswering && socket.writableLength === 0) return;
    if (isAnswering) onCut('stalled');
    // Closed without waiting for what was not taken; else it would stay in the kernel.
    if (isAnswering) socket.resetAndDestroy();
    else socket.destroy();
  });
}
