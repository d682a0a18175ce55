import type { ConnectorId } from '@beckon/protocol';
import type { SignInEnvironment } from './environment.ts';

/**
 * Which identity app this browser last signed in with, for one server and client: its id and
 * nothing else. Where there is no storage (third-party frames, private windows) nothing is known.
 */
export interface LastUsed {
  read(): ConnectorId | null;
  write(connector: ConnectorId): void;
}

/** `client`: its id, or its name where only the page's backend knows the id. */
export function lastUsedOf({ storage }: SignInEnvironment, server: string, client: string): LastUsed {
  const key = `beckon.last-used ${server} ${client}`;
  return {
    read() {
      try {
        return storage().getItem(key);
      } catch {
        return null;
      }
    },
    write(connector) {
      try {
        storage().setItem(key, connector);
      } catch {
        // The next sign-in offers the apps in the operator's order.
      }
    },
  };
}
