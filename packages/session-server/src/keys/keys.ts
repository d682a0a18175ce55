import type { JWK, JWTPayload } from 'jose';
import { type Collection, collectionOf, inserting } from '../store/collection.ts';
import type { Row, Store, Write } from '../store/store.ts';
import { isWrongSecret } from '../store/store-error.ts';
import { PUBLIC_KEY, SIGNING_KEY } from './kinds.ts';
import { type Signer, createSigner } from './signer.ts';
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
/** Those that every store has a key of from its first start on. */
const FIRST_ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256'];
/** 100 keys: two that sign, and more retired ones than 7 days of rotations would leave. */
const LIST_LIMIT = 100;

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
  /** Reads what signs and what is published. @throws StoreError, and Error where a key is missing: nothing can be signed then */
  load(): Promise<void>;
  /**
   * Publishes a new key, which signs five seconds later; other processes follow within a minute. The
   * old one stays published for 7 days, so that what it signed verifies; then it is gone.
   */
  rotate(alg: Algorithm): Promise<SigningKeyInfo>;
}

export interface KeysDependencies {
  readonly store: Store;
  /** Ms of a clock that never goes back; for durations. */
  readonly elapsed: () => number;
  /** Told how many keys were made, where there were none at all: the store is a new one. */
  readonly onFirst?: (count: number) => void;
}

/**
 * Reads the signing keys, and makes those that are missing: of RS256 and ES256 at once, of any other algorithm when it
 * first signs. Processes that start at once end with one set.
 */
export async function createKeys({ store, elapsed, onFirst }: KeysDependencies): Promise<Keys> {
  const signers = new Map<string, Signer>();
  /** One for each key: reading a key costs more than signing. */
  const signerFor = (key: SigningKey): Signer => {
    const known = signers.get(key.kid);
    if (known !== undefined) return known;
    const made = createSigner(key);
    signers.set(key.kid, made);
    return made;
  };

  const rows = { signing: collectionOf(store, SIGNING_KEY), published: collectionOf(store, PUBLIC_KEY) };
  const signing = createReread(elapsed, REREAD_AFTER_MS, () => readPrivate(rows));
  const published = createReread(elapsed, REPUBLISH_AFTER_MS, () => read(rows.published));
  const missing = await makeMissing(store, rows, FIRST_ALGORITHMS);
  if (missing.isFirst && missing.made > 0) onFirst?.(missing.made);
  await signing.renew();
  await published.renew();

  return {
    async jwks() {
      const { keys, now } = await published.current();
      return { keys: keys.filter(({ expires_at }) => expires_at > now).map(({ value }) => value.public_jwk) };
    },
    async sign(alg, payload, typ = 'JWT') {
      let reading = await signing.current();
      if (!has(reading.keys, alg)) {
        await makeMissing(store, rows, [alg]);
        reading = await signing.renew();
        // A verifier finds it here as soon as it has the first token.
        await published.renew();
      }
      return signerFor(keyThatSigns(reading.keys, alg, reading.now).value).sign(payload, typ);
    },
    async load() {
      const [{ keys }] = await Promise.all([signing.fresh(), published.fresh()]);
      for (const alg of FIRST_ALGORITHMS) newest(keys, alg);
    },
    list: async () => (await published.renew()).keys.map(infoOf),
    async rotate(alg) {
      const { keys, now } = await readPrivate(rows);
      if (!has(keys, alg)) {
        await makeMissing(store, rows, [alg]);
        await signing.renew();
        return infoOf(newest((await published.renew()).keys, alg));
      }
      const old = newest(keys, alg);
      const made = await generateSigningKey(alg, old.value.generation + 1, now);
      const retired = { ...old.value, retired_at: now };
      const expires_at = now + PUBLISHED_AFTER_RETIREMENT_MS;
      const { row: publicRow } = await rows.published.get(old.id);
      // Lost: another process rotated just now, and its key is as new as ours would have been.
      await store.commit([
        ...insertsOf(made),
        rows.signing.swapping(old, { value: retired, expires_at }),
        ...(publicRow === null
          ? []
          : [rows.published.swapping(publicRow, { value: publicKeyOf(retired), expires_at })]),
      ]);
      await signing.renew();
      return infoOf(newest((await published.renew()).keys, alg));
    },
  };
}

/** The keys of one kind, as they were read, and the time by the store's clock. */
interface Reading<T> {
  readonly keys: readonly Row<T>[];
  readonly now: number;
}

interface KeyRows {
  readonly signing: Collection<SigningKey>;
  readonly published: Collection<PublicKey>;
}

interface Reread<T> {
  /**
   * What was read last, or anew when that is too old. `now` has gone on since then. Where rows lie under a secret that
   * this process does not have, because others were restarted with a new one, it is what was read before that.
   */
  current(): Promise<Reading<T>>;
  /** The same, and nothing of before. @throws StoreError */
  fresh(): Promise<Reading<T>>;
  renew(): Promise<Reading<T>>;
}

function createReread<T>(elapsed: () => number, after_ms: number, look: () => Promise<Reading<T>>): Reread<T> {
  let known: { readonly reading: Promise<Reading<T>>; readonly at: number } | null = null;
  let last: { readonly reading: Reading<T>; readonly at: number } | null = null;
  /** Why nothing newer than `last` can be read; null where it can. */
  let locked: { readonly cause: unknown; readonly at: number } | null = null;

  const renew = async (): Promise<Reading<T>> => {
    const entry = { reading: look(), at: elapsed() };
    known = entry;
    try {
      const reading = await entry.reading;
      last = { reading, at: entry.at };
      locked = null;
      return reading;
    } catch (cause) {
      // A failure is not remembered.
      if (known === entry) known = null;
      throw cause;
    }
  };
  const isLate = (at: number): boolean => elapsed() - at >= after_ms;
  const fresh = async (): Promise<Reading<T>> => {
    if (known === null || isLate(known.at)) return renew();
    const { at } = known;
    const { keys, now } = await known.reading;
    return { keys, now: now + elapsed() - at };
  };
  return {
    async current() {
      if (locked === null || isLate(locked.at)) {
        try {
          return await fresh();
        } catch (cause) {
          if (last === null || !isWrongSecret(cause)) throw cause;
          locked = { cause, at: elapsed() };
        }
      }
      if (last === null) throw locked.cause;
      const { reading, at } = last;
      return { keys: reading.keys, now: reading.now + elapsed() - at };
    },
    fresh,
    renew,
  };
}

/** Makes a first key for each of these algorithms that has none. Answers how many it made, and whether there were none at all. */
async function makeMissing(
  store: Store,
  rows: KeyRows,
  algorithms: readonly Algorithm[],
): Promise<{ readonly made: number; readonly isFirst: boolean }> {
  const { keys, now } = await readPrivate(rows);
  let made = 0;
  for (const alg of algorithms) {
    if (has(keys, alg)) continue;
    // Lost: another process was first, and its key is the one.
    const { stored } = await store.commit(insertsOf(await generateSigningKey(alg, 1, now)));
    if (stored) made += 1;
  }
  return { made, isFirst: keys.length === 0 };
}

/** The private keys. One that an older release made has no public row yet, and gets it here. */
async function readPrivate(rows: KeyRows): Promise<Reading<SigningKey>> {
  const reading = await read(rows.signing);
  for (const { id, value, expires_at } of reading.keys) {
    await rows.published.update(id, (row) => (row === null ? { value: publicKeyOf(value), expires_at } : null));
  }
  return reading;
}

/** Oldest first, by algorithm. */
async function read<T extends SigningKey | PublicKey>(from: Collection<T>): Promise<Reading<T>> {
  const { rows, now } = await from.list(LIST_LIMIT);
  const keys = rows.toSorted(
    ({ value: a }, { value: b }) =>
      ALGORITHMS.indexOf(a.alg) - ALGORITHMS.indexOf(b.alg) || a.generation - b.generation,
  );
  return { keys, now };
}

function has(rows: readonly Row<SigningKey>[], alg: Algorithm): boolean {
  return rows.some(({ value }) => value.alg === alg);
}

function newest<T extends SigningKey | PublicKey>(rows: readonly Row<T>[], alg: Algorithm): Row<T> {
  const row = rows.findLast(({ value }) => value.alg === alg);
  if (row === undefined) throw new Error(`there is no ${alg} signing key: it was removed from the store`);
  return row;
}

/** The newest key that every process publishes by now; where none has been there for so long, the first one. */
function keyThatSigns(rows: readonly Row<SigningKey>[], alg: Algorithm, now: number): Row<SigningKey> {
  const ready = rows.filter(({ value }) => value.alg === alg && now - value.created_at >= SIGNS_AFTER_MS);
  return newest(ready.length > 0 ? ready : rows.filter(({ value }) => value.alg === alg).slice(0, 1), alg);
}

/** The id names the generation, so that of two that make the same one only the first is stored. */
function insertsOf(key: SigningKey): [Write, Write] {
  const id = `${key.alg}.${key.generation}`;
  return [
    inserting(SIGNING_KEY, id, { value: key, expires_at: NO_END_MS }),
    inserting(PUBLIC_KEY, id, { value: publicKeyOf(key), expires_at: NO_END_MS }),
  ];
}

function infoOf({ value, expires_at }: Row<PublicKey>): SigningKeyInfo {
  const { alg, kid, created_at, retired_at } = value;
  return { alg, kid, created_at, retired_at, removed_at: retired_at === null ? null : expires_at };
}
