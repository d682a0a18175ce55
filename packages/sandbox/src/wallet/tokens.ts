import {
  base64url,
  calculateJwkThumbprint,
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { customRandom } from 'nanoid';

/** The wallet app that the phone is, for Beckon's list of trusted ones. */
export const PHONE_CLIENT_ID = 'sandbox-phone';
/** What Beckon's wallet API asks of a token. */
export const APPROVE_SCOPE = 'beckon:approve';
/** An access token lives this long, in seconds. */
export const TOKEN_LIFETIME_S = 600;

const JTI_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** How a token is signed. All but `ES256` are wrong on purpose: see `/wallet/token`. */
export const TOKEN_ALGORITHMS = ['ES256', 'RS256', 'HS256', 'none'] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** Replaces parts of a token; null leaves a part out. */
export interface TokenOverrides {
  readonly iss?: string | null | undefined;
  readonly aud?: string | null | undefined;
  readonly client_id?: string | null | undefined;
  readonly scope?: string | null | undefined;
  readonly typ?: string | null | undefined;
  /** Unix seconds. */
  readonly exp?: number | null | undefined;
  readonly alg?: TokenAlgorithm | undefined;
}

export interface TokenIssuer {
  readonly jwks: { readonly keys: readonly JWK[] };
  issue(subject: string, scope: string, overrides?: TokenOverrides): Promise<string>;
  /** The subject and scopes of a genuine, living token; null for anything else. */
  verify(token: string): Promise<{ readonly subject: string; readonly scopes: readonly string[] } | null>;
}

/** Makes a fresh ES256 key, so that tokens of an earlier run never verify. */
export async function createTokenIssuer(options: {
  readonly issuer: string;
  readonly audience: string;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}): Promise<TokenIssuer> {
  const { issuer, audience, now, random } = options;
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const newJti = customRandom(JTI_ALPHABET, 26, random);

  return {
    jwks: { keys: [{ ...jwk, kid, use: 'sig', alg: 'ES256' }] },

    async issue(subject, scope, overrides = {}) {
      const iat = Math.floor(now() / 1000);
      // RFC 9068 §2.2; `auth_time` because the person who approves has just unlocked the phone.
      const claims = withOverrides(
        { iss: issuer, aud: audience, client_id: PHONE_CLIENT_ID, scope, exp: iat + TOKEN_LIFETIME_S },
        overrides,
      );
      const payload = { ...claims, sub: subject, jti: newJti(), iat, auth_time: iat, amr: ['user'] };
      const alg = overrides.alg ?? 'ES256';
      const typ = overrides.typ === undefined ? 'at+jwt' : overrides.typ;
      const header = { alg, kid, ...(typ === null ? {} : { typ }) };
      if (alg === 'none') return `${encode(header)}.${encode(payload)}.`;
      return new SignJWT(payload).setProtectedHeader(header).sign(await keyFor(alg));
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: ['ES256'],
          typ: 'at+jwt',
          issuer,
          currentDate: new Date(now()),
          requiredClaims: ['sub', 'exp'],
        });
        const scope = typeof payload['scope'] === 'string' ? payload['scope'] : '';
        return { subject: payload.sub ?? '', scopes: scope.split(' ') };
      } catch {
        return null;
      }
    },
  };

  async function keyFor(alg: Exclude<TokenAlgorithm, 'none'>): Promise<CryptoKey | Uint8Array> {
    if (alg === 'ES256') return privateKey;
    // A key that the JWKS does not hold, under a `kid` that it does.
    if (alg === 'RS256') return (await generateKeyPair('RS256')).privateKey;
    // The public key as if it were a shared secret: the algorithm confusion of RFC 8725 §2.1.
    return new TextEncoder().encode(await exportSPKI(publicKey));
  }
}

function withOverrides(claims: Record<string, unknown>, overrides: TokenOverrides): Record<string, unknown> {
  const replaced = Object.entries(claims).map(([name, value]) => {
    const override = overrides[name as keyof TokenOverrides];
    return [name, override === undefined ? value : override] as const;
  });
  return Object.fromEntries(replaced.filter(([, value]) => value !== null));
}

function encode(part: unknown): string {
  return base64url.encode(JSON.stringify(part));
}
