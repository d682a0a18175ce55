import { bestTag, type Wanted } from './best-tag.ts';
import { frameEn } from './frame-en.ts';

type FrameWords = Readonly<Record<keyof typeof frameEn, string>>;

/** By BCP 47 tag: the locales of `LOCALES`, these sentences alone. */
const FRAME_WORDS: Readonly<Record<string, FrameWords>> = { en: frameEn };

/** What the iframe's host says, in the language wanted most; English when it is not here. */
export function frameWords(wanted: Wanted): FrameWords {
  return FRAME_WORDS[bestTag(wanted, Object.keys(FRAME_WORDS)) ?? 'en'] ?? frameEn;
}
