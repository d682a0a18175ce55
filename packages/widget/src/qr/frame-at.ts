/** A QR code's frames: see `QrCode` of the wire contract, which is one. */
export type Frames =
  | { readonly order: 'timed'; readonly frames: readonly TimedFrame[] }
  | { readonly order: 'shuffle'; readonly interval_ms: number; readonly frames: readonly { readonly text: string }[] };

interface TimedFrame {
  readonly text: string;
  readonly from_ms: number;
  readonly until_ms: number;
}

export interface ShownFrame {
  readonly text: string;
  /** Ms until another frame is due; null while there is none to change to. */
  readonly nextInMs: number | null;
}

/**
 * Which frame to show. `serverNow`: ms since the epoch by the server's clock. `seed`: any number
 * from 0 up to 1, drawn once for each sign-in, which decides a shuffle's order.
 */
export function frameAt(qr: Frames, serverNow: number, seed: number): ShownFrame | null {
  return qr.order === 'timed'
    ? timedFrame(qr.frames, serverNow)
    : shuffledFrame(qr.frames, qr.interval_ms, serverNow, seed);
}

/** The frame whose window this is; else the latest that has begun, which the server accepts a while longer. */
function timedFrame(frames: readonly TimedFrame[], now: number): ShownFrame | null {
  const begun = frames.findLastIndex(({ from_ms }) => from_ms <= now);
  const frame = frames[Math.max(begun, 0)];
  if (frame === undefined) return null;
  const next = frames[begun + 1];
  return { text: frame.text, nextInMs: next === undefined ? null : next.from_ms - now };
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
