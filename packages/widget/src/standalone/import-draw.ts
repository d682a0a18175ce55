/** In the place of `qr/import-draw.ts` in the element's chunk: the encoder lies beside it. */
import type { QrDraw } from '../qr/import-draw.ts';
import { importChunk } from './from-loader.ts';

/** Its address, relative to this chunk's. */
declare const ENCODER_CHUNK: string;

export function importDraw(): Promise<QrDraw> {
  return importChunk(new URL(ENCODER_CHUNK, import.meta.url).href);
}
