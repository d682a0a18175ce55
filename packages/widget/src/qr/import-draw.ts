import type * as Draw from './draw.ts';

/** What draws codes. */
export type QrDraw = Pick<typeof Draw, 'qrPath' | 'showFrames'>;

/**
 * A file of its own in every bundle: it is not needed before there is a code. The script's build
 * puts `standalone/import-draw.ts` in the place of this module.
 */
export function importDraw(): Promise<QrDraw> {
  return import('./draw.ts');
}
