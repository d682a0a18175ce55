/**
 * A public client with no backend: state, nonce and PKCE verifier stay in this tab, and the browser
 * redeems the code. On `/spa` it begins a sign-in, on `/spa/callback` it ends one.
 */
import * as client from 'openid-client';
import '@beckon/widget/element';
import { showClaims, showProblem } from './spa-view.ts';

const CLIENT_ID = 'spa';
const REDIRECT_URI = `${location.origin}/spa/callback`;
const place = document.querySelector<HTMLElement>('#spa')!;
const issuer = new URL(place.dataset['issuer']!);

try {
  const config = await client.discovery(
    issuer,
    CLIENT_ID,
    { id_token_signed_response_alg: 'ES256' },
    client.None(),
    // The demo's issuer is http on loopback, which openid-client refuses unless told, and no TLS
    // vouches for its answers, so the id_token's signature is checked. An https issuer needs neither.
    { execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests, client.enableNonRepudiationChecks] : [] },
  );
  if (location.pathname === '/spa/callback') showClaims(place, await finish(config));
  else await begin();
} catch (error) {
  console.error(error);
  showProblem(place, error);
}

async function begin(): Promise<void> {
  const login = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    codeVerifier: client.randomPKCECodeVerifier(),
  };
  sessionStorage.setItem(`login:${login.state}`, JSON.stringify(login));

  const signIn = document.createElement('beckon-signin');
  const attributes = {
    server: issuer.origin,
    'client-id': CLIENT_ID,
    'redirect-uri': REDIRECT_URI,
    scope: 'openid profile email',
    state: login.state,
    nonce: login.nonce,
    'code-challenge': await client.calculatePKCECodeChallenge(login.codeVerifier),
  };
  for (const [name, value] of Object.entries(attributes)) signIn.setAttribute(name, value);
  place.replaceChildren(signIn);
}

async function finish(config: client.Configuration): Promise<Record<string, unknown>> {
  const callback = new URL(location.href);
  // The code goes out of the address bar and the history at once; reloading begins anew.
  history.replaceState(null, '', '/spa');
  const key = `login:${callback.searchParams.get('state')}`;
  const stored = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  if (stored === null) throw new Error('This sign-in was not begun in this tab, or it was used already.');
  const login = JSON.parse(stored) as { state: string; nonce: string; codeVerifier: string };
  const tokens = await client.authorizationCodeGrant(config, callback, {
    expectedState: login.state,
    expectedNonce: login.nonce,
    pkceCodeVerifier: login.codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims()!;
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  return { ...userinfo, ...claims };
}
