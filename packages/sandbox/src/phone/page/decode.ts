import jsqr from 'jsqr';

// jsqr is CommonJS and its function is the module itself; its types say that it is the member `default`.
const readQr = jsqr as unknown as typeof jsqr.default;

/** The longest side at which a picture is searched, in pixels. */
const LONGEST = 1600;

export interface Frame {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

/**
 * The text of the QR code in a picture; null when there is none. `scale` 1 looks at every pixel,
 * smaller ones see large or noisy codes better and take less time.
 */
export function decode(frame: Frame, scale: number, patience: 'once' | 'thorough'): string | null {
  const fit = Math.min(scale, (LONGEST * scale) / Math.max(frame.width, frame.height));
  const [width, height] = [Math.round(frame.width * fit), Math.round(frame.height * fit)];
  if (width < 21 || height < 21) return null;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  // Pictures may be transparent: on black their dark modules would vanish.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(frame.source, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const inversionAttempts = patience === 'thorough' ? 'attemptBoth' : 'dontInvert';
  const text = readQr(data, width, height, { inversionAttempts })?.data ?? '';
  return text === '' ? null : text;
}
