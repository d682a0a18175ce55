import { isConnectorError } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/index.ts';
import { countedNetworks, type Device, type Push } from '../session/index.ts';
import { type Collection, collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { FlowError } from './flow-error.ts';
import { PUSH_LEDGER, PUSH_LOG, type PushLedger, type PushLog } from './kinds.ts';

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
  reserve(connector: string, identifier: string | null, browser: Device): Promise<Push>;
  /** The push failed with `cause`. What surely was never sent is not counted. */
  withdraw(push: Push, cause: unknown): Promise<void>;
  /** What the person answered. Without an answer a push counts as ignored. */
  settle(push: Push, answer: 'approved' | 'declined' | 'not_me'): Promise<void>;
}

const NEW_LEDGER: PushLedger = { unanswered: [], blocked_until: 0, known_until: 0 };

export function createPushes(store: Store, { fingerprint }: Pick<Secrets, 'fingerprint'>): Pushes {
  const idOf = (...parts: readonly string[]): string => fingerprint(JSON.stringify(['push', ...parts]));

  const ledgers = collectionOf(store, PUSH_LEDGER);
  const logs = collectionOf(store, PUSH_LOG);

  /** The rows in which a push counts. */
  const placesOf = ({ person, networks }: Omit<Push, 'at'>): Places => ({
    ledgers: networks.map((network) => idOf('ledger', person, network)),
    from: networks.map((network) => idOf('from', network)),
    to: idOf('to', person),
  });
  const changeLedger = async (id: string, change: (ledger: PushLedger, now: number) => PushLedger): Promise<void> => {
    await ledgers.update(id, (row, now) => {
      const value = change(current(row?.value ?? NEW_LEDGER, now), now);
      return { value, expires_at: endOf(value, now) };
    });
  };
  const changeLog = async (
    id: string,
    { window_ms }: Window,
    change: (log: PushLog, now: number) => PushLog,
  ): Promise<void> => {
    await logs.update(id, (row, now) => ({
      value: change(within(row?.value, window_ms, now), now),
      expires_at: now + window_ms,
    }));
  };
  const readAll = async (places: Places): Promise<Books> => {
    const read = <T>(from: Collection<T>, ids: readonly string[]): ReturnType<Collection<T>['get']>[] =>
      ids.map((id) => from.get(id));
    const [found, from, to] = await Promise.all([
      Promise.all(read(ledgers, places.ledgers)),
      Promise.all(read(logs, places.from)),
      logs.get(places.to),
    ]);
    const { now } = to;
    return {
      now,
      ledgers: found.map(({ row }) => current(row?.value ?? NEW_LEDGER, now)),
      from: from.map(({ row }) => within(row?.value, FROM_NETWORK.window_ms, now)),
      to: within(to.row?.value, TO_PERSON.window_ms, now),
    };
  };
  /** Takes a push back out of everything that counted it. */
  const uncount = async ({ ledgers: counted, from, to }: Places, at: number): Promise<void> => {
    for (const id of counted) {
      await changeLedger(id, (ledger) => ({ ...ledger, unanswered: without(ledger.unanswered, at) }));
    }
    for (const id of from) await changeLog(id, FROM_NETWORK, (log) => without(log, at));
    if (to !== '') await changeLog(to, TO_PERSON, (log) => without(log, at));
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
      const places = placesOf(push);
      // Everything at once, so that the answer says how long it really takes.
      const books = await readAll(places);
      assertPast(freeAt(books), books.now);
      const at = books.now;
      // Then row by row, each of which decides for itself between those that came at the same time.
      const counted: { ledgers: string[]; from: string[]; to: '' } = { ledgers: [], from: [], to: '' };
      try {
        for (const id of places.ledgers) {
          await changeLedger(id, (ledger, now) => {
            assertPast(ledgerFreeAt(ledger), now);
            return { ...ledger, unanswered: [...ledger.unanswered, at] };
          });
          counted.ledgers.push(id);
        }
        for (const id of places.from) {
          await changeLog(id, FROM_NETWORK, (log, now) => {
            assertPast(roomAt(log, FROM_NETWORK), now);
            return [...log, at];
          });
          counted.from.push(id);
        }
        await changeLog(places.to, TO_PERSON, (log, now) => {
          if (!isKnown(books)) assertPast(roomAt(log, TO_PERSON), now);
          return [...log, at];
        });
      } catch (cause) {
        await uncount(counted, at);
        throw cause;
      }
      return { ...push, at };
    },
    async withdraw(push, cause) {
      // Asking for numbers that the provider does not know is counted: it tells who has an account.
      const neverSent = isConnectorError(cause) && cause.code !== 'identifier_refused' && !cause.may_have_begun;
      if (!neverSent) return;
      await uncount(placesOf(push), push.at);
    },
    async settle(push, answer) {
      const places = placesOf(push);
      for (const id of places.ledgers) {
        await changeLedger(id, (ledger, now) => answered(ledger, push.at, answer, now));
      }
      if (answer === 'approved') await changeLog(places.to, TO_PERSON, (log) => without(log, push.at));
    },
  };
}

/** Row ids. */
interface Places {
  readonly ledgers: readonly string[];
  readonly from: readonly string[];
  /** '' where it is not counted. */
  readonly to: string;
}

interface Window {
  readonly limit: number;
  readonly window_ms: number;
}

interface Books {
  readonly now: number;
  readonly ledgers: readonly PushLedger[];
  readonly from: readonly PushLog[];
  readonly to: PushLog;
}

function current(ledger: PushLedger, now: number): PushLedger {
  return { ...ledger, unanswered: ledger.unanswered.filter((at) => at > now - FORGET_MS) };
}

function answered(ledger: PushLedger, at: number, answer: 'approved' | 'declined' | 'not_me', now: number): PushLedger {
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
function freeAt(books: Books): number {
  const { ledgers, from, to } = books;
  return Math.max(
    ...ledgers.map(ledgerFreeAt),
    ...from.map((log) => roomAt(log, FROM_NETWORK)),
    isKnown(books) ? 0 : roomAt(to, TO_PERSON),
  );
}

function ledgerFreeAt({ unanswered, blocked_until }: PushLedger): number {
  const last = unanswered.at(-1);
  const pause = PAUSES_MS[Math.min(unanswered.length, PAUSES_MS.length) - 1];
  return Math.max(blocked_until, last === undefined || pause === undefined ? 0 : last + pause);
}

/** Whether the person has approved from one of these networks lately. */
function isKnown({ ledgers, now }: Books): boolean {
  return ledgers.some(({ known_until }) => known_until > now);
}

function within(log: PushLog | undefined, ms: number, now: number): PushLog {
  return (log ?? []).filter((at) => at > now - ms);
}

/** When a sliding window has room for one more; 0 where it has. */
function roomAt(log: PushLog, { limit, window_ms }: Window): number {
  const inTheWay = log.at(-limit);
  return inTheWay === undefined ? 0 : inTheWay + window_ms;
}

function assertPast(at: number, now: number): void {
  if (at <= now) return;
  const seconds = Math.max(1, Math.ceil((at - now) / 1000));
  throw new FlowError('rate_limited', 'too many requests were sent to this person: wait a little', seconds);
}

function endOf({ unanswered, blocked_until, known_until }: PushLedger, now: number): number {
  return Math.max((unanswered.at(-1) ?? now) + FORGET_MS, blocked_until, known_until);
}

/** Without one of the entries that say `at`. */
function without(log: PushLog, at: number): PushLog {
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
