import {
  base64url,
  calculateJwkThumbprint,
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  SignJWT,
} from 'jose';
import { CLIENT } from './client.ts';
import type { IdTokenFault } from './faults.ts';

export interface IdTokens {
  readonly issuer: string;
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
  issue(subject: string, nonce: string | null, fault: IdTokenFault | null): Promise<string>;
}

interface Keys {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  readonly kid: string;
}

const LIFETIME_S = 3600;

/** RS256, as the sample in Didit's documentation. The key is made when first needed: tokens of an earlier run never verify. */
export function createIdTokens(issuer: string, now: () => number): IdTokens {
  let made: Promise<Keys> | null = null;
  const keys = (): Promise<Keys> => (made ??= makeKeys());
  return {
    issuer,
    jwks: async () => ({ keys: [(await keys()).jwk] }),
    async issue(subject, nonce, fault) {
      const { publicKey, privateKey, kid } = await keys();
      const iat = Math.floor(now() / 1000);
      const { signature = 'right', claims: changes = {} } = fault ?? {};
      const claims = {
        iss: issuer,
        sub: subject,
        aud: CLIENT.id,
        iat,
        exp: iat + LIFETIME_S,
        auth_time: iat,
        nonce,
        ...changes,
      };
      const payload = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
      if (signature === 'none') return `${encode({ alg: 'none' })}.${encode(payload)}.`;
      if (signature === 'hmac')
        // The public key as if it were a shared secret (RFC 8725 §2.1).
        return new SignJWT(payload)
          .setProtectedHeader({ alg: 'HS256', kid })
          .sign(new TextEncoder().encode(await exportSPKI(publicKey)));
      const key = signature === 'forged' ? (await generateKeyPair('RS256')).privateKey : privateKey;
      return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(key);
    },
  };
}

async function makeKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const exported = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(exported);
  return { publicKey, privateKey, kid, jwk: { ...exported, kid, use: 'sig', alg: 'RS256' } };
}

function encode(part: unknown): string {
  return base64url.encode(JSON.stringify(part));
}
