import type { RedirectStart } from '../connectors/connector.ts';
import { type AuthorizationRequest, type Identity, SCRIPT_01, type Session, type Story } from '../session/index.ts';
import { type KindOf, kindOf } from '../store/kinds.ts';

/**
 * What `flow` keeps at rest, and how it reads what release 0.1 wrote. Everything but the counters
 * lies in the partition of the authorization request that it comes from.
 */

/**
 * By session id; found by the id of the request that began it as well, which is the one that a card shows. Due when
 * its time is over.
 */
export const SESSION: KindOf<Session> = kindOf('session', {
  upgrades: [sessionOf01, sessionOf02],
  tagsOf: ({ story }) => requestIds(story?.steps.slice(0, 1)),
  // A session changes often, and what began it never.
  tagsStay: true,
});

/** An authorization request that may be signed in for. */
export interface PushedRequest {
  readonly request: AuthorizationRequest;
  /** Ms since the epoch. */
  readonly expires_at: number;
  /** The session whose code consumed it; null while it may still be used. */
  readonly consumed_by: string | null;
  /** Sessions that have a place, the oldest first. */
  readonly places: readonly string[];
  /** How many sessions have begun. */
  readonly begun: number;
}
/** By a keyed hash of its `request_uri`. */
export const REQUEST: KindOf<PushedRequest> = kindOf('request', {
  upgrades: [
    (old: PushedRequest) => ({ ...old, places: old.places ?? [], begun: old.begun ?? 0 }),
    ({ burned_by, ...old }: { readonly burned_by: unknown }) => ({ ...old, consumed_by: burned_by }),
  ],
});

/** One way to the provider and back. */
export interface Attempt {
  readonly session_id: string;
  readonly connector: string;
  readonly holder: string;
  readonly start: Omit<RedirectStart, 'request'>;
  readonly provider_state: unknown;
  /** How often its answer was taken up. More than once: a node died over it. */
  readonly taken: number;
  /** When the browser was sent to the provider, ms since the epoch. */
  readonly begun_at: number;
  /** Who came back, while their own word is waited for; null before that, and once it was given. */
  readonly answer: Identity | null;
  /** By which id the tokens are kept that came with that answer; missing where none are. */
  readonly tokens_id?: string;
}
/** By a keyed hash of its `state`. */
export const REDIRECT: KindOf<Attempt> = kindOf('redirect', {
  upgrades: [(old: Attempt) => ({ ...old, answer: old.answer ?? null }), providerStateOf02],
});

/** By session id: a browser has looked at it. */
export const WATCH: KindOf<null> = kindOf('watch');

/** By an id of the order's own: browsers that watch a session are to look at it. Due at once. */
export const WAKE: KindOf<{ readonly session_id: string }> = kindOf('wake');

/** A provider's session that is to be followed. */
export interface FollowOrder {
  readonly session_id: string;
  /** Where it counts. */
  readonly networks: readonly string[];
}
/** By the run's id. Due at once, and always. */
export const UPSTREAM: KindOf<FollowOrder> = kindOf('upstream', {
  upgrades: [(old: FollowOrder) => ({ ...old, networks: old.networks ?? [] })],
});

/** What is owed to a provider whose session no browser waits for any more. */
export interface CancelOrder {
  readonly connector: string;
  readonly provider_state: unknown;
  readonly attempts: number;
}
/** By an id of the order's own. Due at once. */
export const UPSTREAM_CANCEL: KindOf<CancelOrder> = kindOf('upstream_cancel', {
  upgrades: [providerStateOf02],
});

/** Which of a network's providers' sessions are open. */
export interface Place {
  readonly run: string;
  /** Ms since the epoch. */
  readonly until: number;
}
/** By a keyed hash of the network. */
export const FOLLOWED: KindOf<readonly Place[]> = kindOf('followed');

/** What one network has done to one person. */
export interface PushLedger {
  /** When pushes were sent that were not approved, or declined if that is later; oldest first. */
  readonly unanswered: readonly number[];
  readonly blocked_until: number;
  readonly known_until: number;
}
/** By a keyed hash of person and network. */
export const PUSH_LEDGER: KindOf<PushLedger> = kindOf('push');

/** When pushes were sent, oldest first. */
export type PushLog = readonly number[];
/** By a keyed hash of the person, or of the network. */
export const PUSH_LOG: KindOf<PushLog> = kindOf('push_log');

/** One request that was taken from a budget. */
export interface BudgetEntry {
  /** Ms since the epoch. */
  readonly at: number;
  /** Keyed hashes of the networks for which it was taken; empty where it serves a sign-in that has begun. */
  readonly networks: readonly string[];
}
/** By the budget's name; oldest first, and never more entries than the limit. */
export const BUDGET: KindOf<readonly BudgetEntry[]> = kindOf('budget');

function requestIds(steps: Story['steps'] = []): readonly string[] {
  return [...new Set(steps.flatMap(({ request_id }) => (request_id === undefined ? [] : [request_id])))];
}

/** Members that release 0.1 did not have are what it did: nothing was compared, asked or recognised. */
function sessionOf01(old: Session): unknown {
  const { browser, policy, request } = old;
  return {
    ...old,
    browser: { ...browser, ...SCRIPT_01, comparable: browser.comparable ?? false },
    policy: { ...policy, confirm_person: policy.confirm_person ?? false, direct: policy.direct ?? false },
    request: { ...request, client_authenticated: request.client_authenticated ?? false },
    ...(old.choice === null ? {} : { choice: { ...old.choice, verifies_number: old.choice.verifies_number ?? false } }),
    ...(old.status === 'initialized' ? { trouble: old.trouble ?? null } : {}),
    ...('upstream' in old && old.upstream !== null
      ? { upstream: { ...old.upstream, push: old.upstream.push ?? null, words: old.upstream.words ?? null } }
      : {}),
    ...('retrieval' in old ? { retrieval: { ...old.retrieval, matched: old.retrieval.matched ?? false } } : {}),
    ...(old.status === 'confirmed'
      ? { confirmation: { ...old.confirmation, recognised: old.confirmation.recognised ?? false } }
      : {}),
  };
}

/** Schema 2 had other names: `party` for the device that retrieved a session, `kept` for the provider's state. */
function sessionOf02(old: object): unknown {
  const upstream = 'upstream' in old ? (old.upstream as { readonly kept: unknown } | null) : null;
  const retrieval = 'retrieval' in old ? (old.retrieval as { readonly party: unknown }) : null;
  return {
    ...old,
    ...(upstream === null ? {} : { upstream: providerStateOf02(upstream) }),
    ...(retrieval === null ? {} : { retrieval: deviceOf02(retrieval) }),
  };
}

function deviceOf02({ party, ...old }: { readonly party: unknown }): unknown {
  return { ...old, device: party };
}

function providerStateOf02({ kept, ...old }: { readonly kept: unknown }): unknown {
  return { ...old, provider_state: kept };
}
