import type { Mode, Status } from '@beckon/protocol';
import type { SessionEvent } from './event.ts';
import { awaitsRecognition, type Choice, type Session } from './session.ts';

/** What happened in a sign-in, as an operator is told it. */
export type StepName =
  | 'began'
  | 'chosen'
  /** The provider did not begin what was chosen. */
  | 'trouble'
  | 'retrieved'
  /** The number that was typed is the right one. */
  | 'matched'
  | 'confirmed'
  | 'recognised'
  /** The browser was given an authorization code. */
  | 'code'
  | 'completed'
  | 'declined'
  | 'expired'
  | 'cancelled'
  | 'failed';

/** One thing that happened. Nothing in it is personal, secret or from elsewhere. */
export interface Step {
  /** Ms since the epoch, by the store's clock. */
  readonly at: number;
  readonly what: StepName;
  /** Where the choice was made in this step, or did not begin. */
  readonly connector?: string;
  readonly mode?: Mode;
  /** The request that did it; missing where none did, or it is not known. */
  readonly request_id?: string;
  /** Why: what `EndReason` lists, or why a provider did not begin. */
  readonly reason?: string;
  /** In our own words, for the operator. */
  readonly detail?: string;
}

/** Ms that a session spent in each live status. */
export interface Spent {
  readonly initialized: number;
  readonly retrieved: number;
  readonly confirmed: number;
}

/** A sign-in's bounded story: it is stored with its session, and changes with it. */
export interface Story {
  /** The oldest and the newest ones, in order. */
  readonly steps: readonly Step[];
  /** Steps between those two that found no room. */
  readonly left_out: number;
  /** When the status was reached that the session has now, ms since the epoch. */
  readonly since: number;
  readonly spent: Spent;
}

/** What brought an event about: the request, and why, where the event does not say it. */
export interface Cause {
  readonly request_id: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** Most steps of a story; a sign-in that goes well has six. */
const STEPS = 16;
/** Where more steps came than that, so many of the first ones are kept; the others are the last ones. */
const FIRST_STEPS = 4;

const NOTHING: Spent = { initialized: 0, retrieved: 0, confirmed: 0 };

/** The story of a session that begins. */
export function beginStory(session: Session, cause: Cause): Story {
  const step = made(session.created_at, 'began', cause, session.choice);
  return { steps: [step], left_out: 0, since: session.created_at, spent: NOTHING };
}

/** The story once `event` has made `after` of `before`. A session of an earlier release has none before. */
export function continueStory(before: Session, event: SessionEvent, after: Session, cause: Cause, now: number): Story {
  const story = before.story ?? beginStory(before, NO_CAUSE);
  const moved = before.status !== after.status;
  const spent = moved
    ? { ...story.spent, [before.status]: spentIn(story, before.status) + now - story.since }
    : story.spent;
  const since = moved ? now : story.since;
  const what = stepOf(before, event, after);
  if (what === null) return moved ? { ...story, since, spent } : story;
  const reason = what === 'trouble' ? cause.reason : (endReasonOf(before, event, after, cause) ?? null);
  const step = made(now, what, { ...cause, reason }, choiceOf(what, before, event, after));
  const steps = [...story.steps, step];
  if (steps.length <= STEPS) return { ...story, steps, since, spent };
  return {
    steps: [...steps.slice(0, FIRST_STEPS), ...steps.slice(FIRST_STEPS + 1)],
    left_out: story.left_out + 1,
    since,
    spent,
  };
}

const NO_CAUSE: Cause = { request_id: null, reason: null, detail: null };

function spentIn({ spent }: Story, status: Status): number {
  return status === 'initialized' || status === 'retrieved' || status === 'confirmed' ? spent[status] : 0;
}

function made(
  at: number,
  what: StepName,
  { request_id, reason, detail }: Cause,
  choice: { readonly connector: string; readonly mode: Mode } | null,
): Step {
  return {
    at,
    what,
    ...(choice === null ? {} : { connector: choice.connector, mode: choice.mode }),
    ...(request_id === null ? {} : { request_id }),
    ...(reason === null ? {} : { reason }),
    ...(detail === null ? {} : { detail }),
  };
}

function stepOf(before: Session, { type }: SessionEvent, after: Session): StepName | null {
  if (after.status !== before.status) return after.status === 'initialized' ? 'chosen' : after.status;
  if (type === 'mint') return before.status === 'confirmed' && before.code === null ? 'code' : null;
  return STEP_OF[type] ?? null;
}

/** What a step was about, where that is a choice. */
function choiceOf(
  what: StepName,
  before: Session,
  event: SessionEvent,
  after: Session,
): Pick<Choice, 'connector' | 'mode'> | null {
  if (event.type === 'unbegun') return event.choice;
  if (what === 'trouble') return before.choice;
  return what === 'chosen' ? after.choice : null;
}

/** What is worth telling besides the changes of status. */
const STEP_OF: Readonly<Partial<Record<SessionEvent['type'], StepName>>> = {
  choose: 'chosen',
  withdraw: 'trouble',
  unbegun: 'trouble',
  match: 'matched',
  recognise: 'recognised',
};

/** Why a session ended, where our own machine says it. Why one failed, or was cancelled in the browser's place, the cause says. */
export type EndReason =
  | 'user'
  | 'not_me'
  | 'wrong_number'
  | 'not_chosen'
  | 'not_scanned'
  | 'not_decided'
  | 'not_recognised'
  | 'not_collected'
  | 'not_redeemed'
  | 'provider_expired'
  | 'in_browser'
  /** An operator ended it. */
  | 'revoked';

/** Null for an end that needs no reason, and for what is no end. */
function endReasonOf(before: Session, event: SessionEvent, after: Session, { reason }: Cause): string | null {
  if (after.status === 'declined') return after.reason === 'verification_failed' ? 'wrong_number' : after.reason;
  if (after.status === 'expired') return event.type === 'expire' ? 'provider_expired' : lateBy(before);
  if (after.status === 'cancelled') return reason ?? ('in_browser' satisfies EndReason);
  return after.status === 'failed' ? (reason ?? after.error) : null;
}

/** What did not come in time. */
function lateBy(before: Session): EndReason | null {
  if (before.status === 'initialized') return before.choice === null ? 'not_chosen' : 'not_scanned';
  if (before.status === 'retrieved') return 'not_decided';
  if (before.status !== 'confirmed') return null;
  if (awaitsRecognition(before)) return 'not_recognised';
  return before.code === null ? 'not_collected' : 'not_redeemed';
}
