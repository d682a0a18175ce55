import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { SandboxError } from './errors.ts';

/** The names that the sandbox may be called by. It signs tokens for any caller, so no other machine may reach it. */
export const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost'] as const;

/** A request body may be at most this long, in bytes. */
const BODY_LIMIT_BYTES = 32 * 1024;

/**
 * Refuses a request that names another host. A page of another site can point its own name at
 * 127.0.0.1 (DNS rebinding) and would then be of the same origin; the Host header gives it away.
 */
export const onlyLoopbackHost: RequestHandler = (req, _res, next) => {
  if (!ownAuthorities(req.socket.localPort).includes((req.headers.host ?? '').toLowerCase()))
    throw new SandboxError(
      'host_not_allowed',
      'Host: the sandbox answers only to 127.0.0.1 and localhost, with its own port',
    );
  next();
};

/** Refuses what a page of another site sends; a script sends no Origin. */
export const onlyOwnOrigin: RequestHandler = (req, _res, next) => {
  const { origin } = req.headers;
  if (origin !== undefined && req.method !== 'GET' && req.method !== 'HEAD') {
    const own = ownAuthorities(req.socket.localPort).map((authority) => `http://${authority}`);
    if (!own.includes(origin))
      throw new SandboxError('origin_not_allowed', 'Origin: only the sandbox’s own pages may do this');
  }
  next();
};

/** Both of the above, for a WebSocket: a browser sends its Origin with every one. */
export function mayUpgrade(req: IncomingMessage): boolean {
  const own = ownAuthorities(req.socket.localPort);
  const { host = '', origin } = req.headers;
  return own.includes(host.toLowerCase()) && (origin === undefined || own.includes(origin.replace(/^http:\/\//, '')));
}

function ownAuthorities(port: number | undefined): readonly string[] {
  return LOOPBACK_HOSTS.map((host) => (port === 80 ? host : `${host}:${String(port)}`));
}

/** Nothing here may be kept, sniffed, framed from elsewhere or named in a referrer. */
export const commonHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'Cache-Control': 'no-store',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  next();
};

/** Reads a JSON object as body; anything else a route that takes one refuses. */
export const jsonBody: readonly RequestHandler[] = [
  (req, _res, next) => {
    if (req.is('application/json') === false)
      throw new SandboxError('invalid_request', 'Content-Type: only application/json is read');
    next();
  },
  express.json({ limit: BODY_LIMIT_BYTES, type: 'application/json', strict: true }),
];
