import { create } from 'qrcode/lib/core/qrcode.js';

/** Light modules around the code, as ISO/IEC 18004 §5.3.8 asks. */
export const QUIET_ZONE = 4;

export interface QrPath {
  /** Width and height in modules, the quiet zone included: `viewBox="0 0 {size} {size}"`. */
  readonly size: number;
  /** The `d` of one SVG path over all dark modules. */
  readonly path: string;
}

/** A QR code with error correction M, dark modules on nothing: draw it dark on light, in every theme. */
export function qrPath(text: string): QrPath {
  const { size, data } = qrMatrix(text);
  let path = '';
  // The pen's place, so that moves can be relative and short.
  let x = 0;
  let y = 0;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (data[row * size + column] === 0) continue;
      const from = column;
      while (column < size && data[row * size + column] !== 0) column += 1;
      const [left, top, run] = [from + QUIET_ZONE, row + QUIET_ZONE, column - from];
      path += `m${left - x} ${top - y}h${run}v1h${-run}z`;
      // Closing returns the pen to where the run began.
      x = left;
      y = top;
    }
  }
  return { size: size + 2 * QUIET_ZONE, path: path.replace(/^m/, 'M') };
}

/** Square, row by row; a module is dark unless it is 0. @throws Error when the text is empty or too long for any QR code. */
export function qrMatrix(text: string): { readonly size: number; readonly data: Uint8Array } {
  // One segment in the densest mode that fits all of it: what we encode is upper case for this very
  // reason, and searching for the best mix of modes costs more than the bits that it saves.
  const mode = /^[0-9A-Z $%*+\-./:]+$/.test(text) ? 'alphanumeric' : 'byte';
  const { size, data } = create([{ data: text, mode }], { errorCorrectionLevel: 'M' }).modules;
  return { size, data };
}
