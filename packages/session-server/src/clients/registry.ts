import { collectionOf, inserting } from '../store/collection.ts';
import type { KindOf } from '../store/kinds.ts';
import type { Row, Store, Write, Writes } from '../store/store.ts';
import {
  CLIENTS_HEAD,
  type ClientsChange,
  type ClientsHead,
  REGISTERED_CLIENT,
  type StoredClient,
  type StoredSwitch,
  SWITCH,
  type SwitchedThing,
} from './kinds.ts';

/** Clients that the store may have: every process keeps all of them in memory. */
export const MOST_CLIENTS = 10_000;
/** Connectors and clients that may be switched off. */
const MOST_SWITCHES = 20_000;
/** A process that missed more than so many changes reads everything anew. */
const RECENT = 64;
/** Operators who change at once; one of them wins each time. */
const TRIES = 50;
const NEVER = Number.MAX_SAFE_INTEGER;
const HEAD_ID = 'clients.head';

/** What a row is to become, and what is stored with it; `value: null` removes it. */
export interface Decision<T> {
  readonly value: T | null;
  readonly also?: readonly Write[];
}

/** Decides by the row as it is; null leaves it. May be asked several times, and throws what the caller is to hear. */
export type Decide<T> = (row: Row<T> | null, now: number, head: ClientsHead) => Decision<T> | null;

/** Clients and switches at rest. */
export interface ClientRegistry {
  /** The version that the last change made, 0 for none, and what changed lately. */
  head(): Promise<{ readonly version: number; readonly recent: readonly ClientsChange[] }>;
  client(client_id: string): Promise<Row<StoredClient> | null>;
  clients(): Promise<readonly Row<StoredClient>[]>;
  switched(what: SwitchedThing, id: string): Promise<StoredSwitch | null>;
  switches(): Promise<readonly StoredSwitch[]>;
  /** @returns the row as it is then */
  changeClient(client_id: string, decide: Decide<StoredClient>): Promise<Row<StoredClient> | null>;
  changeSwitch(what: SwitchedThing, id: string, decide: Decide<StoredSwitch>): Promise<StoredSwitch | null>;
}

/** The id beside which what belongs to these rows is stored: one commit has both. */
export const BESIDE: string = HEAD_ID;

export function createClientRegistry(store: Pick<Store, 'get' | 'list' | 'find' | 'commit'>): ClientRegistry {
  const heads = collectionOf(store, CLIENTS_HEAD);
  const clients = collectionOf(store, REGISTERED_CLIENT);
  const switches = collectionOf(store, SWITCH);

  const change = async <T>(
    kind: KindOf<T>,
    id: string,
    touched: Pick<ClientsChange, 'what' | 'id'>,
    decide: Decide<T>,
  ): Promise<Row<T> | null> => {
    const rows = collectionOf(store, kind);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { row: head, now } = await heads.get(HEAD_ID);
      const { row } = await rows.get(id);
      const known = head?.value ?? { recent: [], clients: 0 };
      const decision = decide(row, now, known);
      if (decision === null || (decision.value === null && row === null)) return row;
      const version = (head?.version ?? 0) + 1;
      const counts = kind.name === REGISTERED_CLIENT.name;
      const next = {
        value: {
          recent: [...known.recent, { ...touched, version }].slice(-RECENT),
          clients: known.clients + (counts ? Number(decision.value !== null) - Number(row !== null) : 0),
        },
        expires_at: NEVER,
      };
      const writes: Writes = [
        head === null ? inserting(CLIENTS_HEAD, HEAD_ID, next) : heads.swapping(head, next),
        writeOf(kind, id, row, decision.value),
        ...(decision.also ?? []),
      ];
      if ((await store.commit(writes)).stored) return decision.value === null ? null : (await rows.get(id)).row;
    }
    throw new Error('the clients are changed by too many at once');
  };

  const writeOf = <T>(kind: KindOf<T>, id: string, row: Row<T> | null, value: T | null): Write => {
    if (row === null) return inserting(kind, id, { value: value as T, expires_at: NEVER });
    if (value === null) return { op: 'remove', kind: kind.name, id, version: row.version };
    return collectionOf(store, kind).swapping(row, { value, expires_at: NEVER });
  };

  return {
    async head() {
      const { row } = await heads.get(HEAD_ID);
      return { version: row?.version ?? 0, recent: row?.value.recent ?? [] };
    },
    client: async (client_id) => (await clients.get(clientRow(client_id))).row,
    clients: async () => (await clients.list(MOST_CLIENTS)).rows,
    switched: async (what, id) => (await switches.get(switchRow(what, id))).row?.value ?? null,
    switches: async () => (await switches.list(MOST_SWITCHES)).rows.map(({ value }) => value),
    changeClient: (client_id, decide) =>
      change(REGISTERED_CLIENT, clientRow(client_id), { what: 'registration', id: client_id }, decide),
    changeSwitch: async (what, id, decide) =>
      (await change(SWITCH, switchRow(what, id), { what, id }, decide))?.value ?? null,
  };
}

const clientRow = (client_id: string): string => `clients.${client_id}`;
const switchRow = (what: SwitchedThing, id: string): string => `clients.switch.${what}.${id}`;
