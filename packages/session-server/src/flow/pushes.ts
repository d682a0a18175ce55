import { ConnectorError } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/index.ts';
import { countedNetworks, type Party, type Push } from '../session/index.ts';
import type { Row, Store, Write } from '../store/store.ts';
import { FlowError } from './flow.ts';

/**
 * After so many pushes to one person from one network that were not approved, the next one waits this
 * long, in ms. The person may mistype or tap the wrong button once; a stranger has four in an hour.
 */
const PAUSES_MS = [10_000, 300_000, 3_600_000, 86_400_000] as const;
/** Pushes that were not approved count this long, in ms. */
const FORGET_MS = 7 * 86_400_000;
/** After "this was not me" that network sends that person nothing for this long, in ms. */
const NOT_ME_MS = 30 * 86_400_000;
/** A network from which the person approved is theirs for this long, in ms: the ceiling below does not bind there. */
const KNOWN_MS = 90 * 86_400_000;
/** Pushes to one person from all other networks together. A botnet cannot flood one phone. */
const TO_PERSON = { limit: 20, window_ms: 86_400_000 } as const;
/** Pushes from one network, to whomever. */
const FROM_NETWORK = { limit: 30, window_ms: 600_000 } as const;

/**
 * Who may ask whose phone, and how often: counted by identifier and network, so that a stranger who
 * pushes to a known number stops the stranger's network and not the number's owner. The store keeps
 * keyed hashes. An unknown identifier counts like a known one.
 */
export interface Pushes {
  /** Counts a push before it is sent. @throws FlowError `invalid_request`, `rate_limited` */
  reserve(connector: string, identifier: string | null, browser: Party): Promise<Push>;
  /** The push failed with `cause`. What surely was never sent is not counted. */
  withdraw(push: Push, cause: unknown): Promise<void>;
  /** What the person answered. Without an answer a push counts as ignored. */
  settle(push: Push, answer: 'approved' | 'declined' | 'not_me'): Promise<void>;
}

/** What one network has done to one person. */
interface Ledger {
  /** When pushes were sent that were not approved, or declined if that is later; oldest first. */
  readonly unanswered: readonly number[];
  readonly blocked_until: number;
  readonly known_until: number;
}
/** When pushes were sent, oldest first. */
type Log = readonly number[];

const NEW_LEDGER: Ledger = { unanswered: [], blocked_until: 0, known_until: 0 };

export function createPushes(store: Store, { fingerprint }: Pick<Secrets, 'fingerprint'>): Pushes {
  const idOf = (...parts: readonly string[]): string => fingerprint(JSON.stringify(['push', ...parts]));

  /** Reads everything that a push counts in, decides, and stores all of it or nothing, however many try at once. */
  const change = async (push: Omit<Push, 'at'>, decide: (books: Books, now: number) => Books): Promise<number> => {
    const ledgerIds = push.networks.map((network) => idOf('ledger', push.person, network));
    const fromIds = push.networks.map((network) => idOf('from', network));
    const toId = idOf('to', push.person);
    const read = <T>(ids: readonly string[]): Promise<readonly (Row<T> | null)[]> =>
      Promise.all(ids.map((id) => store.get<T>('push', id)));
    for (;;) {
      const [ledgers, from, [to = null]] = await Promise.all([
        read<Ledger>(ledgerIds),
        read<Log>(fromIds),
        read<Log>([toId]),
      ]);
      const now = await store.now();
      const within = (row: Row<Log> | null, ms: number): Log => (row?.value ?? []).filter((at) => at > now - ms);
      const next = decide(
        {
          ledgers: ledgers.map((row) => current(row?.value ?? NEW_LEDGER, now)),
          from: from.map((row) => within(row, FROM_NETWORK.window_ms)),
          to: within(to, TO_PERSON.window_ms),
        },
        now,
      );
      const [first, ...rest] = [
        write(toId, to, next.to, now + TO_PERSON.window_ms),
        ...next.ledgers.map((ledger, n) => write(ledgerIds[n] ?? '', ledgers[n] ?? null, ledger, endOf(ledger, now))),
        ...next.from.map((log, n) => write(fromIds[n] ?? '', from[n] ?? null, log, now + FROM_NETWORK.window_ms)),
      ];
      if (first === undefined || (await store.commit([first, ...rest]))) return now;
    }
  };

  return {
    async reserve(connector, identifier, { address }) {
      if (identifier === null || identifier.trim() === '') {
        throw new FlowError(
          'invalid_request',
          'login_hint: is missing: mode "direct" needs the identifier that the person typed',
        );
      }
      const push = {
        person: idOf('person', connector, plain(identifier)),
        networks: countedNetworks(address).map(({ key: network }) => idOf('network', network)),
      };
      const at = await change(push, (books, now) => {
        assertPast(freeAt(books, now), now);
        return {
          ledgers: books.ledgers.map((ledger) => ({ ...ledger, unanswered: [...ledger.unanswered, now] })),
          from: books.from.map((log) => [...log, now]),
          to: [...books.to, now],
        };
      });
      return { ...push, at };
    },
    async withdraw(push, cause) {
      // Whoever asks for numbers that the provider does not know is counted: it tells who has an account.
      const neverSent = cause instanceof ConnectorError && cause.code !== 'identifier_refused' && !cause.may_have_begun;
      if (!neverSent) return;
      await change(push, ({ ledgers, from, to }) => ({
        ledgers: ledgers.map((ledger) => ({ ...ledger, unanswered: without(ledger.unanswered, push.at) })),
        from: from.map((log) => without(log, push.at)),
        to: without(to, push.at),
      }));
    },
    async settle(push, answer) {
      await change(push, ({ ledgers, from, to }, now) => ({
        ledgers: ledgers.map((ledger) => answered(ledger, push.at, answer, now)),
        from,
        to: answer === 'approved' ? without(to, push.at) : to,
      }));
    },
  };
}

interface Books {
  readonly ledgers: readonly Ledger[];
  readonly from: readonly Log[];
  readonly to: Log;
}

function current(ledger: Ledger, now: number): Ledger {
  return { ...ledger, unanswered: ledger.unanswered.filter((at) => at > now - FORGET_MS) };
}

function answered(ledger: Ledger, at: number, answer: 'approved' | 'declined' | 'not_me', now: number): Ledger {
  switch (answer) {
    case 'approved':
      return { ...ledger, unanswered: [], known_until: now + KNOWN_MS };
    case 'declined':
      // The pause runs from the answer. A ledger that is full of older ones loses none of them.
      return { ...ledger, unanswered: [...without(ledger.unanswered, at), now] };
    case 'not_me':
      return { ...ledger, known_until: 0, blocked_until: now + NOT_ME_MS };
  }
}

/** The first ms at which the next push may be sent. */
function freeAt({ ledgers, from, to }: Books, now: number): number {
  const times = ledgers.flatMap(({ unanswered, blocked_until }) => {
    const last = unanswered.at(-1);
    const pause = PAUSES_MS[Math.min(unanswered.length, PAUSES_MS.length) - 1];
    return [blocked_until, last === undefined || pause === undefined ? 0 : last + pause];
  });
  const known = ledgers.some(({ known_until }) => known_until > now);
  return Math.max(...times, ...from.map((log) => roomAt(log, FROM_NETWORK)), known ? 0 : roomAt(to, TO_PERSON));
}

/** When a sliding window has room for one more; 0 where it has. */
function roomAt(log: Log, { limit, window_ms }: { readonly limit: number; readonly window_ms: number }): number {
  const inTheWay = log.at(-limit);
  return inTheWay === undefined ? 0 : inTheWay + window_ms;
}

function assertPast(at: number, now: number): void {
  if (at <= now) return;
  const seconds = Math.max(1, Math.ceil((at - now) / 1000));
  throw new FlowError('rate_limited', 'too many requests were sent to this person: wait a little', seconds);
}

function endOf({ unanswered, blocked_until, known_until }: Ledger, now: number): number {
  return Math.max((unanswered.at(-1) ?? now) + FORGET_MS, blocked_until, known_until);
}

function write(id: string, row: Row | null, value: unknown, expires_at: number): Write {
  const next = { id, version: (row?.version ?? 0) + 1, expires_at, due_at: null, value };
  return { op: row === null ? 'insert' : 'swap', kind: 'push', row: next };
}

/** Without one of the entries that say `at`. */
function without(log: Log, at: number): Log {
  const index = log.indexOf(at);
  return index === -1 ? log : log.toSpliced(index, 1);
}

/** The same number with other spaces and dashes is the same person. */
function plain(identifier: string): string {
  return identifier
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
