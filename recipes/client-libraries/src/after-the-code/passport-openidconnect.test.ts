import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy, { type Profile, type VerifyCallback } from 'passport-openidconnect';
import { expect, it } from 'vitest';
import { isAlive, openRefreshable } from '../harness/refreshable.ts';

interface Given {
  readonly profile: Profile;
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

it('passport-openidconnect: `verify` is given the tokens and what userinfo says, and logout is by hand', async () => {
  let given: Given | undefined;
  const site = await openRefreshable('passport-openidconnect', () => {
    const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;
    const strategy = new OpenIDConnectStrategy(
      {
        issuer: ISSUER,
        authorizationURL: `${ISSUER}/authorize`,
        tokenURL: `${ISSUER}/oauth/token`,
        userInfoURL: `${ISSUER}/oauth/userinfo`,
        clientID: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        callbackURL: `${SITE}/callback`,
        scope: ['profile', 'email', 'offline_access'],
        nonce: 'true',
        skipUserProfile: false,
      },
      (
        _issuer: string,
        profile: Profile,
        _context: object,
        idToken: string | object,
        accessToken: string | object,
        refreshToken: string,
        done: VerifyCallback,
      ) => {
        given = { profile, idToken: idToken as string, accessToken: accessToken as string, refreshToken };
        done(null, { name: profile.displayName, idToken: idToken as string });
      },
    );
    passport.use(strategy);
    passport.serializeUser((user, done) => done(null, user));
    passport.deserializeUser((user: Express.User, done) => done(null, user));
    const app = express();
    app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }));
    app.use(passport.session());
    app.get('/login', passport.authenticate('openidconnect'));
    app.get('/callback', passport.authenticate('openidconnect', { successRedirect: '/' }));
    app.get('/', (req, res) => {
      res.send(`Hello ${req.user?.name}`);
    });
    return Promise.resolve(app);
  });
  expect(await site.signIn(() => site.browser.open('/login'))).toBe('Hello Ada Lovelace');
  const { profile, idToken, accessToken, refreshToken } = given!;
  expect(profile.emails).toEqual([{ value: 'ada@example.com' }]);
  expect(await isAlive(site, accessToken)).toBe(true);
  expect(refreshToken).toMatch(/^rt_/);
  await fetch(`${site.beckon.url}/oauth/logout?id_token_hint=${idToken}`);
  expect(await isAlive(site, accessToken)).toBe(false);
});
