import { expect, it } from 'vitest';
import { cleanFullName, e164, titleCase } from './names.ts';

it.each([
  ['MOHAMMED ALI', 'Mohammed Ali'],
  ['mohammed ali', 'Mohammed Ali'],
  ['AL-HASHIMI', 'Al-Hashimi'],
  ["O'NEIL", "O'Neil"],
  ['CHLOÉ', 'Chloé'],
  ['ÖZGE', 'Özge'],
  ['McDonald', 'McDonald'],
  ['Ram', 'Ram'],
  ['محمد علي', 'محمد علي'],
  ['M', 'M'],
  ['', ''],
])('%s is written %s', (name, written) => {
  expect(titleCase(name)).toBe(written);
});

it.each([
  ['Ram,,,,ABC,,', 'Ram ABC'],
  [',,Ram,,', 'Ram'],
  ['Ram ,  Kumar Das,,ABC', 'Ram Kumar Das ABC'],
  ['ساوميا،،شارما', 'ساوميا شارما'],
  ['Ram ABC', 'Ram ABC'],
  [',,,,', ''],
])('the full name %s is %s', (name, cleaned) => {
  expect(cleanFullName(name)).toBe(cleaned);
});

it.each([
  ['97151234003', '+97151234003'],
  ['971501234567', '+971501234567'],
  ['+971 50 123 4567', '+971501234567'],
  ['00971501234567', '+971501234567'],
  ['0501234567', '+971501234567'],
  ['46701740605', '+46701740605'],
  ['0123', null],
  ['1234567890123456', null],
  ['12', null],
  ['971x', null],
  ['', null],
])('the mobile %s is %s', (mobile, written) => {
  expect(e164(mobile)).toBe(written);
});
