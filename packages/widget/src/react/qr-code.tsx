import type { QrCode as Frames } from '@beckon/protocol';
import { useRef, type JSX } from 'react';
import { Badge } from './icon.tsx';
import type { QrDraw } from '../qr/index.ts';
import { useBeforePaint } from './use-latest.ts';

/** As long as what it stands for. */
const SPENT = 'BECKON '.repeat(12);

interface QrCodeProps {
  /** Null until it has come: the place of the code is kept. */
  readonly draw: QrDraw | null;
  readonly qr: Frames;
  /** To add to `now()` for the server's clock, in ms. */
  readonly clockOffset: number;
  readonly now: () => number;
  readonly label: string;
}

/**
 * The code, dark on white in both themes: decoders need not know about inverted ones. Frames are
 * swapped in one path, on time, past the renderer, which therefore gives each attribute one value only.
 */
export function QrCode({ draw, qr, clockOffset, now, label }: QrCodeProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const seed = useRef<number | null>(null);
  useBeforePaint(() => {
    if (!draw || !box.current) return;
    return draw.showFrames(box.current, qr, () => now() + clockOffset, (seed.current ??= Math.random()));
  }, [draw, qr, clockOffset, now]);
  return (
    <div className="bk-qr" data-frame="waiting" ref={box}>
      <svg viewBox={PLACE.viewBox} role="img" aria-label={label}>
        <path d={PLACE.path} />
      </svg>
    </div>
  );
}

/**
 * In place of a code that was scanned: blurred, still, and of a text that leads nowhere, so that
 * nothing can be won by making it sharp again. An empty square until it can be drawn.
 */
export function SpentQr({ draw }: { readonly draw: QrDraw | null }): JSX.Element {
  const code = draw?.qrPath(SPENT);
  return (
    <div className="bk-qr" data-frame="spent">
      <svg viewBox={code && `0 0 ${code.size} ${code.size}`} aria-hidden="true">
        <path d={code?.path} />
      </svg>
      <Badge icon="phone" waiting />
    </div>
  );
}

/** Where the code will be: its three corners. */
export function QrPlaceholder(): JSX.Element {
  return (
    <div className="bk-qr" data-frame="waiting">
      <svg viewBox={PLACE.viewBox} aria-hidden="true">
        <path d={PLACE.path} />
      </svg>
    </div>
  );
}

const PLACE = { viewBox: '0 0 45 45', path: corner(4, 4) + corner(34, 4) + corner(4, 34) };

/** A ring of 7 × 7 modules around a block of 3 × 3. */
function corner(x: number, y: number): string {
  return `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`;
}
