import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { NEEDS_A_PERSON } from './basic-modules.ts';
import { expectHttps } from './discovery.ts';
import type { RP_INITIATED_OP } from './plans.ts';
import type { Modules } from './run-plan.ts';
import { type Arrival, type SignedIn, type Suite, POST_LOGOUT, expectErrorPage, random } from './suite.ts';

type Text = Readonly<Record<string, string>>;

/** A sign-in, and the logout that the module makes of it. */
async function logOut(suite: Suite, parameters: (signedIn: SignedIn, all: Text) => Text): Promise<Arrival> {
  const signedIn = await suite.signIn();
  const all = { id_token_hint: signedIn.id_token.text, post_logout_redirect_uri: POST_LOGOUT, state: random(96) };
  return suite.logOut(parameters(signedIn, all));
}

/** The person is signed out, so the next request with prompt=none finds no session. */
export const expectSignedOut = (suite: Suite): Promise<void> => suite.refuse({ prompt: 'none' }, NEEDS_A_PERSON);

export function expectBack(arrival: Arrival, parameters: Text): void {
  expect(arrival).toMatchObject({ at: 'suite', method: 'GET' });
  if (arrival.at !== 'suite') return;
  expect(arrival.url.origin + arrival.url.pathname).toBe(POST_LOGOUT);
  expect(Object.fromEntries(arrival.parameters)).toEqual(parameters);
}

/** A page that a person reads; it may have a link, and leads nowhere by itself. */
function expectPage(arrival: Arrival, words: string): void {
  expect(arrival).toMatchObject({ at: 'page', status: 200 });
  const text = arrival.at === 'page' ? arrival.text : '';
  expect(text).toContain(words);
  expect(text).not.toMatch(/<script|http-equiv/i);
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const RP_INITIATED_MODULES: Modules<typeof RP_INITIATED_OP> = {
  'oidcc-rp-initiated-logout-discovery-endpoint-verification': {
    passes: 'discovery has an end_session_endpoint, and it and every other address is https',
    run({ metadata }) {
      expect(metadata['end_session_endpoint']).toMatch(/^https:\/\//);
      expectHttps({ metadata });
    },
  },
  'oidcc-rp-initiated-logout': {
    passes: 'the browser comes back with the long state and nothing else, and is signed out',
    async run(suite) {
      const state = random(96);
      expectBack(await logOut(suite, (_, all) => ({ ...all, state })), { state });
      await expectSignedOut(suite);
    },
  },
  'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri': {
    passes: 'an address that is not registered is refused on a page',
    async run(suite) {
      const post_logout_redirect_uri = POST_LOGOUT.replace('/post_', '/bad_post_');
      const arrival = await logOut(suite, (_, all) => ({ ...all, post_logout_redirect_uri }));
      expectErrorPage(arrival, 'post_logout_redirect_uri: is not one');
    },
  },
  'oidcc-rp-initiated-logout-modified-id-token-hint': {
    passes: 'an id_token that was changed to alg none is refused on a page',
    async run(suite) {
      const arrival = await logOut(suite, ({ id_token: { header, claims } }, all) => ({
        ...all,
        id_token_hint: `${part({ ...header, alg: 'none' })}.${part(claims)}.`,
      }));
      expectErrorPage(arrival, 'id_token_hint: is no id_token that this server issued');
    },
  },
  'oidcc-rp-initiated-logout-no-id-token-hint': {
    passes: 'without an id_token_hint the browser is sent nowhere: a page says why',
    async run(suite) {
      const arrival = await logOut(suite, (_, { id_token_hint: _hint, ...others }) => others);
      expectErrorPage(arrival, 'post_logout_redirect_uri: needs an id_token_hint');
    },
  },
  'oidcc-rp-initiated-logout-no-params': {
    passes: 'with no parameters a page says that the person is not signed in here, and they are not',
    async run(suite) {
      expectPage(await logOut(suite, () => ({})), 'This service keeps no browser signed in.');
      await expectSignedOut(suite);
    },
  },
  'oidcc-rp-initiated-logout-no-post-logout-redirect-uri': {
    passes: 'without an address to go to a page says that the person is signed out',
    async run(suite) {
      const arrival = await logOut(suite, (_, { id_token_hint = '', state = '' }) => ({ id_token_hint, state }));
      expectPage(arrival, 'You are signed out');
      await expectSignedOut(suite);
    },
  },
  'oidcc-rp-initiated-logout-no-state': {
    passes: 'without a state the browser comes back with none, and is signed out',
    async run(suite) {
      expectBack(await logOut(suite, (_, { state: _state, ...others }) => others), {});
      await expectSignedOut(suite);
    },
  },
  'oidcc-rp-initiated-logout-only-state': {
    passes: 'with a state alone a page says that the person is not signed in here, and they are not',
    async run(suite) {
      const arrival = await logOut(suite, (_, { state = '' }) => ({ state }));
      expectPage(arrival, 'This service keeps no browser signed in.');
      await expectSignedOut(suite);
    },
  },
  'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri': {
    passes: 'a registered address with a query more is refused on a page',
    async run(suite) {
      const post_logout_redirect_uri = `${POST_LOGOUT}?foo=bar`;
      const arrival = await logOut(suite, (_, all) => ({ ...all, post_logout_redirect_uri }));
      expectErrorPage(arrival, 'post_logout_redirect_uri: is not one');
    },
  },
  'oidcc-rp-initiated-logout-bad-id-token-hint': {
    passes: 'a token that the client signed is refused on a page',
    async run(suite) {
      const { client_id, client_secret } = suite.clients.first;
      const iat = suite.now();
      // Of the client, for the server: the other way round than an id_token.
      const claims = { iss: client_id, sub: 'SubjectID', aud: suite.metadata['issuer'], iat, exp: iat + 300 };
      const signed = `${part({ alg: 'HS256' })}.${part(claims)}`;
      const id_token_hint = `${signed}.${createHmac('sha256', client_secret).update(signed).digest('base64url')}`;
      const arrival = await logOut(suite, (_, all) => ({ ...all, id_token_hint }));
      expectErrorPage(arrival, 'id_token_hint: is no id_token that this server issued');
    },
  },
};
