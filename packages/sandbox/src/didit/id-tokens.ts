import { base64url, calculateJwkThumbprint, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { CLIENT } from './client.ts';
import type { IdTokenFault } from './faults.ts';

export interface IdTokens {
  readonly issuer: string;
  readonly jwks: { readonly keys: readonly JWK[] };
  issue(subject: string, nonce: string | null, fault: IdTokenFault | null): Promise<string>;
}

const LIFETIME_S = 3600;

/** RS256, as the sample in Didit's documentation. A fresh key each time: tokens of an earlier run never verify. */
export async function createIdTokens(issuer: string, now: () => number): Promise<IdTokens> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    issuer,
    jwks: { keys: [{ ...jwk, kid, use: 'sig', alg: 'RS256' }] },
    async issue(subject, nonce, fault) {
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

function encode(part: unknown): string {
  return base64url.encode(JSON.stringify(part));
}
