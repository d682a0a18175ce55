import {
  compactDecrypt,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose';
import { describe, expect, it } from 'vitest';
import {
  CONTENT_ENCRYPTIONS,
  ENCRYPTION_ALGORITHMS,
  type ContentEncryption,
  type EncryptionAlgorithm,
  type PublicJwk,
  type ResponseEncryption,
  SIGNING_ALGORITHMS,
} from '../session/index.ts';
import {
  type World,
  authorization,
  errorOf,
  formOf,
  issuer,
  redeem,
  userinfo,
  userinfoAnswer,
  world,
} from '../test-support/oauth-world.ts';

interface ClientKey extends ResponseEncryption {
  /** What is in it, for the client alone. */
  open(text: string): Promise<string>;
}

async function clientKey(
  alg: EncryptionAlgorithm = 'ECDH-ES',
  enc: ContentEncryption = 'A128GCM',
  kid: string | null = 'enc-1',
  crv = 'P-256',
): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, crv });
  const jwk = { ...(await exportJWK(publicKey)), ...(kid === null ? {} : { kid }) } as PublicJwk;
  return {
    alg,
    enc,
    jwk,
    async open(text) {
      const { plaintext } = await compactDecrypt(text, privateKey);
      return new TextDecoder().decode(plaintext);
    },
  };
}

async function verified(w: World, jwt: string, typ = 'JWT') {
  const keySet = createLocalJWKSet((await w.oauth.jwks()) as JSONWebKeySet);
  const { payload } = await jwtVerify(jwt, keySet, {
    issuer,
    audience: 'shop',
    typ,
    currentDate: new Date(w.clock.now()),
  });
  return payload;
}

const PAIRS = ENCRYPTION_ALGORITHMS.flatMap((alg) => CONTENT_ENCRYPTIONS.map((enc) => [alg, enc] as const));

describe('an id_token', () => {
  it.each(PAIRS)('FT-D10a: is signed, and then encrypted with %s and %s for the client’s key', async (alg, enc) => {
    const key = await clientKey(alg, enc);
    const w = await world({ shop: { id_token_encrypted_response: key } });
    const { id_token } = await redeem(w, await w.signIn());
    expect(decodeProtectedHeader(id_token!)).toMatchObject({ alg, enc, cty: 'JWT', kid: 'enc-1' });
    const inner = await key.open(id_token!);
    expect(decodeProtectedHeader(inner), 'the signature is the one that was asked for').toMatchObject({ alg: 'ES256' });
    expect(await verified(w, inner)).toMatchObject({ nonce: 'the-nonce', sub: expect.any(String) as string });
    const stranger = await clientKey(alg, enc);
    await expect(stranger.open(id_token!)).rejects.toThrow();
  });

  it.each(['P-384', 'P-521'])('is encrypted for a key on %s', async (crv) => {
    const key = await clientKey('ECDH-ES', 'A256GCM', 'enc-1', crv);
    const w = await world({ shop: { id_token_encrypted_response: key } });
    const { id_token } = await redeem(w, await w.signIn());
    expect(decodeProtectedHeader(id_token!)['epk']).toMatchObject({ kty: 'EC', crv });
    await expect(verified(w, await key.open(id_token!))).resolves.toBeDefined();
  });

  it('FT-D10a: is encrypted in the same way when it is refreshed, and names no key that has no name', async () => {
    const key = await clientKey('RSA-OAEP-256', 'A256GCM', null);
    const w = await world({ shop: { id_token_encrypted_response: key } });
    const first = await redeem(w, await w.signIn({ scope: 'openid offline_access' }));
    const again = await w.oauth.token({
      authorization: null,
      params: formOf({
        grant_type: 'refresh_token',
        refresh_token: first.refresh_token!,
        client_id: 'shop',
        client_secret: 'shop-secret',
      }),
      admit: () => {},
    });
    for (const { id_token } of [first, again]) {
      expect(Object.keys(decodeProtectedHeader(id_token!)).toSorted()).toEqual(['alg', 'cty', 'enc']);
      expect(await verified(w, await key.open(id_token!))).toMatchObject({ aud: 'shop' });
    }
  });

  it('FT-D10c: is taken as a hint by the client’s own hand: the signed one that is in it, and not the encrypted one', async () => {
    const key = await clientKey();
    const w = await world({ shop: { id_token_encrypted_response: key } });
    const { id_token, access_token } = await redeem(w, await w.signIn());
    const logout = (id_token_hint: string) => w.oauth.endSession(formOf({ id_token_hint }));
    expect(await errorOf(logout(id_token!))).toMatchObject({
      code: 'invalid_request',
      message: 'id_token_hint: is encrypted: decrypt it, and send the signed id_token that is in it',
    });
    const asked = await w.oauth.authorize(authorization({ id_token_hint: id_token! }));
    expect(asked, 'in the same words').toMatchObject({ type: 'redirect' });
    expect(JSON.stringify(asked)).toContain('is+encrypted');
    await expect(userinfo(w, access_token), 'nothing ended').resolves.toBeDefined();
    expect(await logout(await key.open(id_token!))).toMatchObject({ type: 'page', ended: true });
    expect(await errorOf(userinfo(w, access_token))).toMatchObject({ code: 'invalid_token' });
  });

  it('FT-D10d: of which the client hears that it is over is encrypted too', async () => {
    const key = await clientKey('ECDH-ES+A256KW');
    const heard: string[] = [];
    const w = await world({
      shop: { id_token_encrypted_response: key },
      async answer(request) {
        heard.push(new URLSearchParams(await request.text()).get('logout_token') ?? '');
        return new Response(null, { status: 200 });
      },
    });
    const { id_token } = await redeem(w, await w.signIn());
    const inner = await key.open(id_token!);
    await w.oauth.endSession(formOf({ id_token_hint: inner }));
    await w.tell();
    expect(heard).toHaveLength(1);
    const logout_token = await verified(w, await key.open(heard[0]!), 'logout+jwt');
    expect(logout_token['sid']).toBe(decodeJwt(inner)['sid']);
  });
});

describe('userinfo', () => {
  it.each(SIGNING_ALGORITHMS)('FT-D10b: is a JWT signed with %s, where the client wants that', async (alg) => {
    const w = await world({ shop: { userinfo_signed_response_alg: alg } });
    const { access_token } = await redeem(w, await w.signIn());
    const answer = await userinfoAnswer(w, access_token);
    if (answer.form !== 'jwt') throw new Error('it is JSON');
    expect(decodeProtectedHeader(answer.jwt)).toMatchObject({ alg });
    const claims = await verified(w, answer.jwt);
    expect(claims).toMatchObject({ iss: issuer, aud: 'shop', name: 'Ada Lovelace' });
    expect(Object.keys(claims), 'or it could be taken for an id_token').not.toContain('exp');
    // A hint is an id_token: userinfo is signed by the same keys.
    const hinted = w.oauth.endSession(formOf({ id_token_hint: answer.jwt }));
    expect(await errorOf(hinted)).toMatchObject({ code: 'invalid_request' });
  });

  it('FT-D10b: is signed, and then encrypted, where the client wants both', async () => {
    const key = await clientKey('ECDH-ES+A128KW', 'A128CBC-HS256');
    const w = await world({
      shop: { userinfo_signed_response_alg: 'PS256', userinfo_encrypted_response: key },
    });
    const { access_token, id_token } = await redeem(w, await w.signIn());
    await expect(verified(w, id_token!), 'each has its own setting').resolves.toBeDefined();
    const answer = await userinfoAnswer(w, access_token, 'body');
    if (answer.form !== 'jwt') throw new Error('it is JSON');
    expect(decodeProtectedHeader(answer.jwt)).toMatchObject({
      alg: 'ECDH-ES+A128KW',
      enc: 'A128CBC-HS256',
      cty: 'JWT',
    });
    expect(await verified(w, await key.open(answer.jwt))).toMatchObject({ sub: decodeJwt(id_token!).sub });
  });

  it('is no JWT either for a token that is none', async () => {
    const key = await clientKey();
    const w = await world({ shop: { userinfo_signed_response_alg: 'ES256', userinfo_encrypted_response: key } });
    expect(await errorOf(userinfoAnswer(w, 'at_nothing'))).toMatchObject({ code: 'invalid_token' });
  });
});

it('FT-D10e: discovery lists the algorithms that a client can register, and no others', async () => {
  const { oauth } = await world();
  const metadata = oauth.metadata();
  for (const what of ['id_token', 'userinfo']) {
    expect(metadata[`${what}_encryption_alg_values_supported`]).toEqual([
      'RSA-OAEP-256',
      'ECDH-ES',
      'ECDH-ES+A128KW',
      'ECDH-ES+A256KW',
    ]);
    expect(metadata[`${what}_encryption_enc_values_supported`]).toEqual(['A128CBC-HS256', 'A128GCM', 'A256GCM']);
    expect(metadata[`${what}_signing_alg_values_supported`]).toEqual(['RS256', 'ES256', 'PS256', 'EdDSA']);
  }
});
