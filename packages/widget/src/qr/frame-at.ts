import type { QrCode, TimedQr } from '@beckon/protocol';

export interface ShownFrame {
  readonly text: string;
  /** Ms until what is shown is over: another frame is due, or no scan can succeed any more. Null where nothing changes any more. */
  readonly nextInMs: number | null;
}

/**
 * Which frame to show. `serverNow`: ms since the epoch by the server's clock. `seed`: any number
 * from 0 up to 1, drawn once for each sign-in, which decides a shuffle's order.
 */
export function frameAt(qr: QrCode, serverNow: number, seed: number): ShownFrame | null {
  return qr.order === 'timed' ? timedFrame(qr, serverNow) : shuffledFrame(qr.frames, qr.interval_ms, serverNow, seed);
}

/** The frame whose window this is; the last one when all are over. */
function timedFrame({ prefix, step, from_ms, interval_ms, macs }: TimedQr, now: number): ShownFrame {
  // This clock may be a little behind.
  const index = Math.max(0, Math.min(Math.floor((now - from_ms) / interval_ms), macs.length - 1));
  const left = from_ms + (index + 1) * interval_ms - now;
  return { text: `${prefix}${step + index}.${macs[index]}`, nextInMs: left > 0 ? left : null };
}

/** Every frame once in each round, each round in another order. */
function shuffledFrame(
  frames: readonly { readonly text: string }[],
  interval: number,
  now: number,
  seed: number,
): ShownFrame | null {
  const [first] = frames;
  if (first === undefined) return null;
  if (frames.length === 1 || !(interval > 0)) return { text: first.text, nextInMs: null };
  const slot = Math.floor(now / interval);
  const round = Math.floor(slot / frames.length);
  const text = orderOf(round)[slot % frames.length]!.text;
  return { text, nextInMs: (slot + 1) * interval - now };

  function orderOf(n: number): readonly { readonly text: string }[] {
    const order = shuffle(frames, seed + n);
    // A round must not begin with what the last one ended with: the code would seem to stand still.
    // Swapping the first two leaves the last where the next round expects it.
    const isRepeat = frames.length > 2 && order[0] === shuffle(frames, seed + n - 1).at(-1);
    return isRepeat ? [order[1]!, order[0]!, ...order.slice(2)] : order;
  }
}

/** Fisher and Yates', drawing from a hash of `seed` so that the same seed gives the same order. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const draw = Math.abs(Math.sin(seed * 12.9898 + i * 78.233) * 43_758.5453) % 1;
    const j = Math.floor(draw * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
