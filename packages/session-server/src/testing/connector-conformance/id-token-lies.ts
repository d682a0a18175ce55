import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Lie } from './connector-under-test.ts';

type Json = Readonly<Record<string, unknown>>;

/** How an id_token is signed: rightly, by an unpublished key, not at all, or with the public key as a shared secret. */
type Signature = 'right' | 'stranger' | 'none' | 'hmac';

interface Change {
  readonly claims?: Json;
  readonly signature?: Signature;
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const HOUR_S = 3600;

/**
 * Id_tokens that must not be believed (OpenID Connect Core §3.1.3.7, RFC 8725), made of the genuine
 * ones: the suite takes the place of the provider's keys, so that all but what is wrong is right.
 */
export function idTokenLies(): readonly Lie[] {
  const keys = createSuiteKeys();
  const now = Math.floor(Date.now() / 1000);
  const lie = (kind: Lie['kind'], name: string, change: Change): Lie => ({
    kind,
    name: `an id_token with ${name}`,
    rewrite: (_endpoint, answer) => keys.rewrite(answer, change),
  });
  return [
    lie('forged', 'a stranger’s signature', { signature: 'stranger' }),
    lie('forged', 'no signature', { signature: 'none' }),
    lie('forged', 'an HMAC under the public key', { signature: 'hmac' }),
    lie('forged', 'no subject', { claims: { sub: null } }),
    lie('forged', 'a subject that is no text', { claims: { sub: 7 } }),
    lie('forged', 'another issuer', { claims: { iss: 'https://evil.example' } }),
    lie('expired', 'an exp that is over', { claims: { iat: now - 2 * HOUR_S, exp: now - HOUR_S } }),
    lie('expired', 'no exp', { claims: { exp: null } }),
    lie('expired', 'an iat that is to come', { claims: { iat: now + 24 * HOUR_S, exp: now + 25 * HOUR_S } }),
    lie('expired', 'an nbf that is to come', { claims: { nbf: now + 24 * HOUR_S } }),
    lie('wrong audience', 'another audience', { claims: { aud: 'somebody-else' } }),
    lie('wrong audience', 'no audience', { claims: { aud: null } }),
    lie('wrong audience', 'another authorized party', { claims: { azp: 'somebody-else' } }),
    lie('replayed', 'the nonce of another sign-in', { claims: { nonce: 'of-another-sign-in' } }),
    lie('replayed', 'no nonce', { claims: { nonce: null } }),
    {
      kind: 'forged',
      name: 'userinfo about another person',
      rewrite: (_endpoint, answer) =>
        isObject(answer) && 'sub' in answer && !('id_token' in answer) ? { ...answer, sub: 'somebody-else' } : answer,
    },
  ];
}

/** Signed anew, with nothing wrong: when this is refused, the lies prove nothing. */
export function honestIdToken(): Lie {
  const keys = createSuiteKeys();
  return { kind: 'forged', name: 'an id_token signed anew', rewrite: (_endpoint, answer) => keys.rewrite(answer, {}) };
}

function createSuiteKeys(): { rewrite(answer: unknown, change: Change): unknown } {
  const pairs: Readonly<Record<string, KeyPair>> = {
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  };
  const strangers: Readonly<Record<string, KeyPair>> = {
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  };
  const algorithmOf = (key: Json): string => (key['kty'] === 'EC' ? 'ES256' : 'RS256');
  return {
    rewrite(answer, change) {
      if (!isObject(answer)) return answer;
      if (Array.isArray(answer['keys']))
        return {
          ...answer,
          keys: answer['keys'].filter(isObject).map((key) => ({
            ...pairs[algorithmOf(key)]?.publicKey.export({ format: 'jwk' }),
            kid: key['kid'],
            alg: key['alg'],
            use: key['use'],
          })),
        };
      if (typeof answer['id_token'] !== 'string') return answer;
      return { ...answer, id_token: signedAnew(answer['id_token'], change, pairs, strangers) };
    },
  };
}

function signedAnew(
  token: string,
  { claims = {}, signature = 'right' }: Change,
  pairs: Readonly<Record<string, KeyPair>>,
  strangers: Readonly<Record<string, KeyPair>>,
): string {
  const [header = {}, payload = {}] = token.split('.').slice(0, 2).map(decode);
  const changed = Object.fromEntries(Object.entries({ ...payload, ...claims }).filter(([, value]) => value !== null));
  const alg = String(header['alg']);
  const pair = (signature === 'stranger' ? strangers : pairs)[alg];
  if (pair === undefined) throw new Error(`the suite cannot sign ${alg}`);
  const named = { ...header, alg: signature === 'none' ? 'none' : signature === 'hmac' ? 'HS256' : alg };
  const content = `${encode(named)}.${encode(changed)}`;
  switch (signature) {
    case 'none':
      return `${content}.`;
    case 'hmac': {
      const secret = pair.publicKey.export({ type: 'spki', format: 'pem' });
      return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
    }
    case 'right':
    case 'stranger': {
      const made = sign('sha256', Buffer.from(content), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
      return `${content}.${made.toString('base64url')}`;
    }
  }
}

function decode(part: string): Json {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Json;
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
