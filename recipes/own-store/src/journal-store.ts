/**
 * A store that keeps every row in memory, and every change in a journal: one line for each commit, synced before the
 * commit is answered. Opening reads the journal. For one process and some thousand rows: `list`, `find` and `claimDue`
 * look at all rows of a kind.
 *
 * All is done in one turn of the event loop, so nothing gets in between a check and the change that it allows.
 */
import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  type Kind,
  type Row,
  type Store,
  type StoreContext,
  StoreError,
  type Usage,
  type Write,
  checkWrites,
  isStoreError,
  openValue,
  resealed,
  sealValue,
} from '@beckon/session-server/store';
import { openJournal } from './journal-file.ts';

/** A row as it rests: its value sealed, its tags as keyed hashes. */
interface Rest extends Omit<Row, 'value'> {
  readonly kind: Kind;
  /** Base64. */
  readonly sealed: string;
  readonly tags: readonly string[];
}

interface Hits {
  readonly count: number;
  readonly resets_at: number;
}

/** One line of the journal. What it has came to be at once. */
interface Entry {
  /** Rows as they are from here on. */
  readonly put?: readonly Rest[];
  /** Rows that are gone. */
  readonly gone?: readonly (readonly [kind: Kind, id: string])[];
  /** Leases: a row's new `due_at`. */
  readonly due?: readonly (readonly [kind: Kind, id: string, due_at: number])[];
  readonly hits?: readonly (readonly [key: string, count: number, resets_at: number])[];
}

/** The first line: whose file it is, and that the secrets are those that it was made with. */
interface Head {
  readonly beckon_journal: 1;
  readonly check: string;
  readonly fingerprint: string;
}

const CHECK = 'journal_check|';
/** A journal smaller than this is not written anew, in bytes. */
const SMALL = 65_536;
const OVER_LIMIT = 100_000;

/** @throws StoreError */
export function openJournalStore(path: string, { sealer, now }: StoreContext): Store {
  const kinds = new Map<Kind, Map<string, Rest>>();
  const hits = new Map<string, Hits>();
  let open = true;

  const rowsOf = (kind: Kind): Map<string, Rest> => {
    const rows = kinds.get(kind) ?? new Map<string, Rest>();
    kinds.set(kind, rows);
    return rows;
  };
  const headLine = (): string =>
    JSON.stringify({
      beckon_journal: 1,
      check: base64(sealer.seal(Buffer.from('beckon'), '', CHECK)),
      fingerprint: sealer.fingerprint(CHECK),
    } satisfies Head);
  const apply = (entry: Entry): void => {
    for (const rest of entry.put ?? []) rowsOf(rest.kind).set(rest.id, rest);
    for (const [kind, id] of entry.gone ?? []) rowsOf(kind).delete(id);
    for (const [kind, id, due_at] of entry.due ?? []) {
      const rest = rowsOf(kind).get(id);
      if (rest !== undefined) rowsOf(kind).set(id, { ...rest, due_at });
    }
    for (const [key, count, resets_at] of entry.hits ?? []) {
      if (count === 0) hits.delete(key);
      else hits.set(key, { count, resets_at });
    }
  };

  const file = openJournal(path, ([head, ...lines]) => {
    if (head !== undefined) checkHead(path, head, sealer);
    for (const line of lines) apply(parse(path, line) as Entry);
  });
  /** First on the disk, then in memory: what was answered is on the disk. */
  const store = (entry: Entry, durably: boolean): void => {
    file.append(JSON.stringify(entry), durably);
    apply(entry);
  };
  const everything = (): string[] => [
    headLine(),
    ...[...kinds.values()].flatMap((rows) => [...rows.values()].map((rest) => JSON.stringify({ put: [rest] }))),
    ...[...hits].map(([key, { count, resets_at }]) => JSON.stringify({ hits: [[key, count, resets_at]] })),
  ];
  file.replace(everything());

  /** The server's time, for a call that the store still answers. */
  const begin = (): number => {
    if (!open) throw new StoreError('closed', `The journal ${path} is closed`);
    return now();
  };
  const live = (kind: Kind, at: number): Rest[] =>
    [...rowsOf(kind).values()].filter(({ expires_at }) => expires_at > at).toSorted(byId);
  const liveRow = (kind: Kind, id: string, at: number): Rest | null => {
    const rest = rowsOf(kind).get(id);
    return rest !== undefined && rest.expires_at > at ? rest : null;
  };
  const read = <T>(rest: Rest): Row<T> => {
    const { id, version, schema, expires_at, due_at } = rest;
    const value = openValue(sealer, rest.kind, rest, Buffer.from(rest.sealed, 'base64')) as T;
    return { id, version, schema, expires_at, due_at, value };
  };
  const tagHash = (kind: Kind, tag: string): string => sealer.fingerprint(`tag|${kind}|${tag}`);
  const holds = (write: Write, at: number): boolean => {
    if (write.op === 'remove') return liveRow(write.kind, write.id, at)?.version === write.version;
    const there = liveRow(write.kind, write.row.id, at);
    return write.op === 'insert' ? there === null : there?.version === write.row.version - 1;
  };
  const restOf = ({ op, kind, row, tags }: Exclude<Write, { op: 'remove' }>): Rest => {
    const { id, version, schema, expires_at, due_at } = row;
    const before = op === 'swap' ? (rowsOf(kind).get(id)?.tags ?? []) : [];
    return {
      kind,
      id,
      version,
      schema,
      expires_at,
      due_at,
      sealed: base64(sealValue(sealer, kind, row, row.value)),
      tags: tags === undefined ? before : [...new Set(tags)].map((tag) => tagHash(kind, tag)),
    };
  };

  return {
    async now() {
      return begin();
    },
    async get<T>(kind: Kind, id: string) {
      const at = begin();
      const rest = liveRow(kind, id, at);
      return { row: rest === null ? null : read<T>(rest), now: at };
    },
    async list<T>(kind: Kind, limit: number, after = '') {
      const at = begin();
      return {
        rows: live(kind, at)
          .filter(({ id }) => id > after)
          .slice(0, limit)
          .map(read<T>),
        now: at,
      };
    },
    async find<T>(kind: Kind, tag: string, options: { readonly limit: number; readonly after: string | null }) {
      const at = begin();
      const hash = tagHash(kind, tag);
      const { after, limit } = options;
      const found = live(kind, at).filter(
        ({ id, tags }) => tags.includes(hash) && (after === null || compare(id, after) > 0),
      );
      const rows = found.slice(0, limit).map(read<T>);
      return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null, now: at };
    },
    async commit(given) {
      const at = begin();
      const writes = typeof given === 'function' ? given(at) : given;
      checkWrites(writes);
      // A commit names no row twice: each write is held against what is there.
      if (!writes.every((write) => holds(write, at))) return { stored: false, now: at };
      const put = writes.flatMap((write) => (write.op === 'remove' ? [] : [restOf(write)]));
      const gone = writes.flatMap((write) => (write.op === 'remove' ? [[write.kind, write.id] as const] : []));
      store({ put, gone }, true);
      return { stored: true, now: at };
    },
    async claimDue<T>(kind: Kind, { limit, lease_ms }: { readonly limit: number; readonly lease_ms: number }) {
      const at = begin();
      const due = live(kind, at)
        .filter((rest): rest is Rest & { due_at: number } => rest.due_at !== null && rest.due_at <= at)
        .toSorted((a, b) => a.due_at - b.due_at)
        .slice(0, limit);
      if (due.length === 0) return [];
      const leased = due.map((rest) => ({ ...rest, due_at: at + lease_ms }));
      store({ due: leased.map(({ id, due_at }) => [kind, id, due_at] as const) }, false);
      return leased.flatMap((rest) => readable(() => read<T>(rest)));
    },
    async renewLease(kind, { id, due_at }, lease_ms) {
      const at = begin();
      if (due_at === null || liveRow(kind, id, at)?.due_at !== due_at) return null;
      // Two leases of one ms would read alike: the new one is always another.
      const until = at + lease_ms === due_at ? due_at + 1 : at + lease_ms;
      store({ due: [[kind, id, until]] }, false);
      return until;
    },
    async increment(given) {
      const at = begin();
      const counted = given.map(({ key, window_ms, by }) => {
        const hash = sealer.fingerprint(`count|${key}`);
        const window = hits.get(hash);
        const isOver = window === undefined || window.resets_at <= at;
        return isOver
          ? { hash, count: by, resets_at: at + window_ms }
          : { hash, count: window.count + by, resets_at: window.resets_at };
      });
      store({ hits: counted.map(({ hash, count, resets_at }) => [hash, count, resets_at] as const) }, false);
      return counted.map(({ count, resets_at }) => ({ count, resets_at }));
    },
    async reseal(after, limit) {
      const at = begin();
      const all = [...kinds.values()]
        .flatMap((rows) => [...rows.values()])
        .map((rest) => ({ rest, place: `${rest.kind}|${rest.id}` }))
        .filter(({ rest, place }) => rest.expires_at > at && (after === null || compare(place, after) > 0))
        .toSorted((a, b) => compare(a.place, b.place));
      const slice = all.slice(0, limit);
      const values = slice.map(({ rest }) => resealed(sealer, rest.kind, rest, Buffer.from(rest.sealed, 'base64')));
      const put = slice.flatMap(({ rest }, i) => {
        const value = values[i];
        return value instanceof Uint8Array ? [{ ...rest, sealed: base64(value) }] : [];
      });
      if (put.length > 0) store({ put }, true);
      return {
        sealed: put.length,
        unreadable: values.filter((value) => value === 'unreadable').length,
        next: all.length > limit ? (slice.at(-1)?.place ?? null) : null,
      };
    },
    async sweep(limit) {
      const at = begin();
      const gone = over(kinds, at).slice(0, limit);
      const ended = [...hits].filter(([, { resets_at }]) => resets_at <= at).slice(0, limit - gone.length);
      const swept = gone.length + ended.length;
      if (swept > 0) {
        store(
          {
            gone: gone.map(({ kind, id }) => [kind, id] as const),
            hits: ended.map(([key, { resets_at }]) => [key, 0, resets_at] as const),
          },
          false,
        );
      }
      if (file.size > SMALL) {
        const lines = everything();
        const needed = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
        if (file.size > 2 * needed) file.replace(lines);
      }
      return swept;
    },
    async usage() {
      const at = begin();
      return {
        over: Math.min(over(kinds, at).length, OVER_LIMIT),
        bytes: file.size,
        // What is waste is given back to the disk, and never written over.
        reusable: 0,
        disk: diskOf(path),
      };
    },
    async close() {
      if (!open) return;
      open = false;
      file.close();
    },
  };
}

function checkHead(path: string, line: string, sealer: StoreContext['sealer']): void {
  const head = parse(path, line) as Partial<Head> | null;
  if (head?.beckon_journal !== 1) throw new StoreError('corrupt', `The file ${path} is no journal of this store`);
  try {
    sealer.open(Buffer.from(head.check ?? '', 'base64'), '', CHECK);
  } catch (cause) {
    throw new StoreError('wrong_secret', `The journal ${path} was made with another secret`, cause);
  }
  if (head.fingerprint !== sealer.fingerprint(CHECK)) {
    throw new StoreError('wrong_secret', `The journal ${path} was made with another subject secret`);
  }
}

function over(kinds: ReadonlyMap<Kind, ReadonlyMap<string, Rest>>, at: number): Rest[] {
  return [...kinds.values()].flatMap((rows) => [...rows.values()].filter(({ expires_at }) => expires_at <= at));
}

function diskOf(path: string): Usage['disk'] {
  const { bavail, blocks, bsize } = statfsSync(dirname(resolve(path)));
  return { free: bavail * bsize, total: blocks * bsize };
}

function parse(path: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new StoreError('corrupt', `The journal ${path} is damaged, or no journal`, cause);
  }
}

/** A row that cannot be opened is put off with the others, and left out. */
function readable<T>(work: () => T): T[] {
  try {
    return [work()];
  } catch (cause) {
    if (isStoreError(cause)) return [];
    throw cause;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function byId(a: Rest, b: Rest): number {
  return compare(a.id, b.id);
}

/** By bytes, not by the units of JavaScript's text. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
