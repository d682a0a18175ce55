import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { exampleConfig } from '../test-support/harness.ts';
import type { BeckonConfig } from './beckon-config.ts';
import { ConfigError } from './config-error.ts';
import { resolveConfig } from './resolve.ts';

type Jwk = Readonly<Record<string, unknown>> & { readonly kty: string };

const rsa = (modulusLength: number): Jwk =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }) as Jwk;
const ec = (namedCurve: string): Jwk =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }) as Jwk;
const RSA: Jwk = { ...rsa(2048), kid: 'r', use: 'enc' };
const EC: Jwk = { ...ec('P-256'), kid: 'e', use: 'enc' };
const SIGNS = { ...EC, kid: 's', use: 'sig' };

const withClient = (change: object): BeckonConfig => {
  const config = exampleConfig();
  return { ...config, clients: [{ ...config.clients[0]!, ...change }] };
};
const clientOf = (change: object) => resolveConfig(withClient(change)).clients[0]!;
function mistakesOf(change: object): readonly string[] {
  try {
    resolveConfig(withClient(change));
    return [];
  } catch (cause) {
    if (cause instanceof ConfigError)
      return cause.issues.map(({ path, message }) => `${path.replace('clients[0].', '')} ${message}`);
    throw cause;
  }
}
const jwks = (...keys: readonly unknown[]) => ({ jwks: { keys } });
const RSA_ALG = { id_token_encrypted_response_alg: 'RSA-OAEP-256' };
const EC_ALG = { id_token_encrypted_response_alg: 'ECDH-ES' };

describe('what is encrypted for a client', () => {
  it('is nothing without a word', () => {
    expect(clientOf(jwks(RSA))).toMatchObject({
      id_token_encrypted_response: null,
      userinfo_signed_response_alg: null,
      userinfo_encrypted_response: null,
    });
  });

  it('is encrypted for the first key that fits, and rather one that says that it is for this', () => {
    const { kty, n, e } = RSA as Jwk & { readonly n: string; readonly e: string };
    const other = rsa(2048);
    const keys = jwks(SIGNS, { ...other, alg: 'RSA-OAEP' }, rsa(2048), { ...RSA, alg: 'RSA-OAEP-256' }, EC);
    const client = clientOf({
      ...keys,
      ...RSA_ALG,
      userinfo_signed_response_alg: 'ES256',
      userinfo_encrypted_response_alg: 'ECDH-ES+A256KW',
      userinfo_encrypted_response_enc: 'A256GCM',
    });
    expect(client.id_token_encrypted_response).toEqual({
      alg: 'RSA-OAEP-256',
      enc: 'A128CBC-HS256',
      jwk: { kty, n, e, kid: 'r' },
    });
    expect(client.userinfo_encrypted_response).toMatchObject({ enc: 'A256GCM', jwk: { kid: 'e', crv: 'P-256' } });
  });

  it.each(['P-256', 'P-384', 'P-521'])('may be so for a key on %s, which may have other members', (curve) => {
    const client = clientOf({ ...jwks({ ...ec(curve), x5t: 'a', ext: true }, { kty: 'OKP' }), ...EC_ALG });
    expect(client.id_token_encrypted_response?.jwk).toMatchObject({ kty: 'EC', crv: curve });
  });
});

it.each<[string, object, string | RegExp]>([
  ['no key', RSA_ALG, "jwks is missing: id_token_encrypted_response_alg needs the client's public key"],
  ['an empty list', { ...jwks(), ...RSA_ALG }, /^id_token_encrypted_response_alg finds no key in jwks: it needs RSA/],
  [
    'a key of the other type',
    { ...jwks(RSA), ...EC_ALG },
    'id_token_encrypted_response_alg finds no key in jwks: it needs EC (P-256, P-384, P-521), with use "enc" or none, and alg "ECDH-ES" or none',
  ],
  ['a key for signatures', { ...jwks(SIGNS), ...EC_ALG }, /finds no key/],
  ['a key for another algorithm', { ...jwks({ ...RSA, alg: 'RSA-OAEP' }), ...RSA_ALG }, /finds no key/],
  ['weak RSA', { ...jwks(rsa(1024)), ...RSA_ALG }, 'jwks.keys[0] has 1024 bits: an RSA key needs 2048'],
  ['weak RSA that nothing uses', jwks(rsa(1024)), 'jwks.keys[0] has 1024 bits: an RSA key needs 2048'],
  ['RSA that encrypts nothing', jwks({ ...RSA, e: 'AQ' }), /^jwks.keys\[0\] is no RSA key/],
  ['RSA without a number', jwks({ kty: 'RSA', e: 'AQAB' }), /^jwks.keys\[0\] is no RSA key/],
  ['no point of the curve', jwks({ ...EC, x: EC['y'], y: EC['x'] }), /^jwks.keys\[0\] is no point of its curve/],
  ['a short number', jwks({ ...EC, x: 'AQAB' }), /^jwks.keys\[0\] is no point of its curve/],
  ['another curve', jwks({ ...EC, crv: 'secp256k1' }), 'jwks.keys[0] has another crv than P-256, P-384, P-521'],
  ['a private key', jwks({ ...EC, d: 'AAAA' }), /^jwks.keys\[0\] is a private key/],
  ['a shared key', jwks({ kty: 'oct', k: 'AAAA' }), /^jwks.keys\[0\] is a private key/],
  ['a kid that is no text', jwks({ ...EC, kid: 1 }), 'jwks.keys[0] has a kid that is no text'],
  ['no list', { jwks: {}, ...RSA_ALG }, /^jwks.keys is missing/],
  ['no object', { jwks: { keys: ['key'] } }, /^jwks.keys\[0\] /],
  [
    'an encryption that can be attacked',
    { ...jwks(RSA), id_token_encrypted_response_alg: 'RSA1_5' },
    /^id_token_encrypted_response_alg must be "RSA-OAEP-256" or/,
  ],
  ['a direct key', { ...jwks(RSA), id_token_encrypted_response_alg: 'dir' }, /_alg must be/],
  [
    'userinfo that is signed with none',
    { userinfo_signed_response_alg: 'none' },
    /^userinfo_signed_response_alg must be/,
  ],
  [
    'an id_token that is signed with none',
    { id_token_signed_response_alg: 'none' },
    /^id_token_signed_response_alg must/,
  ],
  ['an unknown enc', { ...jwks(EC), ...EC_ALG, id_token_encrypted_response_enc: 'A128' }, /_enc must be/],
  [
    'an enc alone',
    { ...jwks(EC), userinfo_encrypted_response_enc: 'A128GCM' },
    'userinfo_encrypted_response_enc goes with userinfo_encrypted_response_alg: write that too, or take the line out',
  ],
  [
    'userinfo that is not signed',
    { ...jwks(EC), userinfo_encrypted_response_alg: 'ECDH-ES' },
    'userinfo_signed_response_alg is missing: userinfo is signed before it is encrypted',
  ],
])('FT-D10e: %s is a mistake that the check reports', (_, change, message) => {
  const found = mistakesOf(change);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(message);
});

it('an alg whose key is wrong is told of once', () => {
  const found = mistakesOf({ ...jwks(rsa(1024)), ...RSA_ALG, userinfo_signed_response_alg: 'ES256' });
  expect(found).toHaveLength(1);
});
