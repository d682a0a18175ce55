import type { Client, ClientDirectory, Switches } from '../session/index.ts';
import type { StoredClient, StoredSwitch, SwitchedThing, TemporaryMember } from './kinds.ts';

export const TEMPORARY_MEMBERS: readonly TemporaryMember[] = [
  'redirect_uris',
  'allowed_origins',
  'post_logout_redirect_uris',
];

/** A directory whose clients can be replaced, and disabled, while the server runs. */
export interface LiveDirectory extends ClientDirectory, Switches {
  /** From here on these are the clients of the file, all at once. */
  replace(list: readonly Client[]): void;
  /** What the store has under these ids; null for nothing. `all`: and nothing else. */
  take(found: Found, all: boolean): void;
  /** Those of the file. */
  readonly ofFile: readonly Client[];
}

/** What was found in the store, by id. */
export interface Found {
  readonly clients: ReadonlyMap<string, StoredClient | null>;
  readonly switches: readonly FoundSwitch[];
}

export interface FoundSwitch {
  readonly what: SwitchedThing;
  readonly id: string;
  /** Null: it is switched on. */
  readonly off: StoredSwitch | null;
}

export interface DirectoryOptions {
  /** A stored client as it is with these members and secrets. Throws where this release cannot take it. */
  readonly resolve: (registration: StoredClient['registration'], client_secret_hashes: readonly string[]) => Client;
  /** Ms since the epoch: what has an end counts until then. */
  readonly now: () => number;
  /** Hears of stored clients that the file hides because it has the same id, each once. */
  readonly onHidden?: (client_id: string) => void;
  /** Hears of a stored client that cannot be served, each time that it is read. */
  readonly onUnreadable?: (client_id: string, error: unknown) => void;
}

/** A stored client, as it is until `until`. */
interface Entry {
  readonly stored: StoredClient;
  readonly client: Client;
  readonly until: number;
}

/**
 * A directory of the clients that the configuration names, and of those that the store has. Where both have an id, the file
 * wins: an operator token cannot take the place of a client of the file, and a client can move from the store to the file
 * without a gap.
 */
export function directoryOf(list: readonly Client[], options: DirectoryOptions): LiveDirectory {
  const { resolve, now, onHidden, onUnreadable } = options;
  let file = new Map<string, Client>();
  const stored = new Map<string, Entry>();
  const off = new Map<string, StoredSwitch>();
  const hidden = new Set<string>();
  /** Of all clients; null when it is to be gathered anew. */
  let origins: ReadonlySet<string> | null = null;
  let originsUntil = 0;

  const put = (client_id: string, value: StoredClient): Client | null => {
    const entry = entryOf(value, resolve, now(), (error) => onUnreadable?.(client_id, error));
    origins = null;
    if (entry === null) stored.delete(client_id);
    else stored.set(client_id, entry);
    return entry?.client ?? null;
  };
  const storedClient = (client_id: string): Client | null => {
    const entry = stored.get(client_id);
    if (entry === undefined) return null;
    // Something of it has ended.
    return now() < entry.until ? entry.client : put(client_id, entry.stored);
  };
  const registered = (client_id: string): Client | null => file.get(client_id) ?? storedClient(client_id);
  const isOff = (what: SwitchedThing, id: string): boolean => off.has(keyOf(what, id));
  const tellHidden = (): void => {
    for (const client_id of stored.keys()) {
      if (!file.has(client_id)) hidden.delete(client_id);
      else if (!hidden.has(client_id)) {
        hidden.add(client_id);
        onHidden?.(client_id);
      }
    }
  };
  const replace = (clients: readonly Client[]): void => {
    file = new Map(clients.map((client) => [client.client_id, client]));
    origins = null;
    tellHidden();
  };
  const gathered = (): ReadonlySet<string> => {
    const all = new Set([...file.values()].flatMap(({ allowed_origins }) => allowed_origins));
    originsUntil = Number.POSITIVE_INFINITY;
    for (const client_id of stored.keys()) {
      if (file.has(client_id)) continue;
      for (const origin of storedClient(client_id)?.allowed_origins ?? []) all.add(origin);
      originsUntil = Math.min(originsUntil, stored.get(client_id)?.until ?? originsUntil);
    }
    return all;
  };
  replace(list);
  return {
    find: (client_id) => Promise.resolve(isOff('client', client_id) ? null : registered(client_id)),
    registered: (client_id) => Promise.resolve(registered(client_id)),
    knowsOrigin(origin) {
      if (origins === null || now() >= originsUntil) origins = gathered();
      return Promise.resolve(origins.has(origin));
    },
    isClientDisabled: (client_id) => isOff('client', client_id),
    isConnectorDisabled: (id) => isOff('connector', id),
    replace,
    take(found, all) {
      if (all) {
        stored.clear();
        off.clear();
      }
      for (const [client_id, value] of found.clients) {
        origins = null;
        if (value === null) stored.delete(client_id);
        else put(client_id, value);
      }
      for (const { what, id, off: row } of found.switches) {
        if (row === null) off.delete(keyOf(what, id));
        else off.set(keyOf(what, id), row);
      }
      if (all) origins = null;
      tellHidden();
    },
    get ofFile() {
      return [...file.values()];
    },
  };
}

const keyOf = (what: SwitchedThing, id: string): string => `${what} ${id}`;

function entryOf(
  stored: StoredClient,
  resolve: DirectoryOptions['resolve'],
  now: number,
  failed: (error: unknown) => void,
): Entry | null {
  try {
    return { stored, client: clientAt(stored, resolve, now), until: endOf(stored, now) };
  } catch (error) {
    failed(error);
    return null;
  }
}

/** A stored client as it is at a time: without what has ended. */
export function clientAt(stored: StoredClient, resolve: DirectoryOptions['resolve'], now: number): Client {
  const hashes = stored.secrets.filter(({ until }) => until === null || now < until).map(({ hash }) => hash);
  return resolve(registrationAt(stored, now), hashes);
}

/** Its members at a time, addresses that count until later included. */
export function registrationAt({ registration, temporary }: StoredClient, now: number): StoredClient['registration'] {
  const live = temporary.filter(({ until }) => now < until);
  return live.reduce<StoredClient['registration']>((members, { member, value }) => {
    const own = members[member];
    const values: readonly unknown[] = Array.isArray(own) ? own : [];
    return values.includes(value) ? members : { ...members, [member]: [...values, value] };
  }, registration);
}

/** When the next part of it ends. */
function endOf({ secrets, temporary }: StoredClient, now: number): number {
  const ends = [...secrets, ...temporary].map(({ until }) => until ?? Number.POSITIVE_INFINITY);
  return Math.min(Number.POSITIVE_INFINITY, ...ends.filter((until) => now < until));
}
