import type { SessionHandle, Snapshot, Status } from '@beckon/protocol';
import type { Connector } from '../connectors/connector.ts';
import { createDerivedTokens, hashSecret, newSecret, sameText, type Secrets } from '../secrets/index.ts';
import {
  type AuthorizationRequest,
  type Client,
  type ClientDirectory,
  type Lifetimes,
  type Party,
  type Session,
  initialSession,
  transition,
} from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { authorizationResponse } from './authorization-response.ts';
import { createChanges } from './changes.ts';
import { type Flow, FlowError, type Redemption, type SessionCredentials } from './flow.ts';
import { createLinks } from './links.ts';
import { offersFor } from './offers.ts';
import { refusal } from './refusal.ts';
import { createPreview } from './preview.ts';
import { createPushedRequests } from './pushed-requests.ts';
import { createRedemption } from './redemption.ts';
import { createSessionRows } from './session-rows.ts';
import { snapshotOf } from './snapshot.ts';
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
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly secrets: Secrets;
  /** A fresh id: 26 characters of 0-9 and A-Z, at least 128 bits. */
  readonly newId: () => string;
  readonly randomBytes: (size: number) => Uint8Array;
  /** A whole number from 0 up to, not including, `below`. */
  readonly randomInt: (below: number) => number;
  /** Hears of every change of status; `from` is null at creation. For metrics. */
  readonly onStatus?: (from: Status | null, to: Status, connector: string | null) => void;
  /** Hears of every code that is presented. For metrics. */
  readonly onRedemption?: (outcome: Redemption['outcome']) => void;
}

export function createFlow(deps: FlowDependencies): Flow {
  const { settings, store, clients, connectors, secrets } = deps;
  const { lifetimes, issuer } = settings;
  const changes = createChanges();
  const rows = createSessionRows(store, lifetimes, changes, (before, after) => {
    if (before?.status !== after.status) {
      deps.onStatus?.(before?.status ?? null, after.status, after.choice?.connector ?? null);
    }
  });
  const requests = createPushedRequests(store, lifetimes.request_uri_ms, deps.newId);
  const links = createLinks(settings, secrets);
  const tokens = createDerivedTokens(secrets);
  const redeem = createRedemption({ store, rows, tokens });

  /** The session of these credentials; a wrong secret looks like no session at all. */
  const authenticated = async ({ session_id, session_secret }: SessionCredentials): Promise<Session> => {
    const session = await rows.load(session_id);
    if (!sameText(session.secret_hash, hashSecret(session_secret))) {
      throw new FlowError('session_not_found', 'there is no such session, or the session secret is not its own');
    }
    return session;
  };

  /** Mints a code where there is none that is still good, and burns the request with the first. */
  const codeFor = async (id: string): Promise<{ session: Session; code: string | null }> => {
    const session = await rows.load(id);
    if (session.status !== 'confirmed') return { session, code: null };
    if (!(await requests.burn(session.request_id, session.id))) {
      const failed = await rows.apply(id, { type: 'fail', error: 'server_error' });
      return { session: failed.session, code: null };
    }
    const { session: minted } = await rows.apply(id, { type: 'mint' });
    if (minted.status !== 'confirmed' || minted.code === null) return { session: minted, code: null };
    return { session: minted, code: tokens.make('ac', { id, n: minted.code.n }) };
  };

  const render = async (session: Session): Promise<Snapshot> => {
    // On one device the code goes only to the browser that comes back, never to a watcher.
    const collects = session.status === 'confirmed' && session.choice.mode !== 'same_device';
    const current = collects ? await codeFor(session.id) : { session, code: null };
    return snapshotOf(current.session, { now: await store.now(), code: current.code, issuer, links });
  };

  const begin = async (
    client: Client,
    request_id: string,
    request: AuthorizationRequest,
    browser: Party,
  ): Promise<SessionHandle> => {
    const offers = offersFor(client, request, connectors);
    const session_secret = newSecret(deps.randomBytes);
    const now = await store.now();
    const fresh = initialSession(
      {
        id: deps.newId(),
        secret_hash: hashSecret(session_secret),
        request_id,
        request,
        client_name: client.client_name,
        logo_uri: client.logo_uri,
        offers,
        policy: client.cross_device,
        browser,
      },
      now,
      lifetimes,
    );
    const [only, ...others] = offers;
    const mode = only?.modes.find((offered) => offered !== 'direct');
    // With nothing to choose between, the QR code is there at once.
    const settled =
      only !== undefined && others.length === 0 && mode !== undefined ? { connector: only.id, mode } : null;
    const session: Session = settled === null ? fresh : { ...fresh, choice: settled };
    await rows.insert(session);
    return { ...snapshotOf(session, { now, code: null, issuer, links }), session_secret };
  };

  /** Reads never show a session as live when its time is over, however late the due loop is. */
  const current = async (session: Session): Promise<Session> => {
    const now = await store.now();
    const ticked = transition(session, { type: 'tick' }, now, lifetimes);
    return ticked.session === session ? session : (await rows.apply(session.id, { type: 'tick' })).session;
  };

  const changed = async (
    credentials: SessionCredentials,
    event: Parameters<typeof rows.apply>[1],
  ): Promise<Snapshot> => {
    const session = await authenticated(credentials);
    const result = await rows.apply(session.id, event);
    if (!result.ok) throw refusal(result.error);
    return render(result.session);
  };

  return {
    push: (request) => requests.push(request),
    pushed: async (client_id, request_uri) => (await requests.open(client_id, request_uri)).request,
    async create(client, request_uri, browser) {
      const { id, request } = await requests.open(client.client_id, request_uri);
      return begin(client, id, request, browser);
    },
    async choose(credentials, choice) {
      const session = await authenticated(credentials);
      const offer = session.offers.find(({ id }) => id === choice.connector);
      if (offer === undefined) throw new FlowError('invalid_request', 'connector: not one that this sign-in offers');
      if (!offer.modes.includes(choice.mode))
        throw new FlowError('invalid_request', 'mode: not one that this connector offers');
      return changed(credentials, { type: 'choose', choice: { connector: choice.connector, mode: choice.mode } });
    },
    snapshot: async (credentials) => render(await current(await authenticated(credentials))),
    async renew(credentials, browser) {
      const session = await current(await authenticated(credentials));
      if (session.status === 'retrieved' || session.status === 'confirmed') {
        throw new FlowError('invalid_transition', 'the session is under way on a phone: cancel it first');
      }
      const request = await requests.reopen(session.request_id);
      const client = await clients.find(request.client_id);
      if (client === null) throw new FlowError('request_expired', 'the website is not registered any more');
      const handle = await begin(client, session.request_id, request, browser);
      // The old code must not be scannable beside the new one.
      if (session.status === 'initialized') await rows.apply(session.id, { type: 'cancel' });
      return handle;
    },
    cancel: (credentials) => changed(credentials, { type: 'cancel' }),
    clientOf: async (credentials) => (await authenticated(credentials)).request.client_id,
    preview: createPreview(
      async (id) => current(await rows.load(id)),
      links,
      () => store.now(),
    ),
    subscribe: (session_id, listener) => changes.subscribe(session_id, listener),
    ...createWalletApproval({
      rows,
      store,
      links,
      secrets,
      connectors,
      lifetimes,
      randomInt: deps.randomInt,
      async collect(session_id) {
        const { session, code } = await codeFor(session_id);
        if (code === null) throw refusal('invalid_transition');
        return authorizationResponse(session.request, issuer, { code });
      },
    }),
    async redeem(code, check, writes) {
      const redemption = await redeem(code, check, writes);
      deps.onRedemption?.(redemption.outcome);
      return redemption;
    },
    async expire(session_id) {
      await rows.apply(session_id, { type: 'tick' });
    },
  };
}
