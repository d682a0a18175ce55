import { isConnectorError } from '../connectors/connector.ts';
import type { Bus } from '../bus/index.ts';
import type { Timers } from '../jobs/index.ts';
import { newSecret, type Secrets } from '../secrets/index.ts';
import {
  askedScope,
  type Identity,
  type LocalizedText,
  type Lifetimes,
  type ProviderSession,
  type RetrievedSession,
  type Session,
  type SessionEvent,
} from '../session/index.ts';
import { partitionOf } from '../store/partition.ts';
import type { Row, Store, Write } from '../store/store.ts';
import type { UpstreamTokensPort } from '../upstream-tokens/index.ts';
import type { AppNames } from './apps.ts';
import { createAttempts } from './attempts.ts';
import type { BrowserHolder } from './browser-holder.ts';
import { soundIdentity, soundState } from './connector-answers.ts';
import { unmetBy, unmetOf } from './demands.ts';
import { FlowError } from './flow-error.ts';
import type { RedirectEnd, RedirectPort } from './redirect-port.ts';
import type { Attempt } from './kinds.ts';
import { personName } from './person-name.ts';
import { relyingPartyOf, requesterOf } from './preview.ts';
import { providerLocation } from './provider-location.ts';
import { asksForReauthentication, hasReauthenticated } from './reauthentication.ts';
import { assertRecent } from './recent-authentication.ts';
import { refusal } from './refusal.ts';
import type { Applied, SessionRows } from './session-rows.ts';
import { type Why, whyOf } from './trace.ts';
import { upstreamRequestOf } from './upstream.ts';

export interface RoundTripDependencies {
  readonly issuer: string;
  readonly rows: SessionRows;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly holder: BrowserHolder;
  readonly namesOf: AppNames;
  readonly upstreamTokens: Pick<UpstreamTokensPort, 'take' | 'drop'>;
  readonly lifetimes: Lifetimes;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly timers: Pick<Timers, 'sleep'>;
  readonly bus: Bus;
  /** Where a same-device sign-in leads its browser: the redirect URI with a code, or with the error of an end. */
  readonly collect: (session_id: string) => Promise<string | null>;
  readonly onFailure: (session_id: string, connector: string, error: unknown) => void;
}

/** A browser goes to a provider and comes back: the phone's browser, or on one device the only one. */
export function createRoundTrip(
  deps: RoundTripDependencies,
): Pick<RedirectPort, 'toProvider' | 'fromProvider' | 'settle'> {
  const { rows, upstreamTokens } = deps;
  const attempts = createAttempts(deps);
  const { holderOf, redirecting, own } = deps.holder;

  const begin = async (session: RetrievedSession, holder: string): Promise<string> => {
    const connector = redirecting(session);
    const mode = session.choice.mode === 'same_device' ? 'same_device' : 'qr';
    const request = upstreamRequestOf(session, session.choice.cross_device);
    const start = {
      callback_uri: `${deps.issuer}/callback/${connector.id}`,
      state: partitionOf(session.id) + newSecret(deps.randomBytes),
      nonce: newSecret(deps.randomBytes),
      code_verifier: newSecret(deps.randomBytes),
      mode,
      reauthenticate: asksForReauthentication(connector.redirect, mode, session.request),
    } as const;
    const begun = await connector.redirect.begin({ ...start, request });
    const location = providerLocation(begun.location);
    const attempt = {
      session_id: session.id,
      connector: connector.id,
      holder,
      start,
      provider_state: soundState(begun.providerState),
    };
    await attempts.insert(attempt, session.expires_at + deps.lifetimes.scanned_ms);
    return location;
  };

  /** What there is to say to `holder` when the sign-in is past the provider. */
  const endOf = async (session: Session, holder: string): Promise<RedirectEnd> => {
    if (isOthers(session, holder)) throw refusal('invalid_transition');
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
      unmet: unmetOf(session),
    };
  };

  /** What the provider says of the person who came back; its answer is not stored yet. */
  const ask = async (session: RetrievedSession, attempt: Attempt, parameters: URLSearchParams): Promise<Heard> => {
    const { request, retrieval } = session;
    const { holder, start, provider_state } = attempt;
    const connector = redirecting(session);
    const outcome = await connector.redirect.finish({
      ...start,
      request: upstreamRequestOf(session, session.choice.cross_device),
      parameters,
      providerState: provider_state,
    });
    if (outcome.type === 'declined') {
      return { type: 'decided', event: { type: 'decline', holder, reason: 'user', message: outcome.message ?? null } };
    }
    const tokens_id = await upstreamTokens.take(session, connector, outcome.tokens ?? null);
    try {
      const identity = soundIdentity(outcome.identity);
      const unmet = unmetBy(request, connector.id, identity, deps.secrets);
      if (unmet !== null) {
        await upstreamTokens.drop(tokens_id);
        return { type: 'decided', event: { type: 'fail', error: unmet.error }, why: unmet.why };
      }
      // By the time it is now: the exchange may have taken a while.
      if (request.max_age !== null) assertRecent(identity, request, (await rows.load(session.id)).now);
      // One tap on a stranger's link is not enough: the provider asked, the number was typed, or we ask.
      const sure = hasReauthenticated(identity, attempt) || retrieval.matched || start.mode !== 'qr';
      if (!sure) return { type: 'unsure', identity, tokens_id };
      // Across devices the provider's session is with the phone, where no logout of the website's leads.
      const isKept = connector.logout !== null && start.mode === 'same_device';
      const provider_session = isKept ? { id_token: keptIdToken(outcome.tokens?.id_token) } : undefined;
      return { type: 'decided', event: confirming(session, holder, identity, tokens_id, provider_session) };
    } catch (cause) {
      await upstreamTokens.drop(tokens_id);
      throw cause;
    }
  };

  /** Tokens that came with an answer stay with the sign-in that it confirmed, and with no other. */
  const dropUnlessOf = async (session: Session, tokens_id: string | null): Promise<void> => {
    const isIts = session.status === 'confirmed' && session.confirmation.tokens_id === tokens_id;
    // What was redeemed meanwhile says itself which tokens it has, when they are due.
    if (!isIts && session.status !== 'completed') await upstreamTokens.drop(tokens_id);
  };

  /** The attempt that a browser came back from. @throws FlowError `session_not_found`, `verification_failed` */
  const attemptOf = async (
    connector_id: string,
    state: string,
    browserKeyOf: (session_id: string) => string | null,
  ): Promise<Row<Attempt>> => {
    const row = state === '' ? null : await attempts.find(state);
    // Another provider's answer under this one's address is a mix-up (RFC 9700 §4.4).
    if (row === null || row.value.connector !== connector_id)
      throw new FlowError(
        'session_not_found',
        'this answer belongs to no sign-in that is under way: start again at the website',
      );
    const { session_id, holder } = row.value;
    const browser_key = browserKeyOf(session_id);
    const { session } = await rows.load(session_id);
    if (browser_key === null || isOthers(session, holder) || holderOf(session, browser_key) !== holder) {
      const description = 'go on in the browser in which this sign-in was started';
      // One with a key began here too, by a link that counts no more.
      const agent = browser_key === null ? holderAgent(session) : null;
      throw new FlowError('verification_failed', description, null, 'other_browser', agent);
    }
    return row;
  };

  const asking = (session: RetrievedSession, now: number, state: string, { claims }: Identity): RedirectEnd => {
    const client = relyingPartyOf(session);
    const app_names = deps.namesOf(session.choice.connector);
    const requester = requesterOf(session, session.retrieval.same_network, now);
    return { type: 'asks', state, client, app_names, requester, person: personName(claims) };
  };

  /** The session as it is by the clock, and what that says. */
  const current = (session_id: string): Promise<Applied> => rows.apply(session_id, { type: 'tick' });

  return {
    async toProvider(session_id, browser_key) {
      const { session, holder } = await own(session_id, browser_key);
      if (session.retrieval.number !== null) throw refusal('invalid_transition');
      return begin(session, holder);
    },
    async fromProvider(connector_id, parameters, browserKeyOf) {
      const [state = '', ...more] = parameters.getAll('state');
      const found = await attemptOf(connector_id, more.length > 0 ? '' : state, browserKeyOf);
      const { session_id, holder } = found.value;
      const taken = await attempts.take(found, async () => (await current(session_id)).session.status === 'retrieved');
      const { session, now } = await current(session_id);
      if (taken === null || session.status !== 'retrieved') return endOf(session, holder);
      if (taken.value.answer !== null) return asking(session, now, state, taken.value.answer);
      let heard: Heard;
      try {
        heard = await attempts.keep(taken, () => ask(session, taken.value, parameters));
      } catch (cause) {
        // A node died between the provider's answer and our redirect: its code is spent, so the
        // browser is sent once more, and the provider, which knows it, lets it through.
        const spent = isConnectorError(cause) && cause.code === 'callback_refused' && taken.value.taken > 1;
        if (spent) return { type: 'redirect', location: await begin(session, holder) };
        deps.onFailure(session_id, connector_id, cause);
        const passing = isConnectorError(cause) && cause.code !== 'callback_refused';
        const error = passing ? 'temporarily_unavailable' : 'server_error';
        heard = { type: 'decided', event: { type: 'fail', error }, why: whyOf(cause) };
      }
      if (heard.type === 'unsure') {
        const { tokens_id } = heard;
        const held = await attempts.hold(taken.id, heard.identity, tokens_id, session.expires_at);
        // Another answer was there first.
        if (held?.value.tokens_id !== tokens_id) await upstreamTokens.drop(tokens_id);
        const then = await current(session_id);
        if (held === null || then.session.status !== 'retrieved') return endOf(then.session, holder);
        return asking(session, then.now, state, held.value.answer ?? heard.identity);
      }
      // Meanwhile the owner may have made a new link, or another browser may have taken the sign-in.
      const mine = (then: Session): readonly [] | null =>
        then.status === 'retrieved' && !isOthers(then, holder) ? [] : null;
      // Where our own store fails, the session stays as it is, and the answer may come again.
      const applied = await rows.apply(session_id, heard.event, mine, heard.why);
      await dropUnlessOf(applied.session, heard.event.type === 'confirm' ? (heard.event.tokens_id ?? null) : null);
      return endOf(applied.session, holder);
    },
    async settle(connector_id, state, decision, browserKeyOf) {
      const row = await attemptOf(connector_id, state, browserKeyOf);
      const { session_id, holder, answer, tokens_id = null } = row.value;
      const { session } = await current(session_id);
      // Who came back is kept no longer than it takes.
      const settled = (before: Session): readonly Write[] =>
        answer === null ? [] : attempts.release(row, before.expires_at + deps.lifetimes.scanned_ms);
      if (decision === 'not_me') {
        const event = { type: 'decline', holder, reason: 'not_me', message: null } as const;
        const declined = await rows.apply(session_id, event, settled);
        await dropUnlessOf(declined.session, tokens_id);
        if (!declined.ok) throw refusal(declined.error, declined.session);
        return endOf(declined.session, holder);
      }
      // Nothing waits: it is over, or the provider's answer is still being looked at.
      if (answer === null) return endOf(session, holder);
      const applied = await rows.apply(session_id, confirming(session, holder, answer, tokens_id), settled);
      await dropUnlessOf(applied.session, tokens_id);
      return endOf(applied.session, holder);
    },
  };
}

/** Another browser has the sign-in: the owner opened the link once more. What comes of it is not this one's. */
function isOthers(session: Session, holder: string): boolean {
  return (session.status === 'retrieved' || session.status === 'confirmed') && session.retrieval.holder !== holder;
}

/** The browser that may go on, as it calls itself; null where that is not known any more. */
function holderAgent(session: Session): string | null {
  const claimed = session.status === 'retrieved' || session.status === 'confirmed' ? session.retrieval.device : null;
  // Across devices the browser that began is the other screen, and the phone's is the one that may go on.
  return (claimed ?? (session.choice?.cross_device === false ? session.browser : null))?.user_agent ?? null;
}

/** What a provider's answer comes to. */
type Heard =
  | { readonly type: 'decided'; readonly event: SessionEvent; readonly why?: Why }
  /** Its browser session may have answered, and the person was not asked. */
  | { readonly type: 'unsure'; readonly identity: Identity; readonly tokens_id: string | null };

function confirming(
  { request }: Session,
  holder: string,
  identity: Identity,
  tokens_id: string | null,
  provider_session?: ProviderSession,
): SessionEvent {
  return {
    type: 'confirm',
    holder,
    number: null,
    identity,
    scope: askedScope(request),
    ...(tokens_id === null ? {} : { tokens_id }),
    ...(provider_session === undefined ? {} : { provider_session }),
  };
}

/** The longest id_token of a provider that is kept for its logout, in characters. */
const ID_TOKEN_LIMIT = 8_192;

/** Without it the provider asks the person. */
function keptIdToken(id_token: string | null | undefined): string | null {
  return id_token == null || id_token.length > ID_TOKEN_LIMIT ? null : id_token;
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
