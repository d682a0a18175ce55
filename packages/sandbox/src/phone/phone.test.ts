import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../index.ts';
import type { Consent } from './app.ts';

/** What the other side saw of a call. */
interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly token: string;
  readonly body: Record<string, unknown> | null;
}

const ID = 'ABCDEFGHJKMNPQRSTVWXYZ2345';
const MAC = 'BCDFGHJKLMNPQRSTVWXZ234567';
const CONSENT: Consent = {
  client: { name: 'Shop', logo_uri: null, origin: 'http://localhost:4401' },
  scopes: [
    { scope: 'openid', claims: ['sub'] },
    { scope: 'email', claims: ['email', 'email_verified'] },
  ],
  requester: { address: '127.0.0.0/24', user_agent: 'Firefox', origin: null, same_network: true },
  verification: { method: 'number', digits: 2 },
  retrieval_token: 'retrieval-token',
  expires_at: Math.floor(Date.now() / 1000) + 300,
};

let server: Server;
let beckon: string;
let seen: Seen[];
/** What the stand-in for Beckon answers next. */
let answers: { status: number; body: unknown; headers?: Record<string, string> }[];
let sandbox: Sandbox;
let base: string;

beforeEach(async () => {
  seen = [];
  answers = [];
  server = createServer((req, res) => {
    void readBody(req).then((body) => {
      const token = (req.headers.authorization ?? '').replace('Bearer ', '');
      seen.push({ method: req.method, url: req.url, token, body });
      const { status, body: answer, headers } = answers.shift() ?? { status: 500, body: null };
      res.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      res.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
      return null;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  beckon = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  sandbox = createSandbox({ beckon: { issuer: beckon } });
  base = await sandbox.listen(0);
});

afterEach(async () => {
  await sandbox.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function readBody(req: IncomingMessage): Promise<Record<string, unknown> | null> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text === '' ? null : (JSON.parse(text) as Record<string, unknown>);
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function qr(): string {
  return `${beckon}/Q/${ID}.4.${MAC}`.toUpperCase();
}

async function scan(consent: Consent = CONSENT, person?: string): Promise<string> {
  answers.push({ status: 200, body: consent });
  const response = await post('/phone/scan', { text: qr(), ...(person === undefined ? {} : { person }) });
  expect(response.status).toBe(200);
  return ((await response.json()) as { handle: string }).handle;
}

test('a scan asks Beckon with the code’s parts and a wallet token, and answers the consent', async () => {
  answers.push({ status: 200, body: { ...CONSENT, added_later: 1 } });
  const response = await post('/phone/scan', { text: qr(), person: 'ben' });
  expect(await response.json()).toEqual({
    handle: expect.stringMatching(/^[a-z2-7]{26}$/) as string,
    consent: CONSENT,
  });
  expect(seen[0]).toMatchObject({ method: 'GET', url: `/session/${ID}/information?step=4&mac=${MAC}` });
  expect(decodeJwt(seen[0]?.token ?? '')).toMatchObject({
    iss: `${base}/wallet`,
    aud: `${beckon}/session`,
    sub: 'ben',
    client_id: 'sandbox-phone',
    scope: 'openid beckon:approve',
  });
});

test('approving sends the number and the accepted scopes, with a token that opens only these claims', async () => {
  const handle = await scan(CONSENT, 'chloe');
  answers.push({ status: 200, body: { status: 'confirmed', location: 'http://localhost:4401/callback?code=c' } });
  const response = await post('/phone/approve', { handle, verification: '07' });
  expect(await response.json()).toEqual({ status: 'confirmed', location: 'http://localhost:4401/callback?code=c' });
  expect(seen[1]).toMatchObject({
    method: 'POST',
    url: `/session/${ID}/update`,
    body: {
      decision: 'approve',
      accepted_scopes: ['openid', 'email'],
      verification: '07',
      retrieval_token: 'retrieval-token',
    },
  });
  expect(decodeJwt(seen[1]?.token ?? '')).toMatchObject({ sub: 'chloe', scope: 'openid beckon:approve email' });
});

test('location is null where Beckon gives none', async () => {
  const handle = await scan({ ...CONSENT, verification: null });
  answers.push({ status: 200, body: { status: 'confirmed' } });
  expect(await (await post('/phone/approve', { handle })).json()).toEqual({ status: 'confirmed', location: null });
});

test.each([true, false])('whether the other screen took the sign-in over is passed on: %s', async (collected) => {
  const handle = await scan({ ...CONSENT, verification: null });
  answers.push({ status: 200, body: { status: 'confirmed', collected } });
  expect(await (await post('/phone/approve', { handle })).json()).toEqual({
    status: 'confirmed',
    location: null,
    collected,
  });
});

test.each([
  [{}, 'user'],
  [{ reason: 'not_me' }, 'not_me'],
])('declining with %o says the reason %s and accepts nothing', async (extra, reason) => {
  const handle = await scan();
  answers.push({ status: 200, body: { status: 'declined', location: null } });
  const response = await post('/phone/decline', { handle, ...extra });
  expect(await response.json()).toEqual({ status: 'declined', location: null });
  expect(seen[1]?.body).toMatchObject({ decision: 'decline', reason, accepted_scopes: [] });
});

test('an approval without the number that is asked for is not sent: Beckon gives one try', async () => {
  const handle = await scan();
  const response = await post('/phone/approve', { handle });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error_description: expect.stringContaining('verification') as string });
  expect(seen).toHaveLength(1);
});

test('Beckon’s errors come through with code, description, status, request id and Retry-After', async () => {
  const body = { error: 'rate_limited', error_description: 'too many scans', request_id: 'r1' };
  answers.push({ status: 429, body, headers: { 'Retry-After': '7' } });
  const response = await post('/phone/scan', { text: qr() });
  expect(response.status).toBe(429);
  expect(response.headers.get('Retry-After')).toBe('7');
  expect(await response.json()).toEqual(body);
});

test('after a refused decision the handle still stands: only Beckon knows whether another counts', async () => {
  const handle = await scan();
  answers.push({ status: 403, body: { error: 'verification_failed', error_description: 'wrong number' } });
  expect((await post('/phone/approve', { handle, verification: '11' })).status).toBe(403);
  answers.push({ status: 409, body: { error: 'invalid_transition', error_description: 'it is over' } });
  const second = await post('/phone/approve', { handle, verification: '12' });
  expect(await second.json()).toMatchObject({ error: 'invalid_transition' });
});

test.each([
  ['a consent with a part missing', 200, { ...CONSENT, client: null }],
  ['no JSON', 200, '<html>'],
  ['an error in no known shape', 502, '<html>'],
])('%s from Beckon is beckon_answer_invalid', async (_what, status, body) => {
  answers.push({ status, body });
  const response = await post('/phone/scan', { text: qr() });
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: 'beckon_answer_invalid' });
});

test('a redirect from Beckon is not followed: the token would go with it', async () => {
  answers.push({ status: 302, body: null, headers: { Location: `${base}/wallet/userinfo` } });
  expect(await (await post('/phone/scan', { text: qr() })).json()).toMatchObject({ error: 'beckon_unreachable' });
  expect(seen).toHaveLength(1);
});

test('a Beckon that does not run is beckon_unreachable', async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const response = await post('/phone/scan', { text: qr() });
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: 'beckon_unreachable' });
});

test('a code of another server is refused and no person is asked', async () => {
  const response = await post('/phone/scan', { text: `https://evil.example/q/${ID}.4.${MAC}` });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'unrecognised_code' });
  expect(seen).toEqual([]);
});

test.each([
  ['/phone/scan', {}, 'text: required'],
  ['/phone/scan', { text: 1 }, 'text: must be of type string'],
  ['/phone/scan', { text: '' }, 'text: must not be empty'],
  ['/phone/scan', { text: 'x'.repeat(2049) }, 'text: at most 2048 characters'],
  ['/phone/scan', { text: 'x', person: 'nobody' }, 'person: no person has that name'],
  ['/phone/scan', { text: 'x', persona: 'alma' }, 'persona: unknown field'],
  ['/phone/scan', { text: null }, 'text: must be of type string'],
  ['/phone/scan', '{"text":', 'body: not valid JSON'],
  ['/phone/scan', '"text"', 'body: not valid JSON'],
  ['/phone/scan', '', 'text: required'],
  ['/phone/approve', {}, 'handle: required'],
  ['/phone/approve', { handle: 'x', verification: 12 }, 'verification: must be of type string'],
  ['/phone/approve', { handle: 'x', verification: 'ab' }, 'verification: must be the digits'],
  ['/phone/decline', { handle: 'x'.repeat(65) }, 'handle: at most 64 characters'],
  ['/phone/decline', { handle: 'x', reason: 'bored' }, 'reason: '],
])('%s with %j is refused, naming the field', async (path, body, description) => {
  const response = await post(path, body);
  expect(response.status).toBe(400);
  const answer = (await response.json()) as { error: string; error_description: string };
  expect(answer.error).toBe('invalid_request');
  expect(answer.error_description).toContain(description);
});

test.each(['/phone/approve', '/phone/decline'])('%s with an unknown handle is handle_not_found', async (path) => {
  const response = await post(path, { handle: 'unknown' });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: 'handle_not_found' });
});

test('the inbox is empty, and must be told whose', async () => {
  expect(await (await fetch(`${base}/phone/inbox?user=199001011234`)).json()).toEqual([]);
  expect(await (await fetch(`${base}/phone/inbox`)).json()).toMatchObject({ error_description: 'user: required' });
  const twice = await (await fetch(`${base}/phone/inbox?user=a&user=b`)).json();
  expect(twice).toMatchObject({ error_description: 'user: must be of type string' });
});
