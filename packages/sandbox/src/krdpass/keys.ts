import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { KRDPASS_CLIENT } from './client.ts';
import { type Code, REQUEST_LIFETIME_S, type RefreshToken, type PushedRequest, type Records } from './records.ts';

/** An id_token is good for this long, in s. */
const ID_TOKEN_LIFETIME_S = 300;

export interface Keys {
  readonly jwks: { readonly keys: readonly JWK[] };
  /** Core §2. A refreshed one has no nonce. */
  idToken(grant: Code | RefreshToken): Promise<string>;
  /** What a request object asks for; null when it is not in order in every way (RFC 9101 §6). */
  readRequest(
    jwt: string,
    records: Records,
    isRegistered: (redirectUri: string) => boolean,
  ): Promise<PushedRequest | null>;
}

/** KRDPASS's signing key, fresh at every start, and the client's public one. */
export async function createKeys(issuer: string, now: () => number): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const { kty, n, e } = KRDPASS_CLIENT.privateKey;
  const clientKey = await importJWK({ kty, n, e }, 'RS256');

  return {
    jwks: { keys: [{ ...jwk, kid, use: 'sig', alg: 'RS256' }] },
    idToken({ citizen, authTime, ...grant }) {
      const issuedAt = Math.floor(now() / 1000);
      const nonce = 'request' in grant ? { nonce: grant.request.nonce } : {};
      return new SignJWT({ ...citizen.idClaims, ...nonce, auth_time: authTime, amr: ['external'] })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .setIssuer(issuer)
        .setAudience(KRDPASS_CLIENT.clientId)
        .setSubject(citizen.sub)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ID_TOKEN_LIFETIME_S)
        .sign(privateKey);
    },
    async readRequest(jwt, records, isRegistered) {
      try {
        const { payload } = await jwtVerify(jwt, clientKey, {
          algorithms: ['RS256'],
          issuer: KRDPASS_CLIENT.clientId,
          audience: issuer,
          requiredClaims: ['iat', 'exp', 'jti'],
          currentDate: new Date(now()),
        });
        const text = (name: string): string => (typeof payload[name] === 'string' ? payload[name] : '');
        const scope = text('scope').split(' ');
        const inOrder =
          text('client_id') === KRDPASS_CLIENT.clientId &&
          text('response_type') === 'code' &&
          text('code_challenge_method') === 'S256' &&
          /^[\w-]{43}$/.test(text('code_challenge')) &&
          text('state').length >= 8 &&
          text('nonce').length >= 8 &&
          scope.includes('openid') &&
          (payload.exp ?? Infinity) - (payload.iat ?? 0) <= REQUEST_LIFETIME_S &&
          isRegistered(text('redirect_uri')) &&
          records.firstUse(payload.jti ?? '');
        if (!inOrder) return null;
        return {
          redirectUri: text('redirect_uri'),
          scope,
          state: text('state'),
          nonce: text('nonce'),
          challenge: text('code_challenge'),
          expiresAt: Math.floor(now() / 1000) + REQUEST_LIFETIME_S,
        };
      } catch {
        return null;
      }
    },
  };
}
