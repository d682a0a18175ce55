import type { ConnectorId, Mode, Snapshot } from '@beckon/protocol';
import type { Problem, SignInOptions, SignInState } from './sign-in.ts';

export type Refresh = NonNullable<SignInOptions['refreshExpired']>;

/** Where a sign-in stands, with what the client must remember beyond the server's snapshot. */
export type FlowState = {
  readonly connection: SignInState['connection'];
  readonly refresh: Refresh;
  /** How often an unscanned code may still be renewed without asking. */
  readonly renewalsLeft: number;
  /** Until when the server wants to be left alone, ms since the epoch by this page's clock; null: it does not. */
  readonly busyUntil: number | null;
  /** What the person waits for from the server takes long. */
  readonly slow: boolean;
} & (
  | { readonly step: 'idle' }
  | { readonly step: 'starting' }
  | (Known & { readonly step: 'following'; readonly requestOver: boolean })
  | (Known & { readonly step: 'renewing' })
  | ({ readonly step: 'failed'; readonly known: Known | null } & Failed)
);

interface Failed {
  readonly code: string;
  readonly canRetry: boolean;
  /** Under which the server's log has what failed; null where it is not known. */
  readonly requestId: string | null;
}

/** What the server last said. */
export interface Known {
  readonly snapshot: Snapshot;
  /** Add to this page's clock to get the server's, in ms. */
  readonly offset: number;
  readonly picked: Picked | null;
  readonly lastUsed: ConnectorId | null;
  /** This page was told where to go: the code, or an end, is its own. */
  readonly given: boolean;
  /** Under which the server's log has the session's beginning; null where it did not say. */
  readonly requestId: string | null;
}

/**
 * What the person chose while the server does not show it yet. `asked`: it is on its way.
 * `identifier`: the person must say who they are, once more after a `problem`. `unavailable`: the
 * app does not answer, and another may be chosen.
 */
export interface Picked {
  readonly connector: ConnectorId;
  readonly mode: Mode;
  readonly stage: 'asked' | 'identifier' | 'unavailable';
  readonly problem: Problem | null;
}

export type FlowEvent =
  | { readonly type: 'started' }
  /** A session of our own, new. Whatever an older one still says is dropped from now on. */
  | ({ readonly type: 'session' } & Pick<Known, 'snapshot' | 'picked' | 'lastUsed' | 'requestId'>)
  /** A snapshot heard from the transport or answered to a call. */
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'picked'; readonly picked: Picked | null }
  | { readonly type: 'slow' }
  | { readonly type: 'busy'; readonly until: number | null }
  | { readonly type: 'connection'; readonly connection: SignInState['connection'] }
  /** The server says that the session is over, with no snapshot to tell it. */
  | { readonly type: 'expired' }
  /** The person, or the page, asks for a fresh code. */
  | { readonly type: 'renewed' }
  /** The authorization request is over, so nothing can be renewed. */
  | { readonly type: 'request_over' }
  /** The person gave up and the server could not be told. */
  | { readonly type: 'left' }
  | ({ readonly type: 'failed' } & Failed)
  | { readonly type: 'closed' };

/** Renewals without asking, counted from the last time that the person did something. */
const RENEWALS = 3;

export function idleFlowState({ refreshExpired = 'auto' }: Pick<SignInOptions, 'refreshExpired'>): FlowState {
  const renewalsLeft = renewalsOf(refreshExpired);
  return { step: 'idle', connection: 'none', refresh: refreshExpired, renewalsLeft, busyUntil: null, slow: false };
}

export function renewalsOf(refresh: Refresh): number {
  return refresh === 'auto' ? RENEWALS : 0;
}
