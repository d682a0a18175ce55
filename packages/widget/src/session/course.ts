import type { Snapshot } from '@beckon/protocol';
import type { SignInOptions, SignInState } from './sign-in.ts';

export type Refresh = NonNullable<SignInOptions['refreshExpired']>;

/** Where a sign-in stands, with what the client must remember beyond the server's snapshot. */
export type Course = {
  readonly connection: SignInState['connection'];
  readonly refresh: Refresh;
  /** How often an unscanned code may still be renewed without asking. */
  readonly renewalsLeft: number;
} & (
  | { readonly step: 'idle' }
  | { readonly step: 'starting' }
  | (Known & { readonly step: 'following'; readonly requestOver: boolean })
  | (Known & { readonly step: 'renewing' })
  | { readonly step: 'failed'; readonly known: Known | null; readonly code: string; readonly canRetry: boolean }
);

/** What the server last said. */
export interface Known {
  readonly snapshot: Snapshot;
  /** Add to this device's clock to get the server's, in ms. */
  readonly offset: number;
}

export type CourseEvent =
  | { readonly type: 'started' }
  /** A session of our own, new. Whatever an older one still says is dropped from now on. */
  | { readonly type: 'session'; readonly snapshot: Snapshot }
  /** A snapshot heard from the transport or answered to a call. */
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'connection'; readonly connection: SignInState['connection'] }
  /** The server says that the session is over, with no snapshot to tell it. */
  | { readonly type: 'expired' }
  /** The person, or the page, asks for a fresh code. */
  | { readonly type: 'renewed' }
  /** The authorization request is over, so nothing can be renewed. */
  | { readonly type: 'request_over' }
  /** The person gave up and the server could not be told. */
  | { readonly type: 'left' }
  | { readonly type: 'failed'; readonly code: string; readonly canRetry: boolean }
  | { readonly type: 'closed' };

/** Renewals without asking, counted from the last time that the person did something. */
const RENEWALS = 3;

export function idleCourse({ refreshExpired = 'auto' }: Pick<SignInOptions, 'refreshExpired'>): Course {
  return { step: 'idle', connection: 'none', refresh: refreshExpired, renewalsLeft: renewalsOf(refreshExpired) };
}

export function renewalsOf(refresh: Refresh): number {
  return refresh === 'auto' ? RENEWALS : 0;
}
