/** In the place of `qr/import-draw.ts` in the one file: an `import()` in it would bring the bundler's loader of modules. */
import { qrPath, showFrames } from '../qr/draw.ts';
import type { QrDraw } from '../qr/import-draw.ts';

export function importDraw(): Promise<QrDraw> {
  return Promise.resolve({ qrPath, showFrames });
}
