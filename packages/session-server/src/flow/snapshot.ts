import type { ConnectorMark, EndCause, QrCode, Snapshot, SnapshotError, Verification } from '@beckon/protocol';
import type { WalletCapability } from '../connectors/connector.ts';
import {
  asksNumber,
  awaitsRecognition,
  maskedName,
  qrFor,
  type ExpiredSession,
  type InitializedSession,
  type Session,
  type StepName,
} from '../session/index.ts';
import { authorizationResponse } from './authorization-response.ts';
import type { Links } from './links.ts';

/** How the chosen connector signs people in. */
export type Way = 'wallet' | 'redirect' | 'upstream';

export interface Rendering {
  readonly now: number;
  /** The authorization code that this watcher may collect. */
  readonly code: string | null;
  readonly issuer: string;
  readonly links: Links;
  /** Null while no connector is chosen. */
  readonly way: Way | null;
  /** Of the chosen wallet; null where it has no app link. */
  readonly handOver: WalletCapability['handOver'];
  /** Whether the operator has switched a connector off. */
  readonly isDisabled: (connector: string) => boolean;
  /** The pictures of apps, by connector. */
  readonly marks: Pick<ReadonlyMap<string, ConnectorMark>, 'get'>;
}

/** What a watcher may see of a session at `now`. `code` is the authorization code that this watcher may collect. */
export function snapshotOf(
  session: Session,
  { now, code, issuer, links, way, handOver, marks, isDisabled }: Rendering,
): Snapshot {
  const { choice } = session;
  return {
    session_id: session.id,
    version: session.version,
    status: session.status,
    connector: choice?.connector ?? null,
    mode: choice?.mode ?? null,
    connectors: session.offers
      .filter(({ id }) => !isDisabled(id))
      .map((offer) => ({ ...offer, mark: marks.get(offer.id) ?? null })),
    created_at: Math.floor(session.created_at / 1000),
    expires_at: Math.floor(session.expires_at / 1000),
    server_time_ms: now,
    client: { name: session.client_name, logo_uri: session.logo_uri },
    qr: session.status === 'initialized' && choice?.mode === 'qr' ? qrOf(session, way, links, now) : null,
    same_device:
      session.status === 'initialized' && choice?.mode === 'same_device'
        ? sameDeviceOf(session, way, links, handOver)
        : null,
    typed_code: null,
    verification: verificationOf(session),
    person: personOf(session),
    confirm_person: session.status === 'confirmed' && awaitsRecognition(session),
    redirect_to: redirectOf(session, code, { issuer, links }),
    error: shownEndOf(session) ?? troubleOf(session, now),
  };
}

/** Where the browser goes next: with the code, or with what became of the sign-in; null while it goes nowhere. */
export function redirectOf(
  session: Session,
  code: string | null,
  { issuer, links }: Pick<Rendering, 'issuer' | 'links'>,
): string | null {
  const outcome = code === null ? endOf(session) : { code };
  if (outcome === null) return null;
  if (session.request.response_mode !== 'form_post') return authorizationResponse(session.request, issuer, outcome);
  return links.response(session, session.status === 'confirmed' ? (session.code?.n ?? 1) : 1);
}

function qrOf(session: InitializedSession, way: Way | null, links: Links, now: number): QrCode | null {
  if (way !== 'upstream') return qrFor(session.browser, links.qr(session, now));
  const qr = session.upstream?.qr ?? null;
  return qr === null
    ? null
    : { order: 'shuffle', interval_ms: qr.interval_ms, frames: qr.texts.map((text) => ({ text })) };
}

function sameDeviceOf(
  session: InitializedSession,
  way: Way | null,
  links: Links,
  handOver: Rendering['handOver'],
): Snapshot['same_device'] {
  if (way === 'redirect') return { url: links.start(session) };
  if (way === 'wallet') {
    const url = links.sameDevice(session);
    // iOS opens no app from a page of the app's own domain, and the hosted page is on that of `/q/`.
    return { url: handOver(url) ?? url };
  }
  const link = session.upstream?.link ?? null;
  return link === null ? null : { url: link };
}

function verificationOf(session: Session): Verification | null {
  const words = session.status === 'initialized' || session.status === 'retrieved' ? session.upstream?.words : null;
  if (words) return { method: 'words', words };
  if (!asksNumber(session)) return null;
  return { method: 'number', number: session.status === 'retrieved' ? session.retrieval.number : null };
}

/** Who is being signed in, for the person in front of the waiting browser: another one may have scanned its code. */
function personOf(session: Session): Snapshot['person'] {
  if (session.status !== 'confirmed' || !session.choice.cross_device) return null;
  const name = maskedName(session.confirmation.identity);
  return name === null ? null : { name };
}

/** What the relying party is told of an end other than `completed` (RFC 6749 §4.1.2.1). */
export function endOf(session: Session): SnapshotError | null {
  switch (session.status) {
    case 'initialized':
    case 'retrieved':
    case 'confirmed':
    case 'completed':
      return null;
    case 'declined':
      return {
        error: 'access_denied',
        error_description: describable(session.message?.en) ?? DECLINED[session.reason],
      };
    case 'expired':
      return { error: 'access_denied', error_description: 'the sign-in was not confirmed in time' };
    case 'cancelled':
      return { error: 'access_denied', error_description: 'the sign-in was cancelled in the browser' };
    case 'failed':
      return { error: session.error, error_description: FAILED[session.error] };
  }
}

/** The same for the person at the screen, who is told more. */
function shownEndOf(session: Session): SnapshotError | null {
  const end = endOf(session);
  const reason = causeOf(session);
  return end !== null && reason !== null ? { ...end, reason } : end;
}

function causeOf(session: Session): EndCause | null {
  if (session.status === 'declined') {
    // With words of its own the provider may have refused a person who agreed.
    if (session.message !== null) return null;
    return session.reason === 'verification_failed' ? 'wrong_number' : session.reason;
  }
  return session.status === 'expired' && awaitedPhone(session) ? 'not_decided' : null;
}

/** Whether a phone was asked when the time was over, and had not approved. */
function awaitedPhone({ choice, story }: ExpiredSession): boolean {
  const did = (step: StepName): boolean => story?.steps.some(({ what }) => what === step) ?? false;
  return (choice?.mode === 'direct' || did('retrieved')) && !did('confirmed');
}

/** The session goes on, and something else may be chosen, or the same later. */
function troubleOf(session: Session, now: number): SnapshotError | null {
  if (session.status !== 'initialized' || !session.trouble) return null;
  const { error, retry_at } = session.trouble;
  if (error === 'connector_unavailable')
    return { error, error_description: 'the identity app cannot be reached right now: choose again in a moment' };
  const seconds = retry_at === null ? 0 : Math.ceil((retry_at - now) / 1000);
  const when = seconds > 0 ? `in ${seconds} s` : 'now';
  return { error, error_description: `too many sign-ins with this identity app: choose again ${when}` };
}

/** Only what RFC 6749 §4.1.2.1 lets `error_description` have: printable ASCII without `"` and `\\`. */
function describable(text: string | undefined): string | undefined {
  return text?.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');
}

const DECLINED = {
  user: 'the person declined the sign-in',
  not_me: 'the person says that they did not start this sign-in',
  verification_failed: 'the number that was typed did not match',
} as const;

const FAILED = {
  server_error: 'the sign-in could not be finished',
  temporarily_unavailable: 'the sign-in could not be finished',
  login_required: 'another person signed in than the one that was asked for',
  unmet_authentication_requirements: 'the sign-in did not reach an acr value that was asked for as essential',
} as const;
