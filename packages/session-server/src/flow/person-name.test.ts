import { expect, it } from 'vitest';
import { personName } from './person-name.ts';

it.each<[Record<string, unknown>, string | null]>([
  [{ name: 'Ada Lovelace', given_name: 'A', email: 'ada@example.com' }, 'Ada Lovelace'],
  [{ given_name: 'Ada', family_name: 'Lovelace' }, 'Ada Lovelace'],
  [{ name: ' ', family_name: 'Lovelace' }, 'Lovelace'],
  [{ name: { first: 'Ada' }, email: 'ada@example.com' }, 'ada@example.com'],
  [{ name: 'Ada\n\u202egnitirw' }, 'Ada  gnitirw'],
  [{ name: 'عائشة' }, 'عائشة'],
  [{ name: '🙂'.repeat(100) }, '🙂'.repeat(80)],
  [{ sub: 'ada' }, null],
  [{}, null],
])('%j is %j', (claims, name) => {
  expect(personName(claims)).toBe(name);
});
