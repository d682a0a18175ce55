import type { TimedQr } from '@beckon/protocol';
import { type Secrets, createDerivedTokens, sameBytes } from '../secrets/index.ts';
import {
  type Link,
  type LinkVerdict,
  type Session,
  handoverEnd,
  handoverLink,
  linkKeyOf,
  sameDeviceLink,
  timedQr,
  verifyLink,
} from '../session/index.ts';

/** Frames of so many sessions are kept, about 1 MB: a page that has begun one subscribes in the next moment, and mostly once. */
const RECENT = 256;
/** That moment, in ms since the session began. Frames that are made later are garbage at once: kept, they would live long enough to be costly. */
const MOMENT_MS = 2_000;

/** The links that lead a phone to a session, made and verified under the configured secrets. */
export interface Links {
  /** The frames from `now` until the session is over. */
  qr(session: Session, now: number): TimedQr;
  /** For wallets: what their app link carries. */
  sameDevice(session: Session): string;
  /** For providers that redirect: leads the browser that opens it to the provider. Each choice has its own. */
  start(session: Session): string;
  /** Whether `ticket` is the one in the `start` link of the session as it is now. */
  isTicket(session: Session, ticket: string): boolean;
  /** For apps: the same link after the phone page. `step` is that of the link that was opened, in mode `qr`. */
  handOver(session: Pick<Session, 'id'>, step: string): string;
  /** Ms since the epoch: from then on nothing counts that was made of the link with that step. */
  endOf(session: Session, step: string): number;
  /** The page that posts the response to the redirect URI; `n` is that of the code, 1 where the sign-in ended with none. */
  response(session: Pick<Session, 'id'>, n: number): string;
  verify(session: Session, link: Pick<Link, 'step' | 'mac'>, now: number): LinkVerdict;
}

export function createLinks(
  settings: { readonly issuer: string; readonly qrBaseUrl: string; readonly lifetimes: { readonly frame_ms: number } },
  secrets: Pick<Secrets, 'mac' | 'macs'>,
): Links {
  const { frame_ms } = settings.lifetimes;
  const [first, ...earlier] = secrets.macs('links', '').map((key) => ({ key: linkKeyOf(key), frame_ms }));
  if (first === undefined) throw new TypeError('no secret is configured');
  const recent = new Map<string, TimedQr>();
  const tokens = createDerivedTokens(secrets);
  // App links are matched by path, in its own case: the association files name `/q/*`.
  const linkBase = `${settings.issuer}/q/`;
  return {
    qr(session, now) {
      const known = recent.get(session.id);
      const qr = timedQr(first, settings.qrBaseUrl, session, now, known);
      recent.delete(session.id);
      if (known === undefined && now - session.created_at < MOMENT_MS) recent.set(session.id, qr);
      if (recent.size > RECENT) recent.delete(recent.keys().next().value ?? '');
      return qr;
    },
    sameDevice: (session) => sameDeviceLink(first, linkBase, session),
    start: (session) => {
      const ticket = Buffer.from(secrets.mac('same_device', ticketText(session))).toString('base64url');
      return `${settings.issuer}/session/${session.id}/start?ticket=${ticket}`;
    },
    isTicket(session, ticket) {
      if (session.choice?.mode !== 'same_device') return false;
      const given = Buffer.from(ticket, 'base64url');
      return secrets.macs('same_device', ticketText(session)).some((made) => sameBytes(made, given));
    },
    handOver: (session, step) => handoverLink(first, linkBase, session, step),
    response: ({ id }, n) => `${settings.issuer}/authorize/response/${tokens.make('rp', { id, n })}`,
    endOf: (session, step) => handoverEnd(first, session, step),
    verify: (session, link, now) => {
      const verdicts = [first, ...earlier].map((settingsOfKey) => verifyLink(settingsOfKey, session, link, now));
      return verdicts.find((verdict) => verdict !== 'forged') ?? 'forged';
    },
  };
}

/** A session of before there were tickets has one link for its whole life. */
function ticketText({ id, choice }: Session): string {
  return choice?.ticket === undefined ? id : JSON.stringify([id, choice.ticket]);
}
