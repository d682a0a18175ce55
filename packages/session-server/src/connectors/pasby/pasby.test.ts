import type { Mode } from '@beckon/protocol';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AnsweringProvider, type Call, startAnsweringProvider } from '../../test-support/answering-provider.ts';
import { openConnector, openUpstream } from '../../test-support/connector-calls.ts';
import {
  type ConnectorError,
  isConnectorError,
  type UpstreamCapability,
  type UpstreamStart,
  type UpstreamStatus,
} from '../connector.ts';
import {
  completion,
  jwtOf,
  leafOf,
  OPTIONS,
  startData,
  startOf,
  statusEnvelope,
} from '../../test-support/fake-pasby.ts';
import type { PasbyOptions } from './options.ts';
import { pasby } from './pasby.ts';

/**
 * What pasby does in its own way, and what it should never answer about its requests. Answers that no provider
 * should give and stamps that lie are the conformance suite's (`tests/providers/conformance/pasby.test.ts`).
 */
const NIN = '12345678910';
let answer: (call: Call, body: Record<string, never>, res: ServerResponse) => void;
let provider: AnsweringProvider;
/** The calls so far, with what their bodies say. */
let seen: readonly { readonly url: string; readonly headers: Call['headers']; readonly body: unknown }[] = [];

beforeAll(async () => {
  provider = await startAnsweringProvider(() => (call, res) => {
    const body = (call.body === '' ? {} : JSON.parse(call.body)) as Record<string, never>;
    seen = [...seen, { url: call.url, headers: call.headers, body }];
    answer(call, body, res);
  });
});
afterEach(() => {
  seen = [];
  vi.useRealTimers();
});
afterAll(() => provider.close());

const open = (options: Partial<PasbyOptions> = {}): Promise<UpstreamCapability> =>
  openUpstream(pasby({ ...OPTIONS, baseUrl: provider.base, ...options }));

function json(res: ServerResponse, status: number, value: unknown): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  res.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

/** Starts well, with parts replaced. */
function starts(changes: Parameters<typeof startData>[3] = {}): typeof answer {
  return (_req, body, res) =>
    json(res, 201, { status: 'successful', data: startData('req_1', body as never, Date.now(), changes) });
}

async function failure(work: Promise<unknown>): Promise<ConnectorError> {
  const cause: unknown = await work.then(
    () => new Error('it should have failed'),
    (error: unknown) => error,
  );
  if (!isConnectorError(cause)) throw cause;
  return cause;
}

describe('beginning', () => {
  it.each<[UpstreamStart['mode'], Partial<PasbyOptions>, string, object, object]>([
    ['qr', {}, '/api/v2/identification/wildcard', { 'x-access-secret': 'snb_secret' }, { seeds: 5 }],
    [
      'qr',
      { version: 'v1', modes: ['qr'], seeds: 1 },
      '/api/v1/identification/wildcard',
      { 'x-access-secret': 'snb_secret' },
      { seeds: 1 },
    ],
    ['same_device', {}, '/api/v2/identification/same-device', { 'x-access-secret': 'snb_secret' }, {}],
    ['direct', {}, '/api/v2/identification/different-device', { 'x-access-secret': 'snb_secret' }, { user: NIN }],
  ])('%s %j asks %s', async (mode, options, url, headers, extras) => {
    answer = starts();
    await (await open(options)).start(startOf({ mode, identifier: NIN }));
    expect(seen).toMatchObject([
      {
        url,
        headers: { 'x-api-key': 'bk-test_key', 'content-type': 'application/json', ...headers },
        body: {
          action: 'login',
          claims: ['contact.email', 'contact.emailVerified'],
          payload: 'Sign in to Shop',
          ...extras,
        },
      },
    ]);
  });

  it('v1 asks for a bearer first, and then needs no secret', async () => {
    answer = (req, body, res) => {
      if (req.url.startsWith('/api/v1/flow/authorize'))
        json(res, 200, { status: 'successful', data: { token: 'the-bearer' } });
      else starts()(req, body, res);
    };
    const upstream = await open({ version: 'v1', app: 'app_1', organisation: 'bcn_1' });
    await upstream.start(startOf({ mode: 'direct', identifier: NIN }));
    expect(seen[0]?.url).toBe('/api/v1/flow/authorize?sub=bcn_1&app=app_1');
    expect(seen[1]).toMatchObject({ url: '/api/v1/identification/different-device', body: { user: NIN } });
    expect(seen[1]?.headers).toMatchObject({ 'x-access-token': 'the-bearer', 'x-api-key': 'bk-test_key' });
    expect(seen[1]?.headers).not.toHaveProperty('x-access-secret');
    expect(seen.map(({ url }) => url).join(' '), 'the number is in no URL').not.toContain(NIN);
  });

  const { request: asked } = startOf();
  it.each<[string, Partial<PasbyOptions>, Partial<UpstreamStart['request']>, string]>([
    ['a sign-in', {}, {}, 'Sign in to Shop'],
    ['a sign-up', {}, { prompt: ['create'] }, 'Create an account at Shop'],
    ['a link', {}, { linking: true }, 'Link your account at Shop'],
    ['words of the operator', { payload: 'Members only' }, {}, 'Sign in to Shop. Members only'],
    ['words that say it', { payload: 'Sign in to {client} now' }, {}, 'Sign in to Shop now'],
    [
      'words about something else',
      { payload: 'Sign in to {client} now' },
      { prompt: ['create'] },
      'Create an account at Shop. Sign in to Shop now',
    ],
  ])('FT-B7a: names the website and the purpose: %s', async (_name, options, request, payload) => {
    answer = starts();
    await (await open(options)).start(startOf({ request: { ...asked, ...request } }));
    expect(seen[0]?.body).toMatchObject({ payload });
  });

  it('FT-A3f: shows the words of a push, however long the rest is', async () => {
    answer = starts();
    const start = startOf({ mode: 'direct', identifier: NIN, words: 'amber river' });
    await (await open({ payload: 'x'.repeat(200) })).start(start);
    const { payload } = (seen[0]?.body ?? {}) as { payload: string };
    expect(payload).toMatch(/^Sign in to Shop\. x+…\. Confirm only if your screen shows: amber river$/);
    expect(payload.length).toBeLessThanOrEqual(200);
  });

  it.each<[readonly string[], readonly string[]]>([
    [['openid'], ['naming.given']],
    [
      ['openid', 'email'],
      ['contact.email', 'contact.emailVerified'],
    ],
    [
      ['openid', 'phone'],
      ['contact.phone', 'contact.phoneVerified'],
    ],
    [
      ['openid', 'national'],
      ['bio.birthplace', 'nationality.primary', 'nationality.residence', 'nationality.nationalities'],
    ],
    // Another connector's own claims are none of this one's.
    [
      ['openid', 'email', 'pasby'],
      ['contact.email', 'contact.emailVerified'],
    ],
  ])('FT-B7a: asks for what the website asked for: %j', async (scope, claims) => {
    answer = starts();
    await (await open({ id: 'national' })).start(startOf({ request: { ...asked, scope } }));
    expect(seen[0]?.body).toMatchObject({ claims });
  });

  it.each<[Mode, RegExp]>([
    ['qr', /^pasby: beginning a sign-in by QR code \(wildcard\): /],
    ['same_device', /^pasby: beginning a sign-in on one device \(sameDevice\): /],
    ['direct', /^pasby: beginning a sign-in by a number that was typed \(differentDevice\): /],
  ])('the operator reads which call failed, in words: %s', async (mode, says) => {
    const identifier = mode === 'direct' ? NIN : null;
    const lost = await failure((await open({ baseUrl: 'http://127.0.0.1:2' })).start(startOf({ mode, identifier })));
    expect(lost.detail).toMatch(says);
    answer = (_req, _body, res) => json(res, 401, { status: 'unauthorized' });
    expect((await failure((await open()).start(startOf({ mode, identifier })))).detail).toMatch(says);
  });

  it.each<[readonly string[], readonly string[]]>([
    [['sub', 'birthdate'], ['bio.birthdate']],
    [
      ['sub', 'name', 'email_verified'],
      ['naming.name', 'naming.given', 'naming.family', 'naming.middle', 'contact.email', 'contact.emailVerified'],
    ],
    // pasby has none of these.
    [['sub', 'website'], ['naming.given']],
  ])('FT-B7a: asks for single claims alone where the website asks for those: %j', async (single, claims) => {
    answer = starts();
    const request = { ...asked, scope: ['openid', 'profile', 'email'], claims: single };
    await (await open()).start(startOf({ request }));
    expect(seen[0]?.body).toMatchObject({ claims });
    answer = starts();
    await (await open({ mapClaims: () => ({}) })).start(startOf({ request }));
    expect(seen[1]?.body, 'what an own mapping needs is not known').toMatchObject({
      claims: expect.arrayContaining(['bio.gender', 'contact.email', 'naming.given']) as string[],
    });
  });

  it('FT-D14c: reaches no acr, because it says none', async () => {
    const config = pasby({ ...OPTIONS, baseUrl: provider.base });
    expect((await openConnector(config)).reaches).toEqual([]);
  });

  it('says what it is for, in a sensible length and without tricks', async () => {
    answer = starts();
    const { request } = startOf();
    const client_name = `Shop\n\u202eevil ${'x'.repeat(500)}`;
    await (await open()).start(startOf({ request: { ...request, client_name } }));
    const { payload } = (seen[0]?.body ?? {}) as { payload: string };
    expect(payload).toMatch(/^Sign in to Shop evil x+…$/);
    expect(payload.length).toBeLessThanOrEqual(200);
  });

  it.each<[string, number, unknown, string, RegExp]>([
    ['no api key', 401, 'An api key is needed to access our services.', 'connector_unavailable', /api key/],
    ['no secret', 400, 'App secret missing in headers.', 'connector_unavailable', /app secret/],
    [
      'Zod’s issues',
      400,
      [{ code: 'x', path: ['claims', 0], message: 'secret' }],
      'connector_unavailable',
      /fields claims$/,
    ],
    ['Zod’s issues about the number', 400, [{ code: 'x', path: ['user'], message: NIN }], 'identifier_refused', /user/],
    [
      'no such national',
      400,
      { status: 'failed', reason: 'National does not have a pasby™ digital ID' },
      'identifier_refused',
      /no pasby/,
    ],
    [
      'no such national, with 200',
      200,
      { status: 'failed', reason: 'National does not have a pasby(tm) digital ID' },
      'identifier_refused',
      /no pasby/,
    ],
    ['missing claims', 428, { status: 'failed', reason: 'x' }, 'connector_unavailable', /fields claims/],
    [
      'extreme',
      500,
      { status: 'extreme', type: 'db_error', reason: 'password of db' },
      'connector_unavailable',
      /500 extreme db_error$/,
    ],
    ['a failure that says nothing', 400, { status: 'failed', reason: 'x' }, 'connector_unavailable', /400 failed$/],
  ])('%s', async (_name, status, body, code, detail) => {
    answer = (_req, _body, res) => json(res, status, body);
    const error = await failure((await open()).start(startOf({ mode: 'direct', identifier: NIN })));
    expect(error.code).toBe(code);
    expect(error.detail).toMatch(detail);
    const told = JSON.stringify([error.message, error.detail]);
    for (const secret of [NIN, 'snb_secret', 'bk-test_key', 'password of db', 'secret"'])
      expect(told, 'nothing of upstream or of the person is told').not.toContain(secret);
    expect(error.message, 'a person understands it').toMatch(/number|identity provider/i);
  });

  it.each<[string, Partial<PasbyOptions>, typeof answer, boolean]>([
    ['502', {}, (_req, _body, res) => json(res, 502, '<html>'), false],
    ['429', {}, (_req, _body, res) => json(res, 429, 'Too many requests'), false],
    ['an unknown number', {}, (_req, _body, res) => json(res, 400, [{ path: ['user'] }]), false],
    ['no connection', { baseUrl: 'http://127.0.0.1:2' }, () => undefined, false],
    ['an answer that is lost', {}, (_req, _body, res) => res.destroy(), true],
    ['an answer about something else', {}, starts({ request: { action: 'signup' } }), true],
  ])('FT-A3g: says whether pasby may have sent the push: %s', async (_name, options, reply, may_have_begun) => {
    answer = reply;
    const upstream = await open(options);
    expect(await failure(upstream.start(startOf({ mode: 'direct', identifier: NIN })))).toMatchObject({
      may_have_begun,
    });
  });

  it.each<[string, Parameters<typeof starts>[0], RegExp]>([
    ['another action', { request: { action: 'signup' } }, /action/],
    [
      'more claims',
      { request: { acquireClaims: ['contact.email', 'contact.emailVerified', 'financial.bvn'] } },
      /claims/,
    ],
    ['one person in particular', { request: { user: NIN } }, /user/],
    ['a stamp that is none', { request: { signature: 'nonsense' } }, /no stamp/],
    ['an unsigned stamp', { request: { signature: 'eyJhbGciOiJub25lIn0.e30.' } }, /no stamp/],
    ['no stamp', { request: { signature: undefined } }, /signature/],
    ['time ahead', { request: { iat: 9e9, exp: 9e9 + 360 }, stamp: { iat: 9e9, exp: 9e9 + 360 } }, /clock/],
    ['an end that lies behind', { life_s: -10 }, /exp/],
    ['an end that never comes', { life_s: 1e9 }, /exp/],
    ['no seeds', { data: { seeds: [] } }, /seeds/],
    [
      'too many seeds',
      { data: { seeds: Array.from({ length: 11 }, (_, index) => `pasby://${String(index)}`) } },
      /seeds/,
    ],
    ['seeds with spaces', { data: { seeds: ['pasby://a b'] } }, /seeds/],
  ])('refuses an answer with %s', async (_name, changes, detail) => {
    answer = starts(changes);
    const error = await failure((await open()).start(startOf()));
    expect(error).toMatchObject({ code: 'connector_unavailable', detail: expect.stringMatching(detail) as string });
  });

  it.each(['javascript:alert(1)', 'http://evil.example/', 'nonsense', null, 'https://open.pasby.africa/app/?id=req_2'])(
    'refuses the link %j',
    async (link) => {
      answer = starts({ data: { link } });
      expect((await failure((await open()).start(startOf({ mode: 'same_device' })))).code).toBe(
        'connector_unavailable',
      );
    },
  );
});

describe('following', () => {
  /** Begins, and answers the rest by `state`. */
  async function following(
    state: (path: string, res: ServerResponse) => void,
    changes: Partial<UpstreamStart> = {},
  ): Promise<{ statuses: UpstreamStatus[]; error: ConnectorError | null }> {
    answer = (req, body, res) =>
      req.url.includes('/identification/') ? starts()(req, body, res) : state(req.url.replace(/\?.*/, ''), res);
    const upstream = await open();
    const started = await upstream.start(startOf(changes));
    const statuses: UpstreamStatus[] = [];
    try {
      for await (const status of upstream.follow(started.providerState, startOf(), AbortSignal.timeout(8_000)))
        statuses.push(status);
      return { statuses, error: null };
    } catch (cause) {
      if (!isConnectorError(cause)) throw cause;
      return { statuses, error: cause };
    }
  }
  const stream = (res: ServerResponse, text: string): void => {
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).end(text);
  };
  const event = (changes: object, reference = 'req_1'): string =>
    `data: ${JSON.stringify(statusEnvelope(reference, changes))}\n\n`;
  const at = Math.floor(Date.now() / 1000);
  const done = completion('req_1', NIN, at);

  it.each<[string, string, string[]]>([
    [
      'in order',
      event({}) + event({ onsession: true }) + event({ onsession: true }) + event(done),
      ['retrieved', 'confirmed'],
    ],
    ['cancelled although signed', event({ ...done, cancelled: true }), ['declined']],
    ['an error that it has expired', 'data: {"status":"expiration","type":"session_expiry"}\n\n', ['expired']],
    ['an error that it was cancelled', 'data: {"status":"failed","type":"session_cancel"}\n\n', ['declined']],
    [
      'a claim that opens, and no time',
      event({ ...done, signedAt: undefined, claims: { contact: { email: leafOf('ada@example.com') } } }),
      ['confirmed'],
    ],
    [
      'a claim that opens, and a time of another day',
      event({ ...done, signedAt: at - 86_400, claims: { contact: { email: leafOf('ada@example.com') } } }),
      ['confirmed'],
    ],
    [
      'the bare model',
      `data: ${JSON.stringify((statusEnvelope('req_1', done)['data'] as { request: object }).request)}\n\n`,
      ['confirmed'],
    ],
    [
      'other line ends, comments and fields',
      `: hello\r\nevent: x\r\nid: 1\r\ndata: {"data":\r\ndata:${event(done)
        .slice(6)
        .trim()
        .replace(/^\{.*?"data":/, '')}\r\n\r\n`,
      ['confirmed'],
    ],
  ])('a stream: %s', async (_name, text, expected) => {
    const { statuses, error } = await following((_path, res) => stream(res, text));
    expect(error).toBeNull();
    expect(statuses.map(({ status }) => status)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['another request', event(done, 'req_2'), 'another request'],
    ['another organisation', event({ ...done, requester: 'bcn_2' }), 'organisation'],
    ['a signature, not an identification', event({ ...done, mode: 'signature' }), 'mode'],
  ])('refuses a status of %s', async (_name, text, detail) => {
    const { statuses, error } = await following((_path, res) => stream(res, text));
    expect(statuses).toEqual([]);
    expect(error?.detail).toContain(detail);
    expect(JSON.stringify([error?.message, error?.detail])).not.toContain(NIN);
  });

  it('another person than was asked is refused, however their number is written', async () => {
    const direct = { mode: 'direct', identifier: NIN } as const;
    const other = await following((_path, res) => stream(res, event(completion('req_1', '10987654321', at))), direct);
    expect(other.error?.detail).toContain('another person');
    const same = await following((_path, res) => stream(res, event({ ...done, requestee: '1234 567 8910' })), direct);
    expect(same.statuses.at(-1)).toMatchObject({ status: 'confirmed', identity: { subject: NIN } });
  });

  it.each([undefined, at - 86_400])('FT-A5d: a completion with the time %s has no auth_time', async (signedAt) => {
    const claims = { contact: { email: leafOf('ada@example.com') } };
    const { statuses } = await following((_path, res) => stream(res, event({ ...done, signedAt, claims })));
    expect(statuses.at(-1)).toMatchObject({ status: 'confirmed', identity: { auth_time: null } });
  });

  it('the stamp of our own request is no completion', async () => {
    let stamp = '';
    answer = (req, body, res) => {
      if (req.url.includes('/identification/')) {
        const data = startData('req_1', body as never, Date.now());
        stamp = (data['request'] as { signature: string }).signature;
        json(res, 201, { status: 'successful', data });
      } else stream(res, event({ requestee: NIN, signature: stamp, onsession: true }) + event({ cancelled: true }));
    };
    const upstream = await open();
    const { providerState } = await upstream.start(startOf());
    const statuses: string[] = [];
    for await (const { status } of upstream.follow(providerState, startOf(), AbortSignal.timeout(8_000)))
      statuses.push(status);
    expect(statuses).toEqual(['retrieved', 'declined']);
  });

  it.each<[string, (res: ServerResponse) => void]>([
    ['a stream that is HTML', (res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['a stream that is limited', (res) => res.writeHead(429, { 'retry-after': '1' }).end('Too many requests')],
    ['FT-B4a: garbage on the stream', (res) => stream(res, 'data: nonsense\n\n'.repeat(20))],
    ['FT-B4a: a completion that is none on the stream', (res) => stream(res, event({ ...done, requestee: '' }))],
    [
      'an event without end',
      (res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${'x'.repeat(300_000)}`),
    ],
    [
      'a stream that is cut',
      (res) => void res.writeHead(200, { 'content-type': 'text/event-stream' }).socket?.destroy(),
    ],
  ])('%s: pasby is asked instead', async (_name, broken) => {
    const { statuses, error } = await following((path, res) =>
      path.endsWith('/sse') ? broken(res) : json(res, 200, statusEnvelope('req_1', done)),
    );
    expect(error).toBeNull();
    expect(statuses.map(({ status }) => status)).toEqual(['confirmed']);
    expect(seen.at(-1)?.body, 'the request is in the body').toEqual({ request: 'req_1' });
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['comments', ': still here\n\n'.repeat(1000)],
    ['half an event', 'data: {"status":"successful",'],
  ])('FT-B4a: a stream that says %s any more delays a change by 6 s', async (_name, rest) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const result = following((path, res) => {
      if (!path.endsWith('/sse')) return json(res, 200, statusEnvelope('req_1', done));
      return void res.writeHead(200, { 'content-type': 'text/event-stream' }).write(event({ onsession: true }) + rest);
    });
    let passed = 0;
    const timer = setInterval(() => {
      // The timer of the silence is set once the stream has said something.
      if (seen.some(({ url }) => url.includes('/sse'))) passed += 250;
      vi.advanceTimersByTime(seen.some(({ url }) => url.includes('/sse')) ? 250 : 0);
    }, 5);
    const { statuses } = await result;
    clearInterval(timer);
    expect(statuses.map(({ status }) => status)).toEqual(['retrieved', 'confirmed']);
    expect(passed, 'ms').toBeLessThan(10_000);
  });

  it.each<[string, number, unknown, string | null]>([
    ['expired', 401, { status: 'expiration', type: 'session_expiry', reason: 'Session has expired' }, 'expired'],
    ['unknown by now', 400, { status: 'failed', reason: 'Flow request with such id does not exists' }, 'expired'],
    ['cancelled', 400, { status: 'failed', type: 'session_cancel' }, 'declined'],
    ['not allowed any more', 401, { status: 'unauthorized', type: 'authorization_error' }, null],
  ])('a question answered by: %s', async (_name, status, body, expected) => {
    const { statuses, error } = await following((path, res) =>
      path.endsWith('/sse') ? res.writeHead(404).end() : json(res, status, body),
    );
    expect(statuses.map((each) => each.status)).toEqual(expected === null ? [] : [expected]);
    expect(error?.code ?? null).toBe(expected === null ? 'connector_unavailable' : null);
  });

  it.each<[string, (res: ServerResponse) => void]>([
    ['500', (res) => json(res, 500, {})],
    ['a completion by no person', (res) => json(res, 200, statusEnvelope('req_1', { ...done, requestee: '' }))],
  ])('%s again and again ends it, with pauses that grow', async (_name, broken) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const result = following((path, res) => (path.endsWith('/sse') ? res.writeHead(404).end() : broken(res)));
    const timer = setInterval(() => vi.advanceTimersByTime(3_000), 1);
    const { statuses, error } = await result;
    clearInterval(timer);
    expect(statuses).toEqual([]);
    expect(error?.code).toBe('connector_unavailable');
    expect(seen.filter(({ url }) => url.endsWith('/ping'))).toHaveLength(6);
  });

  const signed = (content: object): object => ({ ...done, signature: jwtOf(content) });
  const stampOf = (id: string, more: object = {}): object => {
    const body = { action: 'login', claims: [], payload: 'x' };
    const { request } = startData(id, body, Date.now(), { stamp: more }) as { request: { signature: string } };
    return { ...done, signature: request.signature };
  };
  it.each<[string, object]>([
    ['claims without a signature', { requestee: NIN, claims: { contact: { email: leafOf('ada@example.com') } } }],
    ['a signature that is no JWT', { ...done, signature: 'signed' }],
    ['an unsigned JWT', { ...done, signature: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['a signature about another request', signed({ reference: 'req_2', requestee: NIN })],
    ['a signature about another person', signed({ reference: 'req_1', requestee: '10987654321' })],
    ['a signature that names no person', signed({ reference: 'req_1' })],
    ['the stamp of another request', stampOf('req_2')],
    [
      'a new stamp of this request, with claims',
      { ...stampOf('req_1', { x: 1 }), claims: { contact: { email: 'AA' } } },
    ],
    ['neither a time nor a claim', { ...done, signedAt: undefined }],
    ['a time before the request', { ...done, signedAt: at - 3_600 }],
    ['a time after the request', { ...done, signedAt: at + 3_600 }],
    ['a time that is none', { ...done, signedAt: 0 }],
    ['a claim that does not open', { ...done, signedAt: 0, claims: { contact: { email: 'AAAA' } } }],
    [
      'a claim that was never asked for',
      { ...done, signedAt: 0, claims: { financial: { bvn: leafOf('22222222222') } } },
    ],
  ])('FT-A7: a completion with %s is a broken answer, and no person', async (_name, status) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const result = following((path, res) =>
      path.endsWith('/sse') ? res.writeHead(404).end() : json(res, 200, statusEnvelope('req_1', status)),
    );
    const timer = setInterval(() => vi.advanceTimersByTime(3_000), 1);
    const { statuses, error } = await result;
    clearInterval(timer);
    expect(statuses).toEqual([]);
    expect(error).toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringContaining('completed by') as string,
    });
    expect(JSON.stringify([error?.message, error?.detail])).not.toContain(NIN);
  });

  it('FT-A7: a new stamp of our own request is no completion', async () => {
    const { statuses } = await following((_path, res) =>
      stream(res, event({ ...stampOf('req_1', { x: 1 }), onsession: true }) + event({ cancelled: true })),
    );
    expect(statuses.map(({ status }) => status)).toEqual(['retrieved', 'declined']);
  });

  it('ends with pasby’s own end, and when no browser waits any more says nothing', async () => {
    answer = starts({ life_s: 1 });
    const upstream = await open();
    const { providerState } = await upstream.start(startOf());
    answer = (_req, _body, res) => void res.writeHead(200, { 'content-type': 'text/event-stream' }).write(event({}));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const collect = async (signal: AbortSignal): Promise<string[]> => {
      const statuses: string[] = [];
      for await (const { status } of upstream.follow(providerState, startOf(), signal)) statuses.push(status);
      return statuses;
    };
    expect(await collect(AbortSignal.abort())).toEqual([]);
    expect(await collect(AbortSignal.timeout(100))).toEqual([]);
    const timer = setInterval(() => vi.advanceTimersByTime(100), 1);
    expect(await collect(new AbortController().signal)).toEqual(['expired']);
    clearInterval(timer);
  });

  it('what was kept by something else is refused', async () => {
    const upstream = await open();
    const next = upstream.follow({ id: 1 }, startOf(), new AbortController().signal)[Symbol.asyncIterator]().next();
    expect((await failure(next)).code).toBe('connector_unavailable');
  });
});

describe('calling off', () => {
  it('tells pasby, but nothing that is over anyhow', async () => {
    answer = starts();
    const upstream = await open();
    const { providerState } = await upstream.start(startOf());
    answer = (_req, _body, res) => json(res, 201, { status: 'successful', data: { model: {} } });
    await upstream.cancel(providerState);
    expect(seen.at(-1)).toMatchObject({ url: '/api/v2/flow/cancel', body: { request: 'req_1' } });
    await upstream.cancel({ ...(providerState as object), expires_at: Date.now() - 1 });
    expect(seen).toHaveLength(2);
  });

  it('fails where another try may help', async () => {
    answer = starts();
    const upstream = await open();
    const { providerState } = await upstream.start(startOf());
    answer = (_req, _body, res) => json(res, 503, 'no');
    expect((await failure(upstream.cancel(providerState))).code).toBe('connector_unavailable');
    answer = (_req, _body, res) => json(res, 400, { status: 'failed', type: 'session_cancel' });
    await upstream.cancel(providerState);
  });
});
