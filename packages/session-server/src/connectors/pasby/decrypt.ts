import { constants, privateDecrypt, type KeyObject } from 'node:crypto';

/**
 * What one encrypted leaf says, as text; null when it is not encrypted for this key or is no text.
 *
 * PKCS#1 v1.5 (RFC 8017 §7.2), as pasby's own JSEncrypt makes it. Node's padding of that name throws in
 * some builds that the server supports and answers made-up bytes for a corrupt text in others
 * (implicit rejection): the raw operation is the same in all, and its padding is taken off here.
 */
export function decryptLeaf(ciphertext: string, key: KeyObject): string | null {
  const bytes = key.asymmetricKeyDetails?.modulusLength === undefined ? 0 : key.asymmetricKeyDetails.modulusLength / 8;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(ciphertext)) return null;
  const text = Buffer.from(ciphertext, 'base64');
  // JSEncrypt writes a number, and may leave out the zeros that it begins with.
  if (text.length === 0 || text.length > bytes) return null;
  const padded = Buffer.alloc(bytes);
  text.copy(padded, bytes - text.length);
  try {
    const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, padded);
    const message = unpad(block);
    return message === null ? null : new TextDecoder('utf-8', { fatal: true }).decode(message);
  } catch {
    return null;
  }
}

/** `00 02 | at least 8 bytes, none of them 0 | 00 | message`. Looks at every byte, wherever the first mistake is. */
function unpad(block: Uint8Array): Uint8Array | null {
  let end = 0;
  for (let index = block.length - 1; index >= 2; index -= 1) end = block[index] === 0 ? index : end;
  const wrong = (block[0] ?? 1) | ((block[1] ?? 0) ^ 2) | Number(end < 10);
  return wrong === 0 ? block.subarray(end + 1) : null;
}
