import type { QrCode as Frames } from '@beckon/protocol';
import { useRef, type JSX } from 'react';
import { Badge } from './icon.tsx';
import { frameAt, qrPath } from '../qr/index.ts';
import { useBeforePaint } from './use-latest.ts';

/** A frame is accepted for five windows of 2 s after its own; past that, what is on the screen is of no use. */
const ACCEPTED_AFTER_MS = 10_000;
/** Below this, phones have to come close. */
const SMALLEST_PX = 200;
/** As long as what it stands for. */
const SPENT = 'BECKON '.repeat(12);
/** The longest delay that timers keep to. */
const LONGEST_MS = 2 ** 31 - 1;

interface QrCodeProps {
  readonly qr: Frames;
  /** To add to `now()` for the server's clock, in ms. */
  readonly clockOffset: number;
  readonly now: () => number;
  readonly label: string;
}

/**
 * The code, dark on white in both themes: decoders need not know about inverted ones. Frames are
 * swapped in one path, on time, past the renderer.
 */
export function QrCode({ qr, clockOffset, now, label }: QrCodeProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const seed = useRef<number | null>(null);
  useBeforePaint(() => {
    const element = box.current;
    const svg = element?.querySelector('svg');
    if (!element || !svg) return;
    const order = (seed.current ??= Math.random());
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown = '';
    const show = (): void => {
      const serverNow = now() + clockOffset;
      const frame = frameAt(qr, serverNow, order);
      if (frame === null) return;
      if (frame.text !== shown) {
        const { size, path } = qrPath(frame.text);
        svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
        svg.firstElementChild?.setAttribute('d', path);
        svg.style.inlineSize = wholePixels(element.clientWidth, size);
        shown = frame.text;
      }
      const uselessAt = usefulUntil(qr) - serverNow;
      element.setAttribute('data-frame', uselessAt > 0 ? 'current' : 'stale');
      const wait = frame.nextInMs ?? uselessAt;
      if (wait > 0 && wait < LONGEST_MS) timer = setTimeout(show, wait);
    };
    show();
    return () => clearTimeout(timer);
  }, [qr, clockOffset, now]);
  return (
    <div className="bk-qr" ref={box}>
      <svg role="img" aria-label={label}>
        <path />
      </svg>
    </div>
  );
}

/** Modules of whole pixels have even edges; what is left over adds to the quiet zone. */
function wholePixels(room: number, size: number): string {
  const pixels = Math.floor(room / size) * size;
  return pixels >= SMALLEST_PX ? `${pixels}px` : '';
}

/** Server time in ms until which a scan can succeed. */
function usefulUntil(qr: Frames): number {
  const last = qr.order === 'timed' ? qr.frames.at(-1) : undefined;
  return last ? last.until_ms + ACCEPTED_AFTER_MS : Infinity;
}

/**
 * In place of a code that was scanned: blurred, still, and of a text that leads nowhere, so that
 * nothing can be won by making it sharp again.
 */
export function SpentQr(): JSX.Element {
  const { size, path } = qrPath(SPENT);
  return (
    <div className="bk-qr" data-frame="spent">
      <svg viewBox={`0 0 ${size} ${size}`} aria-hidden="true">
        <path d={path} />
      </svg>
      <Badge icon="phone" waiting />
    </div>
  );
}

/** Where the code will be: its three corners. */
export function QrPlaceholder(): JSX.Element {
  return (
    <div className="bk-qr" data-frame="waiting">
      <svg viewBox="0 0 45 45" aria-hidden="true">
        <path d={corner(4, 4) + corner(34, 4) + corner(4, 34)} />
      </svg>
    </div>
  );
}

/** A ring of 7 × 7 modules around a block of 3 × 3. */
function corner(x: number, y: number): string {
  return `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`;
}
