import type { Telling } from '../telling.ts';
import type { Keys } from '../../keys/index.ts';
import type { Client, ClientDirectory } from '../../session/index.ts';
import type { Store } from '../../store/store.ts';
import { LIMITS } from '../authorization-checks.ts';
import { OAuthError } from '../oauth-error.ts';
import { assertWellFormed, type Params } from '../params.ts';
import { ENCRYPTED_HINT, isEncrypted } from '../encrypt.ts';
import { endSignIn } from './end-sign-in.ts';
import { leadToProvider, type ProviderLogout, returnedFromProvider } from './provider-logout.ts';
import { readIdTokenHint } from '../id-token-hint.ts';

/** Where a browser that asked to be signed out goes. */
export type SignedOut =
  /** Back to the client, by itself: it showed whose sign-in this was. */
  | { readonly type: 'redirect'; readonly location: string }
  /** A page that says so; with the way back, where the client said one. */
  | {
      readonly type: 'page';
      readonly client: Client | null;
      readonly back: string | null;
      /** Whether tokens ended: without a hint there was nothing to end. */
      readonly ended: boolean;
    };

/**
 * OpenID Connect RP-Initiated Logout 1.0. Beckon keeps no session of a browser, so what ends is the sign-in that the
 * id_token is of, with its tokens, and the session that its provider has with this browser. Without a hint nothing shows whose sign-in is meant: then nothing ends, and a person
 * presses to go back (§2).
 * @throws OAuthError for what must not be followed (§4)
 */
export async function endSession(
  deps: Telling & {
    readonly issuer: string;
    readonly clients: ClientDirectory;
    readonly keys: Pick<Keys, 'jwks'>;
    readonly store: Store;
    readonly newId: () => string;
    readonly providerLogout: ProviderLogout;
  },
  params: Params,
): Promise<SignedOut> {
  assertWellFormed(params);
  const { values } = params;
  const text = values.get('id_token_hint');
  const hint = text === undefined ? null : await readIdTokenHint(deps, text);
  if (text !== undefined && hint === null) {
    const mistake = isEncrypted(text) ? ENCRYPTED_HINT : 'is no id_token that this server issued';
    throw refused(`id_token_hint: ${mistake}`);
  }
  const named = values.get('client_id');
  if (hint !== null && named !== undefined && named !== hint.client_id) {
    throw refused('client_id: differs from the client of the id_token_hint');
  }
  const id = hint?.client_id ?? named;
  const client = id === undefined ? null : await deps.clients.registered(id);
  if (id !== undefined && client === null) throw refused('client_id: no such client');
  const back = wayBack(params, client);
  const ended = hint === null || client === null ? null : await endSignIn(deps, client, hint, 'logout');
  if (ended?.provider_session != null) {
    const after = { client_id: ended.client_id, location: back };
    const location = await leadToProvider(deps, ended.provider_session, after);
    if (location !== null) return { type: 'redirect', location };
  }
  return hint !== null && back !== null
    ? { type: 'redirect', location: back }
    : { type: 'page', client, back, ended: ended !== null };
}

/** A browser that comes back from a provider's logout. Its sign-in here ended before it went there. */
export async function endedAtProvider(
  deps: Parameters<typeof returnedFromProvider>[0] & { readonly clients: ClientDirectory },
  connector: string,
  parameters: URLSearchParams,
): Promise<SignedOut> {
  const after = await returnedFromProvider(deps, connector, parameters);
  if (after === null) return { type: 'page', client: null, back: null, ended: true };
  if (after.location !== null) return { type: 'redirect', location: after.location };
  return { type: 'page', client: await deps.clients.registered(after.client_id), back: null, ended: true };
}

/** The registered address, with `state`; null where none was asked for. */
function wayBack({ values }: Params, client: Client | null): string | null {
  const uri = values.get('post_logout_redirect_uri');
  if (uri === undefined) return null;
  if (client === null) throw refused('post_logout_redirect_uri: needs an id_token_hint or a client_id');
  if (!client.post_logout_redirect_uris.includes(uri)) {
    throw refused("post_logout_redirect_uri: is not one of the client's post_logout_redirect_uris");
  }
  const state = values.get('state');
  if (state === undefined) return uri;
  if (state.length > (LIMITS['state'] ?? 0)) throw refused('state: is too long');
  const url = new URL(uri);
  // Appended as text: what the client registered stays as it is, character by character.
  return `${uri}${url.search === '' ? '?' : '&'}state=${encodeURIComponent(state)}`;
}

function refused(description: string): OAuthError {
  return new OAuthError('invalid_request', description);
}
