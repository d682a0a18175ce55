import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionHandle, Snapshot } from '../../packages/protocol/src/index.ts';
import {
  type Harness,
  ISSUER,
  SHOP_ORIGIN,
  exampleConfig,
  scanOf,
  startHarness,
} from '../../packages/session-server/src/test-support/harness.ts';

/**
 * Didit's document "How it works: OIDC Flow with QR Code" (docs.didit.me/auth-and-data/sign-in-api-reference/full-flow),
 * step by step, against Beckon's own server. The tests are named after the document's headings.
 */

const CLIENT = { id: 'didit-client', secret: randomBytes(32).toString('base64url') };
const REDIRECT_URI = `${SHOP_ORIGIN}/callback`;
/** Everything that Didit's authorize endpoint takes, and nothing else: it knows no PKCE. */
const REQUEST = {
  client_id: CLIENT.id,
  redirect_uri: REDIRECT_URI,
  response_type: 'code',
  scope: 'openid profile email offline',
  state: 'random_state_string',
  nonce: 'random_nonce_string',
};

let harness: Harness;
let user: string;

beforeEach(async () => {
  const { clients } = exampleConfig();
  harness = await startHarness({
    clients: [
      ...clients,
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        client_name: 'A client of Didit',
        redirect_uris: [REDIRECT_URI],
        allowed_origins: [SHOP_ORIGIN],
        scope: 'openid profile email',
        // Possible because its requests carry `openid` and a nonce.
        require_pkce: false,
        cross_device: { verification: 'none' },
      },
    ],
  });
  user = await harness.wallet.token();
});
afterEach(() => harness.close());

async function authorize(changes: Partial<typeof REQUEST> = {}): Promise<SessionHandle> {
  const query = new URLSearchParams({ ...REQUEST, ...changes }).toString();
  const response = await fetch(`${harness.url}/authorize?${query}`, { headers: { accept: 'application/json' } });
  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toContain('application/json');
  return (await response.json()) as SessionHandle;
}
/** The session URL, as a phone reads it off the screen. */
function sessionUrl({ qr }: Snapshot): string {
  return qr?.order === 'timed' ? `${qr.prefix}${qr.step}.${qr.macs[0]}` : '';
}
async function status({ session_id, session_secret }: SessionHandle): Promise<Snapshot> {
  const headers = { 'Data-Session-Token': session_secret };
  return (await (await fetch(`${harness.url}/session/${session_id}/status`, { headers })).json()) as Snapshot;
}
function information(session: Snapshot, accessToken = user): Promise<Response> {
  const { id, step, mac } = scanOf(sessionUrl(session));
  const headers = { authorization: `Bearer ${accessToken}` };
  return fetch(`${harness.url}/session/${id}/information?step=${step}&mac=${mac}`, { headers });
}
async function consent(session: Snapshot): Promise<{ retrieval_token: string; scopes: { scope: string }[] }> {
  return (await (await information(session)).json()) as { retrieval_token: string; scopes: { scope: string }[] };
}
function update(session: Snapshot, body: Record<string, unknown>, accessToken = user): Promise<Response> {
  return harness.post(`/session/${session.session_id}/update`, body, { authorization: `Bearer ${accessToken}` });
}
async function confirm(session: Snapshot, accepted_scopes?: readonly string[]): Promise<void> {
  const { retrieval_token, scopes } = await consent(session);
  const accepted = accepted_scopes ?? scopes.map(({ scope }) => scope);
  const response = await update(session, { decision: 'approve', retrieval_token, accepted_scopes: accepted });
  expect(response.status).toBe(200);
}
function token(fields: Record<string, string>, secret = CLIENT.secret): Promise<Response> {
  return fetch(`${harness.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${CLIENT.id}:${secret}`)}` },
    body: new URLSearchParams(fields),
  });
}
const exchange = (code: string): Record<string, string> => ({
  code,
  grant_type: 'authorization_code',
  redirect_uri: REDIRECT_URI,
});
const claimsOf = (jwt: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
const codeOf = ({ redirect_to }: Snapshot): string => new URL(redirect_to ?? '').searchParams.get('code') ?? '';
const json = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json()) as Record<string, unknown>;

it('works from the first call to the last', async () => {
  // Client app initiates the flow · Authorization Server generates session URL
  const session = await authorize();
  expect(session).toMatchObject({ status: 'initialized', client: { name: 'A client of Didit' } });

  // Authorization Client displays QR code · User scans QR code
  expect(sessionUrl(session)).toMatch(new RegExp(`^${ISSUER}/Q/`, 'i'));

  // Didit Native app processes the session URL · Mobile app returns session info
  const asked = await information(session);
  expect(asked.status).toBe(200);
  const shown = await json(asked);
  // Ensure that requested scopes are clearly presented to the user during this confirmation step.
  expect(shown).toMatchObject({
    client: { name: 'A client of Didit' },
    scopes: [{ scope: 'openid' }, { scope: 'profile' }, { scope: 'email' }],
  });
  // The authorization server will update the sessions status to retrieved
  expect(await status(session)).toMatchObject({ status: 'retrieved', redirect_to: null });

  // User confirms data sharing: access token, session identifier, shared data accepted by the user
  const confirmed = await update(session, {
    decision: 'approve',
    retrieval_token: shown['retrieval_token'],
    accepted_scopes: ['openid', 'profile', 'email'],
  });
  expect(await json(confirmed)).toMatchObject({ status: 'confirmed' });

  // Authorization client polls for session status · Authorization Server generates an authorization code
  const done = await status(session);
  expect(done.status).toBe('confirmed');
  const redirect = new URL(done.redirect_to ?? '');
  expect(redirect.origin + redirect.pathname).toBe(REDIRECT_URI);

  // Redirect_uri endpoint receives the authorization code: validate the state parameter
  expect(redirect.searchParams.get('state')).toBe(REQUEST.state);

  // Exchange code for tokens · Authorization Server validates and returns tokens
  const answer = await token(exchange(codeOf(done)));
  expect(answer.status).toBe(200);
  const tokens = await json(answer);
  expect(tokens).toMatchObject({
    token_type: 'Bearer',
    expires_in: expect.any(Number) as number,
    scope: 'openid profile email',
  });
  // If a nonce was included in the initial request, validate it when receiving the ID token.
  expect(claimsOf(tokens['id_token'])).toMatchObject({ iss: ISSUER, aud: CLIENT.id, nonce: REQUEST.nonce });

  // Application client gets user info
  const headers = { authorization: `Bearer ${String(tokens['access_token'])}` };
  expect(await json(await fetch(`${harness.url}/oauth/userinfo`, { headers }))).toEqual({
    sub: claimsOf(tokens['id_token'])['sub'],
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    email_verified: true,
  });
});

describe('client app initiates the flow', () => {
  it.each<[string, Partial<typeof REQUEST>]>([
    ['the client ID', { client_id: 'nobody' }],
    ['the redirect URI', { redirect_uri: 'https://evil.example/callback' }],
    ['the response type', { response_type: 'token' }],
    ['the nonce, which stands for PKCE here', { nonce: '' }],
    ['the scope openid, for the same reason', { scope: 'email' }],
  ])('must have right %s', async (_name, changes) => {
    const query = new URLSearchParams(Object.entries({ ...REQUEST, ...changes }).filter(([, value]) => value !== ''));
    const response = await fetch(`${harness.url}/authorize?${query.toString()}`, {
      headers: { accept: 'application/json' },
    });
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ error: expect.any(String) as string });
  });

  it('may be by redirecting: a browser gets the page', async () => {
    const query = new URLSearchParams(REQUEST).toString();
    const response = await fetch(`${harness.url}/authorize?${query}`, { headers: { accept: 'text/html,*/*' } });
    expect(response.headers.get('content-type')).toContain('text/html');
  });
});

describe('the session URL', () => {
  it('is short-lived', async () => {
    const session = await authorize();
    harness.clock.advance(13_000);
    expect(await json(await information(session))).toMatchObject({ error: 'qr_stale' });
    harness.clock.advance(120_000);
    expect(await status(session)).toMatchObject({ status: 'expired' });
  });

  it('is single-use: another phone comes too late', async () => {
    const session = await authorize();
    expect((await information(session)).status).toBe(200);
    const other = await harness.wallet.token({ claims: { sub: 'eve' } });
    expect(await json(await information(session, other))).toMatchObject({ error: 'already_claimed' });
  });

  it('is refetched when the session expires', async () => {
    const session = await authorize();
    harness.clock.advance(121_000);
    const headers = { authorization: `Bearer ${session.session_secret}` };
    const renewed = await harness.post(`/session/${session.session_id}/renew`, {}, headers);
    expect(renewed.status).toBe(201);
    const next = (await renewed.json()) as SessionHandle;
    expect(sessionUrl(next)).not.toBe(sessionUrl(session));
    await confirm(next);
    expect(await status(next)).toMatchObject({ status: 'confirmed' });
  });
});

describe('user confirms data sharing', () => {
  it.each<[string, () => Promise<string>]>([
    ['a third party’s', () => harness.wallet.token({ claims: { client_id: 'third-party' } })],
    ['another server’s', () => harness.wallet.token({ claims: { aud: 'https://other.example/session' } })],
    ['an id_token', () => harness.wallet.token({ typ: 'JWT' })],
    ['one without the scope for it', () => harness.wallet.token({ claims: { scope: 'openid' } })],
  ])('with a token of the internal organization: %s is refused', async (_name, make) => {
    const session = await authorize();
    const foreign = await make();
    expect((await information(session, foreign)).status).toBe(401);
    const { retrieval_token } = await consent(session);
    expect((await update(session, { decision: 'approve', retrieval_token }, foreign)).status).toBe(401);
    expect(await status(session)).toMatchObject({ status: 'retrieved' });
  });

  it('only while the session is retrieved', async () => {
    const session = await authorize();
    const early = await update(session, { decision: 'approve', retrieval_token: 'x' });
    expect(await json(early)).toMatchObject({ error: 'invalid_transition' });
    await confirm(session);
    expect((await update(session, { decision: 'decline', retrieval_token: 'x' })).status).toBeGreaterThanOrEqual(400);
    expect(await status(session)).toMatchObject({ status: 'confirmed' });
  });

  it('or declines: then there is no code', async () => {
    const session = await authorize();
    const { retrieval_token } = await consent(session);
    await update(session, { decision: 'decline', retrieval_token });
    const end = await status(session);
    expect(end.status).toBe('declined');
    expect(new URL(end.redirect_to ?? '').searchParams.get('error')).toBe('access_denied');
  });
});

describe('authorization client polls for session status', () => {
  it('with the session’s token, and with no other', async () => {
    const session = await authorize();
    expect(await status({ ...session, session_secret: 'another' })).toMatchObject({ error: 'session_not_found' });
    expect((await fetch(`${harness.url}/session/${session.session_id}/status`)).status).toBe(401);
  });

  it('gets the same code as long as it is good: a lost answer loses no sign-in', async () => {
    const session = await authorize();
    await confirm(session);
    expect(codeOf(await status(session))).toBe(codeOf(await status(session)));
  });

  it('or listens to a WebSocket', async () => {
    const session = await authorize();
    const { session_id, session_secret } = session;
    const statuses = new Promise<string[]>((resolve, reject) => {
      const heard: string[] = [];
      const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/session/events`, 'beckon.v1');
      socket.addEventListener('error', () => reject(new Error('the socket failed')));
      socket.addEventListener('open', () =>
        socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret })),
      );
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data)) as { status: string };
        heard.push(message.status);
        if (heard.length === 1) void confirm(session).catch(reject);
        if (message.status !== 'confirmed') return;
        socket.close();
        resolve(heard);
      });
    });
    expect([...new Set(await statuses)]).toEqual(['initialized', 'retrieved', 'confirmed']);
  });
});

describe('exchange code for tokens', () => {
  const code = async (accepted?: readonly string[]): Promise<string> => {
    const session = await authorize();
    await confirm(session, accepted);
    return codeOf(await status(session));
  };

  it('with the redirect URI of the first step', async () => {
    const answer = await token({ ...exchange(await code()), redirect_uri: 'https://shop.example/other' });
    expect(await json(answer)).toMatchObject({ error: 'invalid_grant' });
  });

  it('with client ID and secret', async () => {
    expect(await json(await token(exchange(await code()), 'wrong'))).toMatchObject({ error: 'invalid_client' });
  });

  it('once', async () => {
    const once = await code();
    expect((await token(exchange(once))).status).toBe(200);
    expect(await json(await token(exchange(once)))).toMatchObject({ error: 'invalid_grant' });
  });

  it('for the approved scopes only', async () => {
    const tokens = await json(await token(exchange(await code(['openid', 'email']))));
    expect(tokens['scope']).toBe('openid email');
    const headers = { authorization: `Bearer ${String(tokens['access_token'])}` };
    expect(await json(await fetch(`${harness.url}/oauth/userinfo`, { headers }))).not.toHaveProperty('name');
  });
});
