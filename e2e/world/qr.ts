/** A QR reader that shares nothing with what draws the code: pixels of a screenshot in, text out. */
import type { Locator } from '@playwright/test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

// A CommonJS default: TypeScript and Node disagree about where it is.
const decode = jsQR as unknown as typeof jsQR.default;

/** What a picture's QR code says; null when there is none to be read. Never mirrors, never inverts. */
export function readQr(png: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(png);
  return decode(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' })?.data ?? null;
}

/** Takes pictures of the code until one can be read; a frame may just be changing. */
export async function scanScreen(code: Locator): Promise<string> {
  let cause: unknown;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await code.waitFor();
    try {
      const text = readQr(await code.screenshot({ animations: 'allow' }));
      if (text !== null) return text;
    } catch (error) {
      // A page without script loads anew, and takes the code away while its picture is taken.
      cause = error;
    }
  }
  throw new Error('the QR on the screen cannot be read', { cause });
}
