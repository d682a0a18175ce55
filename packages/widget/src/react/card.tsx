import { useState, type JSX } from 'react';
import type { ConnectorOffer } from '@beckon/protocol';
import { browserEnvironment, type SessionView, type SignIn, type SignInState } from '../session/index.ts';
import { nameIn, translator, type Locale, type Wanted } from '../messages/index.ts';
import { destination } from '../frame/origin.ts';
import { Icon } from './icon.tsx';
import type { Detour, View } from './screen.ts';
import type { AnyProps, OwnProps } from './props.ts';
import { screenFor } from './states/index.ts';
import { useQrDraw } from './use-qr-draw.ts';
import { StillCard } from './still-card.tsx';
import { useStayed } from './use-stayed.ts';
import { statusOf } from './use-outcome.ts';

/** What one sees of a sign-in by code, from the code on. */
const CODE_ON: ReadonlySet<SignInState['phase']> = new Set(['qr', 'retrieved', 'confirmed']);

interface CardProps {
  /** What the page around it wishes. */
  readonly page: AnyProps & OwnProps;
  readonly state: SignInState;
  /** Null until it can be acted on. */
  readonly signIn: SignIn | null;
  readonly locale: Locale;
  /** In which languages the person wants to read what apps are called. */
  readonly wanted: Wanted;
  readonly handheld: boolean;
  /** The page took the redirect over: the widget offers no way there of its own. */
  readonly taken: boolean;
  readonly leave: (redirectTo: string) => void;
}

/**
 * The frame that stays while the states in it change: title, what a screen reader hears, the
 * warning. Those being one and the same elements throughout is what makes a live region speak.
 */
export function Card({ page, state, signIn, locale, wanted, handheld, taken, leave }: CardProps): JSX.Element {
  const session = useLastSession(state);
  const qrDraw = useQrDraw(state.phase !== 'idle');
  // A provider's page of the web opens in any case.
  const { stayed, follow } = useStayed(
    state.phase === 'same_device' && state.session.connector?.scan_with === 'app' ? state.url : null,
  );
  const [turned, turnTo] = useState<Detour | null>(null);
  // A detour is beside the waiting, a fresh code included; when a person takes the session up, it is over.
  const waits = state.phase === 'starting' || statusOf(state) === 'initialized';
  if (turned && !waits) turnTo(null);
  const detour = waits ? turned : null;
  const client = session?.clientName ?? null;
  const name = (offer: ConnectorOffer): string => nameIn(wanted, offer.names);
  const app =
    (detour?.to === 'identifier' ? detour.connector : null) ??
    (state.phase === 'choosing' ? state.unavailable : null) ??
    session?.connector ??
    (session?.connectors.length === 1 ? session.connectors[0] : undefined);
  const t = translator(locale.messages, { client, app: app ? name(app) : null });
  const cancel = (): void => signIn?.cancel();
  const view: View = {
    state,
    t,
    name,
    qrDraw: qrDraw === 'lost' ? null : qrDraw,
    handheld,
    now: page.now ?? browserEnvironment().now,
    mayChoose: !page.connector && (session?.connectors.length ?? 0) > 1,
    choose(connector, mode, identifier) {
      turnTo(null);
      signIn?.choose(connector.id, mode, identifier);
    },
    detour: turnTo,
    arm() {
      signIn?.arm();
      follow();
    },
    stayed,
    hosted: page.standsAlone === true,
    site: page.site,
    renew: page.refreshExpired === 'never' ? null : () => signIn?.renew(),
    retry: () => signIn?.start(),
    cancel: page.standsAlone || page.display === 'button' ? cancel : null,
    abandon: cancel,
    confirm: () => signIn?.confirm(),
    leave,
    continueTo: page.continueTo ?? (state.phase === 'confirmed' && state.slow && !taken ? state.redirectTo : null),
  };
  const drawn = screenFor(view, session, detour);
  const screen = qrDraw === 'lost' && state.phase === 'qr' && !detour ? { ...drawn, lead: t('notLoaded') } : drawn;
  // The hosted page has no other heading.
  const Heading = page.standsAlone ? 'h1' : 'h2';
  return (
    <StillCard className="bk-card" label={t('signIn')} sets={!detour && CODE_ON.has(state.phase)}>
      <div className="bk-body">
        <Logo key={session?.logoUri} uri={session?.logoUri ?? null} />
        {screen.emblem && (
          // Not the key of the stage beside it: of two alike one would stay for ever.
          <div className="bk-emblem" key={`emblem ${state.phase}`}>
            {screen.emblem}
          </div>
        )}
        <div className="bk-head">
          <Heading className="bk-title" tabIndex={-1}>
            {screen.title}
          </Heading>
          <p className="bk-lead">{screen.lead}</p>
        </div>
        {screen.stage && (
          <div className="bk-stage" key={detour?.to ?? state.phase}>
            {screen.stage}
          </div>
        )}
        {state.connection === 'reconnecting' && (
          <p className="bk-note">
            <Icon name="offline" size={18} />
            {t('reconnecting')}
          </p>
        )}
        {screen.actions && <div className="bk-actions">{screen.actions}</div>}
      </div>
      {screen.warns && (
        <p className="bk-warning">
          <Icon name="shield" size={20} />
          <span>{t('warning')}</span>
        </p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- <output> is for results of a calculation, and not every reader speaks its changes */}
      <p className="bk-said" role="status">
        {screen.said ?? `${screen.title}. ${screen.lead}`}
        {state.connection === 'reconnecting' && ` ${t('reconnecting')}`}
      </p>
    </StillCard>
  );
}

/** While a fresh session is being made, the names of the last one still stand. */
function useLastSession(state: SignInState): SessionView | null {
  const [last, setLast] = useState<SessionView | null>(null);
  const session = 'session' in state ? state.session : null;
  if (session !== null && (session.sessionId !== last?.sessionId || session.connector?.id !== last.connector?.id)) {
    setLast(session);
  }
  return session ?? last;
}

/** The client's logo, unless it does not load. */
function Logo({ uri }: { readonly uri: string | null }): JSX.Element | null {
  const [broken, setBroken] = useState(false);
  if (uri === null || broken || !(destination(uri) ?? uri.startsWith('data:image/'))) return null;
  return <img className="bk-logo" src={uri} alt="" onError={() => setBroken(true)} />;
}
