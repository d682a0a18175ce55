import { importMistakes } from './import-mistakes.ts';
import type { Explain } from './trouble.ts';

/** As `Explain` says; null also where what explains does not load. Never rejects. */
export const explain: Explain = async (trouble) => {
  try {
    const mistakes = await importMistakes();
    return await mistakes.explain(trouble);
  } catch {
    return null;
  }
};
