import { type KindOf, kindOf } from '../store/kinds.ts';
import type { KeyFacts, PublicKey, SigningKey } from './signing-key.ts';

/** Until then a new key signed this long after it was made, in ms, and the first one at once. */
const SIGNED_AFTER_MS = 5_000;

type Key02<T extends KeyFacts> = Omit<T, 'signs_from'> & Pick<KeyFacts, 'generation' | 'created_at'>;

function fromThenOn<T extends KeyFacts>(old: Key02<T>): T {
  const signs_from = old.generation === 1 ? old.created_at : old.created_at + SIGNED_AFTER_MS;
  return { ...old, signs_from } as unknown as T;
}

/** What `keys` keeps at rest: both halves of a key by `{algorithm}.{generation}`. One that signs is due when the next is to be made. */
export const SIGNING_KEY: KindOf<SigningKey> = kindOf('signing_key', { upgrades: [fromThenOn<SigningKey>] });
/** What everybody may read, apart, so that reading it opens no private key. It is kept longer than it is published. */
export const PUBLIC_KEY: KindOf<PublicKey> = kindOf('public_key', { upgrades: [fromThenOn<PublicKey>] });
