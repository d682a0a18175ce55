import type { QrCode, TimedQr } from '@beckon/protocol';
import type { Device } from './session.ts';

/**
 * The script of release 0.1, which a page may still have: from a cache, in its bundle, or pinned by `integrity`. It reads
 * each frame with its text and times. Later scripts say `qr_frames: compact` in `POST /session`.
 *
 * All of this goes with release 0.4, together with `Device.script` and what the compiler then names
 * (docs/decisions/0048-frames-for-the-whole-life.md).
 */
type Script = Pick<Device, 'script'>;

/** In front of a device's own members. */
export const SCRIPT_01: Script = { script: '0.1' };

/**
 * Who asks for a session. The old script asks by `fetch`, with this `Accept`; browsers add the page's
 * `Origin` to each POST, and call themselves `Mozilla/`, as no other program does by itself.
 * @param headers of `POST /session`
 * @param qr_frames what the body says; null where it says nothing
 */
export function scriptOf(
  headers: Readonly<Partial<Record<'origin' | 'accept' | 'user-agent', string | undefined>>>,
  qr_frames: 'compact' | null,
): Script {
  const { origin, accept, 'user-agent': agent = '' } = headers;
  const old = origin !== undefined && accept === 'application/json' && agent.startsWith('Mozilla/');
  return qr_frames === null && old ? SCRIPT_01 : {};
}

/** A renewed session is for the same page. */
export function sameScript({ script }: Script): Script {
  return script === undefined ? {} : { script };
}

/** The frames as the page's script reads them. */
export function qrFor({ script }: Script, qr: TimedQr): QrCode {
  if (script === undefined) return qr;
  const { prefix, step, from_ms, interval_ms, macs } = qr;
  const frames = macs.map((mac, index) => ({
    text: `${prefix}${step + index}.${mac}`,
    from_ms: from_ms + index * interval_ms,
    until_ms: from_ms + (index + 1) * interval_ms,
  }));
  // Not of the wire contract any more: only that script is given it.
  return { order: 'timed', frames } as unknown as QrCode;
}
