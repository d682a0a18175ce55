import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import express, { type Express } from 'express';
import { answerError, unknownPath } from './http/answer.ts';
import { createFaults } from './http/faults.ts';
import { commonHeaders, LOOPBACK_HOSTS, mayUpgrade, onlyLoopbackHost, onlyOwnOrigin } from './http/guard.ts';
import type { Part } from './part.ts';
import { openParts } from './parts.ts';
import { DEMO_PEOPLE, type Person } from './people.ts';

export interface SandboxOptions {
  /**
   * The sandbox's own base URL: http on 127.0.0.1 or localhost, no path. The wallet's issuer is
   * this plus `/wallet`. Default: `http://127.0.0.1:{port}` with the port it listens on.
   */
  readonly issuer?: string | undefined;
  readonly beckon: {
    /** The session server's issuer. Only its codes are acted on. */
    readonly issuer: string;
    /** The origin that its codes lead to, where it is another than the issuer's (the server's `qrBaseUrl`). */
    readonly codesAt?: string | undefined;
    /** A page with a login, which the phone links to when it has nothing to scan. */
    readonly shop?: string | undefined;
  };
  /** Who may carry the phone, the first by default. Default: four demo people. */
  readonly people?: readonly Person[] | undefined;
  /** Ms since the epoch. Default: the system's clock. */
  readonly now?: (() => number) | undefined;
  /** Default: the system's secure source. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined;
}

export interface Sandbox {
  /**
   * Begins to answer. `port` 0 takes a free one. `host` is `127.0.0.1` (the default) or `localhost`.
   * @returns the base URL
   * @throws RangeError for a host that is not loopback or a port that `issuer` contradicts;
   *   `EADDRINUSE` and the like as Node gives them
   */
  listen(port: number, host?: string): Promise<string>;
  /** Stops at once; open connections are cut. */
  close(): Promise<void>;
  /** The base URL; null until it listens where no `issuer` was given. */
  readonly url: string | null;
}

/** @throws TypeError for an option that cannot be, naming it */
export function createSandbox(options: SandboxOptions): Sandbox {
  const issuer = options.issuer === undefined ? null : loopbackBase(options.issuer);
  const beckon = {
    issuer: webUrl('beckon.issuer', options.beckon.issuer),
    codesAt: options.beckon.codesAt === undefined ? null : webUrl('beckon.codesAt', options.beckon.codesAt),
    shop: options.beckon.shop === undefined ? null : webUrl('beckon.shop', options.beckon.shop),
  };
  const people = options.people ?? DEMO_PEOPLE;
  if (people.length === 0) throw new TypeError('people: at least one person carries the phone');
  if (new Set(people.map(({ id }) => id)).size < people.length) throw new TypeError('people: every id only once');
  const now = options.now ?? Date.now;
  const random = options.random ?? randomBytes;

  const upgraded = new Set<Duplex>();
  let server: Server | null = null;
  let url = issuer;

  return {
    get url() {
      return url;
    },
    async listen(port, host = LOOPBACK_HOSTS[0]) {
      if (server !== null) throw new Error('the sandbox listens already');
      if (!(LOOPBACK_HOSTS as readonly string[]).includes(host))
        throw new RangeError(
          'host: the sandbox signs tokens for anyone who asks, so it listens on 127.0.0.1 or localhost only',
        );
      if (issuer !== null && port !== 0 && portOf(issuer) !== port)
        throw new RangeError(`port: the issuer ${issuer} says another port than ${String(port)}`);
      const { promise: app, resolve: open } = Promise.withResolvers<Express>();
      // Where tokens say who issued them the port must be known first; who comes before that waits.
      const starting = createServer((req, res) => void app.then((handle) => handle(req, res)));
      // A client that dawdles over its request gives the connection back.
      starting.headersTimeout = 5_000;
      starting.requestTimeout = 10_000;
      server = starting;
      try {
        const bound = await bind(starting, port, host);
        url = issuer ?? `http://127.0.0.1:${String(bound)}`;
      } catch (error) {
        server = null;
        throw error;
      }
      const parts = await openParts({ base: url, beckon, people, now, random });
      starting.on('upgrade', upgradeTo(parts, upgraded));
      open(application(parts));
      return url;
    },
    async close() {
      const closing = server;
      server = null;
      if (closing === null) return;
      await new Promise<void>((resolve) => {
        closing.close(() => resolve());
        closing.closeAllConnections();
        // Node forgets a connection that was upgraded.
        for (const socket of upgraded) socket.destroy();
      });
    },
  };
}

function application(parts: readonly Part[]): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(onlyLoopbackHost, commonHeaders, onlyOwnOrigin);
  app.get('/', (_req, res) => res.redirect(303, '/phone'));
  const faults = createFaults();
  app.use(faults.router, faults.handler);
  for (const part of parts) app.use(part.path, part.router);
  app.use(unknownPath, answerError);
  return app;
}

/** Hands a WebSocket to the part that it is for. */
function upgradeTo(parts: readonly Part[], open: Set<Duplex>): NonNullable<Part['upgrade']> {
  return (request, socket, head) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A peer that goes away in the middle is no failure of the sandbox.
    socket.on('error', () => {});
    const url = request.url ?? '';
    const part = parts.find(({ path }) => url.startsWith(`${path}/`));
    if (part?.upgrade === undefined || !mayUpgrade(request)) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    request.url = url.slice(part.path.length);
    part.upgrade(request, socket, head);
  };
}

async function bind(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function loopbackBase(text: string): string {
  const base = webUrl('issuer', text);
  const { protocol, hostname, pathname } = new URL(base);
  if (protocol !== 'http:' || !(LOOPBACK_HOSTS as readonly string[]).includes(hostname) || pathname !== '/')
    throw new TypeError('issuer: http://127.0.0.1 or http://localhost with a port and no path');
  return base;
}

/** An absolute http(s) URL with no query, fragment or credentials; without a trailing slash. */
function webUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!plain || !['http:', 'https:'].includes(url.protocol))
    throw new TypeError(`${name}: an http or https URL with no query, fragment or user name`);
  return url.href.replace(/\/+$/, '');
}

function portOf(base: string): number {
  const { port } = new URL(base);
  return port === '' ? 80 : Number(port);
}
