import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { systemTimers } from '../../jobs/index.ts';
import { connectorContext } from '../../testing/index.ts';
import { ConnectorError, type UpstreamCapability, type UpstreamStart, type UpstreamStatus } from '../connector.ts';
import { createLimitedFetch } from '../../outbound/index.ts';
import { mappedClaims } from '../shared/mapped-claims.ts';
import { diditClaims } from './claims.ts';
import { didit, type DiditOptions } from './index.ts';

/** A Didit that answers whatever a test wants: what it should never answer above all. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let sockets: WebSocketServer;
let base = '';
let answers: Record<string, Answer>;
let calls: string[];
let abort: AbortController;
let nonce = '';

const json =
  (body: unknown, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
const raw =
  (body: string): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(body);
  };

const TOKENS = { access_token: 'a1', token_type: 'bearer', expires_in: 3600 };
/** As Didit signs it; its keys are named nowhere. */
function idTokenOf(claims: object): string {
  const now = Math.floor(Date.now() / 1000);
  const content = { iss: 'https://didit.me', aud: 'beckon', sub: 'ada', iat: now, exp: now + 300, ...claims };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(content)}.c2lnbmF0dXJl`;
}

beforeEach(async () => {
  calls = [];
  abort = new AbortController();
  answers = {
    authorize: json({ session_id: 's1', session_token: 't1', url: 'https://app.didit.me/authorize/t1' }),
    status: json({ status: 'confirmed', code: 'c1' }),
    token: (...call) => json({ ...TOKENS, id_token: idTokenOf({ nonce }) })(...call),
    retrieve: json({ sub: 'ada', names: { full_name: 'Ada' } }),
  };
  server = createServer((request, response) => {
    const name = /(authorize|status|token|retrieve|introspect|cancel)/.exec(request.url ?? '')?.[1] ?? '';
    calls.push(name);
    nonce = new URL(request.url ?? '', base).searchParams.get('nonce') ?? nonce;
    answers[name]?.(request, response);
  });
  sockets = new WebSocketServer({ server });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  abort.abort();
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  server.close();
});

const start: UpstreamStart = {
  session_id: 'A'.repeat(26),
  mode: 'qr',
  identifier: null,
  words: null,
  requester: { networks: ['192.0.2.0/24'], client_authenticated: false },
  request: {
    client_id: 'shop',
    client_name: 'Shop',
    scope: ['openid', 'profile'],
    prompt: [],
    linking: false,
    max_age: null,
    login_hint: null,
    ui_locales: [],
    acr_values: [],
  },
};

const options = (changes: Partial<DiditOptions> = {}): DiditOptions => ({
  clientId: 'beckon',
  clientSecret: 'the-secret',
  baseUrl: base,
  notificationsEndpoint: null,
  pollWithoutPushMilliseconds: 10,
  ...changes,
});

async function open(changes: Partial<DiditOptions> = {}): Promise<UpstreamCapability> {
  const connector = await didit(options(changes)).open(connectorContext({ fetch: createLimitedFetch(systemTimers) }));
  if (connector.upstream === null) throw new Error('a Didit connector without its capability');
  return connector.upstream;
}

async function all(upstream: UpstreamCapability): Promise<UpstreamStatus[]> {
  const { providerState } = await upstream.start(start);
  const statuses = [];
  for await (const status of upstream.follow(providerState, start, abort.signal)) statuses.push(status);
  return statuses.filter(({ status }) => status !== 'provider_state');
}

it('FT-A3c: each session that is begun comes out of a budget, in the name of the network that waits', async () => {
  const taken: unknown[] = [];
  const config = didit(options({ sessionsPerMinute: 7 }));
  const { upstream } = await config.open(
    connectorContext({
      fetch: createLimitedFetch(systemTimers),
      budget: (name, limit, window_ms) => ({
        take(count, requester) {
          taken.push([name, limit, window_ms, count, requester]);
          return taken.length > 1
            ? Promise.reject(new ConnectorError('rate_limited', 'busy', 'busy', 9))
            : Promise.resolve();
        },
      }),
    }),
  );
  await upstream?.start(start);
  await expect(upstream?.start(start)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 9 });
  expect(calls).toEqual(['authorize']);
  const { host } = new URL(base);
  expect(taken[0]).toEqual([`didit|${host}`, 7, 60_000, 1, start.requester]);
});

describe('what authorize may answer', () => {
  const huge = `{"session_id":"s1","session_token":"t1","x":"${'a'.repeat(10_000_000)}"}`;
  it.each<[string, Answer]>([
    ['HTML', raw('<html>')],
    ['nothing', raw('')],
    ['a list', json([])],
    ['10 MB', raw(huge)],
    ['no session_id', json({ session_token: 't1' })],
    ['a session_id that is a path', json({ session_id: '../x', session_token: 't1' })],
    ['a session_id that is a number', json({ session_id: 1, session_token: 't1' })],
    ['no session_token', json({ session_id: 's1' })],
    ['a session_token with a line break', json({ session_id: 's1', session_token: 'a\r\nx-evil: 1' })],
    ['a script as its URL', json({ session_id: 's1', session_token: 't1', url: 'javascript:alert(1)' })],
    ['a URL without TLS', json({ session_id: 's1', session_token: 't1', url: 'http://app.didit.me/' })],
    ['a URL with a password', json({ session_id: 's1', session_token: 't1', url: 'https://a:b@app.didit.me/' })],
    [
      'a URL too long for a QR code',
      json({ session_id: 's1', session_token: 't1', url: `https://x/${'a'.repeat(1100)}` }),
    ],
    ['a refusal', json({ error: 'invalid_client' }, 400)],
    ['a failure', json({}, 500)],
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/' }).end()],
    ['a broken connection', (request) => request.destroy()],
  ])('%s is a provider that cannot be used', async (_name, answer) => {
    answers['authorize'] = answer;
    await expect((await open()).start(start)).rejects.toMatchObject({
      code: 'connector_unavailable',
      message: 'the identity provider cannot be reached right now',
    });
  });

  it('makes the session URL of the token where there is none', async () => {
    answers['authorize'] = json({ session_id: 's1', session_token: 't/1' });
    const started = await (await open()).start(start);
    expect(started.qr?.texts).toEqual(['https://app.didit.me/authorize/t%2F1']);
  });

  it('reads other names where an operator says them', async () => {
    answers['authorize'] = json({ sid: 's1', stk: 't1', link: 'https://app.didit.me/x' });
    const fieldNames = { sessionId: ['sid'], sessionToken: ['stk'], url: ['link'] };
    const started = await (await open({ fieldNames })).start(start);
    expect(started).toMatchObject({ qr: { texts: ['https://app.didit.me/x'] }, providerState: { session_id: 's1' } });
  });

  it('asks with everything that its documentation wants', async () => {
    let query = new URLSearchParams();
    answers['authorize'] = (request, response) => {
      query = new URL(request.url ?? '', base).searchParams;
      json({ session_id: 's1', session_token: 't1' })(request, response);
    };
    await (await open({ id: 'didit-2' })).start(start);
    expect(Object.fromEntries(query)).toEqual({
      client_id: 'beckon',
      redirect_uri: 'https://id.example.com/callback/didit-2',
      response_type: 'code',
      scope: 'openid names picture gender birthdate',
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });
});

describe('what a confirmed status may answer', () => {
  const callback = (query: string): unknown => ({
    status: 'Confirmed',
    redirect_url: `https://id.example.com/callback/didit?${query}`,
  });
  it.each<[string, unknown, string]>([
    ['another state', callback('code=c1&state=another'), 'callback_refused'],
    ['another state beside the code', { status: 'confirmed', code: 'c1', state: 'another' }, 'callback_refused'],
    ['a code twice', callback('code=c1&code=c2'), 'callback_refused'],
    ['a code with an error', callback('code=c1&error=access_denied'), 'callback_refused'],
    ['a blank code', callback('code='), 'callback_refused'],
    ['two codes', { status: 'confirmed', code: 'c1', redirect_url: 'https://x.example/?code=c2' }, 'callback_refused'],
    ['no code', { status: 'confirmed' }, 'connector_unavailable'],
    ['a code that is an object', { status: 'confirmed', code: { a: 1 } }, 'connector_unavailable'],
  ])('%s signs no person in', async (_name, answer, code) => {
    answers['status'] = json(answer);
    await expect(all(await open())).rejects.toMatchObject({ code });
    expect(calls).not.toContain('token');
  });

  it('is asked for once: another call would void the code', async () => {
    await all(await open());
    expect(calls).toEqual(['authorize', 'status', 'token', 'retrieve']);
  });
});

describe('what the status may answer', () => {
  const refused: readonly (readonly [string, Answer])[] = [
    ['HTML', raw('<html>')],
    ['a list', json([])],
    ['a failure', json({}, 503)],
    ['10 MB', raw(`{"status":"confirmed","code":"c1","x":"${'a'.repeat(10_000_000)}"}`)],
    ['a broken connection', (request) => request.destroy()],
  ];
  it.each(refused)('%s is tried again, and then over', async (_name, answer) => {
    answers['status'] = answer;
    await expect(all(await open())).rejects.toMatchObject({ code: 'connector_unavailable' });
    expect(calls.filter((name) => name === 'status')).toHaveLength(5);
  });

  it.each(refused)('%s may pass', async (_name, answer) => {
    const good = answers['status'];
    answers['status'] = (...call) => {
      (calls.filter((name) => name === 'status').length < 4 ? answer : good)?.(...call);
    };
    expect(await all(await open())).toMatchObject([{ status: 'confirmed' }]);
  });

  it.each(['CONFIRMED', ' confirmed ', 'Confirmed'])('%j is understood', async (status) => {
    answers['status'] = json({ status, code: 'c1' });
    expect(await all(await open())).toMatchObject([{ status: 'confirmed', identity: { subject: 'ada' } }]);
  });

  it('FT-B4c: a word that no document has takes the code off the screen, and ends the sign-in if it stays', async () => {
    answers['status'] = json({ status: 'in_review' });
    const upstream = await open();
    const { providerState } = await upstream.start(start);
    const seen: string[] = [];
    const following = (async () => {
      for await (const { status } of upstream.follow(providerState, start, abort.signal)) seen.push(status);
    })();
    await expect(following).rejects.toMatchObject({ code: 'connector_unavailable' });
    expect(seen).toEqual(['retrieved']);
    expect(calls.filter((name) => name === 'status')).toHaveLength(20);
  });

  it('FT-B4c: a word that no document has may pass', async () => {
    const words = ['in_review', 'initialized', 'in_review', 'in_review', 'confirmed'];
    const statuses = [...words];
    answers['status'] = (...call) => json({ status: statuses.shift(), code: 'c1' })(...call);
    expect((await all(await open())).map(({ status }) => status)).toEqual(['retrieved', 'confirmed']);
    expect(calls.filter((name) => name === 'status')).toHaveLength(words.length);
  });

  it('expired again and again comes to an end', async () => {
    answers['status'] = json({ status: 'expired' });
    const statuses = (await all(await open({ pollWithoutPushMilliseconds: 10 }))).map(({ status }) => status);
    expect(statuses).toEqual([...Array<string>(20).fill('restarted'), 'expired']);
  }, 20_000);

  it('is looked at when the session ends, if that is before the next look', async () => {
    answers['authorize'] = json({ session_id: 's1', session_token: 't1', expires_in: 0.1 });
    answers['status'] = (...call) => {
      json({ status: calls.filter((name) => name === 'status').length === 1 ? 'initialized' : 'declined' })(...call);
    };
    expect(await all(await open({ pollWithoutPushMilliseconds: 60_000 }))).toEqual([{ status: 'declined' }]);
  });
});

describe('a follower that died with the code', () => {
  /** What rests when it dies before the exchange. */
  async function keptWithCode(upstream: UpstreamCapability): Promise<unknown> {
    const { providerState } = await upstream.start(start);
    for await (const status of upstream.follow(providerState, start, abort.signal))
      if (status.status === 'provider_state') return status.providerState;
    throw new Error('nothing was kept');
  }
  async function next(upstream: UpstreamCapability, providerState: unknown): Promise<string[]> {
    const seen: string[] = [];
    for await (const { status } of upstream.follow(providerState, start, abort.signal)) seen.push(status);
    return seen;
  }

  it('FT-B4b: before the exchange: the next one exchanges it, and does not ask for the status', async () => {
    const upstream = await open();
    const providerState = await keptWithCode(upstream);
    calls = [];
    expect(await next(upstream, providerState)).toEqual(['confirmed']);
    expect(calls).toEqual(['token', 'retrieve']);
  });

  it('FT-B4b: after the exchange: the next one reads another code', async () => {
    const upstream = await open();
    const providerState = await keptWithCode(upstream);
    const good = answers['token'];
    answers['status'] = json({ status: 'confirmed', code: 'c2' });
    answers['token'] = (...call) => {
      const used = calls.filter((name) => name === 'token').length === 1;
      (used ? json({ error: 'invalid_grant' }, 400) : good)?.(...call);
    };
    calls = [];
    expect(await next(upstream, providerState)).toEqual(['provider_state', 'confirmed']);
    expect(calls).toEqual(['token', 'status', 'token', 'retrieve']);
  });
});

describe('what tokens and claims may be', () => {
  it.each<[string, Record<string, Answer>, string]>([
    ['a token endpoint that refuses the code', { token: json({ error: 'invalid_grant' }, 400) }, 'callback_refused'],
    ['a token endpoint that fails', { token: json({}, 500) }, 'connector_unavailable'],
    ['a token endpoint that answers HTML', { token: raw('<html>') }, 'connector_unavailable'],
    ['no access token', { token: json({ token_type: 'bearer' }) }, 'connector_unavailable'],
    ['a token of another type', { token: json({ access_token: 'a1', token_type: 'mac' }) }, 'connector_unavailable'],
    [
      'an id_token that is text',
      { token: json({ access_token: 'a1', token_type: 'bearer', id_token: 'x' }) },
      'callback_refused',
    ],
    ['userinfo that refuses', { retrieve: json({ detail: 'no' }, 403) }, 'connector_unavailable'],
    ['userinfo that is HTML', { retrieve: raw('<html>') }, 'connector_unavailable'],
    ['userinfo that names no person', { retrieve: json({ names: {} }) }, 'connector_unavailable'],
    ['a subject that is a number', { retrieve: json({ sub: 1 }) }, 'connector_unavailable'],
    ['a subject that is empty', { retrieve: json({ sub: '' }) }, 'connector_unavailable'],
  ])('%s signs no person in, and is asked once', async (_name, changes, code) => {
    Object.assign(answers, changes);
    await expect(all(await open())).rejects.toMatchObject({ code });
    expect(calls.filter((name) => name === 'token')).toHaveLength(1);
  });

  it('FT-B4d: without the id_token that openid is owed, userinfo alone signs no person in', async () => {
    answers['token'] = json(TOKENS);
    await expect(all(await open())).rejects.toMatchObject({ code: 'callback_refused' });
    expect(calls).not.toContain('retrieve');
  });

  it.each<[string, (now: number) => object]>([
    ['of another issuer', () => ({ iss: 'https://didit.example' })],
    ['for another audience', () => ({ aud: 'another' })],
    ['for others than us', () => ({ aud: ['another', 'third'] })],
    ['issued for another client', () => ({ azp: 'another' })],
    ['that has expired', (now) => ({ exp: now - 31 })],
    ['without an end', () => ({ exp: undefined })],
    ['from the future', (now) => ({ iat: now + 90 })],
    ['that is not valid yet', (now) => ({ nbf: now + 90 })],
    ['with another nonce', () => ({ nonce: 'another' })],
    ['without a nonce', () => ({ nonce: undefined })],
    ['about no person', () => ({ sub: '' })],
  ])('without keys too, an id_token %s signs no person in', async (_name, changes) => {
    answers['token'] = (...call) => {
      const claims = { nonce, ...changes(Math.floor(Date.now() / 1000)) };
      json({ ...TOKENS, id_token: idTokenOf(claims) })(...call);
    };
    await expect(all(await open())).rejects.toMatchObject({ code: 'callback_refused' });
    expect(calls).not.toContain('retrieve');
  });

  it.each<[string, object]>([
    ['that does not say whether it counts', { sub: 'ada' }],
    ['that says that it does not', { active: false, sub: 'ada' }],
    ['for another client', { active: true, sub: 'ada', client_id: 'another' }],
    ['about another person', { active: true, sub: 'grace' }],
  ])('an introspected access token %s signs no person in', async (_name, introspected) => {
    const introspectionEndpoint = `${base}/auth/v2/introspect`;
    answers['introspect'] = json({ active: true, sub: 'ada', client_id: 'beckon' });
    expect(await all(await open({ introspectionEndpoint }))).toMatchObject([{ status: 'confirmed' }]);
    answers['introspect'] = json(introspected);
    await expect(all(await open({ introspectionEndpoint }))).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('leaves out what has not the form that it should have', () => {
    const said = {
      sub: 'ada',
      user_id: 'ada-at-beckon',
      names: { first_name: 1, family_name: '  ', full_name: '<b>Ada</b>' },
      email: { email: 'no address', is_verified: true },
      phone: { phone_number: '+34 123-456-789', is_verified: 'true' },
      picture: 'javascript:alert(1)',
      birthdate: { value: '1815-12-10' },
      gender: 'FEMALE',
      address: { street: 'Main St 1', zip_code: '12345', city: 7 },
      preferences: { language: 'en' },
    };
    const claims = mappedClaims(null, (each) => diditClaims(each, 'didit'), said, { own: 'didit', provider: 'Didit' });
    expect(claims).toEqual({
      // Text is data: the page that shows it escapes it.
      name: '<b>Ada</b>',
      phone_number: '+34123456789',
      phone_number_verified: true,
      birthdate: '1815-12-10',
      gender: 'female',
      address: { street_address: 'Main St 1', postal_code: '12345' },
      locale: 'en',
      didit: expect.objectContaining({ email: { email: 'no address', is_verified: true } }) as unknown,
    });
    expect(JSON.stringify(claims)).not.toMatch(/ada-at-beckon|javascript/);
  });

  it('tells nothing of what an operator’s mapping threw', async () => {
    const upstream = await open({
      mapClaims: ({ sub }) => {
        throw new Error(`no mapping for ${String(sub)}`);
      },
    });
    await expect(all(upstream)).rejects.toSatisfy((cause) => !JSON.stringify(cause).includes('ada'));
  });
});

describe('notifications', () => {
  const hearing = (): Promise<UpstreamCapability> =>
    open({
      notificationsEndpoint: `${base.replace('http', 'ws')}/ws/`,
      pollMilliseconds: 60_000,
      pollWithoutPushMilliseconds: 60_000,
    });
  const answersInTurn = (...statuses: readonly string[]): void => {
    answers['status'] = (...call) => {
      const turn = calls.filter((name) => name === 'status').length - 1;
      json({ status: statuses[Math.min(turn, statuses.length - 1)], code: 'c1' })(...call);
    };
  };

  it('are hints alone: what they say is not believed', async () => {
    answersInTurn('initialized', 'declined');
    sockets.on('connection', (socket) => socket.send('{"message":{"status":"confirmed"}}'));
    expect(await all(await hearing())).toEqual([{ status: 'declined' }]);
    expect(calls).not.toContain('token');
  });

  it('carry the session token', async () => {
    answersInTurn('initialized', 'declined');
    const url = new Promise((resolve) => {
      sockets.on('connection', (_socket, request) => resolve(request.url));
    });
    await all(await hearing());
    expect(await url).toBe('/ws/?token=t1');
  });

  it.each<[string, string | Buffer]>([
    ['another shape', '[{"message":null}]'],
    ['bytes', Buffer.from('{"message":{"status":"confirmed"}}')],
    ['4 KiB and more', `{"message":{"status":"${'x'.repeat(5000)}"}}`],
  ])('of %s are nothing, or end the socket', async (_name, message) => {
    answersInTurn('initialized', 'initialized', 'initialized', 'declined');
    sockets.on('connection', (socket) => {
      socket.send(message);
      socket.send('{"message":{"status":"retrieved"}}');
      socket.close();
    });
    expect(await all(await hearing())).toEqual([{ status: 'declined' }]);
  });

  it('without end are not listened to, and do not make as many calls', async () => {
    let sent = 0;
    let flooding: NodeJS.Timeout | undefined;
    sockets.on('connection', (socket) => {
      flooding = setInterval(() => {
        sent += 1;
        socket.send('{"message":{"status":"confirmed"}}');
      }, 1);
      socket.on('close', () => clearInterval(flooding));
    });
    const cut = new Promise<void>((resolve) => {
      sockets.on('connection', (socket) => socket.on('close', () => resolve()));
    });
    answers['status'] = json({ status: 'initialized' });
    const watching = all(await hearing());
    await cut;
    expect(calls.filter((name) => name === 'status').length).toBeLessThan(10);
    expect(sent).toBeGreaterThanOrEqual(50);
    abort.abort();
    await watching;
  });
});

describe('its options', () => {
  it('are all checked at once', () => {
    const { issues } = didit({
      id: 'Didit!',
      clientId: 'a:b',
      clientSecret: '',
      baseUrl: 'http://apx.didit.me',
      statusEndpoint: 'https://apx.didit.me/status',
      notificationsEndpoint: 'https://apx.didit.me/ws',
      pollMilliseconds: 1,
      fieldNames: { code: [] },
      scopes: { profile: ['with space'] },
    });
    expect(issues.map(({ path }) => path)).toEqual([
      'id',
      'clientId',
      'clientSecret',
      'baseUrl',
      'statusEndpoint',
      'notificationsEndpoint',
      'scopes.profile.0',
      'pollMilliseconds',
      'fieldNames.code',
    ]);
  });

  it('that are missing are named', () => {
    const { issues } = didit({} as DiditOptions);
    expect(issues.map(({ path }) => path)).toEqual(['clientId', 'clientSecret']);
    expect(didit(undefined as unknown as DiditOptions).issues).toHaveLength(1);
  });

  it('never show a value in what is said of them', () => {
    const { issues } = didit({ clientId: 'x', clientSecret: 's3cret-'.repeat(300) });
    expect(issues.map(({ path }) => path)).toEqual(['clientSecret']);
    expect(JSON.stringify(issues)).not.toContain('s3cret');
  });

  it('with mistakes open nothing', async () => {
    await expect(didit({} as DiditOptions).open(connectorContext())).rejects.toThrow(TypeError);
  });
});
