import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AskedClaims, CLAIMS_BYTES, NO_CLAIMS, readClaims } from './claims-parameter.ts';

const read = (value: unknown) => readClaims(typeof value === 'string' ? value : JSON.stringify(value));
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, null]));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('FT-D14b: the parameter claims', () => {
  it('asks for claims in either place, with any value or with some', () => {
    const { asked } = expectRead({
      userinfo: { name: null, email: { essential: true }, locale: { value: 'de' } },
      id_token: { birthdate: { values: ['1815-12-10', '1815'] } },
    });
    expect(asked).toEqual({
      userinfo: [
        { name: 'name', values: null },
        { name: 'email', values: null },
        { name: 'locale', values: ['de'] },
      ],
      id_token: [{ name: 'birthdate', values: ['1815-12-10', '1815'] }],
      subs: null,
      acr: null,
    });
  });

  it.each<[string, unknown]>([
    ['no parameter', undefined],
    ['an empty object', {}],
    ['members that it does not know', { verified_claims: 3, userinfo: {}, id_token: {} }],
  ])('asks for nothing by %s', (_what, value) => {
    expect(value === undefined ? readClaims(undefined) : read(value)).toEqual({ ok: true, asked: NO_CLAIMS });
  });

  it('says who must sign in: in both places those that both name', () => {
    expect(expectRead({ id_token: { sub: { value: 'a' } } }).asked.subs).toEqual(['a']);
    expect(expectRead({ userinfo: { sub: null } }).asked.subs).toBeNull();
    const both = { userinfo: { sub: { values: ['a', 'b'] } }, id_token: { sub: { values: ['b', 'c'] } } };
    expect(expectRead(both).asked.subs).toEqual(['b']);
  });

  it('says what acr the id_token should have, and whether it must', () => {
    const acrOf = (acr: unknown) => expectRead({ id_token: { acr }, userinfo: { acr: { value: 'x' } } }).asked.acr;
    expect(acrOf({ essential: true, values: ['a', 'b', 'a'] })).toEqual({ values: ['a', 'b'], essential: true });
    expect(acrOf({ value: 'a' })).toEqual({ values: ['a'], essential: false });
    expect(acrOf({ essential: true }), 'any will do, also none (§5.5.1)').toBeNull();
  });

  it('ignores what a claim says that is not known, and claims by any name', () => {
    const odd = { userinfo: { __proto__x: null, 'name#ja-Kana-JP': { purpose: 'why', essential: false } } };
    expect(expectRead(odd).asked.userinfo.map(({ name }) => name)).toEqual(['__proto__x', 'name#ja-Kana-JP']);
    expect(expectRead('{"userinfo":{"__proto__":null}}').asked.userinfo).toEqual([{ name: '__proto__', values: null }]);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{"userinfo":', 'must be a JSON object'],
    ['an array', [], 'must be a JSON object'],
    ['null', 'null', 'must be a JSON object'],
    ['a text', '"userinfo"', 'must be a JSON object'],
    ['a doubled member', '{"userinfo":{},"userinfo":{"name":null}}', 'userinfo: was sent more than once'],
    ['a doubled claim', '{"id_token":{"name":null,"n\\u0061me":null}}', 'name: was sent more than once'],
    ['a doubled wish', '{"id_token":{"acr":{"essential":true,"essential":false}}}', 'essential: was sent more'],
    ['a place that is null', { userinfo: null }, 'userinfo: must be an object'],
    ['a place that is a list', { id_token: ['name'] }, 'id_token: must be an object'],
    ['a claim that is true', { userinfo: { name: true } }, 'userinfo.name: must be null or an object'],
    ['a claim that is a list', { userinfo: { name: [] } }, 'userinfo.name: must be null or an object'],
    ['essential as a text', { userinfo: { name: { essential: 'true' } } }, 'name.essential: must be true or false'],
    ['values as a text', { userinfo: { name: { values: 'a' } } }, 'name.values: must be an array'],
    ['no values', { userinfo: { name: { values: [] } } }, 'name.values: must be an array'],
    ['value and values', { userinfo: { name: { value: 'a', values: ['a'] } } }, 'name: has value and values'],
    ['17 values', { userinfo: { name: { values: Array(17).fill('a') } } }, 'array of 1 to 16'],
    ['65 claims', { userinfo: many(65) }, 'userinfo: has more than 64 claims'],
    ['a sub that is a number', { id_token: { sub: { value: 7 } } }, 'sub: a value is no string'],
    ['two people', { userinfo: { sub: { value: 'a' } }, id_token: { sub: { value: 'b' } } }, 'different people'],
    ['an acr that is null', { id_token: { acr: { value: null } } }, 'acr: a value is no string'],
    ['an acr with a space', { id_token: { acr: { value: 'a b' } } }, 'acr: a value has a space'],
    ['an acr of no length', { id_token: { acr: { values: [''] } } }, 'acr: a value has a space'],
    ['a name that is no name', { userinfo: { '<script>"\\': 1 } }, 'userinfo.a claim: must be null or an object'],
    ['4097 bytes', `{"userinfo":{"name":{"value":"${'é'.repeat(2032)}a"}}}`, 'is longer than 4096 bytes'],
    [
      'numbers that become longer',
      `{"userinfo":{"address":{"value":[${Array(400).fill('1e20').join()}]}}}`,
      'is longer',
    ],
  ])('is refused as %s', (_what, value, says) => {
    const result = read(value);
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining(says) as string });
    expect(!result.ok && result.problem).toMatch(/^claims: [\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  });

  it('takes its longest text, its most claims and the deepest value', () => {
    const longest = JSON.stringify({ userinfo: { name: { value: '' } } });
    const full = longest.replace('""', `"${'a'.repeat(CLAIMS_BYTES - longest.length)}"`);
    expect(Buffer.byteLength(full)).toBe(CLAIMS_BYTES);
    expect(read(full)).toMatchObject({ ok: true });
    expect(read({ userinfo: many(64), id_token: many(64) })).toMatchObject({ ok: true });
    expect(read(`{"userinfo":{"address":{"value":${nested(2000)}}}}`)).toMatchObject({ ok: true });
  });
});

/** Texts that are nearly what the parameter should be. */
const nearly = fc.letrec((tie) => ({
  wish: fc.oneof(
    fc.constant(null),
    fc.record(
      { essential: fc.oneof(fc.boolean(), fc.string()), value: fc.jsonValue(), values: fc.array(fc.jsonValue()) },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  ),
  place: fc.oneof(
    fc.dictionary(fc.oneof(fc.constantFrom('sub', 'acr', 'name', '__proto__', 'email'), fc.string()), tie('wish')),
    fc.jsonValue(),
  ),
  text: fc.oneof(
    fc
      .record({ userinfo: tie('place'), id_token: tie('place') }, { requiredKeys: [] })
      .map((each) => JSON.stringify(each)),
    fc.json(),
    fc.string(),
  ),
})).text;

it('FT-D14b: whatever comes as claims is read or refused, in words that every answer can carry', () => {
  const all: AskedClaims[] = [];
  const problems: string[] = [];
  const property = fc.property(nearly, (text) => {
    const result = readClaims(text);
    if (result.ok) all.push(result.asked);
    else problems.push(result.problem);
  });
  fc.assert(property, { numRuns: 3_000 });
  expect(all.length, 'or nothing but refusals was tried').toBeGreaterThan(200);
  const sayable = /^claims: [\x20\x21\x23-\x5b\x5d-\x7e]{1,120}$/;
  expect(problems.filter((problem) => !sayable.test(problem))).toEqual([]);
  expect(JSON.parse(JSON.stringify(all)), 'it is stored as JSON').toEqual(all);
  const isOdd = ({ userinfo, id_token, subs, acr }: AskedClaims): boolean =>
    Math.max(userinfo.length, id_token.length) > 64 ||
    subs?.length === 0 ||
    (acr?.values ?? []).some((each) => !/^[\x21-\x7e]+$/.test(each));
  expect(all.filter(isOdd)).toEqual([]);
});

function expectRead(value: unknown) {
  const result = read(value);
  if (!result.ok) throw new Error(result.problem);
  return result;
}
