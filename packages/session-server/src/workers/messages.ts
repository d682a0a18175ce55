/**
 * What the primary process and its workers say to each other, over the channel that Node gives a child process. It never
 * leaves the machine. No secret, claim or session is in it: ids of sessions, clients with hashes of their secrets, pictures of apps.
 */
import type { Told } from '../bus/index.ts';
import type { Client } from '../session/index.ts';
import type { MetricsJson } from '../telemetry/index.ts';

/** What a reload can change, as it is in force. */
export interface LiveSettings {
  readonly clients: readonly Client[];
  readonly trustedProxies: readonly string[];
  readonly marks: readonly SentMark[];
}

/** The picture of a connector's app. */
export interface SentMark {
  readonly connector: string;
  readonly light: SentPicture;
  readonly dark: SentPicture;
}

/** The channel carries JSON. */
export interface SentPicture {
  readonly type: 'image/svg+xml' | 'image/png';
  readonly base64: string;
}

/** What a worker is told before it serves. */
export interface Begin {
  /** From 1 on. A worker that replaces another has its number. */
  readonly worker: number;
  /** Where it listens. */
  readonly port: number;
  readonly live: LiveSettings;
  /** Hashes of the settings that need a restart, by name: a file that was edited meanwhile must not split the server. */
  readonly fixed: Readonly<Record<string, string>>;
}

export type FromWorker =
  /** It listens for messages. */
  | { readonly type: 'hello' }
  /** It listens for connections. */
  | { readonly type: 'serving'; readonly url: string }
  | { readonly type: 'told'; readonly told: Told }
  /** It wants to write, and has waited for long. */
  | { readonly type: 'turn_wanted' }
  /** It has written. */
  | { readonly type: 'turn_over' }
  /** The file has been locked for a second. */
  | { readonly type: 'locked' }
  | { readonly type: 'metrics'; readonly request: number; readonly metrics: MetricsJson }
  | { readonly type: 'here'; readonly request: number };

export type ToWorker =
  | ({ readonly type: 'begin' } & Begin)
  | { readonly type: 'told'; readonly told: Told }
  /** Whether it is another worker's turn to write. */
  | { readonly type: 'turn'; readonly isOthers: boolean }
  | { readonly type: 'metrics'; readonly request: number }
  /** Asks for `here`: whether its event loop goes on. */
  | { readonly type: 'there'; readonly request: number }
  /** Asks for `here` too, once it is in force. */
  | { readonly type: 'reload'; readonly request: number; readonly live: LiveSettings }
  | { readonly type: 'stop' };

/** Other software in these processes may use the channel too. */
const OURS = 'beckon-server';

export function wrap(message: FromWorker | ToWorker): object {
  return { for: OURS, message };
}

/** What a worker said; null for what is not ours. */
export function fromWorker(given: unknown): FromWorker | null {
  return unwrap(given) as FromWorker | null;
}

/** What the primary process said; null for what is not ours. */
export function toWorker(given: unknown): ToWorker | null {
  return unwrap(given) as ToWorker | null;
}

function unwrap(given: unknown): unknown {
  const { for: name, message } = (given ?? {}) as { readonly for?: unknown; readonly message?: unknown };
  return name === OURS ? (message ?? null) : null;
}
