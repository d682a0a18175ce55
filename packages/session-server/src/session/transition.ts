import { isEnd } from '@beckon/protocol';
import type { Effect, Lifetimes, RefusalCode, SessionEvent, Transition } from './event.ts';
import { sameNetwork } from './same-network.ts';
import { agreedClaims } from './asked-claims.ts';
import { neededClaims } from './scope-claims.ts';
import {
  type Arming,
  asksNumber,
  awaitsRecognition,
  type Choice,
  type ConfirmedSession,
  type EndedSession,
  type InitializedSession,
  type LiveSession,
  type MintedCode,
  type RetrievedSession,
  type Session,
  type SessionCore,
  type UpstreamState,
} from './session.ts';

/**
 * The whole machine: what `event` makes of `session` at `now` (ms since the epoch, by the store's
 * clock). Pure. A change answers a new object whose `version` is one more; no change answers the
 * very same object with no effects.
 *
 * Time comes first: a live session at or past its `expires_at` becomes `expired` whatever the event
 * is, and every event but `tick` is told `session_expired`.
 */
export function transition(session: Session, event: SessionEvent, now: number, lifetimes: Lifetimes): Transition {
  if (!isLive(session)) return absorb(session, event);
  if (now >= session.expires_at) return expire(session, event, now);
  // Event and status choose the rule together, which the type of a look-up cannot say.
  const rule = RULES[event.type][session.status] as Rule<SessionEvent, LiveSession>;
  return rule(session, event, { now, lifetimes });
}

/** How long an armed link waits for its browser, in ms: enough for a redirect on a slow network. */
const ARMED_MS = 10_000;

interface At {
  readonly now: number;
  readonly lifetimes: Lifetimes;
}
type Rule<E, S> = (session: S, event: E, at: At) => Transition;
type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: T }>;
type Rules = {
  readonly [T in SessionEvent['type']]: { readonly [S in LiveSession as S['status']]: Rule<EventOf<T>, S> };
};

/** Which event means what in which live status. What is past its time is `expire`'s, ends are `absorb`'s. */
// oxfmt-ignore
const RULES: Rules = {
  choose:   { initialized: choose,  retrieved: chooseAgain, confirmed: refuse    },
  withdraw: { initialized: withdraw, retrieved: refuse,  confirmed: refuse       },
  unbegun:  { initialized: unbegun, retrieved: refuse,   confirmed: refuse       },
  restart:  { initialized: restart, retrieved: refuse,   confirmed: refuse       },
  arm:      { initialized: arm,     retrieved: arm,      confirmed: refuse       },
  keep:     { initialized: keep,    retrieved: keep,     confirmed: refuse       },
  retrieve: { initialized: claim,   retrieved: comeBack, confirmed: tooLate      },
  match:    { initialized: refuse,  retrieved: match,    confirmed: refuse       },
  confirm:  { initialized: refuse,  retrieved: confirm,  confirmed: confirmAgain },
  decline:  { initialized: disown,  retrieved: decline,  confirmed: tooLate      },
  cancel:   { initialized: cancel,  retrieved: cancel,   confirmed: cancel       },
  recognise: { initialized: refuse, retrieved: refuse,   confirmed: recognise    },
  fail:     { initialized: fail,    retrieved: fail,     confirmed: fail         },
  tick:     { initialized: stay,    retrieved: stay,     confirmed: stay         },
  expire:   { initialized: expireEarly, retrieved: expireEarly, confirmed: stay  },
  resume:   { initialized: resume,  retrieved: resume,   confirmed: resume       },
  mint:     { initialized: refuse,  retrieved: refuse,   confirmed: mint         },
  deliver:  { initialized: refuse,  retrieved: refuse,   confirmed: deliver      },
  redeem:   { initialized: refuse,  retrieved: refuse,   confirmed: redeem       },
};

function choose(session: InitializedSession, { choice, upstream }: EventOf<'choose'>, at: At): Transition {
  // A link on the same device is made anew each time, so that an earlier one can be ended.
  if (isSameWay(session.choice, choice) && upstream === null && choice.ticket === undefined) return stay(session);
  return chosen(session, { choice, upstream }, at);
}

function chosen(
  session: InitializedSession | RetrievedSession,
  { choice, upstream }: Pick<EventOf<'choose'>, 'choice' | 'upstream'>,
  at: At,
): Transition {
  const after: InitializedSession = {
    ...next(session, unscannedUntil(session, upstream, at)),
    status: 'initialized',
    choice,
    upstream,
    trouble: null,
  };
  // The provider's session that was there before is of no use any more.
  return change(after, session.upstream === null ? CHANGED : ENDED);
}

/**
 * The owner turns to the link on the same device once more: another browser was there first, or their
 * own is lost at the provider. The new link ends the claim that the old one led to.
 */
function chooseAgain(session: RetrievedSession, event: EventOf<'choose'>, at: At): Transition {
  const { choice } = event;
  const again = isSameWay(session.choice, choice) && session.choice.ticket !== undefined;
  return again && choice.ticket !== undefined ? chosen(session, event, at) : refuse(session);
}

/** The owner of the session opens its link: only where there is one that leads a browser to a provider. */
function arm(session: InitializedSession | RetrievedSession, _event: EventOf<'arm'>, { now }: At): Transition {
  if (session.choice?.ticket === undefined) return refuse(session);
  const clicks = isArmed(session, now) ? session.armed.clicks : 0;
  return change({
    ...session,
    version: session.version + 1,
    armed: { clicks: clicks + 1, until: now + ARMED_MS },
  });
}

/** A choice for which a provider's session has begun is not withdrawn: it ends as the session does. */
function withdraw(session: InitializedSession, { trouble }: EventOf<'withdraw'>): Transition {
  if (session.choice === null || session.upstream !== null) return refuse(session);
  return change({ ...next(session, session.expires_at), status: 'initialized', choice: null, upstream: null, trouble });
}

/** A change for its story alone. */
function unbegun(session: InitializedSession): Transition {
  return change({ ...session, version: session.version + 1 });
}

function restart(session: InitializedSession, { upstream }: EventOf<'restart'>, at: At): Transition {
  const { choice } = session;
  if (session.upstream?.run !== upstream.run) return refuse(session);
  const until = unscannedUntil(session, upstream, at);
  return change({ ...next(session, until), status: 'initialized', choice, upstream, trouble: null });
}

function keep(session: InitializedSession | RetrievedSession, { run, provider_state }: EventOf<'keep'>): Transition {
  if (session.upstream?.run !== run) return refuse(session);
  return change({ ...session, version: session.version + 1, upstream: { ...session.upstream, provider_state } });
}

/** The provider's own time holds: its session is not renewed early, and ours does not outlive it. */
function unscannedUntil(session: SessionCore, upstream: UpstreamState | null, { now, lifetimes }: At): number {
  // What is left of a provider's time is not inherited by another way that has none.
  return upstream?.expires_at ?? Math.min(session.expires_at, now + lifetimes.unscanned_ms);
}

/** The first valid scan. From here on the session is that holder's alone. */
function claim(session: InitializedSession, event: EventOf<'retrieve'>, { now, lifetimes }: At): Transition {
  const { choice, policy, upstream } = session;
  if (choice === null || !isSameWay(choice, event.choice) || choice.ticket !== event.choice.ticket)
    return refuse(session);
  if (event.armed === true && !isArmed(session, now)) return refuse(session);
  const same_network = event.device === null ? null : sameNetwork(session.browser, event.device);
  if (choice.cross_device && policy.network === 'require' && same_network !== true) {
    return refuseWith('verification_failed', session);
  }
  const number = asksNumber(session) ? event.number : null;
  return change({
    ...next(session, Math.min(now + lifetimes.scanned_ms, upstream?.expires_at ?? Number.POSITIVE_INFINITY)),
    status: 'retrieved',
    choice,
    retrieval: { holder: event.holder, device: event.device, at: now, same_network, number, matched: false },
    upstream,
    ...clicksLeft(session, event),
  });
}

/** The holder's app asks again (its answer was lost, or it was reopened); no other holder gets in. */
function comeBack(session: RetrievedSession, event: EventOf<'retrieve'>, { now }: At): Transition {
  if (isHolder(session, event)) return stay(session);
  const { choice, retrieval, upstream } = session;
  const invited = event.armed === true && choice.ticket === event.choice.ticket && isArmed(session, now);
  if (!invited) return refuseWith('already_claimed', session);
  // The owner clicked again: the browser dropped the first answer and its cookie, or another one was faster.
  return change({
    ...next(session, session.expires_at),
    status: 'retrieved',
    choice,
    retrieval: { ...retrieval, holder: event.holder, device: event.device, at: now },
    upstream,
    ...clicksLeft(session, event),
  });
}

/** What a claim leaves of the owner's clicks: one is used up; a claim that needed none ends them. */
function clicksLeft(
  { armed }: InitializedSession | RetrievedSession,
  event: EventOf<'retrieve'>,
): { readonly armed?: Arming } {
  if (armed === undefined || event.armed !== true || armed.clicks === 1) return {};
  return { armed: { ...armed, clicks: armed.clicks - 1 } };
}

/** The holder has decided already; anybody else learns no more than while it was `retrieved`. */
function tooLate(session: ConfirmedSession, event: EventOf<'retrieve' | 'decline'>): Transition {
  return refuseWith(isHolder(session, event) ? 'invalid_transition' : 'already_claimed', session);
}

function confirm(session: RetrievedSession, event: EventOf<'confirm'>, { now, lifetimes }: At): Transition {
  if (!isHolder(session, event)) return refuseWith('already_claimed', session);
  const { choice, retrieval } = session;
  if (retrieval.number !== null && event.number !== retrieval.number) {
    return declineForNumber(session, now);
  }
  const { request } = session;
  const scope = grantable(session, request.scope, event.scope);
  const single = request.claims === undefined ? [] : grantable(session, request.claims.scope, event.scope);
  const claims = neededClaims(event.identity.claims, agreedClaims(request, scope, single, choice.connector));
  return change({
    ...next(session, now + lifetimes.scanned_ms),
    status: 'confirmed',
    choice,
    retrieval,
    confirmation: {
      identity: { ...event.identity, claims },
      scope,
      ...(single.length === 0 ? {} : { claims_scope: single }),
      at: now,
      recognised: false,
      ...(event.provider_session === undefined ? {} : { provider_session: event.provider_session }),
      ...(event.tokens_id === undefined ? {} : { tokens_id: event.tokens_id }),
    },
    code: null,
  });
}

/** Where the digits come before the decision: matched, they are gone, and are not asked for again. */
function match(session: RetrievedSession, event: EventOf<'match'>, { now }: At): Transition {
  if (!isHolder(session, event)) return refuseWith('already_claimed', session);
  const { choice, retrieval, upstream } = session;
  if (retrieval.number === null) return stay(session);
  if (event.number !== retrieval.number) return declineForNumber(session, now);
  return change({
    ...next(session, session.expires_at),
    status: 'retrieved',
    choice,
    retrieval: { ...retrieval, number: null, matched: true },
    upstream,
  });
}

/** One try: with a second one, a relay of the code could guess (security.md, number matching). */
function declineForNumber(session: RetrievedSession, now: number): Transition {
  return {
    ok: false,
    error: 'verification_failed',
    session: {
      ...next(session, now),
      status: 'declined',
      choice: session.choice,
      reason: 'verification_failed',
      message: null,
    },
    effects: ENDED,
  };
}

/** The holder's app repeats an approval whose answer was lost: the first one stands, unchanged. */
function confirmAgain(session: ConfirmedSession, event: EventOf<'confirm'>): Transition {
  return isHolder(session, event) ? stay(session) : refuseWith('already_claimed', session);
}

function decline(session: RetrievedSession, event: EventOf<'decline'>, { now }: At): Transition {
  if (!isHolder(session, event)) return refuseWith('already_claimed', session);
  const { reason, message } = event;
  return change({ ...next(session, now), status: 'declined', choice: session.choice, reason, message });
}

/** Who sees a stranger's sign-in can say so without claiming it first, from whatever network. */
function disown(session: InitializedSession, event: EventOf<'decline'>, { now }: At): Transition {
  const { choice } = session;
  const { reason, message } = event;
  if (choice === null || reason !== 'not_me') return refuse(session);
  return change({ ...next(session, now), status: 'declined', choice, reason, message }, ENDED);
}

function cancel(session: LiveSession, _event: EventOf<'cancel'>, { now }: At): Transition {
  return change({ ...next(session, now), status: 'cancelled', choice: session.choice }, ENDED);
}

function fail(session: LiveSession, event: EventOf<'fail'>, { now }: At): Transition {
  return change({ ...next(session, now), status: 'failed', choice: session.choice, error: event.error }, ENDED);
}

/** Once is enough: a press that is repeated because its answer was lost changes nothing. */
function recognise(session: ConfirmedSession): Transition {
  if (!awaitsRecognition(session)) return stay(session);
  const { choice, retrieval, confirmation, code } = session;
  return change({
    ...next(session, session.expires_at),
    status: 'confirmed',
    choice,
    retrieval,
    confirmation: { ...confirmation, recognised: true },
    code,
  });
}

/** A code that was given out is the old request's: the next `n` is drawn for the new one. */
function resume(session: LiveSession, { request_id, request }: EventOf<'resume'>): Transition {
  if (session.request_id === request_id) return stay(session);
  const resumed = { ...session, version: session.version + 1, request_id, request };
  if (resumed.status !== 'confirmed' || resumed.code === null) return change(resumed);
  return change({ ...resumed, code: { n: resumed.code.n, at: 0 } });
}

/** At most one code is good at a time: the next `n` is drawn only when the last one is too old. */
function mint(session: ConfirmedSession, _event: EventOf<'mint'>, { now, lifetimes }: At): Transition {
  if (awaitsRecognition(session)) return refuse(session);
  const { code } = session;
  if (code !== null && isFresh(code, now, lifetimes)) return stay(session);
  return withCode(session, (code?.n ?? 0) + 1, now);
}

/** The code that the page's address was made of is over: what leaks of the address later opens nothing. */
function deliver(session: ConfirmedSession, event: EventOf<'deliver'>, { now, lifetimes }: At): Transition {
  const { code } = session;
  if (code === null || code.n !== event.n || !isFresh(code, now, lifetimes)) return refuse(session);
  return withCode(session, code.n + 1, now);
}

function withCode(session: ConfirmedSession, n: number, now: number): Transition {
  const { choice, retrieval, confirmation } = session;
  return change({
    ...next(session, session.expires_at),
    status: 'confirmed',
    choice,
    retrieval,
    confirmation,
    code: { n, at: now },
  });
}

function redeem(session: ConfirmedSession, event: EventOf<'redeem'>, { now, lifetimes }: At): Transition {
  const { choice, code } = session;
  if (code === null || code.n !== event.n || !isFresh(code, now, lifetimes)) return refuse(session);
  return change({ ...next(session, now), status: 'completed', choice, redeemed: code.n });
}

function expireEarly(
  session: InitializedSession | RetrievedSession,
  _event: EventOf<'expire'>,
  { now }: At,
): Transition {
  return change({ ...next(session, now), status: 'expired', choice: session.choice });
}

function expire(session: LiveSession, event: SessionEvent, now: number): Transition {
  const expired: Session = { ...next(session, now), status: 'expired', choice: session.choice };
  if (event.type === 'tick') return change(expired, ENDED);
  return { ok: false, error: 'session_expired', session: expired, effects: ENDED };
}

/**
 * Ends absorb everything. Asking again for the very end that was reached (`cancel` when cancelled,
 * `decline` when declined, `fail` when failed) reads as done, so that a repeated request hears what
 * the first one did. A code redeemed again is a replay and refused. An expired session goes on
 * saying so: who comes just after the end hears what who came at the end heard.
 */
function absorb(session: EndedSession, event: SessionEvent): Transition {
  if (event.type === 'tick' || event.type === 'expire' || event.type === REACHED_BY[session.status])
    return stay(session);
  return session.status === 'expired' ? refuseWith('session_expired', session) : refuse(session);
}

const REACHED_BY = {
  completed: null,
  declined: 'decline',
  expired: null,
  cancelled: 'cancel',
  failed: 'fail',
} as const;

const CHANGED: readonly Effect[] = [{ type: 'publish' }];
const ENDED: readonly Effect[] = [{ type: 'publish' }, { type: 'cancel_upstream' }];

function change(session: Session, effects: readonly Effect[] = CHANGED): Transition {
  return { ok: true, session, effects };
}

function stay(session: Session): Transition {
  return { ok: true, session, effects: [] };
}

function refuse(session: Session): Transition {
  return refuseWith('invalid_transition', session);
}

function refuseWith(error: RefusalCode, session: Session): Transition {
  return { ok: false, error, session, effects: [] };
}

/** The parts that every status has, one version on; what belongs to the old status alone stays behind. */
function next(session: Session, expires_at: number): SessionCore {
  return {
    id: session.id,
    version: session.version + 1,
    secret_hash: session.secret_hash,
    request_id: session.request_id,
    request: session.request,
    client_name: session.client_name,
    logo_uri: session.logo_uri,
    offers: session.offers,
    policy: session.policy,
    browser: session.browser,
    ...(session.upstream_tokens === undefined ? {} : { upstream_tokens: session.upstream_tokens }),
    created_at: session.created_at,
    expires_at,
  };
}

function grantable(
  session: RetrievedSession,
  asked: readonly string[],
  accepted: readonly string[],
): readonly string[] {
  const cap = session.choice.cross_device ? session.policy.scope : null;
  return asked.filter((scope) => accepted.includes(scope) && (cap?.includes(scope) ?? true));
}

function isSameWay(a: Pick<Choice, 'connector' | 'mode'> | null, b: Pick<Choice, 'connector' | 'mode'>): boolean {
  return a?.connector === b.connector && a.mode === b.mode;
}

function isHolder(session: RetrievedSession | ConfirmedSession, event: { readonly holder: string }): boolean {
  return session.retrieval.holder === event.holder;
}

function isFresh(code: MintedCode, now: number, lifetimes: Lifetimes): boolean {
  return now < code.at + lifetimes.code_ms;
}

function isArmed<S extends InitializedSession | RetrievedSession>(
  session: S,
  now: number,
): session is S & { readonly armed: Arming } {
  return session.armed !== undefined && now < session.armed.until;
}

function isLive(session: Session): session is LiveSession {
  return !isEnd(session.status);
}
