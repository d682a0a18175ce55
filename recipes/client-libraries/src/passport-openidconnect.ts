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
    (_issuer: string, profile: Profile, done: VerifyCallback) => done(null, { name: profile.displayName }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user: Express.User, done) => done(null, user));

export const app = express();
app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }));
app.use(passport.session());

app.get('/login', passport.authenticate('openidconnect'));
app.get('/callback', passport.authenticate('openidconnect', { successRedirect: '/', failureRedirect: '/login' }));

app.get('/', (req, res) => {
  res.send(`Hello ${req.user?.name}`);
});
