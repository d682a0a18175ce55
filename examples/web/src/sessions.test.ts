import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { type Login, LoginsUnderWay, Sessions } from './sessions.ts';

const MINUTE = 60_000;

function login(state: string): Login {
  return { clientId: 'shop', state, nonce: `nonce of ${state}`, codeVerifier: `verifier of ${state}` };
}

/** A browser: keeps the cookie that it was given. */
function browser(sessions: Sessions) {
  let cookie = '';
  const req = () => ({ headers: { cookie: `other=1; ${cookie}` } }) as Request;
  const res = {
    cookie: (name: string, value: string) => void (cookie = `${name}=${value}`),
    clearCookie: () => void (cookie = ''),
  } as unknown as Response;
  return {
    open: () => sessions.open(req(), res),
    signIn: () =>
      sessions.signIn(req(), res, sessions.open(req(), res), {
        clientId: 'shop',
        claims: { sub: 'ada', sid: 'of this sign-in' },
        tokens: { access: 'a', access_until: 0, scope: 'openid', refresh: null, id: 'i' },
        changed: null,
      }),
    end: () => sessions.end(req(), res),
    cookie: () => cookie,
    plant: (planted: string) => void (cookie = planted),
  };
}

test('each tab ends its own sign-in, each once', () => {
  const logins = new LoginsUnderWay(() => 0);
  logins.add(login('tab 1'));
  logins.add(login('tab 2'));
  expect(logins.take('tab 1')?.nonce).toBe('nonce of tab 1');
  expect(logins.take('tab 2')?.nonce, 'the second tab lost its sign-in to the first').toBe('nonce of tab 2');
  expect(logins.take('tab 1'), 'a state was good twice').toBeUndefined();
});

test('a sign-in under way ends after 20 minutes, and the 31st pushes the oldest out', () => {
  let now = 0;
  const logins = new LoginsUnderWay(() => now);
  logins.add(login('early'));
  now = 20 * MINUTE - 1;
  logins.add(login('late'));
  now = 20 * MINUTE;
  expect(logins.take('early')).toBeUndefined();
  for (let i = 0; i < 30; i += 1) logins.add(login(`more ${i}`));
  expect(logins.take('late'), 'the list grows without end').toBeUndefined();
  expect(logins.take('more 0')).toBeDefined();
});

test('signing in changes the cookie, so that a planted one is worth nothing', () => {
  const sessions = new Sessions('http://localhost:4401', () => 0);
  const attacker = browser(sessions);
  attacker.open();
  const victim = browser(sessions);
  victim.plant(attacker.cookie());
  victim.open().logins.add(login('another tab'));
  victim.signIn();
  expect(attacker.open().user, 'the planted cookie is signed in').toBeNull();
  expect(victim.open().user?.claims['sub']).toBe('ada');
  expect(victim.open().logins.take('another tab'), 'another tab lost its sign-in').toBeDefined();
});

test('signing out ends the session, not only the cookie', () => {
  const sessions = new Sessions('http://localhost:4401', () => 0);
  const person = browser(sessions);
  person.signIn();
  const cookie = person.cookie();
  person.end();
  person.plant(cookie);
  expect(person.open().user).toBeNull();
});

test('the end of a sign-in signs out every browser that it signed in, and no other', () => {
  const sessions = new Sessions('http://localhost:4401', () => 0);
  const person = browser(sessions);
  person.signIn();
  sessions.endSignIn('of another sign-in');
  expect(person.open().user).not.toBeNull();
  sessions.endSignIn('of this sign-in');
  expect(person.open().user).toBeNull();
});

test('a session ends after eight hours', () => {
  let now = 0;
  const person = browser(new Sessions('https://shop.example', () => now));
  person.signIn();
  now = 8 * 60 * MINUTE - 1;
  expect(person.open().user).not.toBeNull();
  now += 1;
  expect(person.open().user).toBeNull();
});
