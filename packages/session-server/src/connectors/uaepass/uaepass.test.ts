import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AnsweringProvider, startAnsweringProvider } from '../../test-support/answering-provider.ts';
import { beginAt, finishWith, openConnector, redirectStart } from '../../test-support/connector-calls.ts';
import type { Connector, ConnectorContext, RedirectOutcome, RedirectStart } from '../connector.ts';
import { uaepass, type UaePassOptions } from './index.ts';

/**
 * What UAE PASS does in its own way. Answers that no provider should give are the conformance suite's
 * (`tests/providers/conformance/uaepass.test.ts`).
 */

const start = redirectStart(
  'https://id.example.com/callback/uaepass',
  { scope: ['openid'], ui_locales: [] },
  { code_verifier: 'V'.repeat(43) },
);
const goodToken = { access_token: 'the-access-token', token_type: 'Bearer', expires_in: 3600 };
const goodUserinfo = { sub: 'UAEPASS/u-1', uuid: 'u-1', userType: 'SOP2', firstnameEN: 'DANA', email: 'd@example.com' };

let provider: AnsweringProvider;
beforeAll(async () => {
  provider = await startAnsweringProvider();
});
afterAll(() => provider.close());
beforeEach(() => provider.reset({ '/token': { body: goodToken }, '/userinfo': { body: goodUserinfo } }));

function open(options: Partial<UaePassOptions> = {}, context: Partial<ConnectorContext> = {}): Promise<Connector> {
  const client = { clientId: 'client', clientSecret: 'top-secret', minimumLevel: 'SOP1' } as const;
  return openConnector(uaepass({ ...client, baseUrl: provider.base, ...options }), context);
}
async function begin(
  options: Partial<UaePassOptions> = {},
  changes: Partial<RedirectStart['request']> = {},
): Promise<URL> {
  return new URL(await beginAt(await open(options), { ...start, request: { ...start.request, ...changes } }));
}
async function finish(
  query: string = 'code=the-code',
  options: Partial<UaePassOptions> = {},
  changes: Partial<RedirectStart['request']> = {},
): Promise<RedirectOutcome> {
  return finishWith(await open(options), { ...start, request: { ...start.request, ...changes } }, query);
}
async function identity(options: Partial<UaePassOptions> = {}) {
  const outcome = await finish('code=the-code', options);
  if (outcome.type !== 'identity') throw new Error('no person came');
  return outcome.identity;
}

describe('the authorization request', () => {
  it('is UAE PASS’s, without openid, and without PKCE where that is off', async () => {
    const url = await begin({ pkce: false });
    expect(`${url.origin}${url.pathname}`).toBe(`${provider.base}/authorize`);
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
    const url = await begin({ authorizationEndpoint: `${provider.base}/authorize?realm=x` });
    expect(url.searchParams.get('realm')).toBe('x');
  });
});

describe('the code', () => {
  it('is redeemed with Basic and a form, and userinfo read with the token', async () => {
    await finish('code=the-code', { pkce: false });
    const [token, userinfo] = provider.calls;
    expect(provider.paths).toEqual(['/token', '/userinfo']);
    expect(token?.headers).toMatchObject({
      authorization: `Basic ${btoa('client:top-secret')}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    const grant = { grant_type: 'authorization_code', code: 'the-code', redirect_uri: start.callback_uri };
    expect(token?.body).toBe(new URLSearchParams(grant).toString());
    expect(userinfo).toMatchObject({ body: '', headers: { authorization: 'Bearer the-access-token' } });
  });

  it('FT-A8a: goes with the verifier by default', async () => {
    await finish();
    expect(new URLSearchParams(provider.calls[0]?.body).get('code_verifier')).toBe(start.code_verifier);
  });
});

describe('the person', () => {
  it('has a subject, a level, mapped claims and an access token that runs out by itself', async () => {
    expect(await finish()).toEqual({
      type: 'identity',
      tokens: {
        access_token: 'the-access-token',
        token_type: 'Bearer',
        refresh_token: null,
        expires_at: expect.any(Number),
        scope: null,
        id_token: null,
      },
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
    provider.answers['/userinfo'] = { body: { ...goodUserinfo, userType: 'SOP9' } };
    expect((await identity()).acr).toBeNull();
  });
});

describe('the minimum level', () => {
  const levels = ['SOP1', 'SOP2', 'SOP3'] as const;
  for (const minimumLevel of levels) {
    for (const userType of levels) {
      const may = userType >= minimumLevel;
      it(`${minimumLevel} ${may ? 'lets' : 'does not let'} ${userType} in`, async () => {
        provider.answers['/userinfo'] = { body: { ...goodUserinfo, userType } };
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
      provider.answers['/userinfo'] = { body: { ...goodUserinfo, userType } };
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
  const connector = await open({}, { log: (detail) => logged.push(detail) });
  expect((await finishWith(connector, start, 'error=invalid_request')).type).toBe('declined');
  expect(logged).toEqual([expect.stringMatching(/^UAE PASS: authorize answered invalid_request: .*pkce/)]);
});

it('an error that is no refusal of the person’s is a failure, and asks UAE PASS nothing', async () => {
  await expect(finish('error=server_error')).rejects.toMatchObject({ code: 'connector_unavailable' });
  expect(provider.paths).toEqual([]);
});

it.each<[string, { readonly status?: number; readonly body: object }]>([
  ['an error that no code is to blame for', { status: 400, body: { error: 'unsupported_grant_type' } }],
  ['a token that would break a header', { body: { ...goodToken, access_token: 'a\r\nX-Evil: 1' } }],
  ['a token of another type', { body: { ...goodToken, token_type: 'mac' } }],
])('%s signs no person in, and userinfo is not asked', async (_what, answer) => {
  provider.answers['/token'] = answer;
  await expect(finish()).rejects.toMatchObject({ code: 'connector_unavailable' });
  expect(provider.paths).toEqual(['/token']);
});

it('logging out gives its state back, whatever comes with it', async () => {
  const { logout } = await open();
  const url = await logout?.url({
    return_to: 'https://shop.example/bye',
    state: { handle: 'A1' },
    id_token_hint: null,
  });
  const { searchParams } = new URL(url ?? '');
  expect([...searchParams.keys()], 'UAE PASS takes these alone').toEqual(['redirect_uri', 'state']);
  expect(logout?.stateOf(searchParams)).toEqual({ handle: 'A1' });
  expect(logout?.stateOf(new URLSearchParams())).toBeNull();
});

it.each([null, {}])('logging out with nothing to come back (%j) has no state', async (state) => {
  const { logout } = await open();
  const url = await logout?.url({ return_to: 'https://shop.example/bye', state, id_token_hint: 'x' });
  expect(url).toBe(`${provider.base}/logout?redirect_uri=https%3A%2F%2Fshop.example%2Fbye`);
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
