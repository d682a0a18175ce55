import type { Mode, SessionHandle, Snapshot } from '@beckon/protocol';
import { type Connector, ConnectorError } from '../connectors/connector.ts';
import { hashSecret, newSecret, sameText } from '../secrets/index.ts';
import {
  type AuthorizationRequest,
  type Choice,
  type Client,
  type ClientDirectory,
  type Lifetimes,
  type Party,
  type Session,
  type SessionEvent,
  initialSession,
  transition,
} from '../session/index.ts';
import type { Store } from '../store/store.ts';
import type { Beginning } from './beginning.ts';
import type { Codes } from './codes.ts';
import { type Flow, FlowError, type SessionCredentials } from './flow.ts';
import type { Links } from './links.ts';
import { isCrossDevice, offersFor } from './offers.ts';
import type { PushedRequests } from './pushed-requests.ts';
import { refusal } from './refusal.ts';
import { resume } from './resume.ts';
import type { SessionRows } from './session-rows.ts';
import { type Way, snapshotOf } from './snapshot.ts';
import type { Upstream } from './upstream.ts';

export interface BrowserSessionsDependencies {
  readonly issuer: string;
  readonly lifetimes: Lifetimes;
  readonly store: Store;
  readonly rows: SessionRows;
  readonly requests: PushedRequests;
  readonly codes: Codes;
  readonly links: Links;
  readonly upstream: Upstream;
  readonly beginning: Beginning;
  readonly clients: ClientDirectory;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly newId: () => string;
  readonly randomBytes: (size: number) => Uint8Array;
  /** A provider did not begin. For the log. */
  readonly onFailure: (session_id: string, connector: string, error: unknown) => void;
}

export type BrowserSessions = Pick<
  Flow,
  'create' | 'choose' | 'arm' | 'snapshot' | 'look' | 'renew' | 'cancel' | 'recognise' | 'clientOf'
> & {
  /** The session, expired if its time is over: reads never show it as live, however late the jobs are. */
  current(session_id: string): Promise<Session>;
};

/** The browser's side: whoever has the session's secret. */
export function createBrowserSessions(deps: BrowserSessionsDependencies): BrowserSessions {
  const { issuer, lifetimes, store, rows, requests, codes, links, upstream, beginning, clients, connectors } = deps;

  /** The session of these credentials; a wrong secret looks like no session at all. */
  const authenticated = async ({ session_id, session_secret }: SessionCredentials): Promise<Session> => {
    const session = await rows.load(session_id);
    if (!sameText(session.secret_hash, hashSecret(session_secret))) {
      throw new FlowError('session_not_found', 'there is no such session, or the session secret is not its own');
    }
    return session;
  };

  /** The same; null where there is none. */
  const owned = (credentials: SessionCredentials): Promise<Session | null> =>
    authenticated(credentials).catch((cause: unknown) => {
      if (cause instanceof FlowError && cause.code === 'session_not_found') return null;
      throw cause;
    });

  const current = async (session: Session): Promise<Session> => {
    const ticked = transition(session, { type: 'tick' }, await store.now(), lifetimes);
    return ticked.session === session ? session : (await rows.apply(session.id, { type: 'tick' })).session;
  };

  const wayOf = ({ choice }: Session): Way | null => {
    const connector = choice === null ? undefined : connectors.get(choice.connector);
    if (connector === undefined) return null;
    return connector.wallet !== null ? 'wallet' : connector.redirect !== null ? 'redirect' : 'upstream';
  };

  const render = async (session: Session): Promise<Snapshot> => {
    // With a way back the code goes only to the browser that comes back, never to a watcher.
    const collects = session.status === 'confirmed' && session.choice.cross_device;
    const collected = collects ? await codes.collect(session.id) : { session, code: null };
    const way = wayOf(collected.session);
    return snapshotOf(collected.session, { now: await store.now(), code: collected.code, issuer, links, way });
  };

  const choiceOf = (connector: string, mode: Mode): Choice => {
    const known = connectors.get(connector);
    const cross_device = known === undefined || isCrossDevice(known, mode);
    const choice = { connector, mode, cross_device, verifies_number: known?.verifies.number ?? false };
    const ticketed = mode === 'same_device' && known !== undefined && known.redirect !== null;
    return ticketed ? { ...choice, ticket: newSecret(deps.randomBytes) } : choice;
  };

  const begin = async (
    client: Client,
    request_id: string,
    request: AuthorizationRequest,
    browser: Party,
    replaces: string | null,
  ): Promise<SessionHandle> => {
    const offers = offersFor(client, request, connectors);
    const session_secret = newSecret(deps.randomBytes);
    const start = {
      id: deps.newId(),
      secret_hash: hashSecret(session_secret),
      request_id,
      request,
      client_name: client.client_name,
      logo_uri: client.logo_uri,
      offers,
      policy: client.cross_device,
      browser,
    };
    const [only, ...others] = offers;
    const mode = only?.modes.find((offered) => offered !== 'direct');
    // With nothing to choose between, the QR code is there at once.
    const settled = only !== undefined && others.length === 0 && mode !== undefined;
    const choice = settled ? choiceOf(only.id, mode) : null;
    const now = await store.now();
    const fresh = initialSession(start, now, lifetimes);
    // A provider's own session begins once a browser looks at ours.
    const chosen =
      choice === null ? fresh : transition(fresh, { type: 'choose', choice, upstream: null }, now, lifetimes).session;
    const session = { ...chosen, version: fresh.version };
    await rows.insert(session);
    try {
      await requests.enter(request_id, session.id, replaces);
    } catch (cause) {
      // Too many, or the request ended meanwhile: what has begun must not live without a place.
      await rows.apply(session.id, { type: 'cancel' });
      throw cause;
    }
    return { ...(await render(session)), session_secret };
  };

  const changed = async (session: Session, event: SessionEvent): Promise<Session> => {
    const result = await rows.apply(session.id, event);
    if (!result.ok) throw refusal(result.error);
    return result.session;
  };

  /** The session as a watcher finds it, whose look is remembered. */
  const watched = async (credentials: SessionCredentials): Promise<Session> => {
    const session = await current(await authenticated(credentials));
    await beginning.watched(session);
    return session;
  };

  return {
    current: async (session_id) => current(await rows.load(session_id)),
    async create(client, request_uri, browser, former = null) {
      const session = former === null ? null : await owned(former);
      const { id, request } = await requests.open(client.client_id, request_uri, session?.id ?? null);
      const resumed = session === null ? null : await resume(deps, await current(session), id, request);
      if (former === null || resumed === null) return begin(client, id, request, browser, null);
      return { ...(await render(resumed)), session_secret: former.session_secret };
    },
    async choose(credentials, { connector, mode, login_hint }) {
      const session = await authenticated(credentials);
      const offer = session.offers.find(({ id }) => id === connector);
      if (offer === undefined) throw new FlowError('invalid_request', 'connector: not one that this sign-in offers');
      if (!offer.modes.includes(mode))
        throw new FlowError('invalid_request', 'mode: not one that this connector offers');
      const choice = choiceOf(connector, mode);
      const identifier = mode === 'direct' ? login_hint : null;
      const live = await current(session);
      if (live.status !== 'initialized') {
        return render(await changed(live, { type: 'choose', choice, upstream: null }));
      }
      const same = live.choice?.connector === connector && live.choice.mode === mode;
      if (same && live.upstream !== null && upstream.isFor(live.upstream, connector, identifier)) return render(live);
      const own = connectors.get(connector)?.upstream ?? null;
      const atOnce = own !== null && (mode === 'direct' || (await beginning.isWatched(live)));
      // Without a watcher the choice waits for the first one's look.
      return render(
        atOnce
          ? await beginning.choose(live, choice, identifier)
          : await changed(live, { type: 'choose', choice, upstream: null }),
      );
    },
    async arm(credentials) {
      await changed(await authenticated(credentials), { type: 'arm' });
    },
    async snapshot(credentials) {
      const session = await watched(credentials);
      const choice = beginning.pending(session);
      if (choice === null) return render(session);
      const begun = await beginning.beginPending(session, choice).catch((cause: unknown) => {
        // The session went another way meanwhile.
        if (cause instanceof FlowError) return rows.load(session.id);
        throw cause;
      });
      return render(begun);
    },
    async look(credentials) {
      const session = await watched(credentials);
      const choice = beginning.pending(session);
      if (choice !== null) {
        void beginning.beginPending(session, choice).catch((cause: unknown) => {
          const expected =
            cause instanceof FlowError || (cause instanceof ConnectorError && cause.code === 'rate_limited');
          if (!expected) deps.onFailure(session.id, choice.connector, cause);
        });
      }
      return render(session);
    },
    async renew(credentials, browser) {
      const session = await current(await authenticated(credentials));
      if (session.status === 'retrieved' || session.status === 'confirmed') {
        throw new FlowError('invalid_transition', 'the session is under way on a phone: cancel it first');
      }
      const request = await requests.reopen(session.request_id);
      const client = await clients.find(request.client_id);
      if (client === null) throw new FlowError('request_expired', 'the website is not registered any more');
      const handle = await begin(client, session.request_id, request, browser, session.id);
      // The old code must not be scannable beside the new one.
      if (session.status === 'initialized') await rows.apply(session.id, { type: 'cancel' });
      return handle;
    },
    cancel: async (credentials) => render(await changed(await authenticated(credentials), { type: 'cancel' })),
    recognise: async (credentials) => render(await changed(await authenticated(credentials), { type: 'recognise' })),
    clientOf: async (credentials) => (await authenticated(credentials)).request.client_id,
  };
}
