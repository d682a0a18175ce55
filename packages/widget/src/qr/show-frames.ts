import { frameAt, type Frames } from './frame-at.ts';
import { qrPath } from './path.ts';

/** A frame is accepted for five windows of 2 s after its own; past that, what is on the screen is of no use. */
const ACCEPTED_AFTER_MS = 10_000;
/** Below this, phones have to come close. */
const SMALLEST_PX = 200;
/** The longest delay that timers keep to. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Swaps the frames in the one path of the `<svg>` in `box`, on time, and says by `data-frame` whether what
 * is shown is of use.
 * @param serverNow ms since the epoch by the server's clock.
 * @param seed as for `frameAt`.
 * @returns stops it.
 */
export function showFrames(box: Element, qr: Frames, serverNow: () => number, seed: number): () => void {
  const svg = box.querySelector('svg');
  if (!svg) return () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = '';
  const show = (): void => {
    const now = serverNow();
    const frame = frameAt(qr, now, seed);
    if (frame === null) return;
    if (frame.text !== shown) {
      const { size, path } = qrPath(frame.text);
      svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
      svg.firstElementChild?.setAttribute('d', path);
      svg.style.inlineSize = wholePixels(box.clientWidth, size);
      shown = frame.text;
    }
    const uselessIn = usefulUntil(qr) - now;
    box.setAttribute('data-frame', uselessIn > 0 ? 'current' : 'stale');
    const wait = frame.nextInMs ?? uselessIn;
    if (wait > 0 && wait < LONGEST_MS) timer = setTimeout(show, wait);
  };
  show();
  return () => clearTimeout(timer);
}

/**
 * Modules of whole pixels of the screen have even edges; what is left over adds to the quiet zone. On a screen
 * with 1.5 of its pixels for one of CSS, modules of whole CSS pixels alternate between 7 and 8.
 */
export function wholePixels(room: number, size: number, ratio: number = devicePixelRatio): string {
  const pixels = (Math.floor((room * ratio) / size) * size) / ratio;
  return pixels >= SMALLEST_PX ? `${pixels}px` : '';
}

/** Server time in ms until which a scan can succeed. */
function usefulUntil(qr: Frames): number {
  const last = qr.order === 'timed' ? qr.frames.at(-1) : undefined;
  return last ? last.until_ms + ACCEPTED_AFTER_MS : Infinity;
}
