import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT, type CryptoKey } from 'jose';

export interface SigningKeys {
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** Signs with a new key from now on; the one before stays published, as good providers do, unless it is `forgotten`. */
  rotate(forgotten: boolean): Promise<void>;
}

interface Key {
  readonly kid: string;
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

/** Made when first needed: an RSA key takes a while. */
export function createSigningKeys(algorithm: 'RS256' | 'ES256'): SigningKeys {
  let keys: Promise<readonly [Key, ...Key[]]> | null = null;
  const current = (): Promise<readonly [Key, ...Key[]]> => {
    keys ??= generate(algorithm).then((key) => [key]);
    return keys;
  };
  return {
    jwks: async () => ({ keys: (await current()).map(({ jwk }) => jwk) }),
    async sign(claims) {
      const [{ kid, privateKey }] = await current();
      return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' }).sign(privateKey);
    },
    async rotate(forgotten) {
      const [last] = await current();
      const made = await generate(algorithm);
      keys = Promise.resolve(forgotten ? [made] : [made, last]);
    },
  };
}

async function generate(algorithm: 'RS256' | 'ES256'): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, jwk: { ...jwk, kid, use: 'sig', alg: algorithm }, privateKey };
}
