import type { RequestListener, Server } from 'node:http';
import type { BeckonConfig, ConfigIssue } from '../config/index.ts';

/** What came of a new configuration. */
export type Reloaded =
  | { readonly applied: true }
  /** The old one stays in force, all of it. */
  | {
      readonly applied: false;
      /** Every mistake in it. */
      readonly issues: readonly ConfigIssue[];
      /** The settings that are other ones, and need a restart. */
      readonly needsRestart: readonly string[];
    };

export interface SessionServer {
  /** For an existing Node server or Express app; answers everything but WebSocket upgrades. */
  readonly listener: RequestListener;
  /** Serves `/session/events` on a server that the caller runs; other upgrades are left alone. */
  attach(httpServer: Server): void;
  /** Runs a server of its own. Default host: 127.0.0.1. Answers the URL that it listens on. */
  listen(port: number, host?: string): Promise<string>;
  /**
   * Whether the store can be written and the signing keys are loaded, as `GET /ready` says: for an app that the server is
   * mounted in. The store is tried at most once in 10 s. Never rejects; the log says why not.
   */
  ready(): Promise<boolean>;
  /**
   * Puts `clients`, `trustedProxies` and each connector's `mark` of a new configuration in force, without a restart. A
   * configuration with mistakes, or with another value of another setting, changes nothing. Other options of connectors, and
   * the logger, are not looked at.
   * Never rejects: the log tells what came of it, too. `warnings` is asked once `config` is there; the log tells each.
   */
  reload(config: BeckonConfig | Promise<BeckonConfig>, warnings?: () => readonly ConfigIssue[]): Promise<Reloaded>;
  /** What `GET /metrics` of the admin port answers: text of Prometheus, `text/plain; version=0.0.4; charset=utf-8`. */
  metrics(): Promise<string>;
  /** Sends watchers away (1001), finishes what is under way, and closes the store. */
  close(): Promise<void>;
}

export interface SessionServerOptions {
  /** Takes log lines. Default: the configuration's `logger`, else standard error. */
  readonly log?: (line: string) => void;
  /** What is less than it is not logged. Default `info`; `debug` where the configuration has a `logger`, which has its own. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}
