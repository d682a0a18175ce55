import { ConnectorError, type RedirectStart } from '../connectors/connector.ts';
import { newSecret, sameBytes, type Secrets } from '../secrets/index.ts';
import type { LocalizedText, Lifetimes, RetrievedSession, Session, SessionEvent } from '../session/index.ts';
import type { Row, Store } from '../store/store.ts';
import type { BrowserHolder } from './browser-holder.ts';
import { type Flow, FlowError, type RedirectEnd } from './flow.ts';
import { assertRecent } from './recent-authentication.ts';
import { refusal } from './refusal.ts';
import type { SessionRows } from './session-rows.ts';
import { upstreamRequestOf } from './upstream.ts';

/** One way to the provider and back. */
interface Attempt {
  readonly session_id: string;
  readonly connector: string;
  readonly holder: string;
  readonly start: Omit<RedirectStart, 'request'>;
  readonly kept: unknown;
  /** How often its answer was taken up. More than once: a node died over it. */
  readonly taken: number;
}

/** Whoever takes an answer up has this long before another may try, in ms. */
const TAKEN_MS = 15_000;
/** Who comes meanwhile looks again this often and this many times: for longer than `TAKEN_MS`. */
const LOOK_AGAIN_MS = 200;
const LOOKS = 100;

export interface RoundTripDependencies {
  readonly issuer: string;
  readonly rows: SessionRows;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly holder: BrowserHolder;
  readonly lifetimes: Lifetimes;
  readonly randomBytes: (size: number) => Uint8Array;
  /** Where a same-device sign-in leads its browser: the redirect URI with a code, or with the error of an end. */
  readonly collect: (session_id: string) => Promise<string | null>;
  readonly onFailure: (session_id: string, connector: string, error: unknown) => void;
}

/** A browser goes to a provider and comes back: the phone's browser, or on one device the only one. */
export function createRoundTrip(
  deps: RoundTripDependencies,
): Pick<Flow, 'toProvider' | 'startSameDevice' | 'fromProvider'> {
  const { rows, store, secrets } = deps;
  const { holderOf, redirecting, own, retrieve } = deps.holder;

  const begin = async (session: RetrievedSession, holder: string): Promise<string> => {
    const connector = redirecting(session);
    const mode = session.choice.mode === 'same_device' ? 'same_device' : 'qr';
    const start = {
      callback_uri: `${deps.issuer}/callback/${connector.id}`,
      state: newSecret(deps.randomBytes),
      nonce: newSecret(deps.randomBytes),
      code_verifier: newSecret(deps.randomBytes),
      mode,
    } as const;
    const { location, kept } = await connector.redirect.begin({ ...start, request: upstreamRequestOf(session) });
    const value: Attempt = { session_id: session.id, connector: connector.id, holder, start, kept, taken: 0 };
    const expires_at = session.expires_at + deps.lifetimes.scanned_ms;
    const row: Row = { id: secrets.fingerprint(start.state), version: 1, expires_at, due_at: null, value };
    if (!(await store.commit([{ op: 'insert', kind: 'redirect', row }]))) throw new Error('a state was drawn twice');
    return location;
  };

  /** What there is to say when the sign-in is past the provider. */
  const endOf = async (session: Session): Promise<RedirectEnd> => {
    const name = session.client_name;
    const cross = session.choice?.cross_device !== false;
    if (cross && (session.status === 'confirmed' || session.status === 'completed')) {
      return { type: 'done', client_name: name, session_id: session.id };
    }
    if (session.status === 'initialized' || session.status === 'retrieved') throw refusal('invalid_transition');
    const location = cross ? null : await deps.collect(session.id);
    if (location !== null) return { type: 'redirect', location };
    return {
      type: 'ended',
      client_name: name,
      // Confirmed, and yet with no code to collect: it was redeemed at this very moment.
      status: session.status === 'confirmed' ? 'completed' : session.status,
      message: messageOf(session),
    };
  };

  /**
   * Takes an answer up: one of any number that come at once. The others wait until it is through,
   * or until its time is over because its node died; null where the session is past the provider.
   */
  const takeOrWait = async (id: string, session_id: string): Promise<Row<Attempt> | null> => {
    for (let looks = 0; looks < LOOKS; looks += 1) {
      if ((await rows.load(session_id)).status !== 'retrieved') return null;
      const taken = await take(id);
      if (taken !== null) return taken;
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_AGAIN_MS);
      });
    }
    return null;
  };
  /** One try. */
  const take = async (id: string): Promise<Row<Attempt> | null> => {
    const row = await store.get<Attempt>('redirect', id);
    if (row === null) return null;
    const now = await store.now();
    if (row.due_at !== null && row.due_at > now) return null;
    const taken = {
      ...row,
      version: row.version + 1,
      due_at: now + TAKEN_MS,
      value: { ...row.value, taken: row.value.taken + 1 },
    };
    return (await store.commit([{ op: 'swap', kind: 'redirect', row: taken }])) ? taken : null;
  };

  /** What the provider says of whoever came back; its answer is not stored yet. */
  const ask = async (
    session: RetrievedSession,
    { holder, start, kept }: Attempt,
    parameters: URLSearchParams,
  ): Promise<SessionEvent> => {
    const { request } = session;
    const outcome = await redirecting(session).redirect.finish({
      ...start,
      request: upstreamRequestOf(session),
      parameters,
      kept,
    });
    if (outcome.type === 'declined') {
      return { type: 'decline', holder, reason: 'user', message: outcome.message };
    }
    const { identity } = outcome;
    assertRecent(identity, request, await store.now());
    return { type: 'confirm', holder, number: null, identity, scope: request.scope };
  };

  return {
    async toProvider(session_id, browser_key) {
      const { session, holder } = await own(session_id, browser_key);
      if (session.retrieval.number !== null) throw refusal('invalid_transition');
      return begin(session, holder);
    },
    async startSameDevice(session_id, ticket, browser_key, party) {
      const session = await rows.load(session_id);
      redirecting(session);
      const given = Buffer.from(ticket, 'base64url');
      const genuine = secrets.macs('same_device', session_id).some((made) => sameBytes(made, given));
      if (!genuine || session.choice?.mode !== 'same_device') {
        throw new FlowError('session_not_found', 'there is no such sign-in');
      }
      await retrieve(session, browser_key, party);
      const claimed = await own(session_id, browser_key);
      return begin(claimed.session, claimed.holder);
    },
    async fromProvider(connector_id, parameters, browserKeyOf) {
      const [state = '', ...more] = parameters.getAll('state');
      const unknown = new FlowError(
        'session_not_found',
        'this answer belongs to no sign-in that is under way: start again at the website',
      );
      if (state === '' || more.length > 0) throw unknown;
      const id = secrets.fingerprint(state);
      const row = await store.get<Attempt>('redirect', id);
      // Another provider's answer under this one's address is a mix-up (RFC 9700 §4.4).
      if (row === null || row.value.connector !== connector_id) throw unknown;
      const { session_id, holder } = row.value;
      const browser_key = browserKeyOf(session_id);
      const before = await rows.load(session_id);
      if (browser_key === null || holderOf(before, browser_key) !== holder) {
        throw new FlowError('verification_failed', 'go on in the browser in which this sign-in was started');
      }
      const attempt = await takeOrWait(id, session_id);
      const session = await rows.load(session_id);
      if (attempt === null || session.status !== 'retrieved') return endOf(session);
      let event: SessionEvent;
      try {
        event = await ask(session, attempt.value, parameters);
      } catch (cause) {
        // A node died between the provider's answer and our redirect: its code is spent, so the
        // browser is sent once more, and the provider, which knows it, lets it through.
        const spent = cause instanceof ConnectorError && cause.code === 'callback_refused' && attempt.value.taken > 1;
        if (spent) return { type: 'redirect', location: await begin(session, holder) };
        deps.onFailure(session_id, connector_id, cause);
        const passing = cause instanceof ConnectorError && cause.code !== 'callback_refused';
        event = { type: 'fail', error: passing ? 'temporarily_unavailable' : 'server_error' };
      }
      // Where our own store fails, the session stays as it is, and the answer may come again.
      return endOf((await rows.apply(session_id, event)).session);
    },
  };
}

/** The provider's prescribed words, in the person's language; null for the usual ones. */
function messageOf(session: Session): string | null {
  if (session.status !== 'declined' || session.message === null) return null;
  return inLanguage(session.message, session.request.ui_locales);
}

function inLanguage(text: LocalizedText, locales: readonly string[]): string {
  const wanted = locales
    .flatMap((locale) => [locale, locale.split('-')[0] ?? ''])
    .find((language) => Object.hasOwn(text, language));
  return text[wanted ?? 'en'] ?? text.en;
}
