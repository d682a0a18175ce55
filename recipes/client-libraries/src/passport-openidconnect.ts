import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy, { type Profile, type VerifyCallback } from 'passport-openidconnect';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;

passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: ISSUER,
      authorizationURL: `${ISSUER}/authorize`,
      tokenURL: `${ISSUER}/oauth/token`,
      userInfoURL: `${ISSUER}/oauth/userinfo`,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `${SITE}/callback`,
      scope: ['profile', 'email'],
      // The library knows no PKCE: the nonce takes its place.
      nonce: 'true',
    },
    (_issuer: string, profile: Profile, _context: object, idToken: string | object, done: VerifyCallback) =>
      done(null, { name: profile.displayName, idToken: idToken as string }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user: Express.User, done) => done(null, user));

export const app = express();
app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }));
app.use(passport.session());

app.get('/login', passport.authenticate('openidconnect'));
app.get('/callback', passport.authenticate('openidconnect', { successRedirect: '/', failureRedirect: '/login' }));

// Here and at Beckon, which ends the tokens. Lead here by a form, so that no other site's page signs people out.
app.post('/logout', (req, res, next) => {
  const id_token_hint = req.user?.idToken ?? '';
  const request = new URLSearchParams({ id_token_hint, post_logout_redirect_uri: `${SITE}/` });
  req.logout((error) => {
    if (error) return next(error);
    res.redirect(303, `${ISSUER}/oauth/logout?${request.toString()}`);
  });
});

app.get('/', (req, res) => {
  res.send(`Hello ${req.user?.name}`);
});
