import { importJWK, SignJWT, type JWK, type JWTPayload } from 'jose';
import type { Row, Store, Write } from '../store/store.ts';
import {
  type Algorithm,
  ALGORITHMS,
  generateSigningKey,
  type PublicKey,
  publicKeyOf,
  type SigningKey,
  type SigningKeyInfo,
} from './signing-key.ts';

/** How long a retired key stays published: 7 days, in ms; no token that it signed lives that long. */
const PUBLISHED_AFTER_RETIREMENT_MS = 7 * 86_400_000;
/** How long a process signs with what it last read, in ms: so soon does a rotation elsewhere reach it. */
const REREAD_AFTER_MS = 60_000;
/** How long a process publishes what it last read, in ms, however often it is asked. */
const REPUBLISH_AFTER_MS = 2_000;
/** A new key signs when it has been published for this long, in ms: by then every process publishes it. */
const SIGNS_AFTER_MS = 5_000;
/** The year 9999: the key that signs has no end of its own. */
const NO_END_MS = 253_402_300_799_000;
/** 100 keys: two that sign, and more retired ones than 7 days of rotations would leave. */
const LIST_LIMIT = 100;
const PRIVATE = 'signing_key';
const PUBLIC = 'public_key';

export interface KeySet {
  readonly keys: readonly JWK[];
}

export interface Keys {
  /**
   * The public keys that a verifier needs now (RFC 7517 §5). Read from the store at most every two
   * seconds, and without opening a private key.
   */
  jwks(): Promise<KeySet>;
  /** A compact JWS over the payload, by the newest key of `alg`. `typ` is the header's (RFC 7515 §4.1.9). */
  sign(alg: Algorithm, payload: JWTPayload, typ?: string): Promise<string>;
  list(): Promise<readonly SigningKeyInfo[]>;
  /**
   * Publishes a new key, which signs five seconds later; other processes follow within a minute. The
   * old one stays published for 7 days, so that what it signed verifies; then it is gone.
   */
  rotate(alg: Algorithm): Promise<SigningKeyInfo>;
}

/** Reads the signing keys, and makes those that are missing. Processes that start at once end with one set. */
export async function createKeys({ store }: { readonly store: Store }): Promise<Keys> {
  const imported = new Map<string, ReturnType<typeof importJWK>>();
  const privateKey = (key: SigningKey): ReturnType<typeof importJWK> => {
    const known = imported.get(key.kid);
    if (known !== undefined) return known;
    const made = importJWK(key.private_jwk, key.alg);
    imported.set(key.kid, made);
    return made;
  };

  const signing = createReread(store, REREAD_AFTER_MS, () => readPrivate(store));
  const published = createReread(store, REPUBLISH_AFTER_MS, () => read<PublicKey>(store, PUBLIC));
  await makeMissing(store);
  await signing.renew();
  await published.renew();

  return {
    async jwks() {
      const now = await store.now();
      const rows = await published.current();
      return { keys: rows.filter(({ expires_at }) => expires_at > now).map(({ value }) => value.public_jwk) };
    },
    async sign(alg, payload, typ = 'JWT') {
      const { value: key } = signer(await signing.current(), alg, await store.now());
      return new SignJWT(payload).setProtectedHeader({ alg, kid: key.kid, typ }).sign(await privateKey(key));
    },
    list: async () => (await published.renew()).map(infoOf),
    async rotate(alg) {
      const old = newest(await readPrivate(store), alg);
      const now = await store.now();
      const made = await generateSigningKey(alg, old.value.generation + 1, now);
      const retired = { ...old.value, retired_at: now };
      const publicRow = await store.get(PUBLIC, old.id);
      const retire = (kind: string, row: Row, value: unknown): Write => ({
        op: 'swap',
        kind,
        row: { ...row, version: row.version + 1, expires_at: now + PUBLISHED_AFTER_RETIREMENT_MS, value },
      });
      // Lost: another process rotated just now, and its key is as new as ours would have been.
      await store.commit([
        ...insertsOf(made),
        retire(PRIVATE, old, retired),
        ...(publicRow === null ? [] : [retire(PUBLIC, publicRow, publicKeyOf(retired))]),
      ]);
      await signing.renew();
      return infoOf(newest(await published.renew(), alg));
    },
  };
}

interface Reread<T> {
  /** What was read last, or anew when that is too old. */
  current(): Promise<readonly Row<T>[]>;
  renew(): Promise<readonly Row<T>[]>;
}

function createReread<T>(store: Store, after_ms: number, look: () => Promise<readonly Row<T>[]>): Reread<T> {
  let known: { readonly rows: Promise<readonly Row<T>[]>; readonly at: number } | null = null;
  const renew = async (at: number): Promise<readonly Row<T>[]> => {
    const entry = { rows: look(), at };
    known = entry;
    try {
      return await entry.rows;
    } catch (cause) {
      // A failure is not remembered.
      if (known === entry) known = null;
      throw cause;
    }
  };
  return {
    async current() {
      const now = await store.now();
      return known !== null && now - known.at < after_ms ? known.rows : renew(now);
    },
    renew: async () => renew(await store.now()),
  };
}

/** Makes a first key for each algorithm that has none. */
async function makeMissing(store: Store): Promise<void> {
  const rows = await readPrivate(store);
  for (const alg of ALGORITHMS) {
    if (rows.some(({ value }) => value.alg === alg)) continue;
    // Lost: another process was first, and its key is the one.
    await store.commit(insertsOf(await generateSigningKey(alg, 1, await store.now())));
  }
}

/** The private keys. One that an older release made has no public row yet, and gets it here. */
async function readPrivate(store: Store): Promise<readonly Row<SigningKey>[]> {
  const rows = await read<SigningKey>(store, PRIVATE);
  for (const row of rows) {
    if ((await store.get(PUBLIC, row.id)) !== null) continue;
    await store.commit([
      { op: 'insert', kind: PUBLIC, row: { ...row, version: 1, due_at: null, value: publicKeyOf(row.value) } },
    ]);
  }
  return rows;
}

/** Oldest first, by algorithm. */
async function read<T extends SigningKey | PublicKey>(store: Store, kind: string): Promise<readonly Row<T>[]> {
  const rows = await store.list<T>(kind, LIST_LIMIT);
  return rows.toSorted(
    ({ value: a }, { value: b }) =>
      ALGORITHMS.indexOf(a.alg) - ALGORITHMS.indexOf(b.alg) || a.generation - b.generation,
  );
}

function newest<T extends SigningKey | PublicKey>(rows: readonly Row<T>[], alg: Algorithm): Row<T> {
  const row = rows.findLast(({ value }) => value.alg === alg);
  if (row === undefined) throw new Error(`there is no ${alg} signing key: it was removed from the store`);
  return row;
}

/** The newest key that every process publishes by now; where none has been there for so long, the first one. */
function signer(rows: readonly Row<SigningKey>[], alg: Algorithm, now: number): Row<SigningKey> {
  const ready = rows.filter(({ value }) => value.alg === alg && now - value.created_at >= SIGNS_AFTER_MS);
  return newest(ready.length > 0 ? ready : rows.filter(({ value }) => value.alg === alg).slice(0, 1), alg);
}

/** The id names the generation, so that of two that make the same one only the first is stored. */
function insertsOf(key: SigningKey): [Write, Write] {
  const row = { id: `${key.alg}.${key.generation}`, version: 1, expires_at: NO_END_MS, due_at: null };
  return [
    { op: 'insert', kind: PRIVATE, row: { ...row, value: key } },
    { op: 'insert', kind: PUBLIC, row: { ...row, value: publicKeyOf(key) } },
  ];
}

function infoOf({ value, expires_at }: Row<PublicKey>): SigningKeyInfo {
  const { alg, kid, created_at, retired_at } = value;
  return { alg, kid, created_at, retired_at, removed_at: retired_at === null ? null : expires_at };
}
