import { describe, expect, it } from 'vitest';
import { CLAIMS_LIMIT_BYTES, fittingClaims } from './fitting-claims.ts';
import { mappedClaims } from './mapped-claims.ts';

let logged: string[] = [];
function fit(claims: Record<string, unknown>): Readonly<Record<string, unknown>> {
  logged = [];
  return fittingClaims(claims, { own: 'example', provider: 'Example', log: (detail) => logged.push(detail) });
}

describe('FT-A9b: a standard claim that is not what it should be is dropped, and the log names it', () => {
  it.each<[string, unknown]>([
    ['picture', 'javascript:alert(1)'],
    ['picture', 'data:image/png;base64,AAAA'],
    ['picture', 'http://example.com/ada.png'],
    ['picture', `https://example.com/${'a'.repeat(2048)}`],
    ['profile', 'ftp://example.com/ada'],
    ['website', '//example.com'],
    ['name', 'a'.repeat(1025)],
    ['name', 'Ada\u0000'],
    ['name', '\u001b[31mAda'],
    ['name', '\ud800'],
    ['name', { first: 'Ada' }],
    ['name', 7],
    ['given_name', ['Ada']],
    ['email', 'Ada <ada@example.com>'],
    ['email', 'ada@example.com\r\nBcc: eve@example.com'],
    ['email', `${'a'.repeat(65)}@example.com`],
    ['phone_number', '070-1740605'],
    ['birthdate', '10.12.1815'],
    ['birthdate', '1815-13-10'],
    ['updated_at', 'yesterday'],
    ['address', 'Main St 1'],
    ['address', ['Main St 1']],
    ['address', { locality: { name: 'Berlin' } }],
    ['nationalities', ['Swedish']],
    ['nationalities', [{}]],
    ['locale', 'en; drop'],
  ])('%s: %j', (name, value) => {
    expect(fit({ [name]: value, nickname: 'ada' })).toEqual({ nickname: 'ada' });
    expect(logged).toEqual([`Example: its claim ${name} has not the form that it should have: left out`]);
  });

  it.each(['yes', 1, {}, 'TRUE'])('email_verified: %j', (value) => {
    expect(fit({ email: 'ada@example.com', email_verified: value })).toEqual({ email: 'ada@example.com' });
  });

  it('nothing is verified that is not there', () => {
    expect(fit({ email: 'nobody', email_verified: true, phone_number_verified: true })).toEqual({});
  });
});

it('FT-A9b: what is of its form comes through as it is', () => {
  const claims = {
    name: 'Åda “Ada” <b>Lovelace</b>',
    picture: 'https://example.com/ada.png',
    email: 'ada@example.com',
    email_verified: true,
    birthdate: '1815-12-10',
    address: { formatted: 'Main St 1\n12345 Berlin', country: 'DE' },
    nationalities: ['SE', 'GBR'],
    example: { level: 3, verified: false, names: ['Ada', 'Augusta'], card: { number: '1' } },
  };
  expect(fit(claims)).toEqual(claims);
  expect(logged).toEqual([]);
});

it('FT-A9b: own claims keep what is bounded JSON, and no address that would run', () => {
  const own = {
    fine: 'text\nin lines',
    long: 'a'.repeat(2049),
    script: ' javascript:alert(1)',
    hidden: 'java\tscript:alert(1)',
    control: 'a\u0007',
    deep: { a: { b: { c: { d: 1 } } } },
    nothing: null,
    infinite: Number.POSITIVE_INFINITY,
    list: Array.from({ length: 100 }, (_, index) => index),
  };
  const { example } = fit({ example: own });
  expect(example).toEqual({
    fine: 'text\nin lines',
    deep: { a: { b: {} } },
    list: Array.from({ length: 64 }, (_, index) => index),
  });
});

describe('FT-A9b: all claims together are bounded', () => {
  const big = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`m${index}`, 'a'.repeat(2000)]));

  it('the provider’s own go first', () => {
    expect(fit({ name: 'Ada', example: big })).toEqual({ name: 'Ada' });
    expect(logged).toEqual([
      `Example: its claims are longer than ${CLAIMS_LIMIT_BYTES} bytes: only the standard ones are kept`,
    ]);
  });

  it('and then the answer is refused', () => {
    const line = '\u{10348}'.repeat(512);
    const address = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`line${index}`, line]));
    expect(() => fit({ address })).toThrow(expect.objectContaining({ code: 'connector_unavailable' }) as Error);
  });
});

it('FT-A9b: an operator’s mapping passes the same gate', () => {
  const map = (): Record<string, unknown> => ({ picture: 'javascript:alert(1)', name: 'Ada', shoe_size: 39 });
  expect(mappedClaims(map, () => ({}), {}, { own: 'example', provider: 'Example' })).toEqual({
    name: 'Ada',
    shoe_size: 39,
  });
});
