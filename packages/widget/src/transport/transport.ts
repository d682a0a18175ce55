import type { Snapshot } from '@beckon/protocol';
import type { TransportEnvironment } from './environment.ts';

/** What it takes to watch a session. */
export interface Credentials {
  /** The session server's issuer, with no trailing slash. */
  readonly server: string;
  readonly sessionId: string;
  readonly sessionSecret: string;
}

/** `reconnecting` is no error: the transport is trying, and will go on trying. */
export type TransportState = 'socket' | 'poll' | 'reconnecting';

export interface TransportEvents {
  /** Every snapshot heard; may be late or doubled, which `version` tells. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** Called again for every attempt that fails, so that a chooser can count. */
  readonly onState: (state: TransportState) => void;
  /** An error code of the wire contract that trying again cannot mend. Nothing follows it. */
  readonly onError: (code: string) => void;
}

/**
 * Begins to listen at once and goes on until closed, through every loss of the network. Calls no
 * event before it has returned, and none after `close`.
 */
export type Transport = (
  credentials: Credentials,
  events: TransportEvents,
  environment: TransportEnvironment,
) => Connection;

export interface Connection {
  /** Leaves no timer, listener, socket or request behind. */
  close(): void;
}
