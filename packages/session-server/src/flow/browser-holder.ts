import type { Connector } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Device, RetrievedSession, Session } from '../session/index.ts';
import { refusal } from './refusal.ts';
import type { Applied, SessionRows } from './session-rows.ts';

export interface BrowserHolderDependencies {
  readonly rows: SessionRows;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly randomInt: (below: number) => number;
}

/** A browser as the holder of a session: its key (a cookie) is what tells it from all others. */
export interface BrowserHolder {
  readonly holderOf: (session: Session, browser_key: string) => string;
  /** The connector that the session goes by. @throws FlowError `invalid_transition` unless it redirects */
  readonly redirecting: (session: Session) => Connector & { readonly redirect: NonNullable<Connector['redirect']> };
  /** The session that this browser has claimed. @throws FlowError `already_claimed`, `session_expired`, `invalid_transition` */
  readonly own: (session_id: string, browser_key: string) => Promise<{ session: RetrievedSession; holder: string }>;
  /** Claims. `session` is what the browser's proof was checked against: the claim counts for its choice alone. */
  readonly retrieve: (session: Session, browser_key: string, device: Device) => Promise<Session>;
  /** Claims only where the owner has armed the link, or this browser claimed before. Answers how that went. */
  readonly retrieveArmed: (session: Session, browser_key: string, device: Device) => Promise<Applied>;
}

export function createBrowserHolder(deps: BrowserHolderDependencies): BrowserHolder {
  const { rows, secrets, connectors } = deps;

  // By its ticket too: what a browser began with an earlier one is no concern of the session any more.
  const holderOf = ({ id, choice }: Session, browser_key: string): string =>
    secrets.fingerprint(
      JSON.stringify(['browser', id, browser_key, ...(choice?.ticket === undefined ? [] : [choice.ticket])]),
    );

  const redirecting = (session: Session): Connector & { readonly redirect: NonNullable<Connector['redirect']> } => {
    const connector = session.choice === null ? undefined : connectors.get(session.choice.connector);
    if (connector?.redirect == null) throw refusal('invalid_transition');
    return { ...connector, redirect: connector.redirect };
  };

  const own = async (
    session_id: string,
    browser_key: string,
  ): Promise<{ session: RetrievedSession; holder: string }> => {
    const { session } = await rows.load(session_id);
    const holder = holderOf(session, browser_key);
    if (session.status === 'retrieved' && session.retrieval.holder === holder) return { session, holder };
    if (session.status === 'retrieved' || session.status === 'confirmed') throw refusal('already_claimed', session);
    throw refusal(session.status === 'expired' ? 'session_expired' : 'invalid_transition', session);
  };

  const attempt = (session: Session, browser_key: string, device: Device, armed: boolean): Promise<Applied> => {
    const { choice } = session;
    if (choice === null) throw refusal('invalid_transition');
    const number = String(10 + deps.randomInt(90));
    const holder = holderOf(session, browser_key);
    return rows.apply(session.id, { type: 'retrieve', choice, holder, device, number, armed });
  };

  const retrieve = async (session: Session, browser_key: string, device: Device): Promise<Session> => {
    const result = await attempt(session, browser_key, device, false);
    if (!result.ok) throw refusal(result.error, result.session);
    return result.session;
  };

  return {
    holderOf,
    redirecting,
    own,
    retrieve,
    retrieveArmed: (session, browser_key, device) => attempt(session, browser_key, device, true),
  };
}
