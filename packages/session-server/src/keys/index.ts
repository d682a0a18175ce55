/**
 * The keys that id_tokens are signed with. Owns making them on first start, publishing their public
 * halves, signing (`signer.ts`), and rotation. Depends on the store's contract, on jose for all but the
 * signature, and on Node for that. Leaves what is signed, and under which algorithm, to `oauth`.
 */
export { createKeys, type Keys, type KeySet } from './keys.ts';
export { ALGORITHMS, type Algorithm, type SigningKeyInfo } from './signing-key.ts';
