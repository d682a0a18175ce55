import type { SessionView } from '../session/index.ts';
import type { Screen, View } from './screen.ts';

/** The words that the app shows too, with what to do about them; nothing where it shows none. */
export function wordsFor({ words }: SessionView, { t }: Pick<View, 't'>, title: string): Partial<Screen> {
  if (words === null) return {};
  const lead = t('wordsLead');
  return { lead, said: `${title}. ${lead} ${words}`, stage: <p className="bk-words">{words}</p> };
}
