import express from 'express';
import session from 'express-session';
import * as client from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET);

export const app = express();
app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }));

app.get('/login', async (req, res) => {
  const login = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  };
  req.session.login = login;
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${SITE}/callback`,
    scope: 'openid profile email',
    state: login.state,
    nonce: login.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(login.verifier),
    code_challenge_method: 'S256',
  });
  res.redirect(url.href);
});

app.get('/callback', async (req, res) => {
  const { state, nonce, verifier } = req.session.login!;
  const tokens = await client.authorizationCodeGrant(config, new URL(req.originalUrl, SITE), {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const { sub } = tokens.claims()!;
  req.session.idToken = tokens.id_token!;
  req.session.user = await client.fetchUserInfo(config, tokens.access_token, sub);
  res.redirect(303, '/');
});

// Here and at Beckon, which ends the tokens. Lead here by a form, so that no other site's page signs people out.
app.post('/logout', (req, res) => {
  const id_token_hint = req.session.idToken ?? '';
  const url = client.buildEndSessionUrl(config, { id_token_hint, post_logout_redirect_uri: `${SITE}/` });
  req.session.destroy(() => res.redirect(303, url.href));
});

app.get('/', (req, res) => {
  res.send(`Hello ${req.session.user?.name}`);
});
