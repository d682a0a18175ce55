import { ErrorResponse, UserManager } from 'oidc-client-ts';

const users = new UserManager({
  authority: 'https://id.example.com',
  client_id: 'oidc-client-ts',
  redirect_uri: `${location.origin}/callback`,
  scope: 'openid profile email',
  // Name and email: from the userinfo endpoint.
  loadUserInfo: true,
  // Beckon keeps no browser signed in: there is nothing to renew in an iframe.
  automaticSilentRenew: false,
});

/** @returns who came back from Beckon, or was here already; null where no person is signed in */
export async function signedIn() {
  if (location.pathname !== '/callback') return users.getUser();
  try {
    return await users.signinRedirectCallback();
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
