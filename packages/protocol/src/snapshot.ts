import { isObject, isText } from './guards.ts';

/** How far a sign-in is. `completed`, `declined`, `expired`, `cancelled` and `failed` are ends. */
export const STATUSES = [
  'initialized',
  'retrieved',
  'confirmed',
  'completed',
  'declined',
  'expired',
  'cancelled',
  'failed',
] as const;
export type Status = (typeof STATUSES)[number];

export const END_STATUSES = ['completed', 'declined', 'expired', 'cancelled', 'failed'] as const;
export type EndStatus = (typeof END_STATUSES)[number];
export type LiveStatus = Exclude<Status, EndStatus>;

/** Whether nothing can follow this status. */
export function isEnd(status: Status): status is EndStatus {
  // The first three are live.
  return STATUSES.indexOf(status) > 2;
}

/**
 * How the person reaches the identity app: `qr` from another device, `same_device` by a link on
 * this one, `direct` by an identifier that they type here and a push to their phone.
 */
export const MODES = ['qr', 'same_device', 'direct'] as const;
export type Mode = (typeof MODES)[number];

/** A connector's configured id, for example `wallet`. */
export type ConnectorId = string;

/** Where the picture of an identity app is, as absolute URLs of the issuer; both may be the same. */
export interface ConnectorMark {
  readonly light: string;
  readonly dark: string;
}

export interface ConnectorOffer {
  readonly id: ConnectorId;
  /** What people call the identity app, by BCP 47 language tag; `en` always. */
  readonly names: Readonly<Record<string, string>> & { readonly en: string };
  /** The colours of its button where the provider prescribes them, as `#rrggbb`. */
  readonly button: { readonly background: string; readonly text: string } | null;
  /** Its picture, square, where the operator set one; null leaves it to a neutral tile. */
  readonly mark: ConnectorMark | null;
  /** What reads its QR code: the app itself, or the phone's camera, which opens a page that leads to the app. */
  readonly scan_with: 'app' | 'camera';
  readonly modes: readonly Mode[];
  /** Where people get the app, https; left out where that is not configured. */
  readonly install?: InstallLinks;
}

/** By the device that the app is for. `other` stands for each that is left out. */
export interface InstallLinks {
  readonly ios?: string;
  readonly android?: string;
  readonly other?: string;
}

/**
 * Beckon's own codes, until the session can no longer be scanned. The text of frame `i` is
 * `prefix + (step + i) + '.' + macs[i]`; it is shown from `from_ms + i * interval_ms` until the next one begins.
 */
export interface TimedQr {
  readonly order: 'timed';
  /** Upper case, so that the whole text fits QR alphanumeric mode. */
  readonly prefix: string;
  /** The number of the first frame. */
  readonly step: number;
  /** Server time in ms since the epoch from which the first frame is shown. */
  readonly from_ms: number;
  /** How long each frame is shown, in ms. */
  readonly interval_ms: number;
  /** One for each frame, at least one. */
  readonly macs: readonly string[];
}

/** A provider's own codes, shown in any order, each for `interval_ms`; a single one stands still. */
export interface ShuffledQr {
  readonly order: 'shuffle';
  readonly interval_ms: number;
  readonly frames: readonly { readonly text: string }[];
}

export type QrCode = TimedQr | ShuffledQr;

/** Most frames of one code: those of the longest life, 600 s, each shown for the shortest time, 500 ms, and one that has begun. */
export const QR_LIMIT = 1_201;

/**
 * What ties the browser to the phone. `number`: two digits that the browser shows after the scan and
 * the person types on the phone. `words`: what browser and app both show in mode `direct`, for the
 * person to compare.
 */
export type Verification =
  | {
      readonly method: 'number';
      /** Two decimal digits; null until the session is `retrieved`. */
      readonly number: string | null;
      readonly words?: never;
    }
  | {
      readonly method: 'words';
      /** Two short English words, drawn for each push. */
      readonly words: string;
      readonly number?: never;
    };

export interface SnapshotError {
  readonly error: string;
  readonly error_description: string;
  /** Why the sign-in ended, where the page has words of its own for it. A newer server may know more of them. */
  readonly reason?: EndCause;
}

/**
 * `user`: the person declined in the app. `not_me`: they say that they did not start this sign-in.
 * `wrong_number`: what was typed on the phone is not the number on the screen. `not_decided`: a phone
 * was asked, and did not answer in time.
 */
export const END_CAUSES = ['user', 'not_me', 'wrong_number', 'not_decided'] as const;
export type EndCause = (typeof END_CAUSES)[number];

/**
 * All that a watcher may know about a session. Every push is a whole snapshot; a higher `version`
 * is newer, and of two with the same `version` the one with the later `server_time_ms`.
 * Absent parts are `null`, never left out.
 */
export interface Snapshot {
  readonly session_id: string;
  readonly version: number;
  readonly status: Status;
  /** The chosen connector; null until one is chosen. */
  readonly connector: ConnectorId | null;
  readonly mode: Mode | null;
  /** The connectors that this client offers, in the operator's order. */
  readonly connectors: readonly ConnectorOffer[];
  /** Unix seconds. */
  readonly created_at: number;
  /** Unix seconds. */
  readonly expires_at: number;
  /** The server's clock when it made this snapshot, in ms since the epoch. */
  readonly server_time_ms: number;
  readonly client: { readonly name: string; readonly logo_uri: string | null };
  /** Only while `initialized` in mode `qr`. */
  readonly qr: QrCode | null;
  /** Only while `initialized` in mode `same_device`: the link to open on this device. */
  readonly same_device: { readonly url: string } | null;
  /** A code to type on a phone that cannot scan. */
  readonly typed_code: { readonly code: string; readonly uri: string } | null;
  readonly verification: Verification | null;
  /**
   * Who is being signed in: the first letter of each part of the name, `A… L…`. Only while `confirmed`
   * with a code that goes to this browser; null where the provider gave no name.
   */
  readonly person: { readonly name: string } | null;
  /**
   * Whether the person here must say that this is them (`POST /session/{id}/confirm`) before there is
   * a `redirect_to`. Only while `confirmed`.
   */
  readonly confirm_person: boolean;
  /**
   * Where the browser goes next: the redirect URI with `code` or `error`, `state` and `iss`. With `response_mode=form_post`
   * the page that posts these there, which can be opened once.
   */
  readonly redirect_to: string | null;
  readonly error: SnapshotError | null;
}

/** What creating a session answers: the snapshot, and the secret that alone can watch it and collect its code. */
export interface SessionHandle extends Snapshot {
  readonly session_secret: string;
}

/** Recognises a snapshot in untrusted input, by the parts that a reader relies on. */
export function isSnapshot(value: unknown): value is Snapshot {
  if (!isObject(value)) return false;
  const { expires_at, server_time_ms, redirect_to } = value;
  return (
    isText(value['session_id']) &&
    Number.isSafeInteger(value['version']) &&
    (STATUSES as readonly unknown[]).includes(value['status']) &&
    Array.isArray(value['connectors']) &&
    typeof expires_at === 'number' &&
    typeof server_time_ms === 'number' &&
    isObject(value['client']) &&
    isQrOrNull(value['qr']) &&
    (redirect_to === null || isText(redirect_to))
  );
}

function isQrOrNull(value: unknown): boolean {
  if (!isObject(value)) return value === null;
  const { order, prefix, step, from_ms, interval_ms, macs, frames } = value;
  const isTimed = order === 'timed';
  const items = isTimed ? macs : frames;
  return (
    (isTimed
      ? isText(prefix) && [step, from_ms, interval_ms].every(Number.isSafeInteger) && (interval_ms as number) > 0
      : order === 'shuffle') &&
    Array.isArray(items) &&
    items.length > 0 &&
    items.length <= QR_LIMIT &&
    items.every((item: { readonly text?: unknown } | null) => isText(isTimed ? item : item?.text))
  );
}
