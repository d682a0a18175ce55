import { CompactEncrypt } from 'jose';
import type { ResponseEncryption } from '../session/index.ts';

/**
 * A signed JWT inside an encrypted one (RFC 7519 §5.2 and appendix A.2), which the client alone can open. `null` leaves
 * it as it is: a client that wants nothing encrypted costs nothing.
 */
export async function encryptedFor(encryption: ResponseEncryption | null, jwt: string): Promise<string> {
  if (encryption === null) return jwt;
  const { alg, enc, jwk } = encryption;
  const kid = jwk.kid === undefined ? {} : { kid: jwk.kid };
  return (
    new CompactEncrypt(new TextEncoder().encode(jwt))
      .setProtectedHeader({ alg, enc, cty: 'JWT', ...kid })
      // The very object that the configuration made: jose reads the key of one it knows only once.
      .encrypt(jwk)
  );
}

/**
 * What a client reads that sends an encrypted id_token back (OpenID Connect Core §3.1.2.1, RP-Initiated Logout 1.0 §2): it was
 * encrypted for the client alone.
 */
export const ENCRYPTED_HINT = 'is encrypted: decrypt it, and send the signed id_token that is in it';

/** Whether a text has the five parts of a compact JWE (RFC 7516 §3.1). */
export function isEncrypted(text: string): boolean {
  return /^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}
