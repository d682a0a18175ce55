import { createHash, randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import { AuthorizationCode } from 'simple-oauth2';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;
const beckon = new AuthorizationCode({
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
  auth: { tokenHost: ISSUER, authorizePath: '/authorize', tokenPath: '/oauth/token' },
});
const redirect_uri = `${SITE}/callback`;
const random = () => randomBytes(32).toString('base64url');

export const app = express();
app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }));

app.get('/login', (req, res) => {
  const [state, verifier] = [random(), random()];
  req.session.authorization = { state, verifier };
  // PKCE by hand: the library passes on what it does not know, but its types do not.
  const request = {
    redirect_uri,
    scope: 'openid profile email',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  res.redirect(beckon.authorizeURL(request));
});

app.get('/callback', async (req, res) => {
  const { state, verifier } = req.session.authorization!;
  const answer = new URL(req.originalUrl, SITE).searchParams;
  if (answer.get('state') !== state) return res.status(403).send('This sign-in was begun elsewhere');
  const code = answer.get('code');
  if (code === null)
    return res
      .status(403)
      .type('text')
      .send(`Not signed in: ${answer.get('error')}`);
  const exchange = { code, redirect_uri, code_verifier: verifier };
  const { token } = await beckon.getToken(exchange);
  // Who it is comes over this server's own connection to Beckon: no id_token has to be checked.
  const headers = { authorization: `Bearer ${String(token.access_token)}` };
  const userinfo = await fetch(`${ISSUER}/oauth/userinfo`, { headers });
  if (!userinfo.ok) throw new Error(`userinfo answered ${userinfo.status}`);
  req.session.idToken = String(token['id_token']);
  req.session.user = (await userinfo.json()) as { readonly name?: string };
  res.redirect(303, '/');
});

// Here and at Beckon, which ends the tokens. Lead here by a form, so that no other site's page signs people out.
app.post('/logout', (req, res) => {
  const id_token_hint = req.session.idToken ?? '';
  const request = new URLSearchParams({ id_token_hint, post_logout_redirect_uri: `${SITE}/` });
  req.session.destroy(() => res.redirect(303, `${ISSUER}/oauth/logout?${request.toString()}`));
});

app.get('/', (req, res) => {
  res.send(`Hello ${req.session.user?.name}`);
});
