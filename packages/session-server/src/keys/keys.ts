import { importJWK, SignJWT, type JWK, type JWTPayload } from 'jose';
import type { Row, Store, Write } from '../store/store.ts';
import { type Algorithm, ALGORITHMS, generateSigningKey, publicJwk } from './signing-key.ts';
import type { SigningKey, SigningKeyInfo } from './signing-key.ts';

/** How long a retired key stays published: 7 days, in ms; no token that it signed lives that long. */
const PUBLISHED_AFTER_RETIREMENT_MS = 7 * 86_400_000;
/** How long a node signs with what it last read, in ms: so soon does a rotation elsewhere reach it. */
const REREAD_AFTER_MS = 60_000;
/** The year 9999: the key that signs has no end of its own. */
const NO_END_MS = 253_402_300_799_000;
/** 100 keys: two that sign, and more retired ones than 7 days of rotations would leave. */
const LIST_LIMIT = 100;
const KIND = 'signing_key';

export interface KeySet {
  readonly keys: readonly JWK[];
}

export interface Keys {
  /** The public keys that a verifier needs now (RFC 7517 §5), read anew: no node publishes less than another. */
  jwks(): Promise<KeySet>;
  /** A compact JWS over the payload, by the newest key of `alg`. `typ` is the header's (RFC 7515 §4.1.9). */
  sign(alg: Algorithm, payload: JWTPayload, typ?: string): Promise<string>;
  list(): Promise<readonly SigningKeyInfo[]>;
  /**
   * Begins to sign with a new key. The old one stays published for 7 days, so that what it signed
   * verifies; then it is gone. Other nodes follow within a minute.
   */
  rotate(alg: Algorithm): Promise<SigningKeyInfo>;
}

/** Reads the signing keys, and makes those that are missing. Nodes that start at once end with one set. */
export async function createKeys({ store }: { readonly store: Store }): Promise<Keys> {
  const imported = new Map<string, ReturnType<typeof importJWK>>();
  const privateKey = (key: SigningKey): ReturnType<typeof importJWK> => {
    const known = imported.get(key.kid);
    if (known !== undefined) return known;
    const made = importJWK(key.private_jwk, key.alg);
    imported.set(key.kid, made);
    return made;
  };

  let known = { rows: await withoutGaps(store), read_at: await store.now() };
  const current = async (): Promise<readonly Row<SigningKey>[]> => {
    const now = await store.now();
    if (now - known.read_at >= REREAD_AFTER_MS) known = { rows: await read(store), read_at: now };
    return known.rows;
  };

  return {
    jwks: async () => ({ keys: (await read(store)).map(({ value }) => publicJwk(value)) }),
    async sign(alg, payload, typ = 'JWT') {
      const { value: key } = newest(await current(), alg);
      return new SignJWT(payload).setProtectedHeader({ alg, kid: key.kid, typ }).sign(await privateKey(key));
    },
    list: async () => (await read(store)).map(infoOf),
    async rotate(alg) {
      const old = newest(await read(store), alg);
      const now = await store.now();
      const made = await generateSigningKey(alg, old.value.generation + 1, now);
      const retired: Write = {
        op: 'swap',
        kind: KIND,
        row: {
          ...old,
          version: old.version + 1,
          expires_at: now + PUBLISHED_AFTER_RETIREMENT_MS,
          value: { ...old.value, retired_at: now },
        },
      };
      // Lost: somebody else rotated just now, and theirs is as new as ours would have been.
      await store.commit([insertOf(made), retired]);
      known = { rows: await read(store), read_at: now };
      return infoOf(newest(known.rows, alg));
    },
  };
}

/** The keys, with a first one for each algorithm that had none. */
async function withoutGaps(store: Store): Promise<readonly Row<SigningKey>[]> {
  const rows = await read(store);
  const missing = ALGORITHMS.filter((alg) => rows.every(({ value }) => value.alg !== alg));
  if (missing.length === 0) return rows;
  for (const alg of missing) {
    // Lost: another node was first, and its key is the one.
    await store.commit([insertOf(await generateSigningKey(alg, 1, await store.now()))]);
  }
  return read(store);
}

/** Oldest first, by algorithm. */
async function read(store: Store): Promise<readonly Row<SigningKey>[]> {
  const rows = await store.list<SigningKey>(KIND, LIST_LIMIT);
  return rows.toSorted(
    ({ value: a }, { value: b }) =>
      ALGORITHMS.indexOf(a.alg) - ALGORITHMS.indexOf(b.alg) || a.generation - b.generation,
  );
}

function newest(rows: readonly Row<SigningKey>[], alg: Algorithm): Row<SigningKey> {
  const row = rows.findLast(({ value }) => value.alg === alg);
  if (row === undefined) throw new Error(`there is no ${alg} signing key: somebody removed it from the store`);
  return row;
}

/** The id names the generation, so that of two that make the same one only the first is stored. */
function insertOf(key: SigningKey): Write {
  const id = `${key.alg}.${key.generation}`;
  return { op: 'insert', kind: KIND, row: { id, version: 1, expires_at: NO_END_MS, due_at: null, value: key } };
}

function infoOf({ value, expires_at }: Row<SigningKey>): SigningKeyInfo {
  const { alg, kid, created_at, retired_at } = value;
  return { alg, kid, created_at, retired_at, removed_at: retired_at === null ? null : expires_at };
}
