/**
 * The keys that id_tokens are signed with. Owns making them on first start, publishing their public
 * halves, signing (`signer.ts`), which key signs at a time (`which.ts`), and rotation, by the schedule and by command.
 * Depends on the store's contract and on jobs, on the algorithms that a client may choose, on jose for all but the signature, and
 * on Node for that. Leaves what is signed, and under which algorithm, to `oauth`.
 */
export { createKeys, JWKS_MAX_AGE_S, type Keys, type KeySet } from './keys.ts';
export { ALGORITHMS, type Algorithm, type SigningKeyInfo } from './signing-key.ts';
