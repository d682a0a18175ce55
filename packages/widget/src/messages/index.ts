/**
 * What the widget says. Owns the copy of each locale with its direction, in which language an app
 * is named, and how names are put into it. Depends on nothing. Leaves to the states which sentence is said when.
 */
export { type MessageKey, type Messages, type Locale } from './catalogue.ts';
export type { Wanted } from './best-tag.ts';
export { frameWords } from './frame-words.ts';
export { type Translate, LOCALES, capitalised, localeFor, nameIn, translator } from './locale.ts';
