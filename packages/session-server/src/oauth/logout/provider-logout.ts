import type { ProviderSession } from '../../session/index.ts';
import { collectionOf } from '../../store/collection.ts';
import type { Store } from '../../store/store.ts';
import { LOGOUT_RETURN, type LogoutReturn } from '../kinds.ts';

/** How long a browser may stay at the provider, in ms. */
const RETURN_WITHIN_MS = 900_000;

/** How a provider's session is ended; what a connector's `logout` is, with failures told to the log. */
export interface ProviderLogout {
  /** Where to send the browser; null where the provider cannot end its session now. It never throws. */
  url(
    connector: string,
    options: {
      readonly return_to: string;
      readonly state: Readonly<Record<string, string>>;
      readonly id_token_hint: string | null;
    },
  ): Promise<string | null>;
  /** What comes back with the browser; null for nothing. */
  stateOf(connector: string, parameters: URLSearchParams): Readonly<Record<string, string>> | null;
}

interface Dependencies {
  readonly issuer: string;
  readonly store: Store;
  readonly newId: () => string;
  readonly providerLogout: ProviderLogout;
}

/**
 * Where a browser goes so that the provider's session with it ends too, once the sign-in has ended here; null where there
 * is none to end. Where it goes then waits in a row, because providers give back little.
 */
export async function leadToProvider(
  { issuer, store, newId, providerLogout }: Dependencies,
  { connector, id_token }: ProviderSession & { readonly connector: string },
  after: LogoutReturn,
): Promise<string | null> {
  const handle = newId();
  const url = await providerLogout.url(connector, {
    return_to: `${issuer}/oauth/logout/callback/${connector}`,
    state: { handle },
    id_token_hint: id_token,
  });
  if (url === null) return null;
  await collectionOf(store, LOGOUT_RETURN).insert(handle, (now) => ({
    value: after,
    expires_at: now + RETURN_WITHIN_MS,
  }));
  return url;
}

/** Where a browser goes that comes back from a provider's logout, once; null where it does not say, or that is over. */
export async function returnedFromProvider(
  { store, providerLogout }: Pick<Dependencies, 'store' | 'providerLogout'>,
  connector: string,
  parameters: URLSearchParams,
): Promise<LogoutReturn | null> {
  const handle = providerLogout.stateOf(connector, parameters)?.['handle'] ?? '';
  if (!/^[0-9A-Z]{20,40}$/.test(handle)) return null;
  const returns = collectionOf(store, LOGOUT_RETURN);
  const { row } = await returns.get(handle);
  return row !== null && (await returns.remove(row)) ? row.value : null;
}
