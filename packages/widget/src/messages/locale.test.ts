import { expect, test } from 'vitest';
import { LOCALES, type Locale, frameWords, localeFor, nameIn, translator } from './index.ts';

const [english] = LOCALES;
const arabic: Locale = { tag: 'ar', direction: 'rtl', messages: english.messages };

test('a region falls back to its language, an unknown language to the next wish, then to the first locale', () => {
  const locales = [english, arabic] as const;
  expect(localeFor(['ar-AE'], [...locales]), 'ar-AE must find ar').toBe(arabic);
  expect(localeFor(['xx', 'AR'], [...locales]), 'the second wish counts when the first is unknown').toBe(arabic);
  expect(localeFor([undefined, 'xx'], [...locales]), 'a person must always be told something').toBe(english);
});

test('an app is called what people call it: exact tag, same language, next wish, English', () => {
  const names = { en: 'Tax Office', 'pt-BR': 'Receita', pt: 'Finanças' };
  expect(nameIn(['pt-br'], names)).toBe('Receita');
  expect(nameIn(['pt-PT'], names), 'the language itself before another region').toBe('Finanças');
  expect(nameIn(['en-GB'], names), 'the language, whatever the region').toBe('Tax Office');
  expect(nameIn(['xx', 'pt'], names)).toBe('Finanças');
  expect(nameIn([undefined, '', 'xx'], names)).toBe('Tax Office');
});

test('names are put in, and a sentence that opens with the app opens with a capital', () => {
  const t = translator(english.messages, { client: 'Shop', app: null });
  expect(t('signInTo')).toBe('Sign in to Shop');
  expect(t('directFormLead')).toBe('Your identity app asks on your phone whether it is you.');
  expect(t('confirmWithin', { time: '0:12' })).toBe('Confirm within 0:12');
});

test('a name is text, never a pattern or a placeholder', () => {
  const t = translator(english.messages, { client: '{app} $& $1', app: 'W' });
  expect(t('signInTo'), 'a client name must come out as it went in').toBe('Sign in to {app} $& $1');
});

test('the iframe’s host speaks every language that the widget does', () => {
  for (const { tag, messages } of LOCALES) expect({ tag, ...messages }).toMatchObject({ tag, ...frameWords(tag) });
  expect(frameWords('xx').signIn).toBe('Sign in');
  expect(frameWords(null).signIn).toBe('Sign in');
});

test('every placeholder in the copy is one that the widget fills', () => {
  for (const [key, sentence] of Object.entries(english.messages)) {
    for (const [, name] of sentence.matchAll(/\{(\w+)\}/g)) {
      expect(
        ['client', 'app', 'App', 'person', 'time', 'code', 'count'],
        `${key} would show {${name}} to a person`,
      ).toContain(name);
    }
  }
});
