import { type KeyObject, createCipheriv, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { TimedQr } from '@beckon/protocol';
import type { Session } from './session.ts';

/**
 * The links that lead a phone to a session: `{session_id}.{step}.{mac}` behind a base URL, where
 * `mac` is base32 of 16 bytes. All of it is upper case, so that it fits QR alphanumeric mode (ISO/IEC 18004 §7.4.4), and
 * read in any.
 *
 * - Of `S` and `H…` they are the first of HMAC-SHA256(key, "qr1|" + session_id + "|" + step).
 * - Of a frame they are AES-256(frames key, nonce + step), where the nonce is the first 12 bytes of HMAC-SHA256(key,
 *   "frames|" + session_id), the step has 4 bytes (big-endian), and the frames key is HMAC-SHA256(key, "frames"). All
 *   frames of a session are so the key stream of one cipher in counter mode (NIST SP 800-38A §6.5): an HMAC for each
 *   of 60 costs ten times as much.
 *
 * | step       | what it is                                            | good for                        | in mode       |
 * |------------|-------------------------------------------------------|---------------------------------|---------------|
 * | `0`, `1`…  | a frame of the QR code, a new one every `frame_ms`    | its own window and the next 5   | `qr`          |
 * | `H0`, `H1`…| what the phone's page hands to the app after frame 0… | 60 s from that frame's beginning | `qr`         |
 * | `S`        | the link on the same device                           | the session's life              | `same_device` |
 *
 * A link approves and never collects. It proves that the bearer saw a recent screen; who may claim
 * the session is for `transition` to say.
 */
export interface LinkSettings {
  readonly key: LinkKey;
  /** How long one QR frame is shown, in ms. */
  readonly frame_ms: number;
}

/** `KeyObject`s: with raw bytes each use costs three times as much, because Node finds out what they are. */
export interface LinkKey {
  readonly macs: KeyObject;
  readonly frames: KeyObject;
}

/** What a link says, in canonical upper case; nothing about it is verified yet. */
export interface Link {
  readonly session_id: string;
  readonly step: string;
  readonly mac: string;
}

/** `stale`: ours, but not good now or not in this mode. `forged`: never ours, or not for this session. */
export type LinkVerdict = 'ok' | 'stale' | 'forged';

type LinkedSession = Pick<Session, 'id' | 'created_at' | 'choice'>;

/** With 2 s frames a code that was on the screen is accepted for 12 s: enough to open an app. */
const EARLIER_STEPS = 5;
const HANDOVER_MS = 60_000;
const MAC_BYTES = 16;
/** Of a frame's counter block, before the step. */
const NONCE_BYTES = 12;

const STEP = /^(?:(?<frame>0|[1-9][0-9]{0,8})|H(?<handover>0|[1-9][0-9]{0,8})|S)$/i;
const MAC = /^[A-Za-z2-7]{26}$/;
const LINK = /^(?<session_id>[A-Za-z0-9]{1,64})\.(?<step>[A-Za-z0-9]{1,10})\.(?<mac>[A-Za-z2-7]{26})$/;

/** @param secret 32 bytes, for this purpose only */
export function linkKeyOf(secret: Uint8Array): LinkKey {
  return {
    macs: createSecretKey(secret),
    frames: createSecretKey(createHmac('sha256', secret).update('frames').digest()),
  };
}

/** `step` in canonical form: a decimal number, `S`, or `H` and a number. 26 characters. */
export function linkMac(key: LinkKey, session_id: string, step: string): string {
  const frame = STEP.exec(step)?.groups?.['frame'];
  return frame === undefined ? wordMac(key, session_id, step) : (frameMacs(key, session_id, Number(frame), 1)[0] ?? '');
}

function wordMac(key: LinkKey, session_id: string, step: string): string {
  return base32(createHmac('sha256', key.macs).update(`qr1|${session_id}|${step}`).digest(), 0);
}

/** Of so many frames, the first of which is `step`. */
function frameMacs(key: LinkKey, session_id: string, step: number, count: number): readonly string[] {
  const counter = createHmac('sha256', key.macs).update(`frames|${session_id}`).digest().subarray(0, MAC_BYTES);
  counter.writeUInt32BE(step, NONCE_BYTES);
  const macs = createCipheriv('aes-256-ctr', key.frames, counter).update(new Uint8Array(count * MAC_BYTES));
  return Array.from({ length: count }, (_, index) => base32(macs, index * MAC_BYTES));
}

/**
 * The frame that is shown at `now`, and those after it that begin before the session is over: nothing has to be sent
 * anew while it waits for its scan. There is always at least one. The base URL is upper case too: its scheme
 * and host are read in any (RFC 3986 §6.2.2.1).
 * @param before what this gave for the same session before, whose frames are taken over
 */
export function timedQr(
  { key, frame_ms }: LinkSettings,
  base: string,
  session: Pick<Session, 'id' | 'created_at' | 'expires_at'>,
  now: number,
  before: TimedQr | null = null,
): TimedQr {
  const step = stepAt(session, now, frame_ms);
  const end = Math.max(step + 1, Math.ceil((session.expires_at - session.created_at) / frame_ms));
  const fits = before !== null && before.step <= step && before.step + before.macs.length === end;
  const macs = fits ? before.macs.slice(step - before.step) : frameMacs(key, session.id, step, end - step);
  const from_ms = session.created_at + step * frame_ms;
  return { order: 'timed', prefix: `${base}${session.id}.`.toUpperCase(), step, from_ms, interval_ms: frame_ms, macs };
}

/** The link to open on the same device; the base URL keeps its case. */
export function sameDeviceLink(settings: LinkSettings, base: string, session: Pick<Session, 'id'>): string {
  return `${base}${session.id}.S.${linkMac(settings.key, session.id, 'S')}`;
}

/**
 * What the phone's page hands to the app after a verified link of mode `qr`; the base URL keeps its
 * case. The step is that of the frame that was scanned, so that a copy of a copy is good no longer
 * than the first one.
 * @throws TypeError for a step that no frame has
 */
export function handoverLink(settings: LinkSettings, base: string, session: Pick<Session, 'id'>, step: string): string {
  const handover = `H${scannedStep(step)}`;
  return `${base}${session.id}.${handover}.${linkMac(settings.key, session.id, handover)}`;
}

/** The first millisecond at which nothing that was made of a frame is good any more; `step` is a frame's or its copy's. */
export function handoverEnd(
  { frame_ms }: Pick<LinkSettings, 'frame_ms'>,
  session: Pick<Session, 'created_at'>,
  step: string,
): number {
  return session.created_at + scannedStep(step) * frame_ms + HANDOVER_MS;
}

/** The number of the frame that a link began with. */
function scannedStep(step: string): number {
  const { frame, handover } = STEP.exec(step)?.groups ?? {};
  const number = frame ?? handover;
  if (number === undefined) throw new TypeError('this link was not made from a frame');
  return Number(number);
}

/** Reads `{session_id}.{step}.{mac}` in any case; null when it is not of that form. */
export function parseLink(text: string): Link | null {
  const { session_id, step, mac } = LINK.exec(text)?.groups ?? {};
  if (session_id === undefined || step === undefined || mac === undefined || !STEP.test(step)) return null;
  return { session_id: session_id.toUpperCase(), step: step.toUpperCase(), mac: mac.toUpperCase() };
}

/**
 * Whether a link leads to `session` at `now`. Only a link that we made can be `stale`: everything
 * that was tampered with, malformed steps included, is `forged`.
 */
export function verifyLink(
  settings: LinkSettings,
  session: LinkedSession,
  link: Pick<Link, 'step' | 'mac'>,
  now: number,
): LinkVerdict {
  const step = STEP.exec(link.step)?.groups;
  if (step === undefined || !MAC.test(link.mac)) return 'forged';
  const { frame, handover } = step;
  const given = Buffer.from(link.mac.toUpperCase());
  const isOurs = (made: string): boolean => timingSafeEqual(Buffer.from(made), given);
  const name = link.step.toUpperCase();
  // A code of release 0.1 that was on the screen during an upgrade. To be deleted with release 0.4.
  const isOfBefore = (): boolean => frame !== undefined && isOurs(wordMac(settings.key, session.id, name));
  if (!isOurs(linkMac(settings.key, session.id, name)) && !isOfBefore()) return 'forged';

  const mode = session.choice?.mode;
  if (frame !== undefined) return mode === 'qr' && isRecent(session, Number(frame), now, settings) ? 'ok' : 'stale';
  if (handover !== undefined) {
    const begun = session.created_at + Number(handover) * settings.frame_ms <= now;
    return mode === 'qr' && begun && now < handoverEnd(settings, session, link.step) ? 'ok' : 'stale';
  }
  return mode === 'same_device' ? 'ok' : 'stale';
}

/** A step that has not come yet was read from the frames sent ahead, not from the screen. */
function isRecent(session: LinkedSession, step: number, now: number, { frame_ms }: LinkSettings): boolean {
  const current = stepAt(session, now, frame_ms);
  return current - EARLIER_STEPS <= step && step <= current;
}

function stepAt(session: Pick<Session, 'created_at'>, now: number, frame_ms: number): number {
  return Math.max(0, Math.floor((now - session.created_at) / frame_ms));
}

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 'latin1');
/** Where a text is put together: a text that grows letter by letter is kept as a chain of as many objects. */
const LETTERS = Buffer.alloc(26);

/** Of 16 bytes, those from `at` on: RFC 4648 §6, without padding; 26 letters. */
function base32(bytes: Uint8Array, at: number): string {
  let held = 0;
  let bits = 0;
  let read = at;
  for (let n = 0; n < LETTERS.length; n += 1) {
    if (bits < 5) {
      held = ((held & 31) << 8) | (read < at + MAC_BYTES ? (bytes[read++] ?? 0) : 0);
      bits += 8;
    }
    bits -= 5;
    LETTERS[n] = ALPHABET[(held >> bits) & 31] ?? 0;
  }
  return LETTERS.toString('latin1');
}
