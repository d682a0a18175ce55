import type { Client, ClientDirectory } from '../session/index.ts';

/** A directory whose clients can be replaced, all at once, while the server runs. */
export interface LiveDirectory extends ClientDirectory {
  /** From here on these are the clients: those that are not among them are not found. */
  replace(list: readonly Client[]): void;
}

/** A directory of the clients that the configuration names. */
export function directoryOf(list: readonly Client[]): LiveDirectory {
  let byId = new Map<string, Client>();
  let origins = new Set<string>();
  const replace = (clients: readonly Client[]): void => {
    byId = new Map(clients.map((client) => [client.client_id, client]));
    origins = new Set(clients.flatMap(({ allowed_origins }) => allowed_origins));
  };
  replace(list);
  return {
    find: (client_id) => Promise.resolve(byId.get(client_id) ?? null),
    knowsOrigin: (origin) => Promise.resolve(origins.has(origin)),
    replace,
  };
}
