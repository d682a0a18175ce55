import { expect, it } from 'vitest';
import { maskedName } from './masked-name.ts';

const of = (claims: Readonly<Record<string, unknown>>): string | null => maskedName({ claims });

it.each([
  ['given and family name', { given_name: 'Ada', family_name: 'Lovelace', name: 'Ada King' }, 'A… L…'],
  ['several given names', { given_name: 'Anna Maria', family_name: 'de la Cruz Ortiz' }, 'A… M… d… l…'],
  ['only the whole name', { name: 'Ada Lovelace' }, 'A… L…'],
  ['a single name', { name: 'Suharto' }, 'S…'],
  ['only a family name', { family_name: 'Lovelace' }, 'L…'],
  ['a hyphen', { name: 'Jean-Luc Picard' }, 'J… P…'],
  ['Arabic', { name: 'فاطمة الزهراء' }, 'ف… ا…'],
  ['Chinese, with no spaces', { name: '王小明' }, '王…'],
  ['Chinese, in parts', { given_name: '小明', family_name: '王' }, '小… 王…'],
  ['Korean, decomposed', { name: '한글'.normalize('NFD') }, `${'한'.normalize('NFD')}…`],
  ['a letter with a mark of its own', { name: 'A\u030angstrom' }, 'A\u030a…'],
  ['Devanagari', { name: 'क्षेत्र' }, 'क्षे…'],
  ['beyond the basic plane', { name: '𠮷田' }, '𠮷…'],
  ['quotes and titles', { name: '«Ada» (Lovelace)' }, 'A… L…'],
])('FT-A10a: a name is masked to the first letter of each part: %s', (_, claims, masked) => {
  expect(of(claims)).toBe(masked);
});

it.each([
  ['no claims', {}],
  ['only an e-mail address', { email: 'ada@example.com', email_verified: true }],
  ['only a number', { national_id: '784-1990', phone_number: '+49301234' }],
  ['a name without letters', { name: '42 !?' }],
  ['an empty name', { name: ' ' }],
  ['a name that is no text', { name: { first: 'Ada' }, given_name: 7, family_name: null }],
])('FT-A10a: nothing stands in for a name: %s', (_, claims) => {
  expect(of(claims)).toBeNull();
});

it.each([
  ['turned around', '\u202eAda \u2066Lovelace', 'A… L…'],
  ['only marks', '\u0301\u0301', null],
  ['invisible', '\u200b\u200e\ufeff', null],
  ['with lines', 'Ada\u2028\r\nLovelace', 'A… L…'],
])('FT-A10a: a name cannot change what stands around it: %s', (_, name, masked) => {
  expect(of({ name })).toBe(masked);
});

it('FT-A10a: a letter under a heap of marks, and a name of a thousand parts, stay short', () => {
  expect(of({ name: `A${'\u0301'.repeat(1000)}` })?.length).toBeLessThan(10);
  expect(of({ name: 'Ada '.repeat(1000) })).toBe('A… A… A… A…');
});
