import type { JWK, JWTPayload } from 'jose';
import type { Worker } from '../jobs/index.ts';
import { type Collection, type Next, collectionOf, inserting } from '../store/collection.ts';
import type { Row, Store, Write, Writes } from '../store/store.ts';
import { PUBLIC_KEY, SIGNING_KEY } from './kinds.ts';
import { type Reading, createReread } from './reread.ts';
import { type Signer, createSigner } from './signer.ts';
import {
  type Algorithm,
  ALGORITHMS,
  generateSigningKey,
  type KeyFacts,
  type PublicKey,
  publicKeyOf,
  type SigningKey,
  type SigningKeyInfo,
} from './signing-key.ts';
import { signedBefore, signsAt, signsNext } from './which.ts';

const DAY_MS = 86_400_000;
/** How long a key stays published after it signed last: 7 days, in ms; no token that it signed lives that long. */
export const PUBLISHED_AFTER_RETIREMENT_MS: number = 7 * DAY_MS;
/**
 * How long its public half is kept after that, in ms, to know an id_token again that comes back as a hint: 400 days, as
 * long as a sign-in can be refreshed.
 */
const KNOWN_AFTER_RETIREMENT_MS = 400 * DAY_MS;
/** How long a process signs with private keys that it read, in ms. Which of them signs it looks up more often. */
const REREAD_AFTER_MS = 60_000;
/** How long a process publishes what it last read, in ms, however often it is asked; and goes by it when it signs. */
const REPUBLISH_AFTER_MS = 2_000;
/** How long verifiers may keep the JWKS, in seconds; one that meets an unknown `kid` asks again by itself. */
export const JWKS_MAX_AGE_S = 300;
/**
 * How long a new key is published before it signs, in ms. By the schedule a day, for verifiers that keep keys longer than
 * they may. `soon`: as long as the JWKS may be kept, twice. `now`: until every process publishes it.
 */
export const AHEAD_MS: Readonly<Record<Haste, number>> = {
  scheduled: DAY_MS,
  soon: 2 * JWKS_MAX_AGE_S * 1000,
  now: 5_000,
};
/** The year 9999: the key that signs has no end of its own. */
const NO_END_MS = 253_402_300_799_000;
/** Those that every store has a key of from its first start on. */
const FIRST_ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256'];
/** Keys of one algorithm, in 400 days: a rotation each week needs 58. An operator's script that runs wild stops here. */
const MOST_KEYS = 200;
/** More than four algorithms can have. */
const LIST_LIMIT = 1000;
/** A process that dies while it rotates gives the key back after this long, in ms: longer than an RSA key takes. */
const LEASE_MS = 60_000;

/** Each attempt that is lost is another process's success, after which there is mostly nothing left to do. */
const MOST_ATTEMPTS = 20;

export type Haste = 'scheduled' | 'soon' | 'now';

export interface KeySet {
  readonly keys: readonly JWK[];
}

export interface Keys {
  /**
   * The public keys (RFC 7517 §5): `published`, which a verifier needs now, is the default; `known` are also those of
   * id_tokens that were over long ago. Read from the store at most every two seconds, and without opening a private key.
   */
  jwks(which?: 'published' | 'known'): Promise<KeySet>;
  /** A compact JWS over the payload, by the key of `alg` that signs now. `typ` is the header's (RFC 7515 §4.1.9). */
  sign(alg: Algorithm, payload: JWTPayload, typ?: string): Promise<string>;
  /** Those that sign or are published, oldest first, by algorithm. */
  list(): Promise<readonly SigningKeyInfo[]>;
  /** Reads what signs and what is published. @throws StoreError, and Error where a key is missing: nothing can be signed then */
  load(): Promise<void>;
  /**
   * Publishes a new key, which signs after the time that the haste gives it; every process follows within two seconds. The
   * key before it stays published for 7 days more, so that what it signed verifies. Where the next key is published
   * already it is that one, sooner if need be; `now` makes a new one all the same. Of any number of callers one rotates.
   * @returns the key that signs next
   */
  rotate(alg: Algorithm, haste: Haste): Promise<SigningKeyInfo>;
  /**
   * Takes a rotation back: the key that is published and does not sign yet is never to sign; without one, the key that
   * signed before signs again at once. The key that it takes the place of stays published for 7 days.
   * @returns the key that signs; null where there is nothing to go back to
   */
  rollBack(alg: Algorithm): Promise<SigningKeyInfo | null>;
  /** Rotates the keys whose time has come. */
  readonly worker: Worker;
}

export interface KeysDependencies {
  readonly store: Store;
  /** Ms of a clock that never goes back; for durations. */
  readonly elapsed: () => number;
  /** How many days a key signs before the next one does; null for as long as the operator likes. */
  readonly rotateEveryDays: number | null;
  /** Told how many keys were made, where there were none at all: the store is a new one. */
  readonly onFirst?: (count: number) => void;
  /** Told of the next key, by the one process that made it because it was time. */
  readonly onRotated?: (next: SigningKeyInfo) => void;
}

/**
 * Reads the signing keys, and makes those that are missing: of RS256 and ES256 at once, of any other algorithm when it
 * first signs. Processes that start at once end with one set.
 */
export async function createKeys(deps: KeysDependencies): Promise<Keys> {
  const { store, elapsed, rotateEveryDays } = deps;
  const signers = new Map<string, Signer>();
  /** One for each key: reading a key costs more than signing. */
  const signerFor = (key: SigningKey): Signer => {
    const known = signers.get(key.kid);
    if (known !== undefined) return known;
    const made = createSigner(key);
    signers.set(key.kid, made);
    return made;
  };

  const rows: KeyRows = { signing: collectionOf(store, SIGNING_KEY), published: collectionOf(store, PUBLIC_KEY) };
  const signing = createReread(elapsed, REREAD_AFTER_MS, () => readPrivate(rows));
  const published = createReread(elapsed, REPUBLISH_AFTER_MS, () => read(rows.published));

  /** When the key that comes after this one is to be published. */
  const dueAfter = ({ signs_from }: KeyFacts): number | null =>
    rotateEveryDays === null ? null : signs_from + rotateEveryDays * DAY_MS - AHEAD_MS.scheduled;
  /** A key that signs until further notice. */
  const open = (value: SigningKey): Omit<Next<SigningKey>, 'also'> => ({
    value: { ...value, retired_at: null },
    expires_at: NO_END_MS,
    due_at: dueAfter(value),
  });
  const retired = (value: SigningKey, retired_at: number): Omit<Next<SigningKey>, 'also'> => ({
    value: { ...value, retired_at },
    expires_at: retired_at + PUBLISHED_AFTER_RETIREMENT_MS,
  });
  const insertsOf = (key: SigningKey): [Write, Write] => {
    const id = idOf(key);
    return [inserting(SIGNING_KEY, id, open(key)), inserting(PUBLIC_KEY, id, publicNext(open(key)))];
  };
  /** Both halves of a key become what is said of them; nothing of it holds where another process was faster. */
  const swapsOf = async (row: Row<SigningKey>, next: Omit<Next<SigningKey>, 'also'>): Promise<Writes> => {
    const { row: publicRow } = await rows.published.get(row.id);
    return [
      rows.signing.swapping(row, next),
      ...(publicRow === null ? [] : [rows.published.swapping(publicRow, publicNext(next))]),
    ];
  };

  /** Makes a first key for each of these algorithms that has none. Answers how many it made, and whether there were none at all. */
  const makeMissing = async (
    algorithms: readonly Algorithm[],
  ): Promise<{ readonly made: number; readonly isFirst: boolean }> => {
    const { keys, now } = await readPrivate(rows);
    let made = 0;
    for (const alg of algorithms) {
      if (signsAt(keys, alg, now) !== null) continue;
      // Lost: another process was first, and its key is the one.
      const key = await generateSigningKey(alg, { generation: 1, now, signs_from: now });
      if ((await store.commit(insertsOf(key))).stored) made += 1;
    }
    return { made, isFirst: keys.length === 0 };
  };
  /** What the schedule says may have changed since the keys were stored. */
  const putOnSchedule = async (): Promise<void> => {
    const { keys } = await readPrivate(rows);
    for (const { id, value } of keys) {
      const due_at = value.retired_at === null ? dueAfter(value) : null;
      await rows.signing.update(id, (row) =>
        row === null || row.due_at === due_at || row.value.retired_at !== value.retired_at ? null : { ...row, due_at },
      );
    }
  };

  /** `isOurs` where it was this call that made or hurried the key. */
  const rotate = async (alg: Algorithm, haste: Haste): Promise<{ next: SigningKeyInfo; isOurs: boolean }> => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const { keys, now } = await readPrivate(rows);
      const current = signsAt(keys, alg, now);
      if (current === null) {
        await makeMissing([alg]);
        const made = await readPrivate(rows);
        return { next: await settled(found(signsAt(made.keys, alg, made.now), alg).id), isOurs: false };
      }
      const next = signsNext(keys, alg, now);
      const signs_from = now + AHEAD_MS[haste];
      if (next !== null && isGoodEnough(next.value, haste, signs_from)) {
        return { next: await settled(next.id), isOurs: false };
      }
      const isKept = next !== null && haste === 'soon';
      const made = isKept
        ? null
        : await generateSigningKey(alg, { generation: (await newest(alg)) + 1, now, signs_from });
      const writes: Writes = [
        ...(await swapsOf(current, retired(current.value, signs_from))),
        ...(made === null ? [] : insertsOf(made)),
        ...(next === null
          ? []
          : await swapsOf(next, isKept ? open({ ...next.value, signs_from }) : retired(next.value, now))),
      ];
      // Lost: what the other process made of it is looked at anew.
      if (!(await store.commit(writes)).stored) continue;
      return { next: await settled(made === null ? (next?.id ?? '') : idOf(made)), isOurs: true };
    }
    throw new Error(`${alg}: other processes change the keys without end`);
  };
  /** The highest generation that there is a row of; public ones stay longest. */
  const newest = async (alg: Algorithm): Promise<number> => {
    const { keys } = await read(rows.published);
    const generations = keys.flatMap(({ value }) => (value.alg === alg ? [value.generation] : []));
    if (generations.length >= MOST_KEYS)
      throw new Error(`${alg}: there are ${MOST_KEYS} keys already: rotate less often`);
    return Math.max(0, ...generations);
  };
  /** What a change came to: read anew, and signed by from here on. */
  const settled = async (id: string): Promise<SigningKeyInfo> => {
    await signing.renew();
    const { keys, now } = await published.renew();
    const row = keys.find((each) => each.id === id);
    if (row === undefined) throw new Error(`${id}: the key was removed from the store`);
    return infoOf(row, keys, now);
  };

  const missing = await makeMissing(FIRST_ALGORITHMS);
  if (missing.isFirst && missing.made > 0) deps.onFirst?.(missing.made);
  await putOnSchedule();
  await signing.renew();
  await published.renew();

  return {
    async jwks(which = 'published') {
      const { keys, now } = await published.current();
      const shown = keys.filter(({ value, expires_at }) => (which === 'known' ? expires_at : endOf(value)) > now);
      return { keys: shown.map(({ value }) => value.public_jwk) };
    },
    async sign(alg, payload, typ = 'JWT') {
      let [privates, publics] = await Promise.all([signing.current(), published.current()]);
      if (signsAt(publics.keys, alg, publics.now) === null) {
        await makeMissing([alg]);
        // A verifier finds it here as soon as it has the first token.
        [privates, publics] = await Promise.all([signing.renew(), published.renew()]);
      }
      const { kid } = found(signsAt(publics.keys, alg, publics.now), alg).value;
      const named = ({ value }: Row<SigningKey>): boolean => value.kid === kid;
      const key = privates.keys.find(named) ?? (await signing.renew()).keys.find(named) ?? null;
      return signerFor(found(key, alg).value).sign(payload, typ);
    },
    async load() {
      const [{ keys, now }] = await Promise.all([signing.fresh(), published.fresh()]);
      for (const alg of FIRST_ALGORITHMS) found(signsAt(keys, alg, now), alg);
    },
    async list() {
      const { keys, now } = await published.renew();
      return keys.filter(({ value }) => endOf(value) > now).map((row) => infoOf(row, keys, now));
    },
    rotate: async (alg, haste) => (await rotate(alg, haste)).next,
    async rollBack(alg) {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const { keys, now } = await readPrivate(rows);
        const current = signsAt(keys, alg, now);
        if (current === null) return null;
        const next = signsNext(keys, alg, now);
        const back = next === null ? signedBefore(keys, alg, now) : current;
        if (back === null) return null;
        const replaced = next ?? current;
        const writes: Writes = [
          ...(await swapsOf(back, open({ ...back.value, signs_from: now }))),
          ...(await swapsOf(replaced, retired(replaced.value, now))),
        ];
        if ((await store.commit(writes)).stored) return settled(back.id);
      }
      throw new Error(`${alg}: other processes change the keys without end`);
    },
    worker: {
      kind: SIGNING_KEY.name,
      concurrency: 1,
      lease_ms: LEASE_MS,
      renew_ms: null,
      async handle({ id }) {
        const { row, now } = await rows.signing.get(id);
        if (row === null) return;
        const due_at = row.value.retired_at === null ? dueAfter(row.value) : null;
        if (due_at !== null && due_at <= now) {
          const { next, isOurs } = await rotate(row.value.alg, 'scheduled');
          if (isOurs) deps.onRotated?.(next);
          return;
        }
        // It was changed meanwhile, or by a process with another schedule.
        await store.commit([rows.signing.swapping(row, { ...row, due_at })]);
      },
    },
  };
}

interface KeyRows {
  readonly signing: Collection<SigningKey>;
  readonly published: Collection<PublicKey>;
}

/** The private keys. One that an older release made has no public row yet, and gets it here. */
async function readPrivate(rows: KeyRows): Promise<Reading<SigningKey>> {
  const reading = await read(rows.signing);
  for (const { id, value, expires_at } of reading.keys) {
    await rows.published.update(id, (row) => (row === null ? publicNext({ value, expires_at }) : null));
  }
  return reading;
}

/** Oldest first, by algorithm. */
async function read<T extends KeyFacts>(from: Collection<T>): Promise<Reading<T>> {
  const { rows, now } = await from.list(LIST_LIMIT);
  const keys = rows.toSorted(
    ({ value: a }, { value: b }) =>
      ALGORITHMS.indexOf(a.alg) - ALGORITHMS.indexOf(b.alg) || a.generation - b.generation,
  );
  return { keys, now };
}

function publicNext({ value, expires_at }: Omit<Next<SigningKey>, 'also'>): Omit<Next<PublicKey>, 'also'> {
  const isRetired = value.retired_at !== null;
  return { value: publicKeyOf(value), expires_at: isRetired ? expires_at + KNOWN_AFTER_RETIREMENT_MS : expires_at };
}

/** The id names the generation, so that of two that make the same one only the first is stored. */
function idOf({ alg, generation }: KeyFacts): string {
  return `${alg}.${generation}`;
}

/** When a key is published no more, in ms since the epoch. */
function endOf({ retired_at }: KeyFacts): number {
  return retired_at === null ? NO_END_MS : retired_at + PUBLISHED_AFTER_RETIREMENT_MS;
}

/** Whether a key that is published and does not sign yet is what the caller wants. */
function isGoodEnough({ created_at, signs_from }: KeyFacts, haste: Haste, wanted: number): boolean {
  if (haste === 'scheduled') return true;
  // The old keys may have leaked, and this one lay beside them.
  return haste === 'now' ? signs_from - created_at <= AHEAD_MS.now : signs_from <= wanted;
}

function found<T>(row: Row<T> | null, alg: Algorithm): Row<T> {
  if (row === null) throw new Error(`there is no ${alg} signing key: it was removed from the store`);
  return row;
}

function infoOf({ id, value }: Row<PublicKey>, all: readonly Row<PublicKey>[], now: number): SigningKeyInfo {
  const { alg, kid, created_at, signs_from, retired_at } = value;
  const state = signsAt(all, alg, now)?.id === id ? 'signs' : signsNext(all, alg, now)?.id === id ? 'next' : 'retired';
  return { alg, kid, state, created_at, signs_from, retired_at, removed_at: retired_at === null ? null : endOf(value) };
}
