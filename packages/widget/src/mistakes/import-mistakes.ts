import type { Explain } from './trouble.ts';

/**
 * A file of its own in every bundle: a page without mistakes never loads it. The script's build puts
 * `standalone/import-mistakes.ts` in the place of this module.
 */
export function importMistakes(): Promise<{ readonly explain: Explain }> {
  return import('./mistakes.ts');
}
