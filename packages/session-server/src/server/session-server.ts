import type { RequestListener, Server } from 'node:http';

export interface SessionServer {
  /** For an existing Node server or Express app; answers everything but WebSocket upgrades. */
  readonly listener: RequestListener;
  /** Serves `/session/events` on a server that the caller runs; other upgrades are left alone. */
  attach(httpServer: Server): void;
  /** Runs a server of its own. Default host: 127.0.0.1. Answers the URL that it listens on. */
  listen(port: number, host?: string): Promise<string>;
  /** Sends watchers away (1001), finishes what is under way, and closes the store. */
  close(): Promise<void>;
}

export interface SessionServerOptions {
  /** Takes log lines. Default: standard error. */
  readonly log?: (line: string) => void;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}
