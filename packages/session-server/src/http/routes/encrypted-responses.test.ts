/** What a client library makes of encrypted answers: openid-client, as its documentation has it, over HTTP. */
import { exportJWK, generateKeyPair } from 'jose';
import {
  ClientSecretPost,
  type Configuration,
  authorizationCodeGrant,
  customFetch,
  discovery,
  enableDecryptingResponses,
  fetchUserInfo,
} from 'openid-client';
import { afterEach, expect, it } from 'vitest';
import {
  type Harness,
  ISSUER,
  REQUEST,
  SHOP_SECRET,
  VERIFIER,
  exampleConfig,
  startHarness,
} from '../../test-support/harness.ts';

let harness: Harness;
afterEach(() => harness.close());

/** Types and beginnings of what userinfo and the token endpoint answered. */
interface Heard {
  readonly types: Map<string, string | null>;
  readonly bodies: Map<string, string>;
}

function clientOf(changes: object, heard: Heard): Promise<Configuration> {
  const options = {
    [customFetch]: async (url: string, init: object): Promise<Response> => {
      const { pathname } = new URL(url);
      const response = await fetch(url.replace(ISSUER, harness.url), init);
      heard.types.set(pathname, response.headers.get('content-type'));
      heard.bodies.set(pathname, await response.clone().text());
      return response;
    },
  };
  return discovery(new URL(ISSUER), 'shop', changes, ClientSecretPost(SHOP_SECRET), options);
}

async function signIn(configuration: Configuration) {
  const { confirmed } = await harness.signIn();
  const tokens = await authorizationCodeGrant(configuration, new URL(confirmed.redirect_to ?? ''), {
    pkceCodeVerifier: VERIFIER,
    expectedState: REQUEST['state'] ?? '',
    expectedNonce: REQUEST['nonce'] ?? '',
  });
  const { sub = '', ...rest } = tokens.claims() ?? {};
  return { sub, rest, person: await fetchUserInfo(configuration, tokens.access_token, sub), tokens };
}

it.each([
  ['RSA-OAEP-256', 'A128CBC-HS256'],
  ['RSA-OAEP-256', 'A256GCM'],
  ['ECDH-ES', 'A128GCM'],
  ['ECDH-ES+A128KW', 'A128CBC-HS256'],
  ['ECDH-ES+A256KW', 'A256GCM'],
] as const)('FT-D10a: openid-client reads an id_token and userinfo under %s and %s', async (alg, enc) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const [shop] = exampleConfig().clients;
  harness = await startHarness({
    clients: [
      {
        ...shop!,
        jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'enc-1', use: 'enc' }] },
        id_token_signed_response_alg: 'ES256',
        id_token_encrypted_response_alg: alg,
        id_token_encrypted_response_enc: enc,
        userinfo_signed_response_alg: 'PS256',
        userinfo_encrypted_response_alg: alg,
        userinfo_encrypted_response_enc: enc,
      },
    ],
  });
  const heard: Heard = { types: new Map(), bodies: new Map() };
  const registered = { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'PS256' };
  const configuration = await clientOf(registered, heard);
  enableDecryptingResponses(configuration, [enc], { key: privateKey, alg, kid: 'enc-1' });
  const { person, tokens, sub } = await signIn(configuration);
  expect(person).toMatchObject({ sub, iss: ISSUER, aud: 'shop', email: 'ada@example.com' });
  expect(heard.types.get('/oauth/userinfo')).toBe('application/jwt');
  expect(heard.bodies.get('/oauth/userinfo')?.split('.'), 'a JWE').toHaveLength(5);
  const answer = JSON.parse(heard.bodies.get('/oauth/token') ?? '') as { readonly id_token: string };
  expect(answer.id_token.split('.'), 'a JWE').toHaveLength(5);
  expect(tokens.id_token, 'as it came').toBe(answer.id_token);
});

it('FT-D10b: openid-client reads userinfo that is signed alone, and a client without these settings reads JSON', async () => {
  const [shop] = exampleConfig().clients;
  harness = await startHarness({ clients: [{ ...shop!, userinfo_signed_response_alg: 'EdDSA' }] });
  const heard: Heard = { types: new Map(), bodies: new Map() };
  const { person } = await signIn(await clientOf({ userinfo_signed_response_alg: 'EdDSA' }, heard));
  expect(person).toMatchObject({ iss: ISSUER, aud: 'shop', email: 'ada@example.com' });
  expect(heard.types.get('/oauth/userinfo')).toBe('application/jwt');
  expect(heard.bodies.get('/oauth/userinfo')?.split('.'), 'a JWS').toHaveLength(3);
  await harness.close();
  harness = await startHarness();
  const plain = await signIn(await clientOf({}, heard));
  expect(plain.person).toEqual({ sub: plain.sub, email: 'ada@example.com', email_verified: true });
  expect(heard.types.get('/oauth/userinfo')).toBe('application/json; charset=utf-8');
});
