/** QR readers that share nothing with what draws the code: pixels of a screenshot in, text out. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Locator } from '@playwright/test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

// A CommonJS default: TypeScript and Node disagree about where it is.
const decode = jsQR as unknown as typeof jsQR.default;

/** What a picture's QR code says; null when there is none to be read. Never mirrors, never inverts. */
export function readQr(png: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(png);
  return decode(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' })?.data ?? null;
}

/** The same by ZXing's C++ port. Told to look for no inverted code either. */
export async function readQrByZxing(png: Buffer): Promise<string | null> {
  await loadZxing();
  const found = await readBarcodes(new Uint8Array(png), { formats: ['QRCode'], tryInvert: false });
  return found.find(({ isValid }) => isValid)?.text ?? null;
}

/** From the disk: it would fetch itself from a host of its own. */
async function loadZxing(): Promise<void> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  await prepareZXingModule({ overrides: { wasmBinary: wasm.buffer }, fireImmediately: true });
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
