import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import {
  type Answer,
  type AnsweringProvider,
  type Call,
  startAnsweringProvider,
} from '../../test-support/answering-provider.ts';
import { openConnector, openUpstream, upstreamStart } from '../../test-support/connector-calls.ts';
import { ConnectorError, type UpstreamCapability, type UpstreamStatus } from '../connector.ts';
import { mappedClaims } from '../shared/mapped-claims.ts';
import { diditClaims } from './claims.ts';
import { didit, type DiditOptions } from './index.ts';

/**
 * What Didit does in its own way, and what it should never answer about its sessions. Answers that no provider should
 * give and id_tokens that must not be believed are the conformance suite's
 * (`tests/providers/conformance/didit.test.ts`) and, where no keys are named, `tests/providers/didit.test.ts`'s.
 */
let provider: AnsweringProvider;
let sockets: WebSocketServer;
/** By the name of the call. */
let answers: Record<string, Answer>;
let abort: AbortController;
let nonce = '';

const TOKENS = { access_token: 'a1', token_type: 'bearer', expires_in: 3600 };
/** As Didit signs it; its keys are named nowhere. */
function idTokenOf(claims: object): string {
  const now = Math.floor(Date.now() / 1000);
  const content = { iss: 'https://didit.me', aud: 'beckon', sub: 'ada', iat: now, exp: now + 300, ...claims };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(content)}.c2lnbmF0dXJl`;
}

const nameOf = (url: string): string => /(authorize|status|token|retrieve|introspect|cancel)/.exec(url)?.[1] ?? '';
/** The names of the calls so far. */
const called = (): readonly string[] => provider.calls.map(({ url }) => nameOf(url));
const timesAsked = (): number => called().filter((name) => name === 'status').length;
/** One after the other; the last one stays. */
const inTurn = (...turns: readonly Answer[]): Answer => {
  const first = timesAsked();
  return () => turns[Math.min(timesAsked() - first, turns.length) - 1] ?? 'cut';
};
const saying = (...words: readonly string[]): readonly Answer[] =>
  words.map((status) => ({ body: { status, code: 'c1' } }));

beforeEach(async () => {
  abort = new AbortController();
  answers = {
    authorize: { body: { session_id: 's1', session_token: 't1', url: 'https://app.didit.me/authorize/t1' } },
    status: { body: { status: 'confirmed', code: 'c1' } },
    token: () => ({ body: { ...TOKENS, id_token: idTokenOf({ nonce }) } }),
    retrieve: { body: { sub: 'ada', names: { full_name: 'Ada' } } },
  };
  provider = await startAnsweringProvider(({ url }: Call) => {
    nonce = new URL(url, provider.base).searchParams.get('nonce') ?? nonce;
    return answers[nameOf(url)];
  });
  sockets = new WebSocketServer({ server: provider.server });
});
afterEach(async () => {
  abort.abort();
  for (const socket of sockets.clients) socket.terminate();
  await provider.close();
});

const start = upstreamStart({ scope: ['openid', 'profile'] });

const configured = (changes: Partial<DiditOptions> = {}): ReturnType<typeof didit> =>
  didit({
    clientId: 'beckon',
    clientSecret: 'the-secret',
    baseUrl: provider.base,
    notificationsEndpoint: null,
    pollWithoutPushMilliseconds: 10,
    ...changes,
  });
const open = (changes: Partial<DiditOptions> = {}): Promise<UpstreamCapability> => openUpstream(configured(changes));

async function all(upstream: UpstreamCapability): Promise<UpstreamStatus[]> {
  const { providerState } = await upstream.start(start);
  const statuses = [];
  for await (const status of upstream.follow(providerState, start, abort.signal)) statuses.push(status);
  return statuses.filter(({ status }) => status !== 'provider_state');
}

it('FT-A3c: each session that is begun comes out of a budget, in the name of the network that waits', async () => {
  const taken: unknown[] = [];
  const { upstream } = await openConnector(configured({ sessionsPerMinute: 7 }), {
    budget: (name, limit, window_ms) => ({
      take(count, requester) {
        taken.push([name, limit, window_ms, count, requester]);
        return taken.length > 1
          ? Promise.reject(new ConnectorError('rate_limited', 'busy', 'busy', 9))
          : Promise.resolve();
      },
    }),
  });
  await upstream?.start(start);
  await expect(upstream?.start(start)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 9 });
  expect(called()).toEqual(['authorize']);
  const { host } = new URL(provider.base);
  expect(taken[0]).toEqual([`didit|${host}`, 7, 60_000, 1, start.requester]);
});

describe('what authorize may answer', () => {
  const session = { session_id: 's1', session_token: 't1' };
  it.each<[string, object]>([
    ['a session_id that is a path', { ...session, session_id: '../x' }],
    ['no session_token', { session_id: 's1' }],
    ['a session_token with a line break', { ...session, session_token: 'a\r\nx-evil: 1' }],
    ['a script as its URL', { ...session, url: 'javascript:alert(1)' }],
    ['a URL without TLS', { ...session, url: 'http://app.didit.me/' }],
    ['a URL with a password', { ...session, url: 'https://a:b@app.didit.me/' }],
    ['a URL too long for a QR code', { ...session, url: `https://x/${'a'.repeat(1100)}` }],
  ])('%s is a provider that cannot be used', async (_name, body) => {
    answers['authorize'] = { body };
    await expect((await open()).start(start)).rejects.toMatchObject({
      code: 'connector_unavailable',
      message: 'the identity provider cannot be reached right now',
    });
  });

  it('makes the session URL of the token where there is none', async () => {
    answers['authorize'] = { body: { ...session, session_token: 't/1' } };
    const started = await (await open()).start(start);
    expect(started.qr?.texts).toEqual(['https://app.didit.me/authorize/t%2F1']);
  });

  it('reads other names where an operator says them', async () => {
    answers['authorize'] = { body: { sid: 's1', stk: 't1', link: 'https://app.didit.me/x' } };
    const fieldNames = { sessionId: ['sid'], sessionToken: ['stk'], url: ['link'] };
    const started = await (await open({ fieldNames })).start(start);
    expect(started).toMatchObject({ qr: { texts: ['https://app.didit.me/x'] }, providerState: { session_id: 's1' } });
  });

  it('asks with everything that its documentation wants', async () => {
    await (await open({ id: 'didit-2' })).start(start);
    const query = new URL(provider.calls[0]?.url ?? '', provider.base).searchParams;
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
    ['another state beside the code', { status: 'confirmed', code: 'c1', state: 'another' }, 'callback_refused'],
    ['a code twice', callback('code=c1&code=c2'), 'callback_refused'],
    ['a code with an error', callback('code=c1&error=access_denied'), 'callback_refused'],
    ['a blank code', callback('code='), 'callback_refused'],
    ['two codes', { status: 'confirmed', code: 'c1', redirect_url: 'https://x.example/?code=c2' }, 'callback_refused'],
    ['a code that is an object', { status: 'confirmed', code: { a: 1 } }, 'connector_unavailable'],
  ])('%s signs no person in', async (_name, answer, code) => {
    answers['status'] = { body: answer };
    await expect(all(await open())).rejects.toMatchObject({ code });
    expect(called()).not.toContain('token');
  });

  it('is asked for once: another call would void the code', async () => {
    await all(await open());
    expect(called()).toEqual(['authorize', 'status', 'token', 'retrieve']);
  });
});

describe('what the status may answer', () => {
  it('a failure is tried again, and then over', async () => {
    answers['status'] = { status: 503 };
    await expect(all(await open())).rejects.toMatchObject({ code: 'connector_unavailable' });
    expect(timesAsked()).toBe(5);
  });

  it('a failure may pass, up to four times in a row', async () => {
    const fails = Array.from({ length: 4 }, (): Answer => ({ status: 503 }));
    answers['status'] = inTurn(...fails, ...saying('initialized'), ...fails, ...saying('confirmed'));
    expect(await all(await open())).toMatchObject([{ status: 'confirmed' }]);
  });

  it('its word is understood in any case, with spaces', async () => {
    answers['status'] = { body: { status: ' CONFIRMED ', code: 'c1' } };
    expect(await all(await open())).toMatchObject([{ status: 'confirmed', identity: { subject: 'ada' } }]);
  });

  it('FT-B4c: a word that no document has takes the code off the screen, and ends the sign-in if it stays', async () => {
    answers['status'] = { body: { status: 'in_review' } };
    const upstream = await open();
    const { providerState } = await upstream.start(start);
    const seen: string[] = [];
    const following = (async () => {
      for await (const { status } of upstream.follow(providerState, start, abort.signal)) seen.push(status);
    })();
    await expect(following).rejects.toMatchObject({ code: 'connector_unavailable' });
    expect(seen).toEqual(['retrieved']);
    expect(timesAsked()).toBe(20);
  });

  it('FT-B4c: a word that no document has may pass', async () => {
    const words = ['in_review', 'initialized', 'in_review', 'in_review', 'confirmed'];
    answers['status'] = inTurn(...saying(...words));
    expect((await all(await open())).map(({ status }) => status)).toEqual(['retrieved', 'confirmed']);
    expect(timesAsked()).toBe(words.length);
  });

  it('expired again and again comes to an end', async () => {
    answers['status'] = { body: { status: 'expired' } };
    const statuses = (await all(await open({ pollWithoutPushMilliseconds: 10 }))).map(({ status }) => status);
    expect(statuses).toEqual([...Array<string>(20).fill('restarted'), 'expired']);
  }, 20_000);

  it('is looked at when the session ends, if that is before the next look', async () => {
    answers['authorize'] = { body: { session_id: 's1', session_token: 't1', expires_in: 0.1 } };
    answers['status'] = inTurn(...saying('initialized', 'declined'));
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
    provider.reset();
    expect(await next(upstream, providerState)).toEqual(['confirmed']);
    expect(called()).toEqual(['token', 'retrieve']);
  });

  it('FT-B4b: after the exchange: the next one reads another code', async () => {
    const upstream = await open();
    const providerState = await keptWithCode(upstream);
    const good = answers['token'] ?? 'cut';
    answers['status'] = { body: { status: 'confirmed', code: 'c2' } };
    const used = { status: 400, body: { error: 'invalid_grant' } };
    answers['token'] = () => (called().filter((name) => name === 'token').length === 1 ? used : good);
    provider.reset();
    expect(await next(upstream, providerState)).toEqual(['provider_state', 'confirmed']);
    expect(called()).toEqual(['token', 'status', 'token', 'retrieve']);
  });
});

describe('what tokens and claims may be', () => {
  it('a code that Didit refuses signs no person in, and is sent once', async () => {
    answers['token'] = { status: 400, body: { error: 'invalid_grant' } };
    await expect(all(await open())).rejects.toMatchObject({ code: 'callback_refused' });
    expect(called().filter((name) => name === 'token')).toHaveLength(1);
  });

  it('FT-B4d: without the id_token that openid is owed, userinfo alone signs no person in', async () => {
    answers['token'] = { body: TOKENS };
    await expect(all(await open())).rejects.toMatchObject({ code: 'callback_refused' });
    expect(called()).not.toContain('retrieve');
  });

  it.each<[string, object]>([
    ['that does not say whether it counts', { sub: 'ada' }],
    ['that says that it does not', { active: false, sub: 'ada', client_id: 'beckon' }],
    ['for another client', { active: true, sub: 'ada', client_id: 'another' }],
    ['about another person', { active: true, sub: 'grace' }],
  ])('an introspected access token %s signs no person in', async (_name, introspected) => {
    const introspectionEndpoint = `${provider.base}/auth/v2/introspect`;
    answers['introspect'] = { body: { active: true, sub: 'ada', client_id: 'beckon' } };
    expect(await all(await open({ introspectionEndpoint }))).toMatchObject([{ status: 'confirmed' }]);
    answers['introspect'] = { body: introspected };
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
});

describe('notifications', () => {
  const hearing = (): Promise<UpstreamCapability> =>
    open({
      notificationsEndpoint: `${provider.base.replace('http', 'ws')}/ws/`,
      pollMilliseconds: 60_000,
      pollWithoutPushMilliseconds: 60_000,
    });

  it('are hints alone: what they say is not believed', async () => {
    answers['status'] = inTurn(...saying('initialized', 'declined'));
    sockets.on('connection', (socket) => socket.send('{"message":{"status":"confirmed"}}'));
    expect(await all(await hearing())).toEqual([{ status: 'declined' }]);
    expect(called()).not.toContain('token');
  });

  it('carry the session token', async () => {
    answers['status'] = inTurn(...saying('initialized', 'declined'));
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
    answers['status'] = inTurn(...saying('initialized', 'initialized', 'initialized', 'declined'));
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
    answers['status'] = { body: { status: 'initialized' } };
    const watching = all(await hearing());
    await cut;
    expect(timesAsked()).toBeLessThan(10);
    expect(sent).toBeGreaterThanOrEqual(50);
    abort.abort();
    await watching;
  });
});

it('options that are missing are named', () => {
  const { issues } = didit({} as DiditOptions);
  expect(issues.map(({ path }) => path)).toEqual(['clientId', 'clientSecret']);
});
