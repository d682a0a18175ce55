import { bestTag, type Wanted } from './best-tag.ts';
import type { Locale, MessageKey, Messages } from './catalogue.ts';
import { en } from './en.ts';
import { frameEn } from './frame-en.ts';

/** Every locale on board; the first is the one for people whose language is not here. */
export const LOCALES: readonly [Locale, ...Locale[]] = [
  { tag: 'en', direction: 'ltr', messages: { ...frameEn, ...en } },
];

/**
 * The locale for what was asked for, best first: exact tag, else same language, else the first one.
 * @param wanted BCP 47 tags, for example the `locale` property, then `navigator.languages`.
 */
export function localeFor(wanted: Wanted, locales: readonly [Locale, ...Locale[]] = LOCALES): Locale {
  const tags = locales.map(({ tag }) => tag);
  return locales[tags.indexOf(bestTag(wanted, tags) ?? '')] ?? locales[0];
}

/** What a name is in the language wanted most, by the same rule; `en` when none of them is there. */
export function nameIn(wanted: Wanted, names: Readonly<Record<string, string>> & { readonly en: string }): string {
  return names[bestTag(wanted, Object.keys(names)) ?? 'en'] ?? names.en;
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
export function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
