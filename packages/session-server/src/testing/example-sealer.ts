import { randomBytes } from 'node:crypto';
import { createSecrets } from '../secrets/index.ts';
import type { Sealer } from '../store/store.ts';

/**
 * What a server lends a store to seal with, for tests.
 * @param key one letter. Another letter is another secret, which opens nothing that this one sealed.
 */
export function exampleSealer(key: string = 'a'): Sealer {
  const secret = Buffer.alloc(32, key).toString('base64url');
  return createSecrets({ secret: [secret], subject_secret: secret, random: randomBytes });
}
