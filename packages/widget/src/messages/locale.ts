import type { Locale, MessageKey, Messages } from './catalogue.ts';
import { en } from './en.ts';

/** Every locale on board; the first is the one for people whose language is not here. */
export const LOCALES: readonly [Locale, ...Locale[]] = [{ tag: 'en', direction: 'ltr', messages: en }];

/**
 * The locale for what was asked for, best first: exact tag, else same language, else the first one.
 * @param wanted BCP 47 tags, for example the `locale` property, then `navigator.languages`.
 */
export function localeFor(
  wanted: readonly (string | undefined)[],
  locales: readonly [Locale, ...Locale[]] = LOCALES,
): Locale {
  for (const tag of wanted) {
    if (!tag) continue;
    const lower = tag.toLowerCase();
    const found =
      locales.find((locale) => locale.tag.toLowerCase() === lower) ??
      locales.find((locale) => locale.tag.toLowerCase().split('-')[0] === lower.split('-')[0]);
    if (found) return found;
  }
  return locales[0];
}

/** Says a sentence, with the names known so far put in. `more` fills placeholders that only this sentence has. */
export type Translate = (key: MessageKey, more?: Readonly<Record<string, string>>) => string;

/**
 * @param names `client` and `app` as the session names them; null while unknown, which reads as
 *   "the site" and "your identity app".
 */
export function translator(
  messages: Messages,
  names: { readonly client: string | null; readonly app: string | null },
): Translate {
  const app = names.app ?? messages.theApp;
  const known: Record<string, string> = { client: names.client ?? messages.theSite, app, App: capitalised(app) };
  return (key, more) =>
    messages[key].replace(/\{(\w+)\}/g, (placeholder, name: string) => more?.[name] ?? known[name] ?? placeholder);
}

/** For the start of a sentence. Scripts without case come back unchanged. */
function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
