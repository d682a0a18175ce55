/** In the place of `mistakes/import-mistakes.ts` in the one file: as `draw-inside.ts`. */
import type { Explain } from '../mistakes/index.ts';
import { explain } from '../mistakes/mistakes.ts';

export function importMistakes(): Promise<{ readonly explain: Explain }> {
  return Promise.resolve({ explain });
}
