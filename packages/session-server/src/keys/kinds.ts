import { type KindOf, kindOf } from '../store/kinds.ts';
import type { PublicKey, SigningKey } from './signing-key.ts';

/** What `keys` keeps at rest: both halves of a key by `{algorithm}.{generation}`. */
export const SIGNING_KEY: KindOf<SigningKey> = kindOf('signing_key');
/** What everybody may read, apart, so that reading it opens no private key. */
export const PUBLIC_KEY: KindOf<PublicKey> = kindOf('public_key');
