/**
 * The modules of Basic OP, which Form Post OP runs as well. Each sentence is what the module demands, in our words. A warning
 * of the suite's does not fail a module; where this server could earn one, the sentence says so.
 */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { BasicModule } from './plans.ts';
import type { Module } from './run-plan.ts';
import {
  type Changes,
  type Claims,
  type SignedIn,
  type Suite,
  CALLBACK,
  entropyOf,
  expectError,
  expectErrorPage,
  expectInvalidGrant,
  expectTokens,
  random,
} from './suite.ts';

/** OpenID Connect Core §3.1.2.6: the errors that mean "the person would have to do something". */
export const NEEDS_A_PERSON = [
  'interaction_required',
  'login_required',
  'account_selection_required',
  'consent_required',
] as const;

/** OpenID Connect Core §5.1 and §5.4: the claims of each scope, and what a value of each looks like. */
const SCOPES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = (() => {
  const text = expect.stringMatching(/\S/) as unknown;
  const texts = (names: string): Record<string, unknown> =>
    Object.fromEntries(names.split(' ').map((name) => [name, text]));
  return {
    openid: { sub: text },
    profile: {
      ...texts('name given_name family_name middle_name nickname preferred_username profile picture website gender'),
      ...texts('zoneinfo locale'),
      birthdate: expect.stringMatching(/^\d{4}(-\d\d-\d\d)?$/) as unknown,
      updated_at: expect.any(Number) as unknown,
    },
    email: { email: text, email_verified: expect.any(Boolean) as unknown },
    address: { address: expect.objectContaining({ formatted: text }) as unknown },
    phone: { phone_number: text, phone_number_verified: expect.any(Boolean) as unknown },
  };
})();

/** An id_token of the code flow that asked for no claims says nothing of the person (§5.4). */
const PERSONAL = new Set(
  Object.values(SCOPES)
    .flatMap((claims) => Object.keys(claims))
    .filter((name) => name !== 'sub'),
);

/** What an id_token may say unasked: the protocol's own claims. */
const UNASKED = new Set('iss sub aud exp iat nonce auth_time acr amr azp at_hash c_hash nbf jti sid'.split(' '));

function expectNothingPersonal({ claims }: { readonly claims: Claims }): void {
  expect(Object.keys(claims).filter((name) => PERSONAL.has(name))).toEqual([]);
}

/** A sign-in with a scope: userinfo is of the same person, and has every claim of the scope. */
async function expectScope(suite: Suite, scope: string, how = {}): Promise<SignedIn> {
  expect(suite.metadata['scopes_supported'], 'or the module is skipped').toEqual(
    expect.arrayContaining(scope.split(' ')),
  );
  const signedIn = await suite.signIn({ scope }, how);
  const { userinfo, id_token } = signedIn;
  const claims = Object.assign({}, ...scope.split(' ').map((each) => SCOPES[each])) as Claims;
  expect(userinfo).toEqual({ ...claims, sub: id_token.claims['sub'] });
  expectNothingPersonal(id_token);
  return signedIn;
}

const succeedsWith = (changes: (suite: Suite) => Changes): Module['run'] => {
  return async (suite) => {
    await suite.signIn(changes(suite));
  };
};

/** Two sign-ins, the second with changes: they must be one and the same authentication. */
async function expectSameAuthentication(
  suite: Suite,
  first: Changes,
  second: (first: SignedIn) => Changes,
): Promise<readonly [SignedIn, SignedIn]> {
  const authentication = { auth_time: suite.now() };
  const one = await suite.signIn(first, { authentication });
  suite.wait(2);
  // The app has kept the person signed in: it says when that was.
  const two = await suite.signIn(second(one), { authentication });
  expect(two.id_token.claims['sub']).toBe(one.id_token.claims['sub']);
  expect(two.id_token.claims['auth_time']).toBe(one.id_token.claims['auth_time']);
  return [one, two];
}

/** Two sign-ins, the second with changes: the person must have authenticated anew for it. */
async function expectNewAuthentication(suite: Suite, second: Changes): Promise<SignedIn> {
  const one = await suite.signIn({}, { authentication: { auth_time: suite.now() } });
  suite.wait(2);
  const two = await suite.signIn(second, { authentication: { auth_time: suite.now() } });
  expect(two.id_token.claims['auth_time']).toBeGreaterThan(Number(one.id_token.claims['auth_time']));
  return two;
}

/** A request in an unsigned JWT, by value or by reference, beside the parameters that OAuth 2.0 itself requires. */
function unsignedRequest(suite: Suite, outside: Changes): { readonly jwt: string; readonly request: Changes } {
  const inside = suite.request();
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = `${part({ alg: 'none' })}.${part({ ...inside, iss: inside['client_id'], aud: suite.metadata['issuer'] })}.`;
  return { jwt, request: { ...inside, state: null, nonce: null, ...outside } };
}

/** The one error with which the module ends as skipped. */
async function expectUnsupported(suite: Suite, changes: Changes, error: string): Promise<void> {
  const arrival = await suite.visit(suite.request(changes));
  expect(arrival).toMatchObject({ at: 'suite' });
  if (arrival.at === 'suite') expectError(arrival.parameters, [error]);
}

export const BASIC_MODULES: Readonly<Record<BasicModule, Module>> = {
  'oidcc-server': {
    passes:
      'a sign-in ends with a code that cannot be guessed, an id_token that verifies and says nothing of the person unasked, and userinfo',
    async run(suite) {
      const { code, id_token, tokens } = await suite.signIn();
      expect(code.length).toBeGreaterThanOrEqual(22);
      expect(entropyOf(code)).toBeGreaterThanOrEqual(96);
      expect(tokens['expires_in']).toBeGreaterThan(0);
      expect(Object.keys(id_token.claims).filter((name) => !UNASKED.has(name))).toEqual([]);
    },
  },
  'oidcc-response-type-missing': {
    passes: 'a request without response_type is refused with invalid_request or unsupported_response_type',
    run: (suite) => suite.refuse({ response_type: null }, ['invalid_request', 'unsupported_response_type']),
  },
  'oidcc-idtoken-signature': {
    passes: 'the id_token of a client that named no algorithm is signed with RS256 and names its key',
    async run(suite) {
      const { header } = (await suite.signIn()).id_token;
      expect(header).toMatchObject({ alg: 'RS256', kid: expect.stringMatching(/./) as string });
    },
  },
  'oidcc-idtoken-unsigned': {
    skipped: 'because discovery does not offer unsigned id_tokens; no provider has to',
    run({ metadata }) {
      expect(metadata['id_token_signing_alg_values_supported']).toContain('RS256');
      expect(metadata['id_token_signing_alg_values_supported']).not.toContain('none');
    },
  },
  'oidcc-userinfo-get': {
    passes: 'a GET with the access token in the header is answered with JSON about the person of the id_token',
    run: (suite) => expectUserinfo(suite, 'header'),
  },
  'oidcc-userinfo-post-header': {
    passes: 'a POST with the access token in the header is answered in the same way',
    run: (suite) => expectUserinfo(suite, 'post header'),
  },
  'oidcc-userinfo-post-body': {
    passes: 'a POST with the access token in the body is answered in the same way (a refusal would be a warning)',
    run: (suite) => expectUserinfo(suite, 'post body'),
  },
  'oidcc-ensure-request-without-nonce-succeeds-for-code-flow': {
    fails:
      'because a request with neither nonce nor PKCE is refused: a stolen code could be put into another sign-in (RFC 9700 §2.1.1). The module asks for a code',
    as: 'without a code_challenge, scope must contain openid and nonce must be sent',
    async run(suite) {
      await suite.authorize({ nonce: null });
    },
  },
  'oidcc-scope-profile': {
    passes: 'userinfo has the claims of the scope profile, each of the right type',
    run: async (suite) => void (await expectScope(suite, 'openid profile')),
  },
  'oidcc-scope-email': {
    passes: 'userinfo has the claims of the scope email and no others, and the id_token has none of them',
    run: async (suite) => void (await expectScope(suite, 'openid email')),
  },
  'oidcc-scope-address': {
    passes: 'userinfo has the claim of the scope address, an object',
    run: async (suite) => void (await expectScope(suite, 'openid address')),
  },
  'oidcc-scope-phone': {
    passes: 'userinfo has the claims of the scope phone',
    run: async (suite) => void (await expectScope(suite, 'openid phone')),
  },
  'oidcc-scope-all': {
    passes: 'userinfo has the claims of all four scopes',
    run: async (suite) => void (await expectScope(suite, 'openid email phone address profile')),
  },
  'oidcc-alternate-happy-flow': {
    passes: 'scopes and parameters in another order change nothing',
    run: async (suite) => void (await expectScope(suite, 'email openid', { reversed: true })),
  },
  'oidcc-display-page': {
    passes: 'display=page causes no error',
    run: succeedsWith(() => ({ display: 'page' })),
  },
  'oidcc-display-popup': {
    passes: 'display=popup causes no error',
    run: succeedsWith(() => ({ display: 'popup' })),
  },
  'oidcc-prompt-login': {
    passes: 'prompt=login asks the person again, and auth_time is later than before',
    run: async (suite) => void (await expectNewAuthentication(suite, { prompt: 'login' })),
  },
  'oidcc-prompt-none-not-logged-in': {
    passes: 'prompt=none without a session is refused with an error that says so, and a long state comes back whole',
    run: (suite) => suite.refuse({ prompt: 'none', state: random(96) }, NEEDS_A_PERSON),
  },
  'oidcc-prompt-none-logged-in': {
    fails:
      'because Beckon keeps no session of a browser: every sign-in asks the identity app. The module asks for a second sign-in with prompt=none',
    as: 'the server answers login_required',
    run: async (suite) => void (await expectSameAuthentication(suite, {}, () => ({ prompt: 'none' }))),
  },
  'oidcc-max-age-1': {
    passes:
      'max_age=1 after two seconds asks the person again, and the id_token has an auth_time that is later and recent',
    async run(suite) {
      const { id_token } = await expectNewAuthentication(suite, { max_age: '1' });
      expect(suite.now() - Number(id_token.claims['auth_time'])).toBeLessThanOrEqual(1);
    },
  },
  'oidcc-max-age-10000': {
    passes:
      'max_age=10000 is met by an authentication that is younger: both id_tokens have its auth_time, and the same sub',
    async run(suite) {
      const both = await expectSameAuthentication(suite, { max_age: '15000' }, () => ({ max_age: '10000' }));
      for (const { id_token } of both) expect(id_token.claims['auth_time']).toEqual(expect.any(Number));
    },
  },
  'oidcc-ensure-request-with-unknown-parameter-succeeds': {
    passes: 'a parameter that no specification knows is ignored',
    run: succeedsWith(() => ({ extra: 'foobar' })),
  },
  'oidcc-id-token-hint': {
    fails:
      'for the same reason as oidcc-prompt-none-logged-in: its second request has prompt=none beside the id_token_hint',
    as: 'the server answers login_required',
    run: async (suite) =>
      void (await expectSameAuthentication(suite, {}, ({ id_token }) => ({
        prompt: 'none',
        id_token_hint: id_token.text,
      }))),
  },
  'oidcc-login-hint': {
    passes: 'login_hint causes no error',
    run: succeedsWith(({ metadata }) => ({ login_hint: `buffy@${new URL(String(metadata['issuer'])).hostname}` })),
  },
  'oidcc-ui-locales': {
    passes: 'ui_locales causes no error, also for a language that is not offered',
    run: succeedsWith(() => ({ ui_locales: 'se' })),
  },
  'oidcc-claims-locales': {
    passes: 'claims_locales causes no error',
    run: succeedsWith(() => ({ claims_locales: 'se' })),
  },
  'oidcc-ensure-request-with-acr-values-succeeds': {
    passes:
      'acr_values cause no error; an id_token without one of them as acr is a warning, where the app tells of none',
    async run(suite) {
      const offered = suite.metadata['acr_values_supported'] as readonly string[] | undefined;
      const asked = offered ?? ['1', '2'];
      await suite.signIn({ acr_values: asked.join(' ') });
      const [acr = ''] = asked;
      const { id_token } = await suite.signIn({ acr_values: asked.join(' ') }, { authentication: { acr } });
      expect(id_token.claims['acr'], 'what the app says is passed on').toBe(acr);
    },
  },
  'oidcc-codereuse': {
    passes: 'a code that is used again at once is answered with invalid_grant',
    async run(suite) {
      const { exchange } = await suite.signIn();
      expectInvalidGrant(await suite.token(exchange));
    },
  },
  'oidcc-codereuse-30seconds': {
    passes: 'a code that is used again after 30 s is answered with invalid_grant, and its access token ends',
    async run(suite) {
      const { exchange, tokens } = await suite.signIn();
      suite.wait(30);
      expectInvalidGrant(await suite.token(exchange));
      const { status } = await suite.userinfo(tokens['access_token']);
      expect(Math.floor(status / 100)).toBe(4);
    },
  },
  'oidcc-ensure-registered-redirect-uri': {
    passes: 'a redirect_uri that is not registered is refused on a page, and the browser is sent nowhere',
    async run(suite) {
      const redirect_uri = `${CALLBACK}/${random(8)}`;
      expectErrorPage(await suite.visit(suite.request({ redirect_uri })), 'redirect_uri: not one that is registered');
    },
  },
  'oidcc-ensure-post-request-succeeds': {
    passes: 'an authorization request that is posted is signed in for as any other',
    run: async (suite) => void (await suite.signIn({}, { method: 'POST' })),
  },
  'oidcc-server-client-secret-post': {
    passes: 'a client that is registered for client_secret_post signs a person in',
    run: async (suite) => void (await suite.signIn({}, { client: suite.clients.posting })),
  },
  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported': {
    skipped:
      'because request_uri is answered with request_uri_not_supported; with a static client the plan leaves it out',
    async run(suite) {
      const { request } = unsignedRequest(suite, { request_uri: 'https://suite.example/requests/1#hash' });
      await expectUnsupported(suite, request, 'request_uri_not_supported');
      expect(suite.metadata['request_uri_parameter_supported']).toBe(false);
    },
  },
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported': {
    skipped: 'because a request object is answered with request_not_supported, which the module allows',
    async run(suite) {
      const { jwt, request } = unsignedRequest(suite, {});
      await expectUnsupported(suite, { ...request, request: jwt }, 'request_not_supported');
      expect(suite.metadata['request_parameter_supported']).toBe(false);
    },
  },
  'oidcc-claims-essential': {
    passes:
      'claims with an essential name in userinfo cause no error, and userinfo has the name, because claims_parameter_supported is true; the id_token has nothing personal',
    async run(suite) {
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
      const { userinfo, id_token } = await suite.signIn({ claims });
      expect(suite.metadata['claims_parameter_supported'], 'else a missing name is a warning').toBe(true);
      expect(userinfo['name']).toMatch(/\S/);
      expectNothingPersonal(id_token);
    },
  },
  'oidcc-ensure-request-object-with-redirect-uri': {
    passes:
      'a good redirect_uri in a request object does not excuse a bad one outside it: the server shows an error page',
    async run(suite) {
      const { jwt, request } = unsignedRequest(suite, { redirect_uri: `${CALLBACK}_invalid` });
      const arrival = await suite.visit(suite.request({ ...request, request: jwt }));
      expectErrorPage(arrival, 'redirect_uri: not one that is registered');
    },
  },
  'oidcc-refresh-token': {
    passes: 'a refresh gives an id_token of the same person and sign-in, and another client cannot use the token',
    async run(suite) {
      expect(suite.metadata['grant_types_supported']).toContain('refresh_token');
      const { first, second } = suite.clients;
      const scope = 'openid offline_access';
      const refresh = async (signedIn: SignedIn, client = first): Promise<string> => {
        const { tokens, id_token } = signedIn;
        suite.wait(1);
        const form = { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) };
        const answer = await suite.token(client === first ? { ...form, scope } : form, client);
        expectTokens(answer);
        for (const name of ['access_token', 'refresh_token']) {
          expect(String(answer.body[name]), `the ${name}`).toMatch(/^[\x20-\x7e]{22,}$/);
          expect(entropyOf(String(answer.body[name]))).toBeGreaterThanOrEqual(96);
          expect(answer.body[name]).not.toBe(tokens[name]);
        }
        const nonce = null;
        const next = await suite.readIdToken(answer.body['id_token'], { client_id: client.client_id, nonce });
        for (const name of ['iss', 'sub', 'aud', 'azp', 'auth_time']) {
          expect(next.claims[name], `the claim ${name}`).toEqual(id_token.claims[name]);
        }
        expect(next.claims['iat']).not.toBe(id_token.claims['iat']);
        expect((await suite.userinfo(answer.body['access_token'])).status).toBe(200);
        return String(answer.body['refresh_token']);
      };
      await refresh(await suite.signIn({ scope, prompt: 'consent' }));
      const changes = { scope, prompt: 'consent', nonce: random(32) };
      const refresh_token = await refresh(await suite.signIn(changes, { client: second }), second);
      expectInvalidGrant(await suite.token({ grant_type: 'refresh_token', refresh_token, scope }, first));
    },
  },
  'oidcc-ensure-request-with-valid-pkce-succeeds': {
    passes: 'a request with an S256 challenge is signed in for, and its verifier redeems the code',
    async run(suite) {
      const code_verifier = random(32);
      const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
      const challenge = { code_challenge, code_challenge_method: 'S256' };
      await suite.signIn(challenge, { exchange: { code_verifier } });
    },
  },
};

async function expectUserinfo(suite: Suite, as: 'header' | 'post header' | 'post body'): Promise<void> {
  const { tokens, id_token } = await suite.signIn();
  const { status, headers, body } = await suite.userinfo(tokens['access_token'], as);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(body).toEqual({ sub: id_token.claims['sub'] });
}
