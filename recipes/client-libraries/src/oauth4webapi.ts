import express from 'express';
import session from 'express-session';
import * as oauth from 'oauth4webapi';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;
const issuer = new URL(ISSUER);
const beckon = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
const shop: oauth.Client = { client_id: CLIENT_ID };
const authentication = oauth.ClientSecretPost(CLIENT_SECRET);
const redirect_uri = `${SITE}/callback`;

export const app = express();
app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }));

app.get('/login', async (req, res) => {
  const [state, verifier] = [oauth.generateRandomState(), oauth.generateRandomCodeVerifier()];
  req.session.authorization = { state, verifier };
  const request = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri,
    response_type: 'code',
    scope: 'openid profile email',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  res.redirect(`${beckon.authorization_endpoint}?${request.toString()}`);
});

app.get('/callback', async (req, res) => {
  const { state, verifier } = req.session.authorization!;
  const answer = oauth.validateAuthResponse(beckon, shop, new URL(req.originalUrl, SITE), state);
  const exchange = await oauth.authorizationCodeGrantRequest(
    beckon,
    shop,
    authentication,
    answer,
    redirect_uri,
    verifier,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(beckon, shop, exchange, { requireIdToken: true });
  const { sub } = oauth.getValidatedIdTokenClaims(tokens)!;
  const userinfo = await oauth.userInfoRequest(beckon, shop, tokens.access_token);
  req.session.idToken = tokens.id_token!;
  req.session.user = await oauth.processUserInfoResponse(beckon, shop, sub, userinfo);
  res.redirect(303, '/');
});

// Here and at Beckon, which ends the tokens. Lead here by a form, so that no other site's page signs people out.
app.post('/logout', (req, res) => {
  const id_token_hint = req.session.idToken ?? '';
  const request = new URLSearchParams({ id_token_hint, post_logout_redirect_uri: `${SITE}/` });
  req.session.destroy(() => res.redirect(303, `${beckon.end_session_endpoint}?${request.toString()}`));
});

app.get('/', (req, res) => {
  res.send(`Hello ${req.session.user?.name}`);
});
