import { expect, test } from 'vitest';
import { LOCALES, type Locale, localeFor, translator } from './index.ts';

const [english] = LOCALES;
const arabic: Locale = { tag: 'ar', direction: 'rtl', messages: english.messages };

test('a region falls back to its language, an unknown language to the next wish, then to the first locale', () => {
  const locales = [english, arabic] as const;
  expect(localeFor(['ar-AE'], [...locales]), 'ar-AE must find ar').toBe(arabic);
  expect(localeFor(['xx', 'AR'], [...locales]), 'the second wish counts when the first is unknown').toBe(arabic);
  expect(localeFor([undefined, 'xx'], [...locales]), 'somebody must always be told something').toBe(english);
});

test('names are put in, and a sentence that opens with the app opens with a capital', () => {
  const t = translator(english.messages, { client: 'Shop', app: null });
  expect(t('signInTo')).toBe('Sign in to Shop');
  expect(t('directFormLead')).toBe('Your identity app asks on your phone whether it is you.');
  expect(t('validFor', { time: '1:42' })).toBe('Valid for 1:42');
});

test('a name is text, never a pattern or a placeholder', () => {
  const t = translator(english.messages, { client: '{app} $& $1', app: 'W' });
  expect(t('signInTo'), 'a client name must come out as it went in').toBe('Sign in to {app} $& $1');
});

test('every placeholder in the copy is one that the widget fills', () => {
  for (const [key, sentence] of Object.entries(english.messages)) {
    for (const [, name] of sentence.matchAll(/\{(\w+)\}/g)) {
      expect(['client', 'app', 'App', 'time', 'code'], `${key} would show {${name}} to a person`).toContain(name);
    }
  }
});
