import type { en } from './en.ts';
import type { frameEn } from './frame-en.ts';

/** Every sentence that the widget can say. English is the reference: a locale has all of its keys and no other. */
export type MessageKey = keyof typeof en | keyof typeof frameEn;

/** `{client}` is where the person signs in, `{app}` the identity app, `{person}` the masked name of who approved, `{time}` minutes and seconds, `{code}` an error code, `{count}` how many apps. */
export type Messages = Readonly<Record<MessageKey, string>>;

export interface Locale {
  /** BCP 47, for `lang`. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
  readonly messages: Messages;
}
