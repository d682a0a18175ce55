import { frameEn } from './frame-en.ts';

type FrameWords = Readonly<Record<keyof typeof frameEn, string>>;

/** By language, in lower case: the locales of `LOCALES`, these sentences alone. */
const FRAME_WORDS: Readonly<Record<string, FrameWords>> = { en: frameEn };

/** What the iframe's host says, in the language of this tag, else in the browser's, whatever the region; else in English. */
export function frameWords(locale: string | null | undefined): FrameWords {
  const found = [locale ?? '', ...navigator.languages].map((tag) => FRAME_WORDS[tag.toLowerCase().split('-')[0]!]);
  return found.find(Boolean) ?? frameEn;
}
