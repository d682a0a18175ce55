import { randomBytes } from 'node:crypto';
import { createSecrets } from '../secrets/index.ts';
import type { Sealer } from '../store/store.ts';

/**
 * What a server lends a store to seal with, for tests.
 * @param key one letter. Another letter is another secret, which opens nothing that this one sealed.
 * @param earlier letters of secrets that are rotated out, newest first: what they sealed is opened too
 */
export function exampleSealer(key: string = 'a', ...earlier: readonly string[]): Sealer {
  const secret = [key, ...earlier].map((letter) => Buffer.alloc(32, letter).toString('base64url'));
  // Keyed hashes are the same for ever, whatever secret is rotated.
  return createSecrets({
    secret,
    subject_secret: Buffer.alloc(32, 'subject').toString('base64url'),
    random: randomBytes,
  });
}
