import type { ConnectorMark, Mode, SessionHandle, Snapshot } from '@beckon/protocol';
import type { Change } from '../bus/index.ts';
import type { Connector } from '../connectors/connector.ts';
import { hashSecret, newSecret, sameText } from '../secrets/index.ts';
import {
  type Choice,
  type Client,
  type ClientDirectory,
  type Lifetimes,
  type Device,
  type Session,
  type SessionEvent,
  type Switches,
  initialSession,
  sameScript,
  transition,
} from '../session/index.ts';
import type { Barred } from './barred.ts';
import type { Beginning } from './beginning.ts';
import type { Codes } from './codes.ts';
import type { BrowserPort, SessionCredentials } from './browser-port.ts';
import { FlowError } from './flow-error.ts';
import type { Links } from './links.ts';
import { DISABLED, isCrossDevice, offersFor } from './offers.ts';
import type { Ids } from './ids.ts';
import type { OpenRequest, PushedRequests } from './pushed-requests.ts';
import { refusal } from './refusal.ts';
import { resume } from './resume.ts';
import type { Loaded, SessionRows } from './session-rows.ts';
import { type Way, snapshotOf } from './snapshot.ts';
import type { Upstream } from './upstream.ts';

export interface BrowserSessionsDependencies {
  readonly issuer: string;
  readonly lifetimes: Lifetimes;
  readonly rows: SessionRows;
  readonly requests: PushedRequests;
  readonly codes: Codes;
  readonly links: Links;
  readonly upstream: Upstream;
  readonly beginning: Beginning;
  readonly clients: ClientDirectory;
  readonly switches: Pick<Switches, 'isConnectorDisabled'>;
  readonly barred: Barred;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** The pictures of apps, by connector. Default: none has one. */
  readonly marks?: Pick<ReadonlyMap<string, ConnectorMark>, 'get'>;
  readonly ids: Ids;
  readonly randomBytes: (size: number) => Uint8Array;
}

export type BrowserSessions = Pick<
  BrowserPort,
  | 'create'
  | 'choose'
  | 'arm'
  | 'snapshot'
  | 'glance'
  | 'statusFor'
  | 'look'
  | 'renew'
  | 'cancel'
  | 'recognise'
  | 'clientOf'
> & {
  /** The session, expired if its time is over: reads never show it as live, however late the jobs are. */
  current(session_id: string): Promise<Loaded>;
};

/** The browser's side: it has the session's secret. */
export function createBrowserSessions(deps: BrowserSessionsDependencies): BrowserSessions {
  const { issuer, lifetimes, rows, requests, codes, links, upstream, beginning, clients, connectors, barred } = deps;
  const isDisabled = (connector: string): boolean => deps.switches.isConnectorDisabled(connector);
  const marks = deps.marks ?? new Map<string, ConnectorMark>();

  /**
   * The session of these credentials; a wrong secret looks like no session at all.
   * @param from a change that was told stands in for the store; `known`: so does what this process last saw
   */
  const authenticated = async (
    { session_id, session_secret }: SessionCredentials,
    { change = null, known = false }: { readonly change?: Change | null; readonly known?: boolean } = {},
  ): Promise<Loaded> => {
    const hash = hashSecret(session_secret);
    const isOwn = ({ session }: Loaded): boolean => sameText(session.secret_hash, hash);
    const told = change?.session.id === session_id ? change : null;
    const loaded = told ?? (await rows.load(session_id, known ? isOwn : undefined));
    if (!isOwn(loaded)) {
      throw new FlowError('session_not_found', 'there is no such session, or the session secret is not its own');
    }
    return loaded;
  };

  /** The same; null where there is none. */
  const owned = (credentials: SessionCredentials): Promise<Loaded | null> =>
    authenticated(credentials).catch((cause: unknown) => {
      if (cause instanceof FlowError && cause.code === 'session_not_found') return null;
      throw cause;
    });

  const current = async (loaded: Loaded): Promise<Loaded> => {
    const { session, now } = loaded;
    const ticked = transition(session, { type: 'tick' }, now, lifetimes);
    return ticked.session === session && barred(session) === null ? loaded : rows.apply(session, { type: 'tick' });
  };

  const wayOf = ({ choice }: Session): Way | null => {
    const connector = choice === null ? undefined : connectors.get(choice.connector);
    if (connector === undefined) return null;
    return connector.wallet !== null ? 'wallet' : connector.redirect !== null ? 'redirect' : 'upstream';
  };

  const handOverOf =
    ({ choice }: Session) =>
    (text: string): string | null =>
      connectors.get(choice?.connector ?? '')?.wallet?.handOver(text) ?? null;

  const shownOf = ({ session, now }: Loaded, code: string | null): Snapshot =>
    snapshotOf(session, {
      now,
      code,
      issuer,
      links,
      way: wayOf(session),
      handOver: handOverOf(session),
      marks,
      isDisabled,
    });

  const render = async (loaded: Loaded): Promise<Snapshot> => {
    const { session } = loaded;
    // With a way back the code goes only to the browser that comes back, never to a watcher.
    const collects = session.status === 'confirmed' && session.choice.cross_device;
    if (!collects) return shownOf(loaded, null);
    const { code, ...minted } = await codes.collect(session.id, loaded);
    return shownOf(minted, code);
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
    open: OpenRequest,
    browser: Device,
    replaces: string | null,
  ): Promise<SessionHandle> => {
    const { id: request_id, request } = open;
    const offers = offersFor(client, request, connectors, isDisabled);
    const session_secret = newSecret(deps.randomBytes);
    const start = {
      id: deps.ids.beside(request_id),
      secret_hash: hashSecret(session_secret),
      request_id,
      request,
      client_name: client.client_name,
      logo_uri: client.logo_uri,
      offers,
      policy: client.cross_device,
      browser,
      ...(client.upstream_tokens ? { upstream_tokens: true as const } : {}),
      ...(client.webhook?.events.includes('user.declined') === true ? { tells_declined: true as const } : {}),
    };
    const [only, ...others] = offers;
    const mode = only?.modes.find((offered) => offered !== 'direct');
    // With nothing to choose between, the QR code is there at once.
    const settled = only !== undefined && others.length === 0 && mode !== undefined;
    const choice = settled ? choiceOf(only.id, mode) : null;
    const begun = (now: number): Loaded => {
      const fresh = initialSession(start, now, lifetimes);
      // A provider's own session begins once a browser looks at ours.
      const chosen =
        choice === null ? fresh : transition(fresh, { type: 'choose', choice, upstream: null }, now, lifetimes).session;
      return { session: { ...chosen, version: fresh.version }, now };
    };
    let made = null as Loaded | null;
    // The request and its session in one change: no session lives without a place.
    await requests.enter(open, start.id, {
      replaces,
      beside(now) {
        made = begun(now);
        return [rows.inserting(made.session)];
      },
    });
    if (made === null) throw new Error('a session was begun, and not made');
    rows.began(made.session);
    return { ...(await render(made)), session_secret };
  };

  const changed = async ({ session }: Loaded, event: SessionEvent): Promise<Loaded> => {
    const result = await rows.apply(session, event);
    if (!result.ok) throw refusal(result.error, result.session);
    return result;
  };

  /** The session as a watcher finds it, whose look is remembered. */
  const watched = async (credentials: SessionCredentials, change: Change | null = null): Promise<Loaded> => {
    const loaded = await current(await authenticated(credentials, { change }));
    await beginning.watched(loaded.session);
    return loaded;
  };

  /** The same, with what its choice has to begin begun. */
  const begunFor = async (credentials: SessionCredentials): Promise<Loaded> => {
    const loaded = await watched(credentials);
    const { session } = loaded;
    const choice = beginning.pending(session);
    if (choice === null) return loaded;
    return beginning.beginPending(session, choice).catch((cause: unknown) => {
      // The session went another way meanwhile.
      if (cause instanceof FlowError) return rows.load(session.id);
      throw cause;
    });
  };

  return {
    current: async (session_id) => current(await rows.load(session_id)),
    async create(client, request_uri, browser, former = null) {
      const mine = former === null ? null : await owned(former);
      const open = await requests.open(client.client_id, request_uri, mine?.session.id ?? null);
      const resumed = mine === null ? null : await resume(deps, (await current(mine)).session, open);
      if (former === null || resumed === null) return begin(client, open, browser, null);
      return { ...(await render(resumed)), session_secret: former.session_secret };
    },
    async choose(credentials, { connector, mode, login_hint }) {
      const found = await authenticated(credentials);
      const offer = found.session.offers.find(({ id }) => id === connector);
      if (offer === undefined) throw new FlowError('invalid_request', 'connector: not one that this sign-in offers');
      if (isDisabled(connector)) throw new FlowError('connector_unavailable', DISABLED);
      if (!offer.modes.includes(mode))
        throw new FlowError('invalid_request', 'mode: not one that this connector offers');
      const choice = choiceOf(connector, mode);
      const identifier = mode === 'direct' ? login_hint : null;
      const loaded = await current(found);
      const { session: live } = loaded;
      if (live.status !== 'initialized') {
        return render(await changed(loaded, { type: 'choose', choice, upstream: null }));
      }
      const same = live.choice?.connector === connector && live.choice.mode === mode;
      if (same && live.upstream !== null && upstream.isFor(live.upstream, connector, identifier)) return render(loaded);
      const own = connectors.get(connector)?.upstream ?? null;
      const atOnce = own !== null && (mode === 'direct' || (await beginning.isWatched(live)));
      // Without a watcher the choice waits for the first one's look.
      return render(
        atOnce
          ? await beginning.choose(live, choice, identifier)
          : await changed(loaded, { type: 'choose', choice, upstream: null }),
      );
    },
    async arm(credentials) {
      await changed(await authenticated(credentials), { type: 'arm' });
    },
    snapshot: async (credentials) => render(await begunFor(credentials)),
    glance: async (credentials) => shownOf(await begunFor(credentials), null),
    async statusFor(session_id, client_id) {
      const found = await rows.load(session_id);
      if (found.session.request.client_id !== client_id) {
        throw new FlowError('session_not_found', 'there is no such session, or it is of another client');
      }
      const snapshot = shownOf(await current(found), null);
      const { verification } = snapshot;
      return {
        ...snapshot,
        qr: null,
        same_device: null,
        typed_code: null,
        // What the person compares or types is for the screen in front of them.
        verification: verification?.method === 'number' ? { ...verification, number: null } : null,
        redirect_to: null,
      };
    },
    async look(credentials, change) {
      const loaded = await watched(credentials, change);
      const { session } = loaded;
      const choice = beginning.pending(session);
      if (choice !== null) {
        // Its failure is told of where it begins, and to watchers by the session.
        void beginning.beginPending(session, choice).catch(() => undefined);
      }
      return render(loaded);
    },
    async renew(credentials, browser) {
      const { session } = await current(await authenticated(credentials));
      if (session.status === 'retrieved' || session.status === 'confirmed') {
        throw new FlowError('invalid_transition', 'the session is under way on a phone: cancel it first');
      }
      const open = await requests.reopen(session.request_id);
      const client = await clients.find(open.request.client_id);
      if (client === null)
        throw new FlowError('request_expired', 'the website is not registered any more, or is disabled');
      const handle = await begin(client, open, { ...browser, ...sameScript(session.browser) }, session.id);
      // The old code must not be scannable beside the new one.
      if (session.status === 'initialized')
        await rows.apply(session.id, { type: 'cancel' }, undefined, { reason: 'renewed', detail: null });
      return handle;
    },
    cancel: async (credentials) => render(await changed(await authenticated(credentials), { type: 'cancel' })),
    recognise: async (credentials) => render(await changed(await authenticated(credentials), { type: 'recognise' })),
    // Neither a session's secret nor its client ever changes.
    clientOf: async (credentials) => (await authenticated(credentials, { known: true })).session.request.client_id,
  };
}
