import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../jobs/index.ts';
import { decryptLeaf } from './decrypt.ts';
import { PRIVATE_KEY, PUBLIC_KEY } from '../../test-support/fake-pasby.ts';
import { decryptClaims } from './id-claims.ts';

const SIZE = 256;

/** As node-jsencrypt does. */
function encrypt(text: string | Uint8Array, key = PUBLIC_KEY): string {
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64');
}
/** Any block at all, encrypted. */
function raw(block: readonly number[]): string {
  return publicEncrypt({ key: PUBLIC_KEY, padding: constants.RSA_NO_PADDING }, Buffer.from(block)).toString('base64');
}
const filled = (count: number, byte = 7): number[] => Array.from({ length: count }, () => byte);

describe('one leaf', () => {
  it.each(['a', 'john.doe@example.com', 'دانة مثال', 'x'.repeat(245), '<script>alert(1)</script>'])(
    'opens %j',
    (text) => {
      expect(decryptLeaf(encrypt(text), PRIVATE_KEY)).toBe(text);
    },
  );

  it('opens what begins with zeros that were left out', () => {
    // One in 256 begins with one.
    for (;;) {
      const bytes = Buffer.from(encrypt('Ada'), 'base64');
      if (bytes[0] !== 0) continue;
      expect(decryptLeaf(bytes.subarray(1).toString('base64'), PRIVATE_KEY)).toBe('Ada');
      return;
    }
  });

  it('opens the shortest padding that there is', () => {
    const message = filled(SIZE - 11, 65);
    expect(decryptLeaf(raw([0, 2, ...filled(8), 0, ...message]), PRIVATE_KEY)).toBe('A'.repeat(SIZE - 11));
  });

  it.each<[string, () => string]>([
    ['a text that is not encrypted', () => 'john.doe@example.com'],
    ['nothing', () => ''],
    ['base64 with line breaks', () => `${encrypt('Ada').slice(0, 64)}\n`],
    ['too few bytes', () => Buffer.from('short').toString('base64')],
    ['too many bytes', () => Buffer.alloc(SIZE + 1, 1).toString('base64')],
    ['a number as large as the modulus', () => Buffer.alloc(SIZE, 255).toString('base64')],
    ['another key’s', () => encrypt('Ada', generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)],
    ['another block type', () => raw([0, 1, ...filled(100), 0, ...filled(SIZE - 103, 65)])],
    ['a first byte that is not 0', () => raw([1, 2, ...filled(100), 0, ...filled(SIZE - 103, 65)])],
    ['padding without an end', () => raw([0, 2, ...filled(SIZE - 2)])],
    ['padding that is too short', () => raw([0, 2, ...filled(7), 0, ...filled(SIZE - 10, 65)])],
    ['bytes that are no UTF-8', () => encrypt(Buffer.from([0xc3, 0x28, 0xff]))],
  ])('does not open %s', (_name, make) => {
    expect(decryptLeaf(make(), PRIVATE_KEY)).toBeNull();
  });

  it('does not open a corrupt one, wherever it is broken', () => {
    const good = Buffer.from(encrypt('john.doe@example.com'), 'base64');
    for (const at of [0, 1, 100, SIZE - 1]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      expect(decryptLeaf(bad.toString('base64'), PRIVATE_KEY)).not.toBe('john.doe@example.com');
    }
  });
});

describe('claims', () => {
  const open = (claims: object, asked: readonly string[]): Promise<unknown> =>
    decryptClaims(claims as Record<string, unknown>, asked, PRIVATE_KEY, systemTimers);

  it.each<[string, string, unknown]>([
    ['naming.given', 'Ada', 'Ada'],
    ['naming.given', '"Ada"', 'Ada'],
    ['naming.given', '  Ada ', 'Ada'],
    // A number as JSON, but here a text.
    ['address.postcode', '100001', '100001'],
    ['contact.phone', '"+2348012345678"', '+2348012345678'],
    ['naming.given', '<b onclick="x">Ada</b>', '<b onclick="x">Ada</b>'],
    ['contact.emailVerified', 'true', true],
    ['contact.emailVerified', '"false"', false],
    ['contact.emailVerified', 'yes', undefined],
    ['address.latitude', '6.45', 6.45],
    ['address.latitude', '"6.45"', 6.45],
    ['address.latitude', 'north', undefined],
    ['nationality.nationalities', '["NG","GH"]', ['NG', 'GH']],
    ['nationality.nationalities', 'NG, GH', ['NG', 'GH']],
    ['nationality.nationalities', '[{"x":1}]', undefined],
    ['naming.given', '', undefined],
    ['naming.given', 'A\u0000da', undefined],
    ['naming.given', 'A\u001b[31mda', undefined],
    ['address.formatted', '1 Road\nLagos', '1 Road\nLagos'],
  ])('%s as %j', async (name, text, value) => {
    const [group = '', leaf = ''] = name.split('.');
    const claims = (await open({ [group]: { [leaf]: encrypt(text) } }, [name])) as Record<
      string,
      Record<string, unknown>
    >;
    expect(claims[group]?.[leaf]).toEqual(value);
  });

  it('are only those that were asked for, and what was denied is missing', async () => {
    const claims = { naming: { given: encrypt('Ada'), family: encrypt('Obi') }, financial: { bvn: encrypt('123') } };
    expect(await open(claims, ['naming.given', 'contact.email'])).toEqual({ naming: { given: 'Ada' } });
  });

  it('leave out a corrupt one, and keep the others', async () => {
    const claims = { naming: { given: encrypt('Ada'), family: 'AAAA' }, contact: { email: { deep: 1 } } };
    const asked = ['naming.given', 'naming.family', 'contact.email'];
    expect(await open(claims, asked)).toEqual({ naming: { given: 'Ada' } });
  });

  it.each<[object]>([
    [{}],
    [{ naming: null }],
    [{ naming: 'text' }],
    [{ naming: ['x'] }],
    [{ naming: { given: 5 } }],
    [{ constructor: {} }],
  ])('in no shape: %j', async (claims) => {
    expect(await open(claims, ['naming.given', 'constructor.name'])).toEqual({});
  });

  it('of another app’s key are a mistake of the operator’s', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const claims = { naming: { given: encrypt('Ada', publicKey), family: encrypt('Obi', publicKey) } };
    await expect(open(claims, ['naming.given', 'naming.family'])).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringContaining('privateKey') as string,
    });
  });
});
