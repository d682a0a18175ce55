/** In the place of `mistakes/import-mistakes.ts` in the loader: the chunk lies beside it. */
import type { Explain } from '../mistakes/index.ts';
import { beside } from './beside.ts';
import { importChunk, ONCE } from './import-chunk.ts';

/** Its address, relative to the loader. */
declare const MISTAKES_CHUNK: string;

/** Asked for once: whatever waits for it has waited already. */
export function importMistakes(): Promise<{ readonly explain: Explain }> {
  return importChunk(beside(MISTAKES_CHUNK), ONCE);
}
