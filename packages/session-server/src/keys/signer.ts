import { type KeyObject, type SignKeyObjectInput, constants, createPrivateKey, sign } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Algorithm, SigningKey } from './signing-key.ts';

/**
 * Signs under one key, and verifies nothing: jose does that, wherever a signature is verified. Node's own signing costs a third
 * of the CPU, because its key is read once and no promise of Web Crypto stands between.
 */
export interface Signer {
  /** A compact JWS over the payload (RFC 7515 §3.1). `typ` is the header's (§4.1.9). */
  readonly sign: (payload: JWTPayload, typ: string) => Promise<string>;
}

type Signature = (input: Buffer, key: KeyObject) => Buffer | Promise<Buffer>;

/** Where it can, the key comes without options: Node finds out what those are by trying, which costs as much as signing. */
const SIGNATURES: Readonly<Record<Algorithm, Signature>> = {
  // 25 µs: going to another thread and back would cost more.
  ES256: (input, key) => sideBySide(sign('sha256', input, key)),
  // RFC 7518 §3.3 and §3.5.
  RS256: (input, key) => signRsa(input, key),
  PS256: (input, key) => signRsa(input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  // RFC 8037 §3.1: Ed25519 hashes by itself.
  EdDSA: (input, key) => sign(null, input, key),
};

/** Bytes of each of the two numbers of a P-256 signature. */
const NUMBER_BYTES = 32;

/**
 * The two numbers of a signature one after the other (RFC 7518 §3.4), of `SEQUENCE { INTEGER, INTEGER }` in DER (RFC 3279
 * §2.2.3). That is at most 72 bytes long, so each length is one byte.
 */
function sideBySide(der: Buffer): Buffer {
  const first = 4;
  const second = first + der.readUInt8(first - 1) + 2;
  const both = Buffer.alloc(2 * NUMBER_BYTES);
  copyNumber(der.subarray(first, second - 2), both, NUMBER_BYTES);
  copyNumber(der.subarray(second), both, 2 * NUMBER_BYTES);
  return both;
}

/** A number is as short as it can be in DER, or has a zero in front where it would read as negative. */
function copyNumber(number: Buffer, to: Buffer, end: number): void {
  const bytes = number.subarray(-NUMBER_BYTES);
  to.set(bytes, end - bytes.byteLength);
}

/** Ten times as long as by a curve: on another thread, so that other requests have their turn meanwhile. */
function signRsa(input: Buffer, key: KeyObject | SignKeyObjectInput): Promise<Buffer> {
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
