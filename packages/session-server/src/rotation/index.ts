/**
 * What rotating `secret` asks for at rest. Owns sealing every row anew under the first secret, and the account of when
 * each earlier secret can be dropped. Depends on the store's contract, and on the names of the secrets. Leaves sealing
 * to `secrets`, and what a row means to the room that wrote it.
 */
export { type EarlierSecret, type Rotation, createRotation, earlierSecrets } from './rotation.ts';
