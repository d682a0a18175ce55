import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES, MESSAGE_LIMIT_BYTES, SUBPROTOCOL } from '@beckon/protocol';
import { WebSocketServer } from 'ws';
import { FlowError, type BrowserPort, type SessionCredentials } from '../flow/index.ts';
import { createConnections } from './connection.ts';
import type { Hub } from './hub.ts';
import { SOCKET_LIMITS, type SocketLimits } from './limits.ts';
import { createNetworkShares } from './network-shares.ts';
import type { Schedule } from './schedule.ts';
import { offersSubprotocol, pathOf, refuseUpgrade, type Refusal } from './upgrade.ts';

export interface SocketOptions {
  readonly flow: Pick<BrowserPort, 'clientOf'>;
  readonly hub: Hub;
  readonly schedule: Schedule;
  /** Default `/session/events`. */
  readonly path?: string | undefined;
  /** Whether any client registered this origin; asked at the upgrade, which names no client. */
  readonly originKnown: (origin: string) => boolean | Promise<boolean>;
  /** Whether pages of this origin may watch sessions of this client; asked at every subscription. */
  readonly originAllowed: (origin: string, client_id: string) => boolean | Promise<boolean>;
  /** The client address, trusted proxies taken into account. */
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly requestId: (request: IncomingMessage) => string;
  /** The store or a look-up failed. What a client does wrong is not told here. For the log. */
  readonly onError: (error: unknown, session_id: string | null) => void;
  /** After a socket closed, with its close code (1006: without one). For metrics. */
  readonly onClosed?: ((code: number) => void) | undefined;
  /** Multiplies a network's share, up to all, when above 1. Default 1. */
  readonly factor?: number | undefined;
  /** A socket has no place: it is told so (4429), or its upgrade is refused (503). For metrics. */
  readonly onRefused?: (() => void) | undefined;
  readonly limits?: Partial<SocketLimits> | undefined;
}

export interface Sockets {
  /**
   * Takes an upgrade request over. False, and the socket is untouched, when the path is not ours:
   * the server may have other WebSocket endpoints.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** How many sockets are open. */
  readonly size: number;
  /** Tells every socket to go and come back elsewhere (1001), and resolves when all are closed. */
  close(): Promise<void>;
}

/**
 * `GET /session/events`: the WebSocket side of `realtime/`. Checks what an upgrade request can be
 * checked for, counts sockets, and has each served (`connection.ts`).
 *
 * Limits are answered with close code 4429 after the handshake, for that is the only reason that a
 * browser shows its script.
 */
export function createSockets(options: SocketOptions): Sockets {
  const { flow, hub, schedule, path = '/session/events', onError, factor } = options;
  const limits: SocketLimits = { ...SOCKET_LIMITS, ...options.limits };
  const places = createNetworkShares({ total: limits.sockets, per_network: limits.sockets_per_network, factor });
  const refusals = createNetworkShares({ total: limits.refusals, per_network: limits.refusals_per_network });
  let closing: PromiseWithResolvers<void> | null = null;
  const connections = createConnections({
    hub,
    schedule,
    limits,
    onError,
    authorise,
    onClosed(code) {
      options.onClosed?.(code);
      if (connections.size === 0) closing?.resolve();
    },
  });

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // ws closes with 1009 (RFC 6455 §7.4.1, message too big) as soon as a frame's head says so.
    maxPayload: MESSAGE_LIMIT_BYTES,
    handleProtocols: () => SUBPROTOCOL,
  });
  // A malformed handshake (key, version, method): answered like every other refusal.
  server.on('wsClientError', (error, socket, request) => {
    socket.on('error', onSocketError);
    refuseUpgrade(
      socket,
      { status: 400, error: 'invalid_request', description: error.message },
      options.requestId(request),
    );
  });

  async function check(request: IncomingMessage): Promise<Refusal | null> {
    if (!offersSubprotocol(request)) return NO_SUBPROTOCOL;
    const { origin } = request.headers;
    // No Origin: no browser, so no page; the session secret is what counts.
    if (origin !== undefined && (origin === 'null' || !(await options.originKnown(origin)))) return UNKNOWN_ORIGIN;
    return null;
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', onSocketError);
    const refusal = await check(request).catch((error: unknown) => {
      onError(error, null);
      return FAILED;
    });
    if (socket.destroyed) return;
    if (refusal !== null || closing !== null) {
      refuseUpgrade(socket, refusal ?? GOING_AWAY, options.requestId(request));
      return;
    }
    const address = options.clientAddress(request);
    const place = places.take(address);
    if (place === null) options.onRefused?.();
    const release = place ?? refusals.take(address);
    if (release === null) {
      refuseUpgrade(socket, FULL, options.requestId(request));
      return;
    }
    socket.off('error', onSocketError);
    let isServed = false;
    server.handleUpgrade(request, socket, head, (ws) => {
      isServed = true;
      connections.serve(ws, request.headers.origin, release);
      if (place === null) connections.end(ws, CLOSE_CODES.tooMany, 'too many sockets');
    });
    // The handshake failed: there is no WebSocket that would close.
    if (!isServed) release();
  }

  async function authorise(credentials: SessionCredentials, origin: string | undefined): Promise<void> {
    const client_id = await flow.clientOf(credentials);
    if (origin === undefined || (await options.originAllowed(origin, client_id))) return;
    throw new FlowError('origin_not_allowed', 'this origin may not watch sessions of this client');
  }

  return {
    handleUpgrade(request, socket, head) {
      if (pathOf(request) !== path) return false;
      void upgrade(request, socket, head);
      return true;
    },
    get size() {
      return connections.size;
    },
    close() {
      if (closing === null) {
        closing = Promise.withResolvers<void>();
        connections.endAll(CLOSE_CODES.goingAway, 'server going away');
        if (connections.size === 0) closing.resolve();
        server.close();
      }
      return closing.promise;
    },
  };
}

const NO_SUBPROTOCOL: Refusal = {
  status: 400,
  error: 'invalid_request',
  description: `Sec-WebSocket-Protocol: must offer ${SUBPROTOCOL}`,
};
const UNKNOWN_ORIGIN: Refusal = {
  status: 403,
  error: 'origin_not_allowed',
  description: 'Origin: no client registered it in its allowed_origins',
};
const FULL: Refusal = { status: 503, error: 'rate_limited', description: 'too many sockets', retry_after_s: 5 };
const GOING_AWAY: Refusal = { status: 503, error: 'server_error', description: 'going away', retry_after_s: 1 };
const FAILED: Refusal = { status: 500, error: 'server_error', description: 'the origin could not be looked up' };

/** A peer that goes away in the middle of its handshake needs no action. */
function onSocketError(this: Duplex): void {
  this.destroy();
}
