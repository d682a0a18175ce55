import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../jobs/index.ts';
import { connectorContext } from '../../testing/index.ts';
import {
  type Connector,
  type ConnectorError,
  isConnectorError,
  type RedirectOutcome,
  type RedirectStart,
} from '../connector.ts';
import { createLimitedFetch } from '../../outbound/index.ts';
import { uaepass, type UaePassOptions } from './index.ts';

const start: RedirectStart = {
  callback_uri: 'https://id.example.com/callback/uaepass',
  state: 'S'.repeat(43),
  nonce: 'N'.repeat(43),
  code_verifier: 'V'.repeat(43),
  mode: 'qr',
  reauthenticate: false,
  request: {
    client_id: 'shop',
    client_name: 'Shop',
    scope: ['openid'],
    prompt: [],
    linking: false,
    max_age: null,
    login_hint: null,
    ui_locales: [],
    acr_values: [],
  },
};

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}
const goodToken = { access_token: 'the-access-token', token_type: 'Bearer', expires_in: 3600 };
const goodUserinfo = { sub: 'UAEPASS/u-1', uuid: 'u-1', userType: 'SOP2', firstnameEN: 'DANA', email: 'd@example.com' };

let server: Server;
let base = '';
let answers: { token: Answer | 'cut'; userinfo: Answer | 'cut' };
let seen: { readonly url: string; readonly authorization: string; readonly type: string; readonly body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const body = await read(request);
      const { url = '', headers } = request;
      seen.push({ url, authorization: headers.authorization ?? '', type: headers['content-type'] ?? '', body });
      const answer = url.endsWith('/token') ? answers.token : answers.userinfo;
      if (answer === 'cut') {
        response.destroy();
        return;
      }
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
      response
        .writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'application/json', ...answer.headers })
        .end(text);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  answers = { token: { body: goodToken }, userinfo: { body: goodUserinfo } };
});

async function open(options: Partial<UaePassOptions> = {}): Promise<Connector> {
  const config = uaepass({
    clientId: 'client',
    clientSecret: 'top-secret',
    baseUrl: base,
    minimumLevel: 'SOP1',
    ...options,
  });
  expect(config.issues).toEqual([]);
  return config.open(connectorContext({ fetch: createLimitedFetch(systemTimers) }));
}
async function begin(
  options: Partial<UaePassOptions> = {},
  changes: Partial<RedirectStart['request']> = {},
): Promise<URL> {
  const connector = await open(options);
  const begun = await connector.redirect?.begin({ ...start, request: { ...start.request, ...changes } });
  return new URL(begun?.location ?? '');
}
async function finish(
  query: string = 'code=the-code',
  options: Partial<UaePassOptions> = {},
  changes: Partial<RedirectStart['request']> = {},
): Promise<RedirectOutcome> {
  const { redirect } = await open(options);
  if (redirect === null) throw new Error('it does not redirect');
  const parameters = new URLSearchParams(query);
  if (!parameters.has('state')) parameters.set('state', start.state);
  return redirect.finish({ ...start, request: { ...start.request, ...changes }, parameters, providerState: null });
}
async function identity(options: Partial<UaePassOptions> = {}) {
  const outcome = await finish('code=the-code', options);
  if (outcome.type !== 'identity') throw new Error('no person came');
  return outcome.identity;
}

describe('the authorization request', () => {
  it('is UAE PASS’s, without openid, and without PKCE where that is off', async () => {
    const url = await begin({ pkce: false });
    expect(`${url.origin}${url.pathname}`).toBe(`${base}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: start.callback_uri,
      scope: 'urn:uae:digitalid:profile:general',
      state: start.state,
      acr_values: 'urn:safelayer:tws:policies:authentication:level:low',
    });
  });

  it('FT-A8a: carries a challenge by default', async () => {
    const { searchParams } = await begin();
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('code_challenge')).toBe('S0-WMMHEuuumkDoJt044nSxveejcVm4-B681Rl_3cJ4');
  });

  it.each([
    [['ar-AE', 'en'], 'ar'],
    [['fr', 'EN-gb'], 'en'],
    [['fr', 'de'], null],
    [[], null],
  ])('asks for a page in a language that UAE PASS has: %j', async (ui_locales, expected) => {
    expect((await begin({}, { ui_locales })).searchParams.get('ui_locales')).toBe(expected);
  });

  it('keeps what the endpoint’s address has already', async () => {
    const url = await begin({ authorizationEndpoint: `${base}/authorize?realm=x` });
    expect(url.searchParams.get('realm')).toBe('x');
  });
});

describe('the code', () => {
  it('is redeemed with Basic and a form, and userinfo read with the token', async () => {
    await finish('code=the-code', { pkce: false });
    expect(seen).toEqual([
      {
        url: '/token',
        authorization: `Basic ${btoa('client:top-secret')}`,
        type: 'application/x-www-form-urlencoded',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: 'the-code',
          redirect_uri: start.callback_uri,
        }).toString(),
      },
      { url: '/userinfo', authorization: 'Bearer the-access-token', type: '', body: '' },
    ]);
  });

  it('FT-A8a: goes with the verifier by default', async () => {
    await finish();
    expect(new URLSearchParams(seen[0]?.body).get('code_verifier')).toBe(start.code_verifier);
  });

  it('is redeemed once, whatever comes of it', async () => {
    answers.token = 'cut';
    await expect(finish()).rejects.toMatchObject({ code: 'connector_unavailable' });
    expect(seen).toHaveLength(1);
  });
});

describe('the person', () => {
  it('has a subject, a level and mapped claims, and no tokens are kept', async () => {
    expect(await finish()).toEqual({
      type: 'identity',
      tokens: null,
      identity: {
        subject: 'u-1',
        acr: 'SOP2',
        amr: [],
        auth_time: null,
        claims: expect.objectContaining({ given_name: 'Dana', email_verified: true }),
      },
    });
  });

  it('has the claims of the operator’s own mapping, which sees what UAE PASS answered', async () => {
    const { claims } = await identity({ mapClaims: (raw) => ({ nickname: `${String(raw['firstnameEN'])}!` }) });
    expect(claims).toEqual({ nickname: 'DANA!' });
  });

  it('has UAE PASS’s own claims under the connector’s id, by which a scope asks for them', async () => {
    const { claims } = await identity({ id: 'uaepass-live' });
    expect(claims).toMatchObject({ 'uaepass-live': { user_type: 'SOP2' } });
    expect(claims).not.toHaveProperty('uaepass');
  });

  it('of an unknown level has no acr', async () => {
    answers.userinfo = { body: { ...goodUserinfo, userType: 'SOP9' } };
    expect((await identity()).acr).toBeNull();
  });

  it('does not come by a mapping that fails, whose failure tells nothing of them', async () => {
    const broken = (raw: Readonly<Record<string, unknown>>): never => {
      throw new RangeError(`no such user: ${String(raw['email'])}`);
    };
    const error = await refusal(() => finish('code=the-code', { mapClaims: broken }));
    expect(error).toMatchObject({ code: 'connector_unavailable', detail: expect.stringContaining('RangeError') });
    expect(error.detail).not.toContain('d@example.com');
  });
});

describe('the minimum level', () => {
  const levels = ['SOP1', 'SOP2', 'SOP3'] as const;
  for (const minimumLevel of levels) {
    for (const userType of levels) {
      const may = userType >= minimumLevel;
      it(`${minimumLevel} ${may ? 'lets' : 'does not let'} ${userType} in`, async () => {
        answers.userinfo = { body: { ...goodUserinfo, userType } };
        expect((await finish('code=c', { minimumLevel })).type).toBe(may ? 'identity' : 'declined');
      });
    }
  }

  it('refuses in UAE PASS’s words, with the name of the relying party', async () => {
    expect(await finish('code=c', { minimumLevel: 'SOP3' })).toEqual({
      type: 'declined',
      message: {
        en: 'You are not eligible to access this service. Your account is either not upgraded or you have a visitor account. Please contact Shop to access the services.',
        ar: 'أنت غير مؤهل للوصول إلى هذه الخدمة. إما أن حسابك لم تتم ترقيته أو لديك حساب زائر. يرجى الاتصال بـ Shop لتتمكن من الوصول إلى الخدمة.',
      },
    });
  });

  it('may be another for one client, upwards and downwards, with a name of its own', async () => {
    const byClient = { shop: { minimumLevel: 'SOP3', spName: { en: 'The Shop', ar: 'المتجر' } } } as const;
    expect(await finish('code=c', { byClient })).toMatchObject({
      message: { en: expect.stringContaining('contact The Shop to'), ar: expect.stringContaining('المتجر') },
    });
    expect((await finish('code=c', { byClient }, { client_id: 'other' })).type).toBe('identity');
    const lower = { minimumLevel: 'SOP3', byClient: { shop: { minimumLevel: 'SOP1' } } } as const;
    expect((await finish('code=c', lower)).type).toBe('identity');
  });

  it.each([['SOP9'], [''], [undefined], [3], [['SOP3']]])(
    'is not met by a level that is not known: %j',
    async (userType) => {
      answers.userinfo = { body: { ...goodUserinfo, userType } };
      expect((await finish('code=c', { minimumLevel: 'SOP2' })).type).toBe('declined');
    },
  );

  it('holds for a client that is named like something of every object', async () => {
    const refused = await finish('code=c', { minimumLevel: 'SOP3' }, { client_id: 'constructor' });
    expect(refused.type).toBe('declined');
  });
});

describe('a person who cancelled', () => {
  it.each([
    'access_denied',
    'cancelled',
    'cancelledOnApp',
    'cancelledOnWeb',
    'cancelledOnMobile',
    'CANCELLED_ON_MOBILE',
    'login_required',
    'invalid_request',
  ])('by %s', async (error) => {
    expect(await finish(`error=${error}`)).toEqual({
      type: 'declined',
      message: { en: 'User cancelled the login.', ar: 'قام المستخدم بإلغاء تسجيل الدخول.' },
    });
  });
});

it('FT-B7d: an answer that may be the operator’s to mend is in the log, whatever the person reads', async () => {
  const logged: string[] = [];
  const options = { clientId: 'client', clientSecret: 'top-secret', baseUrl: base, minimumLevel: 'SOP1' } as const;
  const { redirect } = await uaepass(options).open(connectorContext({ log: (detail) => logged.push(detail) }));
  const parameters = new URLSearchParams({ error: 'invalid_request', state: start.state });
  expect((await redirect?.finish({ ...start, parameters, providerState: null }))?.type).toBe('declined');
  expect(logged).toEqual([expect.stringMatching(/^UAE PASS: authorize answered invalid_request: .*pkce/)]);
});

describe('what is no sign-in', () => {
  it.each([
    ['another error', 'error=server_error', 'connector_unavailable'],
    ['an unknown error', 'error=%3Cscript%3E', 'connector_unavailable'],
    ['a code with an error', 'code=c&error=access_denied', 'callback_refused'],
    ['two codes', 'code=c&code=d', 'callback_refused'],
    ['another state', 'code=c&state=x', 'callback_refused'],
    ['nothing', '', 'callback_refused'],
  ])('asks UAE PASS nothing: %s', async (_what, query, code) => {
    await expect(finish(query)).rejects.toMatchObject({ code });
    expect(seen).toEqual([]);
  });

  const html = { type: 'text/html', body: '<h1>the-code the-access-token top-secret</h1>' };
  it.each<[string, Answer | 'cut', string]>([
    [
      'a code that is too old',
      { status: 400, body: { error: 'invalid_grant', error_description: 'expiredCode' } },
      'callback_refused',
    ],
    ['a secret that is wrong', { status: 400, body: { error: 'invalid_client' } }, 'connector_unavailable'],
    ['another error', { status: 400, body: { error: 'unsupported_grant_type' } }, 'connector_unavailable'],
    ['too many requests', { status: 429, body: 'slow down' }, 'rate_limited'],
    ['a failure', { status: 500, ...html }, 'connector_unavailable'],
    ['a page', html, 'connector_unavailable'],
    ['broken JSON', { body: '{"access_token":"the-acc' }, 'connector_unavailable'],
    ['a list', { body: [goodToken] }, 'connector_unavailable'],
    ['null', { body: 'null' }, 'connector_unavailable'],
    ['nothing', { body: '' }, 'connector_unavailable'],
    ['no token', { body: { token_type: 'Bearer' } }, 'connector_unavailable'],
    ['a token that is no text', { body: { ...goodToken, access_token: { a: 1 } } }, 'connector_unavailable'],
    [
      'a token that would break a header',
      { body: { ...goodToken, access_token: 'a\r\nX-Evil: 1' } },
      'connector_unavailable',
    ],
    ['a token of another type', { body: { ...goodToken, token_type: 'mac' } }, 'connector_unavailable'],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }, 'connector_unavailable'],
    ['10 MB', { body: `{"access_token":"${'a'.repeat(10_000_000)}"}` }, 'connector_unavailable'],
    ['a cut line', 'cut', 'connector_unavailable'],
  ])('comes of the token endpoint: %s', async (_what, answer, code) => {
    answers.token = answer;
    const error = await refusal(() => finish());
    expect(error.code).toBe(code);
    expect(seen, 'userinfo must not be asked').toHaveLength(1);
    expectNothingSecret(error);
  });

  it.each<[string, Answer | 'cut']>([
    ['a token that is refused', { status: 401, body: { error: 'invalid_token' } }],
    ['a failure', { status: 503, body: 'down' }],
    ['a page', html],
    ['a signed answer', { type: 'application/jwt', body: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['a list', { body: [goodUserinfo] }],
    ['nobody', { body: { email: 'd@example.com' } }],
    ['a subject that is no text', { body: { uuid: { $ne: 1 }, sub: 5.5 } }],
    ['10 MB', { body: { ...goodUserinfo, photo: 'a'.repeat(10_000_000) } }],
    ['a cut line', 'cut'],
  ])('comes of userinfo: %s', async (_what, answer) => {
    answers.userinfo = answer;
    const error = await refusal(() => finish());
    expect(error.code).toBe('connector_unavailable');
    expectNothingSecret(error);
  });
});

describe('logging out', () => {
  const url = async (state: Record<string, string> | null): Promise<URL> => {
    const { logout } = await open();
    return new URL((await logout?.url({ return_to: 'https://shop.example/bye', state, id_token_hint: 'x' })) ?? '');
  };

  it('leads to UAE PASS and back', async () => {
    const { origin, pathname, searchParams } = await url(null);
    expect(`${origin}${pathname}`).toBe(`${base}/logout`);
    expect(Object.fromEntries(searchParams)).toEqual({ redirect_uri: 'https://shop.example/bye' });
    expect((await url({})).searchParams.has('state')).toBe(false);
  });

  it('takes more parameters along as a query string, base64, in state', async () => {
    const { searchParams } = await url({ lang: 'ar', next: '/a?b=c&d' });
    expect([...searchParams.keys()]).toEqual(['redirect_uri', 'state']);
    const state = Buffer.from(searchParams.get('state') ?? '', 'base64').toString();
    expect(Object.fromEntries(new URLSearchParams(state))).toEqual({ lang: 'ar', next: '/a?b=c&d' });
  });
});

it('has its name in both of its languages, and no button colours that UAE PASS does not prescribe', async () => {
  const connector = await open();
  expect(connector).toMatchObject({
    id: 'uaepass',
    names: { en: 'UAE PASS', ar: 'الهوية الرقمية' },
    button: null,
    modes: ['qr', 'same_device'],
    verifies: { number: true, network: true },
    tokens: null,
  });
});

async function refusal(action: () => Promise<unknown>): Promise<ConnectorError> {
  const cause = await action().then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  );
  if (isConnectorError(cause)) return cause;
  throw cause;
}

function expectNothingSecret(error: ConnectorError): void {
  expect(`${error.message} ${error.detail}`).not.toMatch(/the-code|the-access-token|top-secret|elsewhere|example\.com/);
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
