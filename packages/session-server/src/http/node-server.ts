import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ConnectionLimitsOptions, limitConnections } from './policy/connection-limits.ts';
import { type RawAnswer, answerRaw } from './raw-answer.ts';

// An `import` of `node:http` reads every name that it exports. One of them is `WebSocket`, and loads Node's HTTP client
// (undici) and `node:http2`: 30 ms and 10 MB, before the server has called another one. A test counts it.
const { createServer } = process.getBuiltinModule('node:http');

/** A slow client may take this long to send a request, in ms; looked at every `CHECK_INTERVAL_MS`. */
const REQUEST_TIMEOUT_MS = 15_000;
const CHECK_INTERVAL_MS = 3_000;
/** Above the idle time of common proxies, so that it is they who close. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** What is under way when the server closes may take this long to finish, in ms. */
const DRAIN_MS = 1_000;

export interface NodeServer {
  readonly server: Server;
  /** Takes no more connections, lets what is under way finish, and cuts what has not after a second. */
  close(): Promise<void>;
}

export interface NodeServerOptions extends Pick<ConnectionLimitsOptions, 'limits' | 'factor' | 'isProxy' | 'onCut'> {
  readonly newId: () => string;
  /** Calls `run` after so many ms, until the returned function is called. */
  readonly after: (delay_ms: number, run: () => void) => () => void;
}

/** A Node server whose own refusals, of what never becomes a request, read like everybody else's. */
export function createNodeServer(listener: RequestListener, options: NodeServerOptions): NodeServer {
  const underWay = new Set<ServerResponse>();
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      // The application says it, in words.
      requireHostHeader: false,
      // Anything else that a client would rather speak (h2c) is an offer, which HTTP/1.1 may ignore.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    (request, response) => {
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
      listener(request, response);
    },
  );

  limitConnections(server, {
    ...options,
    underWay,
    refuse: (socket) => answerRaw(socket, FULL, options.newId()),
  });

  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    answerRaw(response.socket, EXPECTATION, options.newId());
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => answerRaw(socket, CONNECT, options.newId()));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const begun = [...underWay].filter((response) => response.socket === socket);
    // Bytes in the middle of an answer, or in place of one that another request waits for, would mislead.
    const isFree = begun.every((response) => !response.headersSent && !response.req.complete);
    if (isFree && socket.writable) answerRaw(socket, refusalOf(error), options.newId());
    else socket.destroy();
  });

  return {
    server,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const response of underWay) if (!response.headersSent) response.setHeader('Connection', 'close');
      const stop = options.after(DRAIN_MS, () => server.closeAllConnections());
      await closed;
      stop();
    },
  };
}

const FULL: RawAnswer = {
  status: 503,
  error: 'rate_limited',
  error_description: 'too many connections',
  retry_after_s: 5,
};
const CONNECT: RawAnswer = { status: 405, error: 'invalid_request', error_description: 'this is no proxy' };
const EXPECTATION: RawAnswer = {
  status: 417,
  error: 'invalid_request',
  error_description: 'Expect: only 100-continue is known here',
};

function refusalOf({ code = '' }: NodeJS.ErrnoException): RawAnswer {
  const [status, error_description] = REFUSALS[code] ?? [400, 'this is not a request that HTTP/1.1 allows'];
  return { status, error: 'invalid_request', error_description };
}

const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the request line and the headers are longer than 16 KiB together'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'the chunk extensions are longer than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not arrive in time'],
};
