import { expect, it } from 'vitest';
import { doubledMember } from './json-members.ts';

it.each<[string, string | null]>([
  ['{}', null],
  ['{"a":1,"b":1}', null],
  ['{"a":1,"a":2}', 'a'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"a":{"b":1},"b":2}', null],
  ['{"x":{"b":1,"b":2}}', 'b'],
  ['[{"a":1},{"a":2}]', null],
  ['{"a":["a","a"]}', null],
  ['{"a":"\\"b\\":1,\\"b\\":2"}', null],
  ['{"a\\"":1,"a\\"":2}', 'a"'],
  ['{"":1,"":2}', ''],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"a" : 1 ,\n "a"\t: 2}', 'a'],
])('%s: %s', (text, expected) => {
  JSON.parse(text);
  expect(doubledMember(text)).toBe(expected);
});
