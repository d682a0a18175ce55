/** HTTP servers: those that we run, and those of a caller. */
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { type Server as NetServer, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Settings } from '../config/index.ts';
import {
  ADMIN_CONNECTIONS,
  type ConnectionLimits,
  PUBLIC_CONNECTIONS,
  withinOpenFiles,
} from '../http/policy/connection-limits.ts';
import { type NodeServer, createNodeServer } from '../http/node-server.ts';
import { answerRaw } from '../http/raw-answer.ts';
import type { Timers } from '../jobs/index.ts';
import type { Sockets } from '../realtime/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { idOf, newId } from './ids.ts';
import { openFilesLimit } from './open-files-limit.ts';
import type { SessionServer } from './session-server.ts';

export interface ListeningDependencies {
  readonly issuer: string;
  /** What the public port answers with. */
  readonly listener: RequestListener;
  /** A second port, which is not public; null for none. */
  readonly admin: (NonNullable<Settings['admin']> & { readonly listener: RequestListener }) | null;
  /** Whether a peer is one of the trusted proxies. */
  readonly isProxy: (peer: string | undefined) => boolean;
  /** Multiplies limits. */
  readonly factor: number;
  readonly sockets: Pick<Sockets, 'handleUpgrade'>;
  readonly after: Timers['after'];
  readonly logger: Pick<Logger, 'info'>;
  /** The process that signals are for. */
  readonly pid: number;
  /** A connection was cut, and why; for the metrics. */
  readonly onCut: (reason: string) => void;
}

export interface Listening extends Pick<SessionServer, 'attach' | 'listen'> {
  /** Stops the servers that `listen` started, once what is under way is answered. */
  close(): Promise<void>;
}

const NO_SOCKET_HERE = {
  status: 404,
  error: 'invalid_request',
  error_description: 'there is no WebSocket at this path',
} as const;

export function createListening(deps: ListeningDependencies): Listening {
  const { issuer, listener, admin, sockets, logger } = deps;
  const servers: NodeServer[] = [];
  const attach = (httpServer: Server): void => {
    httpServer.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const taken = sockets.handleUpgrade(request, socket, head);
      // Nothing else listens for upgrades: without an answer the caller would hang.
      if (!taken && httpServer.listenerCount('upgrade') === 1) answerRaw(socket, NO_SOCKET_HERE, idOf(request));
    });
  };
  const serve = async (
    handler: RequestListener,
    port: number,
    host: string,
    limits: ConnectionLimits,
  ): Promise<{ server: Server; url: string }> => {
    const { running, url } = await startServer(handler, port, host, { ...deps, limits });
    servers.push(running);
    return { server: running.server, url };
  };

  return {
    attach,
    async listen(port, host = '127.0.0.1') {
      const { server, url } = await serve(listener, port, host, withinOpenFiles(PUBLIC_CONNECTIONS, openFilesLimit()));
      attach(server);
      if (admin !== null) await serve(admin.listener, admin.port, admin.host, ADMIN_CONNECTIONS);
      logger.info('listening', { issuer, host, port, pid: deps.pid });
      return url;
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** Runs a server of ours. */
export async function startServer(
  handler: RequestListener,
  port: number,
  host: string,
  {
    factor,
    after,
    isProxy,
    onCut,
    limits,
  }: Pick<ListeningDependencies, 'factor' | 'after' | 'isProxy' | 'onCut'> & { readonly limits: ConnectionLimits },
): Promise<{ readonly running: NodeServer; readonly url: string }> {
  const running = createNodeServer(handler, { newId, after, limits, factor, isProxy, onCut });
  await listening(running.server, port, host);
  const address = running.server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return { running, url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` };
}

/** The port, or a free one for 0. Where a server cannot listen there it says so as the server itself would. @throws Error of Node's */
export async function freePort(port: number, host: string): Promise<number> {
  const server = createServer();
  await listening(server, port, host);
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listening(server: NetServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
