import { isEnd } from '@beckon/protocol';
import {
  type Lifetimes,
  type Session,
  type SessionEvent,
  type Switches,
  type Transition,
  transition,
} from '../session/index.ts';

/** Which of the operator's switches ends a sign-in. */
export type Bar = 'client_disabled' | 'connector_disabled';
export function isBar(reason: string | null | undefined): reason is Bar {
  return reason === 'client_disabled' || reason === 'connector_disabled';
}

export type Barred = (session: Session) => Bar | null;

/** What the operator has switched off lets no sign-in go on that stands on it: null where all of it is on, and for ends. */
export function barredBy(switches: Switches): Barred {
  return (session) => {
    if (isEnd(session.status)) return null;
    if (switches.isClientDisabled(session.request.client_id)) return 'client_disabled';
    return session.choice !== null && switches.isConnectorDisabled(session.choice.connector)
      ? 'connector_disabled'
      : null;
  };
}

/** What ends a sign-in anyway is let through. */
const ENDS: ReadonlySet<SessionEvent['type']> = new Set(['cancel', 'decline', 'expire', 'fail']);
/** What a watcher's look or a job sends: it asks for nothing, so there is nothing to refuse. */
const LOOKS: ReadonlySet<SessionEvent['type']> = new Set(['tick']);
const FAIL = { type: 'fail', error: 'temporarily_unavailable' } as const;

/** A transition, and what was really done: `bar` says why the event became a failure. */
export type Step = Transition & { readonly bar: Bar | null; readonly done: SessionEvent };

/** The machine's `transition`, where a barred sign-in fails with whatever happens next, and refuses it. */
export function transitionUnlessBarred(
  barred: Barred,
  lifetimes: Lifetimes,
): (session: Session, event: SessionEvent, now: number) => Step {
  return (session, event, now) => {
    const bar = ENDS.has(event.type) ? null : barred(session);
    if (bar === null) return { ...transition(session, event, now, lifetimes), bar, done: event };
    const failed = transition(session, FAIL, now, lifetimes);
    if (!failed.ok || LOOKS.has(event.type)) return { ...failed, bar, done: FAIL };
    return { ...failed, ok: false, error: 'invalid_transition', bar, done: FAIL };
  };
}
