/**
 * Does over HTTP what the OpenID Foundation's suite does: it sends a browser to the authorization endpoint, a person signs
 * in with a wallet, and the suite looks at what comes back. The server is a whole one; only its clock is the test's.
 */
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { expect } from 'vitest';
import { type LogoutListener, startLogoutListener } from './logout-listener.ts';
import type { SessionHandle, Snapshot } from '../../packages/protocol/src/index.ts';
import { ISSUER, scanOf, startHarness } from '../../packages/session-server/src/test-support/harness.ts';
import { shownText } from '../../packages/session-server/src/test-support/shown-text.ts';

type Text = Readonly<Record<string, string>>;
export type Claims = Readonly<Record<string, unknown>>;
/** Null takes a parameter out. */
export type Changes = Readonly<Record<string, string | null>>;

/** Where the suite lives; its clients are registered with these addresses. */
export const BASE = 'https://suite.example/test/a/beckon';
export const CALLBACK = `${BASE}/callback`;
export const POST_LOGOUT = `${BASE}/post_logout_redirect`;

/** Every claim of the standard scopes, so that the modules can find all that they look for. */
const PERSON = {
  sub: 'ada',
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  middle_name: 'King',
  nickname: 'ada',
  preferred_username: 'ada.lovelace',
  profile: 'https://people.example/ada',
  picture: 'https://people.example/ada.png',
  website: 'https://ada.example/',
  gender: 'female',
  birthdate: '1985-12-10',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
  updated_at: 1_700_000_000,
  email: 'ada@example.com',
  email_verified: true,
  address: { formatted: '12 St James’s Square, London', locality: 'London', country: 'GB' },
  phone_number: '+44 20 7946 0000',
  phone_number_verified: true,
};
const SCOPE = 'openid profile email address phone offline_access';

/** Where the browser is in the end. */
export type Arrival =
  /** At an address of the suite. */
  | {
      readonly at: 'suite';
      readonly method: 'GET' | 'POST';
      readonly url: URL;
      /** Of the body where it is posted, else of the query. */
      readonly parameters: URLSearchParams;
    }
  /** At a page of the server that asks for no sign-in. */
  | { readonly at: 'page'; readonly status: number; readonly text: string };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Claims;
}

export interface IdToken {
  readonly text: string;
  readonly header: Claims;
  readonly claims: Claims;
}

export interface SignedIn {
  readonly request: Text;
  readonly code: string;
  /** What the code was redeemed with. */
  readonly exchange: Text;
  readonly tokens: Claims;
  readonly id_token: IdToken;
  readonly userinfo: Claims;
}

export interface SuiteClient {
  readonly client_id: string;
  readonly client_secret: string;
  readonly method: 'client_secret_basic' | 'client_secret_post';
}

/** What the person's app says of how they authenticated. Default: nothing. */
export interface Authentication {
  /** Seconds since the epoch. */
  readonly auth_time?: number;
  readonly acr?: string;
}

export interface How {
  readonly client?: SuiteClient;
  readonly method?: 'GET' | 'POST';
  /** Whether the query has its parameters the other way round. */
  readonly reversed?: boolean;
  readonly authentication?: Authentication;
  /** Added to the token request. */
  readonly exchange?: Text;
}

export interface Suite {
  readonly metadata: Claims;
  readonly clients: { readonly first: SuiteClient; readonly second: SuiteClient; readonly posting: SuiteClient };
  /** Seconds since the epoch, by the server's clock. */
  now(): number;
  wait(seconds: number): void;
  /** The request that each module starts from, with its changes. */
  request(changes?: Changes, how?: How): Text;
  /** Sends a browser with a request; a person signs in where the server asks for it. */
  visit(request: Text, how?: How): Promise<Arrival>;
  /** The same, and the code that must come back. */
  authorize(changes?: Changes, how?: How): Promise<{ readonly request: Text; readonly code: string }>;
  /** The same, and the tokens and userinfo that must come of it: what every module with a sign-in checks. */
  signIn(changes?: Changes, how?: How): Promise<SignedIn>;
  /** The error that must come back to the client, one of `errors`. */
  refuse(changes: Changes, errors: readonly string[]): Promise<void>;
  /** A form to the token endpoint, with the client's authentication. */
  token(form: Text, client?: SuiteClient): Promise<Answer>;
  readIdToken(text: unknown, expected: { readonly client_id: string; readonly nonce: string | null }): Promise<IdToken>;
  userinfo(access_token: unknown, as?: 'header' | 'post header' | 'post body'): Promise<Answer>;
  /** Sends a browser to the end session endpoint. */
  logOut(parameters: Text): Promise<Arrival>;
  keys(): Promise<readonly Claims[]>;
  /** Where the clients hear of logouts. */
  readonly logouts: Pick<LogoutListener, 'next'>;
  close(): Promise<void>;
}

export interface SuiteOptions {
  readonly responseMode: 'query' | 'form_post';
}

export async function openSuite({ responseMode }: SuiteOptions): Promise<Suite> {
  const clientOf = (client_id: string, method: SuiteClient['method'] = 'client_secret_basic'): SuiteClient => ({
    client_id,
    client_secret: random(32),
    method,
  });
  const clients = {
    first: clientOf('suite'),
    second: clientOf('suite-2'),
    posting: clientOf('suite-post', 'client_secret_post'),
  };
  const listener = await startLogoutListener();
  const harness = await startHarness({
    clients: Object.values(clients).map(({ client_id, client_secret, method }) => ({
      client_id,
      client_secret,
      client_name: 'Conformance suite',
      token_endpoint_auth_method: method,
      redirect_uris: [CALLBACK],
      post_logout_redirect_uris: [POST_LOGOUT],
      backchannel_logout_uri: listener.uri,
      scope: SCOPE,
      // The suite sends a challenge in one module only.
      require_pkce: false,
      cross_device: { verification: 'none' as const, scope: SCOPE },
    })),
    // All modules come from one address, and the clock stands still.
    rateLimitFactor: 1_000_000,
  });
  harness.wallet.person = PERSON;
  /** An address of the issuer's is served on a port of this machine. */
  const here = (url: unknown): string => {
    const text = String(url);
    expect(text.startsWith(`${ISSUER}/`), `${text} is the server's`).toBe(true);
    return harness.url + text.slice(ISSUER.length);
  };
  const metadata = (await readJson(await fetch(`${harness.url}/.well-known/openid-configuration`))).body;

  /** Follows the browser's answer to the suite's address, or to a page that a person reads. */
  const follow = async (response: Response, authentication: Authentication): Promise<Arrival> => {
    if (response.status === 303 || response.status === 302) {
      await response.body?.cancel();
      return open(response.headers.get('location') ?? '', authentication);
    }
    const text = await response.text();
    const form = /<form method="post" action="(https:\/\/[^"]*)"/.exec(text);
    if (form !== null) {
      expect(text, 'the form is sent by itself').toContain('document.forms[0].submit()');
      const url = new URL(unescaped(form[1] ?? ''));
      return { at: 'suite', method: 'POST', url, parameters: new URLSearchParams(fieldsOf(text)) };
    }
    if (!text.includes('<beckon-signin')) return { at: 'page', status: response.status, text };
    expect(response.status).toBe(200);
    return open(await signInOn(text, authentication), authentication);
  };
  const open = async (address: string, authentication: Authentication): Promise<Arrival> => {
    const url = new URL(address);
    if (url.origin !== ISSUER) return { at: 'suite', method: 'GET', url, parameters: url.searchParams };
    return follow(await fetch(here(address), { redirect: 'manual' }), authentication);
  };
  /** What the page's script and a phone do; the address that the page then goes to. */
  const signInOn = async (page: string, authentication: Authentication): Promise<string> => {
    const body = { client_id: attribute(page, 'client-id'), request_uri: attribute(page, 'request-uri') };
    const begun = await harness.post('/session', body, { origin: ISSUER });
    const session = (await expectStatus(begun, 201)) as SessionHandle;
    const { id, step, mac } = scanOf(shownText(session.qr));
    const phone = { authorization: `Bearer ${await harness.wallet.token({ claims: { ...authentication } })}` };
    const scanned = await fetch(`${harness.url}/session/${id}/information?step=${step}&mac=${mac}`, { headers: phone });
    const { scopes, retrieval_token } = (await expectStatus(scanned, 200)) as {
      readonly scopes: readonly { readonly scope: string }[];
      readonly retrieval_token: string;
    };
    const accepted_scopes = scopes.map(({ scope }) => scope);
    const decision = { decision: 'approve', accepted_scopes, retrieval_token };
    await expectStatus(await harness.post(`/session/${id}/update`, decision, phone), 200);
    const headers = { authorization: `Bearer ${session.session_secret}` };
    const status = await fetch(`${harness.url}/session/${id}/status`, { headers });
    return ((await expectStatus(status, 200)) as Snapshot).redirect_to ?? '';
  };

  const suite: Suite = {
    metadata,
    clients,
    now: () => Math.floor(harness.clock.now() / 1000),
    wait: (seconds) => harness.clock.advance(seconds * 1000),
    request(changes = {}, { client = clients.first } = {}) {
      const request = {
        client_id: client.client_id,
        redirect_uri: CALLBACK,
        scope: 'openid',
        state: random(10),
        nonce: random(10),
        response_type: 'code',
        ...(responseMode === 'query' ? {} : { response_mode: responseMode }),
        ...changes,
      };
      return Object.fromEntries(
        Object.entries(request).filter((entry): entry is [string, string] => entry[1] !== null),
      );
    },
    async visit(request, { method = 'GET', reversed = false, authentication = {} } = {}) {
      const entries = Object.entries(request);
      const parameters = new URLSearchParams(reversed ? entries.toReversed() : entries);
      const endpoint = here(metadata['authorization_endpoint']);
      const response =
        method === 'POST'
          ? await fetch(endpoint, {
              method,
              body: parameters,
              redirect: 'manual',
              headers: { origin: new URL(BASE).origin },
            })
          : await fetch(`${endpoint}?${parameters.toString()}`, { redirect: 'manual' });
      return follow(response, authentication);
    },
    async authorize(changes = {}, how = {}) {
      const request = suite.request(changes, how);
      const parameters = expectResponse(await suite.visit(request, how), request, responseMode);
      const error = parameters.get('error');
      if (error !== null) throw new Error(`the server answers ${error}: ${parameters.get('error_description')}`);
      const code = parameters.get('code');
      expect(code, 'the response has a code').toMatch(/^[\x20-\x7e]+$/);
      return { request, code: code ?? '' };
    },
    async signIn(changes = {}, how = {}) {
      const { client = clients.first } = how;
      const { request, code } = await suite.authorize(changes, how);
      const exchange = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...how.exchange };
      const answer = await suite.token(exchange, client);
      expectTokens(answer);
      const id_token = await suite.readIdToken(answer.body['id_token'], {
        client_id: client.client_id,
        nonce: request['nonce'] ?? null,
      });
      // Optional in this flow, and right where it is there (OpenID Connect Core §3.1.3.6).
      const at_hash = createHash('sha256').update(String(answer.body['access_token'])).digest().subarray(0, 16);
      expect([undefined, at_hash.toString('base64url')]).toContain(id_token.claims['at_hash']);
      const userinfo = await suite.userinfo(answer.body['access_token']);
      expect(userinfo.status).toBe(200);
      return { request, code, exchange, tokens: answer.body, id_token, userinfo: userinfo.body };
    },
    async refuse(changes, errors) {
      const request = suite.request(changes);
      const parameters = expectResponse(await suite.visit(request), request, responseMode);
      expectError(parameters, errors);
    },
    async token(form, { client_id, client_secret, method } = clients.first) {
      const basic = { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` };
      const posted = method === 'client_secret_post';
      const response = await fetch(here(metadata['token_endpoint']), {
        method: 'POST',
        headers: posted ? {} : basic,
        body: new URLSearchParams(posted ? { ...form, client_id, client_secret } : form),
      });
      return readJson(response);
    },
    async readIdToken(text, { client_id, nonce }) {
      const id_token = decode(text);
      const { header, claims } = id_token;
      const key = (await suite.keys()).find(({ kid }) => kid === header['kid']);
      expect(key, 'the id_token names a key that is published').toBeDefined();
      expect(isSigned(id_token.text, String(header['alg']), key ?? {}), 'its signature is good').toBe(true);
      const now = suite.now();
      const slack = 300;
      expect(claims['iss']).toBe(metadata['issuer']);
      expect([claims['aud']].flat()).toContain(client_id);
      expect(claims['sub']).toMatch(/^[\x20-\x7e]{1,255}$/);
      expect(Math.abs(Number(claims['iat']) - now)).toBeLessThanOrEqual(slack);
      expect(claims['exp']).toBeGreaterThan(now - slack);
      expect(claims['nonce'] ?? null).toBe(nonce);
      if ('auth_time' in claims) expect(claims['auth_time']).toBeLessThanOrEqual(now + slack);
      if ('acr' in claims) expect(claims['acr']).toMatch(/./);
      return id_token;
    },
    async userinfo(access_token, as = 'header') {
      const endpoint = here(metadata['userinfo_endpoint']);
      const token = String(access_token);
      const headers = { authorization: `Bearer ${token}` };
      if (as === 'header') return readJson(await fetch(endpoint, { headers }));
      const body = new URLSearchParams({ access_token: token });
      return readJson(await fetch(endpoint, { method: 'POST', ...(as === 'post header' ? { headers } : { body }) }));
    },
    async logOut(parameters) {
      const query = new URLSearchParams(parameters).toString();
      const endpoint = here(metadata['end_session_endpoint']);
      return follow(await fetch(`${endpoint}${query === '' ? '' : `?${query}`}`, { redirect: 'manual' }), {});
    },
    async keys() {
      const { body } = await readJson(await fetch(here(metadata['jwks_uri'])));
      return body['keys'] as readonly Claims[];
    },
    logouts: listener,
    async close() {
      await harness.close();
      await listener.close();
    },
  };
  return suite;
}

/** The authorization response, for a code and for an error alike. */
function expectResponse(arrival: Arrival, request: Text, mode: SuiteOptions['responseMode']): URLSearchParams {
  if (arrival.at === 'page') throw new Error(`the server shows a page: ${arrival.text}`);
  const { method, url, parameters } = arrival;
  expect(url.origin + url.pathname).toBe(CALLBACK);
  expect(url.hash).toBe('');
  expect(method).toBe(mode === 'query' ? 'GET' : 'POST');
  if (mode === 'form_post') expect(url.search, 'nothing of the response is in the address').toBe('');
  expect(parameters.get('state')).toBe(request['state']);
  // RFC 9207 §2: right where it is there.
  expect([null, ISSUER]).toContain(parameters.get('iss'));
  return parameters;
}

/** What an error response must have and must not have (OpenID Connect Core §3.1.2.6). */
export function expectError(parameters: URLSearchParams, errors: readonly string[]): void {
  const names = new Set(['error', 'error_description', 'error_uri', 'state', 'session_state', 'iss']);
  expect([...parameters.keys()].filter((name) => !names.has(name))).toEqual([]);
  expect(errors).toContain(parameters.get('error'));
  // RFC 6749 §4.1.2.1.
  expect(parameters.get('error_description') ?? '').toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/);
}

/** RFC 6749 §5.1. */
export function expectTokens({ status, headers, body }: Answer): void {
  expect({ status, error: body['error'] }).toEqual({ status: 200, error: undefined });
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('cache-control')).toContain('no-store');
  expect(body['token_type']).toMatch(/^bearer$/i);
  expect(body['access_token']).toMatch(/^[\x20-\x7e]+$/);
  expect(body['expires_in']).toBeGreaterThan(0);
}

/** RFC 6749 §5.2: the error that a code or a refresh token which is none is answered with. */
export function expectInvalidGrant({ status, headers, body }: Answer): void {
  expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_grant' });
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(body['error_description'] ?? '').toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/);
}

/** A page of the server that shows an error, and leads nowhere by itself. */
export function expectErrorPage(arrival: Arrival, words: string): void {
  expect(arrival).toMatchObject({ at: 'page', status: 400 });
  expect(arrival.at === 'page' ? arrival.text : '').toContain(words);
}

/** Bits of a text by how often its characters come, which is how the suite estimates. */
export function entropyOf(text: string): number {
  const counts = [...new Set(text)].map((character) => text.split(character).length - 1);
  const bits = counts.map((count) => -(count / text.length) * Math.log2(count / text.length));
  return text.length * bits.reduce((sum, each) => sum + each, 0);
}

export function random(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** Reads a JWT and verifies nothing. */
export function decode(text: unknown): IdToken {
  expect(text).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  const [header = '', claims = ''] = String(text).split('.');
  return { text: String(text), header: parse(header), claims: parse(claims) };
}

export function isSigned(jwt: string, alg: string, jwk: Claims): boolean {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  expect(['RS256', 'ES256']).toContain(alg);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  const padding = alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
  return verify('sha256', signed, padding, Buffer.from(signature, 'base64url'));
}

function parse(part: string): Claims {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;
}

async function readJson(response: Response): Promise<Answer> {
  const body = (await response.json()) as Claims;
  return { status: response.status, headers: response.headers, body };
}

async function expectStatus(response: Response, status: number): Promise<unknown> {
  const text = await response.text();
  expect({ url: response.url, status: response.status, text }).toMatchObject({ status });
  return JSON.parse(text);
}

function attribute(page: string, name: string): string {
  return unescaped(new RegExp(`${name}="([^"]*)"`).exec(page)?.[1] ?? '');
}

function fieldsOf(page: string): Text {
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  const characters: Text = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (escape) => characters[escape] ?? escape);
}
