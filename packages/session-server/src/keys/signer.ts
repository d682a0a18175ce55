import { type KeyObject, type SignKeyObjectInput, constants, createPrivateKey, sign } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Algorithm, SigningKey } from './signing-key.ts';

/**
 * Signs under one key, and verifies nothing: jose does that, wherever a signature is verified. Node's own signing costs half
 * the CPU, because its key is read once and no promise of Web Crypto stands between.
 */
export interface Signer {
  /** A compact JWS over the payload (RFC 7515 §3.1). `typ` is the header's (§4.1.9). */
  sign(payload: JWTPayload, typ: string): Promise<string>;
}

type Signature = (input: Buffer, key: KeyObject) => Buffer | Promise<Buffer>;

const SIGNATURES: Readonly<Record<Algorithm, Signature>> = {
  // RFC 7518 §3.4: R and S side by side. 50 µs: going to another thread and back would cost as much again.
  ES256: (input, key) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  // RFC 7518 §3.3 and §3.5.
  RS256: (input, key) => signRsa(input, { key, padding: constants.RSA_PKCS1_PADDING }),
  PS256: (input, key) => signRsa(input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  // RFC 8037 §3.1: Ed25519 hashes by itself.
  EdDSA: (input, key) => sign(null, input, key),
};

/** Five times as long as by a curve: on another thread, so that other requests have their turn meanwhile. */
function signRsa(input: Buffer, key: SignKeyObjectInput): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', input, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  });
}

export function createSigner({ alg, kid, private_jwk }: SigningKey): Signer {
  const key = createPrivateKey({ key: private_jwk, format: 'jwk' });
  return {
    async sign(payload, typ) {
      const input = `${encoded({ alg, kid, typ })}.${encoded(payload)}`;
      const signature = await SIGNATURES[alg](Buffer.from(input), key);
      return `${input}.${signature.toString('base64url')}`;
    },
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
