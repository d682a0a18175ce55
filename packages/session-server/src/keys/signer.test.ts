import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { createSigner } from './signer.ts';
import { ALGORITHMS, generateSigningKey, publicKeyOf } from './signing-key.ts';

// One number in 128 of an ES256 signature is shorter than the others.
it.each(ALGORITHMS)('jose verifies every %s signature', async (alg) => {
  const key = await generateSigningKey(alg, { generation: 1, now: 0, signs_from: 0 });
  const keys = createLocalJWKSet({ keys: [publicKeyOf(key).public_jwk] });
  const { sign } = createSigner(key);
  for (let n = 0; n < (alg === 'ES256' ? 1_000 : 10); n += 1) {
    const token = await sign({ sub: `person ${n}` }, 'JWT');
    const { payload, protectedHeader } = await jwtVerify(token, keys);
    expect(payload).toEqual({ sub: `person ${n}` });
    expect(protectedHeader).toEqual({ alg, kid: key.kid, typ: 'JWT' });
  }
});

it('a payload keeps every character', async () => {
  const key = await generateSigningKey('ES256', { generation: 1, now: 0, signs_from: 0 });
  const name = 'Zoë 名 "\\ \u0000 🙂';
  const token = await createSigner(key).sign({ name }, 'JWT');
  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [publicKeyOf(key).public_jwk] }));
  expect(payload['name']).toBe(name);
});
