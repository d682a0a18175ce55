import { partitionOf } from './partition.ts';
import { StoreError } from './store-error.ts';
import type { Kind, Row, Sealer } from './store.ts';

/** What of a row is readable at rest, and bound to its value. */
export type Place = Pick<Row, 'id' | 'version' | 'schema' | 'expires_at'>;

/** A value as it rests: under the key of its kind and partition, bound to schema, kind, id, version and end. */
export function sealValue(sealer: Sealer, kind: Kind, place: Place, value: unknown): Uint8Array {
  return sealer.seal(Buffer.from(JSON.stringify(value)), keyName(kind, place.id), contextOf(kind, place));
}

/** @throws StoreError `wrong_secret` when it was sealed under another secret, or for another place */
export function openValue(sealer: Sealer, kind: Kind, place: Place, sealed: Uint8Array): unknown {
  let plaintext: Uint8Array;
  try {
    plaintext = sealer.open(sealed, keyName(kind, place.id), contextOf(kind, place));
  } catch (error) {
    throw new StoreError(
      'wrong_secret',
      `${kind}|${place.id} cannot be opened: it was sealed under a secret that is not configured, or the file was changed by another program`,
      error,
    );
  }
  return JSON.parse(Buffer.from(plaintext).toString());
}

/**
 * The value sealed under the first secret, for `Store.reseal`: null where it is already, `unreadable` where no
 * configured secret opens it.
 */
export function resealed(
  sealer: Sealer,
  kind: Kind,
  place: Place,
  sealed: Uint8Array,
): Uint8Array | 'unreadable' | null {
  try {
    return sealer.reseal(sealed, keyName(kind, place.id), contextOf(kind, place));
  } catch {
    return 'unreadable';
  }
}

/** Where a value lay in a file of an earlier schema version: its key's name and its context. */
export type FormerSeal = (kind: Kind, place: Place) => { readonly key_name: string; readonly context: string };

/** The value of a row of an earlier file, sealed anew. Null when no configured secret opens it. */
export function resealValue(
  sealer: Sealer,
  kind: Kind,
  place: Place,
  sealed: Uint8Array,
  former: FormerSeal,
): Uint8Array | null {
  const { key_name, context } = former(kind, place);
  try {
    return sealer.seal(sealer.open(sealed, key_name, context), keyName(kind, place.id), contextOf(kind, place));
  } catch {
    return null;
  }
}

function keyName(kind: Kind, id: string): string {
  return `${kind}|${partitionOf(id)}`;
}

/** JSON keeps the borders between the parts. */
function contextOf(kind: Kind, { schema, id, version, expires_at }: Place): string {
  return JSON.stringify([schema, kind, id, version, expires_at]);
}
