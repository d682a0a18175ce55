import type { Client, ClientDirectory } from '../session/index.ts';

/** A directory of the clients that the configuration names; it does not change while the server runs. */
export function directoryOf(list: readonly Client[]): ClientDirectory {
  const byId = new Map(list.map((client) => [client.client_id, client]));
  const origins = new Set(list.flatMap(({ allowed_origins }) => allowed_origins));
  return {
    find: (client_id) => Promise.resolve(byId.get(client_id) ?? null),
    knowsOrigin: (origin) => Promise.resolve(origins.has(origin)),
  };
}
