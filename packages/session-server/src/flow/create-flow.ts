import { type ConnectorMark, isEnd, type Status } from '@beckon/protocol';
import type { Connector } from '../connectors/connector.ts';
import type { Recording } from '../audit/index.ts';
import type { Bus } from '../bus/index.ts';
import type { Timers } from '../jobs/index.ts';
import { createDerivedTokens, personOf, type Secrets } from '../secrets/index.ts';
import type { ClientDirectory, Lifetimes, Session, Switches } from '../session/index.ts';
import { createKeptRows, type KeptRowsOptions } from '../store/kept-rows.ts';
import type { Store } from '../store/store.ts';
import type { UpstreamTokensPort } from '../upstream-tokens/index.ts';
import { createAppNames } from './apps.ts';
import { barredBy } from './barred.ts';
import { createBeginning } from './beginning.ts';
import { createBrowserClaim } from './browser-claim.ts';
import { createBrowserHolder } from './browser-holder.ts';
import { createBrowserSessions } from './browser-sessions.ts';
import { createCodes } from './codes.ts';
import { createCollected } from './collected.ts';
import { type Ended, endedOf } from './ended.ts';
import type { Flow } from './flow.ts';
import { flowWorkers } from './flow-workers.ts';
import { createFormResponses } from './form-responses.ts';
import { createForms } from './forms.ts';
import { createIds } from './ids.ts';
import { createLinks } from './links.ts';
import { REQUEST, SESSION, type PushedRequest } from './kinds.ts';
import { createPreview } from './preview.ts';
import { createPushedRequests, type RequestLimit } from './pushed-requests.ts';
import { createPushes } from './pushes.ts';
import { createRedemption } from './redemption.ts';
import type { Redemption } from './redemption-port.ts';
import { refusal } from './refusal.ts';
import { createRoundTrip } from './round-trip.ts';
import { createSameDevice } from './same-device.ts';
import { declinedNews } from './declined-news.ts';
import { sessionEvents } from './session-events.ts';
import { wakeWorker } from './session-ends.ts';
import { createSessionRows } from './session-rows.ts';
import { redirectOf } from './snapshot.ts';
import { NO_TRACE, type Trace } from './trace.ts';
import { createUpstream } from './upstream.ts';
import { createWatchers } from './watchers.ts';
import { createWalletApproval } from './wallet-approval.ts';

export interface FlowSettings {
  /** No trailing slash. */
  readonly issuer: string;
  /** Ends with a slash. */
  readonly qrBaseUrl: string;
  readonly lifetimes: Lifetimes & { readonly request_uri_ms: number; readonly frame_ms: number };
}

export interface FlowDependencies {
  readonly settings: FlowSettings;
  readonly store: Store;
  readonly clients: ClientDirectory;
  /** What the operator has switched off. Default: nothing. */
  readonly switches?: Switches;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** The pictures of apps, by connector. Default: none has one. */
  readonly marks?: Pick<ReadonlyMap<string, ConnectorMark>, 'get'>;
  readonly secrets: Secrets;
  /** A fresh id: 26 characters of 0-9 and A-Z, at least 128 bits. */
  readonly newId: () => string;
  readonly randomBytes: (size: number) => Uint8Array;
  /** A whole number from 0 up to, not including, `below`. */
  readonly randomInt: (below: number) => number;
  /** The audit trail. */
  readonly recording: Recording;
  /** The change feed. */
  readonly bus: Bus;
  /** Takes the tokens that a provider issued with an identity. */
  readonly upstreamTokens: Pick<UpstreamTokensPort, 'take' | 'drop'>;
  readonly timers: Pick<Timers, 'sleep'>;
  /** Ms that pass, from any beginning. */
  readonly elapsed: () => number;
  /** How long a browser that opens the link on the same device waits for the owner's click, in ms. Default 1 s. */
  readonly patience_ms?: number | undefined;
  /** Hears of every change of status; `from` is null at creation. For metrics. */
  readonly onStatus?: (from: Status | null, to: Status, connector: string | null) => void;
  /** Hears of every change that is stored; `before` is null at creation. */
  readonly onChange?: (before: Session | null, after: Session, now: number) => void;
  /** Hears of every session's end, once. For the log and metrics. */
  readonly onEnd?: (ended: Ended) => void;
  /** What connects a session with the requests that make it. Default: nothing does. */
  readonly trace?: Trace;
  /** Hears of a session that ended because of its provider. For the log. */
  readonly onFailure?: (session_id: string, connector: string, error: unknown) => void;
  /** Hears of a `request_uri` that was used more often than one page does. For the log and metrics. */
  readonly onRequestLimit?: (limit: RequestLimit, client_id: string) => void;
  /** How long `collected` waits, in ms. Default 2 s. */
  readonly collectWait_ms?: number | undefined;
  /** Hears of every code that is presented. For metrics. */
  readonly onRedemption?: (outcome: Redemption['outcome']) => void;
}

export function createFlow(deps: FlowDependencies): Flow {
  const { settings, store, secrets, bus } = deps;
  const { lifetimes, issuer } = settings;
  const ids = createIds(deps);
  const trace = deps.trace ?? NO_TRACE;
  const changed = (before: Session | null, after: Session, now: number): void => {
    deps.onChange?.(before, after, now);
    if (before?.status === after.status) return;
    deps.onStatus?.(before?.status ?? null, after.status, after.choice?.connector ?? null);
    const ended = endedOf(after);
    if (ended !== null) deps.onEnd?.(ended);
  };
  const kept = createKeptRows(store, { elapsed: deps.elapsed, keeps: KEEPS });
  const switches = deps.switches ?? NOTHING_OFF;
  const barred = barredBy(switches);
  const rows = createSessionRows({
    barred,
    kept,
    lifetimes,
    bus,
    recorded(before, after, now) {
      const events = sessionEvents(before, after, (...who) => personOf(secrets.subject(...who)));
      return [...deps.recording.writes(after.id, after.id, events, now), ...declinedNews(before, after, now)];
    },
    trace,
    changed,
  });
  const requests = createPushedRequests({
    store,
    kept,
    lifetime_ms: lifetimes.request_uri_ms,
    ids,
    secrets,
    isLive: async (id) => {
      const found = await rows.find(id);
      return found !== null && !isEnd(found.session.status) && found.now < found.session.expires_at;
    },
    // Cancelled, and not expired: a widget renews what has expired, and would push another one out.
    end: async (id) => {
      const why = { reason: 'too_many_sessions', detail: null };
      const { before, session } = await rows.apply(id, { type: 'cancel' }, undefined, why);
      return session !== before;
    },
    onLimit: deps.onRequestLimit ?? (() => undefined),
  });
  const links = createLinks(settings, secrets);
  const tokens = createDerivedTokens(secrets);
  const redeem = createRedemption({ rows, tokens });
  const watchers = createWatchers(bus);
  const codes = createCodes({ rows, requests, tokens, lifetimes, isWatched: (id) => watchers.has(id) });
  const onFailure = deps.onFailure ?? (() => undefined);
  const pushes = createPushes(store, secrets);
  const upstream = createUpstream({ ...deps, ids, rows, pushes, onFailure });
  const sessions = createBrowserSessions({
    ...deps,
    switches,
    barred,
    ids,
    issuer,
    lifetimes,
    rows,
    requests,
    codes,
    links,
    upstream,
    beginning: createBeginning({ ...deps, rows, upstream, pushes, onFailure }),
  });
  const forms = createForms(secrets);
  const holder = createBrowserHolder({ ...deps, rows });
  const namesOf = createAppNames(deps.connectors);
  const roundTrip = createRoundTrip({
    ...deps,
    issuer,
    rows,
    holder,
    namesOf,
    lifetimes,
    onFailure,
    async collect(session_id) {
      const { session, code } = await codes.collect(session_id);
      return redirectOf(session, code, { issuer, links });
    },
  });

  const collected = createCollected(rows, bus, deps.timers, deps.collectWait_ms);
  return {
    browser: {
      ...sessions,
      respond: createFormResponses({ issuer, rows, tokens }),
      subscribe: watchers.subscribe,
    },
    wallet: {
      ...createWalletApproval({
        ...deps,
        rows,
        codes,
        links,
        lifetimes,
        async collect(confirmed) {
          const { session, code } = await codes.collect(confirmed.session.id, confirmed);
          const location = code === null ? null : redirectOf(session, code, { issuer, links });
          if (location === null) throw refusal('invalid_transition');
          return location;
        },
      }),
      collected,
    },
    redirect: {
      preview: createPreview({ ...deps, current: (id) => sessions.current(id), links, namesOf }),
      ...createBrowserClaim({ rows, links, forms, holder, namesOf }),
      ...roundTrip,
      ...createSameDevice({
        ...deps,
        rows,
        links,
        forms,
        holder,
        namesOf,
        toProvider: roundTrip.toProvider,
      }),
      collected,
    },
    redemption: {
      push: (request) => requests.push(request),
      carry: (request) => requests.carry(request),
      pushed: (client_id, request_uri) => requests.look(client_id, request_uri),
      async redeem(code, check, writes) {
        const redemption = await redeem(code, check, writes);
        deps.onRedemption?.(redemption.outcome);
        return redemption;
      },
    },
    workers: [
      ...flowWorkers({
        async expire(session_id) {
          await rows.apply(session_id, { type: 'tick' });
        },
        followUpstream: (run, signal) => upstream.follow(run, signal),
        cancelUpstream: (id) => upstream.cancel(id),
      }),
      wakeWorker(store, bus),
    ],
  };
}

const NOTHING_OFF: Switches = { isClientDisabled: () => false, isConnectorDisabled: () => false };

/** What is kept between the requests of a sign-in: a session that goes on, and its request until a code consumes it. */
const KEEPS: KeptRowsOptions['keeps'] = new Map([
  [SESSION.name, (row) => !isEnd((row.value as Session).status)],
  [REQUEST.name, (row) => (row.value as PushedRequest).consumed_by === null],
]);
