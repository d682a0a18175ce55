import { expect, it } from 'vitest';
import { assertWellFormed, readParams } from './params.ts';

it('reads a form, and drops what has no value', () => {
  const { values, doubled, malformed } = readParams('a=1&b=two+words&c=%C3%A9%2B&d=&e&=x&f=1=2');
  expect(Object.fromEntries(values)).toEqual({ a: '1', b: 'two words', c: 'é+', f: '1=2' });
  expect([doubled.size, malformed.size]).toEqual([0, 0]);
});

it.each(['a=1&a=1', 'a=1&%61=2', 'a=&a=2', 'a=1&a='])('sees the doubled parameter of %s', (text) => {
  const params = readParams(text);
  expect([...params.doubled]).toEqual(['a']);
  expect(params.values.has('a'), 'one of two values taken').toBe(false);
});

it('lets a request name several resources', () => {
  expect(readParams('resource=x&resource=y').doubled.size).toBe(0);
});

it.each(['a=%', 'a=%zz', 'a=%ff', 'a=%c3', '%ff=1'])('does not guess at the encoding of %s', (text) => {
  const params = readParams(text);
  expect(params.malformed.size).toBe(1);
  expect(params.values.size).toBe(0);
});

it('never repeats a name that is not one', () => {
  const evil = encodeURIComponent('<script>"\\');
  expect(() => assertWellFormed(readParams(`${evil}=1&${evil}=2`))).toThrow('a parameter: was sent more than once');
});

it('keeps `__proto__` a parameter like any other', () => {
  expect(readParams('__proto__=1').values.get('__proto__')).toBe('1');
});
