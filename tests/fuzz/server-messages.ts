import type { BeckonConfig } from '../../packages/session-server/src/config/index.ts';

/** What the server's process is given. */
export interface ServerOptions {
  readonly issuer: string;
  readonly file: string;
  readonly sandbox: string;
  /** The wallet's issuer. */
  readonly wallet: string;
  readonly clients: BeckonConfig['clients'];
  readonly rateLimitFactor: number;
  /** `secret`, `subjectSecret`, `webhookSecret`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** `memory` is answered once garbage was collected. */
export type ToServer = 'memory' | 'stop';

export type ToParent =
  | { readonly url: string }
  /** `sockets_open`: what keeps the process going. */
  | { readonly heap_bytes: number; readonly sockets_open: number };
