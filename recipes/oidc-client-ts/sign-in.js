import { ErrorResponse, UserManager } from 'oidc-client-ts';

const users = new UserManager({
  authority: 'https://id.example.com',
  client_id: 'oidc-client-ts',
  redirect_uri: `${location.origin}/callback`,
  post_logout_redirect_uri: `${location.origin}/`,
  // With a refresh token, which `offline_access` asks for, the library renews the tokens in time, and without an iframe.
  scope: 'openid profile email offline_access',
  // Name and email: from the userinfo endpoint.
  loadUserInfo: true,
});

/** @returns who came back from Beckon, or was here already; null where no person is signed in */
export async function signedIn() {
  if (location.pathname !== '/callback') return users.getUser();
  try {
    // Undefined in an iframe of the library's, whose page hears of it.
    return (await users.signinCallback()) ?? null;
  } catch (error) {
    // The person said no (`access_denied`), or the sign-in failed.
    if (error instanceof ErrorResponse) return null;
    throw error;
  } finally {
    // The code has been used: it does not stay in the address.
    history.replaceState(null, '', '/');
  }
}

/** Leaves the page. */
export function signIn() {
  return users.signinRedirect();
}

/** What the library does by itself a minute before the access token is over. Rejects once the sign-in has ended. */
export function renew() {
  return users.signinSilent();
}

/** Ends the tokens at Beckon, and stays on the page. */
export async function forget() {
  await users.revokeTokens();
  await users.removeUser();
}

/** Leaves the page: ends the sign-in at Beckon, and at the provider where that can be. Beckon leads back. */
export function signOut() {
  return users.signoutRedirect();
}
