import type { QrCode } from '@beckon/protocol';
import { frameAt } from './frame-at.ts';
import { qrPath } from './path.ts';

/** Below this, phones have to come close. */
const SMALLEST_PX = 200;
/** Timers keep to no delay above 2 ** 31 - 1, and no page is open for so long. */
const LONGEST_MS = 1e9;

/**
 * Swaps the frames in the one path of the `<svg>` in `box`, on time, and says by `data-frame` whether what
 * is shown is of use.
 * @param serverNow ms since the epoch by the server's clock.
 * @param seed as for `frameAt`.
 * @returns stops it.
 */
export function showFrames(box: Element, qr: QrCode, serverNow: () => number, seed: number): () => void {
  const svg = box.querySelector('svg');
  if (!svg) return () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = '';
  let modules = 0;
  const fit = (): void => {
    svg.style.inlineSize = wholePixels(box.clientWidth, modules);
  };
  const show = (): void => {
    const frame = frameAt(qr, serverNow(), seed);
    if (frame === null) return;
    if (frame.text !== shown) {
      const { size, path } = qrPath(frame.text);
      svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
      svg.firstElementChild?.setAttribute('d', path);
      modules = size;
      shown = frame.text;
      fit();
    }
    const wait = frame.nextInMs;
    // Timed frames come for as long as a scan can succeed.
    box.setAttribute('data-frame', qr.order === 'timed' && wait === null ? 'stale' : 'current');
    if (wait && wait < LONGEST_MS) timer = setTimeout(show, wait);
  };
  show();
  // A code that no other follows must fit as well when the window is turned or the page zoomed.
  const room = new ResizeObserver(fit);
  room.observe(box);
  return () => {
    clearTimeout(timer);
    room.disconnect();
  };
}

/**
 * Modules of whole pixels of the screen have even edges; what is left over adds to the quiet zone. On a screen
 * with 1.5 of its pixels for one of CSS, modules of whole CSS pixels alternate between 7 and 8.
 */
export function wholePixels(room: number, size: number, ratio: number = devicePixelRatio): string {
  const pixels = (Math.floor((room * ratio) / size) * size) / ratio;
  return pixels >= SMALLEST_PX ? `${pixels}px` : '';
}
