import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createSandbox, type Sandbox } from '../index.ts';

const BECKON = 'http://127.0.0.1:4400';
const REQUEST = {
  client_id: 'sandbox-didit',
  redirect_uri: `${BECKON}/callback/didit`,
  response_type: 'code',
  scope: 'openid names email offline',
  state: 'the-state',
  nonce: 'the-nonce',
};
const BASIC = { authorization: `Basic ${btoa('sandbox-didit:sandbox-didit-secret')}` };

let now: number;
let sandbox: Sandbox;
let base: string;

beforeEach(async () => {
  now = Date.now();
  sandbox = createSandbox({ beckon: { issuer: BECKON }, now: () => now });
  base = `${await sandbox.listen(0)}/didit`;
});
afterEach(() => sandbox.close());

type Json = Record<string, unknown>;
interface Answer {
  readonly status: number;
  readonly body: Json;
}
async function call(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(base + path, init);
  return { status: response.status, body: (await response.json()) as Json };
}
const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const form = (fields: Record<string, string>, headers: Record<string, string> = BASIC): RequestInit => ({
  method: 'POST',
  headers,
  body: new URLSearchParams(fields),
});
async function begin(): Promise<{ id: string; token: string; url: string }> {
  const { body } = await call(`/auth/v2/authorize?${new URLSearchParams(REQUEST).toString()}`);
  return { id: String(body['session_id']), token: String(body['session_token']), url: String(body['url']) };
}
const status = ({ id, token }: { id: string; token: string }): Promise<Answer> =>
  call(`/auth/v2/session/${id}/status/`, { headers: { 'data-session-token': token } });
async function bearer(person = 'alma'): Promise<Record<string, string>> {
  const { body } = await call('/app/token', json({ person }));
  return { authorization: `Bearer ${String(body['access_token'])}` };
}
/** A session that a person confirmed, and its code. */
async function confirmed(accepted_scopes?: readonly string[]): Promise<string> {
  const session = await begin();
  const user = await bearer();
  await call(`/auth/v2/session/${session.id}/information`, { headers: user });
  await call(`/auth/v2/session/${session.id}/update`, json({ accepted_scopes }, user));
  return codeIn(await status(session));
}
function codeIn({ body }: Answer): string {
  return new URL(String(body['redirect_uri'])).searchParams.get('code') ?? '';
}
const exchange = (code: string): Record<string, string> => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REQUEST.redirect_uri,
});

test('its document, step by step', async () => {
  const session = await begin();
  expect(session.url).toBe(`${base}/app/authorize/${session.token}`);
  expect((await fetch(session.url)).headers.get('content-type')).toContain('text/html');
  expect((await status(session)).body).toEqual({ status: 'initialized' });

  const user = await bearer('ben');
  const information = await call(`/auth/v2/session/${session.id}/information`, { headers: user });
  expect(information.body).toMatchObject({ client: 'Beckon', scopes: ['openid', 'names', 'email', 'offline'] });
  expect((await status(session)).body).toEqual({ status: 'retrieved' });

  expect(await call(`/auth/v2/session/${session.id}/update`, json({}, user))).toMatchObject({ status: 200 });
  const answer = await status(session);
  expect(answer.body).toMatchObject({ status: 'confirmed' });
  expect(String(answer.body['redirect_uri'])).toMatch(/\/callback\/didit\?code=[a-z2-7]{26}&state=the-state$/);

  const tokens = await call('/auth/v2/token', form(exchange(codeIn(answer))));
  expect(tokens).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'openid names email offline' } });
  const access = { authorization: `Bearer ${String(tokens.body['access_token'])}` };
  expect((await call('/auth/v2/users/retrieve/', { headers: access })).body).toMatchObject({
    names: { full_name: 'Ben Sample' },
    email: { email: 'ben@example.com', is_verified: true },
  });
  const introspected = await call('/auth/v2/introspect', form({ token: String(tokens.body['access_token']) }));
  expect(introspected.body).toMatchObject({ active: true, client_id: 'sandbox-didit' });

  const refresh_token = String(tokens.body['refresh_token']);
  const renewed = await call('/auth/v2/token', form({ grant_type: 'refresh_token', refresh_token }));
  expect(renewed.body['refresh_token']).not.toBe(refresh_token);
  const again = await call('/auth/v2/token', form({ grant_type: 'refresh_token', refresh_token }));
  expect(again.body).toMatchObject({ error: 'invalid_grant' });
});

test.each<[Partial<typeof REQUEST>, string]>([
  [{ client_id: 'nobody' }, 'invalid_client'],
  [{ redirect_uri: 'https://evil.example/' }, 'invalid_request'],
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ scope: 'names' }, 'invalid_scope'],
  [{ scope: 'openid everything' }, 'invalid_scope'],
])('authorize refuses %j', async (changes, error) => {
  const query = new URLSearchParams({ ...REQUEST, ...changes }).toString();
  expect(await call(`/auth/v2/authorize?${query}`)).toMatchObject({ status: 400, body: { error } });
});

test('the status is only for who has the session’s token', async () => {
  const session = await begin();
  expect((await status({ ...session, token: 'another' })).status).toBe(401);
  expect((await status({ ...session, id: 'another' })).status).toBe(404);
});

test('only Didit’s own users decide, in order, and the first who came', async () => {
  const { id } = await begin();
  const [alma, ben] = [await bearer('alma'), await bearer('ben')];
  expect((await call(`/auth/v2/session/${id}/information`)).status).toBe(403);
  expect((await call(`/auth/v2/session/${id}/update`, json({}, alma))).status).toBe(409);
  expect((await call(`/auth/v2/session/${id}/information`, { headers: alma })).status).toBe(200);
  expect((await call(`/auth/v2/session/${id}/information`, { headers: ben })).status).toBe(409);
  expect((await call(`/auth/v2/session/${id}/update`, json({}, ben))).status).toBe(409);
  expect((await call(`/auth/v2/session/${id}/update`, json({ decision: 'decline' }, alma))).body).toEqual({
    status: 'declined',
  });
});

test('a session ends by its time', async () => {
  const session = await begin();
  now += 120_000;
  expect((await status(session)).body).toEqual({ status: 'expired' });
});

test('each look at a confirmed session makes a new code and voids the one before', async () => {
  const session = await begin();
  const user = await bearer();
  await call(`/auth/v2/session/${session.id}/information`, { headers: user });
  await call(`/auth/v2/session/${session.id}/update`, json({}, user));
  const [first, second] = [codeIn(await status(session)), codeIn(await status(session))];
  expect((await call('/auth/v2/token', form(exchange(first)))).body).toMatchObject({ error: 'invalid_grant' });
  expect((await call('/auth/v2/token', form(exchange(second)))).status).toBe(200);
  const replayed = await call('/auth/v2/token', form(exchange(second)));
  expect(replayed.body, 'a code counts once').toMatchObject({ error: 'invalid_grant' });
});

test('a token covers what the person accepted and no more', async () => {
  const tokens = await call('/auth/v2/token', form(exchange(await confirmed(['openid', 'email']))));
  expect(tokens.body).toMatchObject({ scope: 'openid email' });
  expect(tokens.body).not.toHaveProperty('refresh_token');
});

test('the token endpoint reads JSON too, as Didit’s demo sends it', async () => {
  expect((await call('/auth/v2/token', json(exchange(await confirmed()), BASIC))).status).toBe(200);
});

test.each<[string, Record<string, string>, Record<string, string>, number, string]>([
  ['a wrong secret', exchange('x'), { authorization: `Basic ${btoa('sandbox-didit:wrong')}` }, 401, 'invalid_client'],
  ['no secret', exchange('x'), {}, 401, 'invalid_client'],
  ['an unknown code', exchange('x'), BASIC, 400, 'invalid_grant'],
  ['no code', { grant_type: 'authorization_code' }, BASIC, 400, 'invalid_request'],
  ['another grant', { grant_type: 'password' }, BASIC, 400, 'unsupported_grant_type'],
])('the token endpoint refuses %s', async (_name, fields, headers, code, error) => {
  expect(await call('/auth/v2/token', form(fields, headers))).toMatchObject({ status: code, body: { error } });
});

test('a code is bound to its redirect URI and its time', async () => {
  const elsewhere = { ...exchange(await confirmed()), redirect_uri: 'https://evil.example/' };
  expect((await call('/auth/v2/token', form(elsewhere))).body).toMatchObject({ error: 'invalid_grant' });
  const late = exchange(await confirmed());
  now += 60_000;
  expect((await call('/auth/v2/token', form(late))).body).toMatchObject({ error: 'invalid_grant' });
});

test('notifications tell what happens, to who has the session’s token', async () => {
  const session = await begin();
  const open = (token: string, origin?: string): WebSocket =>
    new WebSocket(
      `${base.replace('http', 'ws')}/auth/ws/notifications/?token=${token}`,
      origin === undefined ? {} : { origin },
    );
  const heard = new Promise((resolve, reject) => {
    const socket = open(session.token);
    socket.on('error', reject).on('message', (data: Buffer) => resolve(JSON.parse(data.toString())));
    socket.on('open', () => {
      void bearer().then((headers) => call(`/auth/v2/session/${session.id}/information`, { headers }));
    });
  });
  expect(await heard).toEqual({ message: { status: 'retrieved' } });

  const refused = (socket: WebSocket): Promise<string> =>
    new Promise((resolve) => {
      socket.on('error', (error) => resolve(error.message)).on('open', () => resolve('opened'));
    });
  expect(await refused(open('another'))).toContain('403');
  // A page of another site can open a WebSocket anywhere.
  expect(await refused(open(session.token, 'https://evil.example'))).toContain('404');
});
