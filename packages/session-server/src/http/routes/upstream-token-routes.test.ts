import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ConnectorConfig, NO_CAPABILITIES } from '../../connectors/connector.ts';
import { oidc } from '../../connectors/oidc/index.ts';
import { exampleConfig, SHOP_ORIGIN, SHOP_SECRET, VERIFIER } from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';
import {
  type Begun,
  FakeBrowser,
  type RedirectWorld,
  startRedirectWorld,
  WEBHOOK_SECRET,
} from '../../test-support/redirect-world.ts';

/** A provider's tokens, from its token endpoint to the website and back to its revocation endpoint, over HTTP. */
let world: RedirectWorld;
/** A provider that redirects, and issues no tokens. */
const mute: ConnectorConfig = {
  id: 'mute',
  issues: [],
  open: () =>
    Promise.resolve({
      ...NO_CAPABILITIES,
      id: 'mute',
      names: { en: 'Mute' },
      button: null,
      modes: ['qr', 'same_device'],
      verifies: { number: true, network: true },
      redirect: {
        reauthenticates: 'never',
        begin: ({ callback_uri, state }) =>
          Promise.resolve({ location: `${callback_uri}?state=${state}`, providerState: null }),
        finish: () =>
          Promise.resolve({
            type: 'identity',
            identity: { subject: 'ada', claims: {}, acr: null, amr: [], auth_time: null },
            tokens: null,
          }),
      },
    }),
};
/** One that would give refresh tokens to those who ask. */
const offline: ConnectorConfig = oidc({
  id: 'offline',
  names: { en: 'Offline' },
  issuer: 'http://127.0.0.1:9',
  discoveryUrl: null,
  authorizationEndpoint: 'http://127.0.0.1:9/authorize',
  tokenEndpoint: 'http://127.0.0.1:9/token',
  jwksUri: 'http://127.0.0.1:9/jwks',
  clientId: 'beckon',
  scope: ['openid', 'email', 'offline_access'],
});
const BYE = `${SHOP_ORIGIN}/bye`;
beforeAll(async () => {
  const shop = {
    client_name: 'Shop',
    client_secret: SHOP_SECRET,
    redirect_uris: [`${SHOP_ORIGIN}/callback`],
    allowed_origins: [SHOP_ORIGIN],
    post_logout_redirect_uris: [BYE],
    scope: 'openid profile email offline_access',
    cross_device: { verification: 'none' },
  } as const;
  world = await startRedirectWorld(
    {
      clients: [
        { ...shop, client_id: 'shop', upstream_tokens: true },
        { ...shop, client_id: 'plain' },
        {
          ...shop,
          client_id: 'far',
          upstream_tokens: true,
          cross_device: { verification: 'none', scope: 'openid email offline_access' },
        },
        ...exampleConfig().clients.slice(1),
      ],
    },
    {},
    [mute, offline],
  );
});
afterAll(() => world.close());
afterEach(() => {
  const { provider } = world;
  provider.beforeRevocation = provider.beforeRenewal = () => Promise.resolve();
  provider.expires_in = 60;
});

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
}
type Client = 'shop' | 'plain' | 'far';
type Way = 'one' | 'two' | 'paswad' | 'mute';

const url = (path: string): string => world.harness.url + path;
const form = (path: string, members: Readonly<Record<string, string>>, client_id: Client = 'shop'): Promise<Response> =>
  fetch(url(path), {
    method: 'POST',
    body: new URLSearchParams({ client_id, client_secret: SHOP_SECRET, ...members }),
  });
const redeem = async (code: string | null, client_id: Client): Promise<Tokens> => {
  const response = await form(
    '/oauth/token',
    { grant_type: 'authorization_code', code: code ?? '', code_verifier: VERIFIER },
    client_id,
  );
  expect(response.status).toBe(200);
  return (await response.json()) as Tokens;
};

/** On one device, up to the provider's callback. */
async function back(client_id: Client = 'shop', scope = 'openid profile email offline_access', way: Way = 'one') {
  const session = await world.harness.session({ client_id, scope, connector: way });
  const chosen = await world.choose(session as Begun, way, 'same_device');
  const { pathname, search } = new URL(chosen.same_device?.url ?? '');
  const here = new FakeBrowser(world.harness);
  const { location } = await world.click({ ...session, path: pathname + search }, here);
  return { session, here, callback: way === 'mute' ? location : (await here.open(location)).location };
}
async function signIn(client_id: Client = 'shop', scope?: string, way?: Way): Promise<Tokens> {
  const { here, callback } = await back(client_id, scope, way);
  const { location } = await here.open(callback);
  return redeem(new URL(location).searchParams.get('code'), client_id);
}

const ask = (
  token: string | null,
  path = '/oauth/upstream-token',
  { headers = {}, ...init }: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> =>
  fetch(url(path), { ...init, headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers } });
const upstreamOf = async ({ access_token }: Tokens): Promise<Record<string, unknown>> => {
  const response = await ask(access_token);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
};
const refusal = async (response: Response): Promise<readonly unknown[]> => {
  const { error } = (await response.json()) as { readonly error: unknown };
  return [response.status, error];
};
const given = (kind: 'token' | 'refresh'): string =>
  world.provider.given.findLast((each) => each.startsWith(`upstream-${kind}`)) ?? '';
const revokedAll = (wanted: readonly string[]): Promise<void> =>
  vi.waitFor(() => expect(world.provider.revoked).toEqual(expect.arrayContaining([...wanted])), { timeout: 5_000 });
/** Ids of the tokens that rest. */
const resting = (): readonly string[] =>
  (world.harness.resting() as readonly { readonly kind: string; readonly id: string }[]).flatMap(({ kind, id }) =>
    kind === 'upstream_tokens' ? [id] : [],
  );

describe('the answer', () => {
  it('FT-D11b: is the access token of the provider, and nothing else of it', async () => {
    const tokens = await signIn();
    const response = await ask(tokens.access_token);
    expect(await response.json()).toEqual({
      access_token: given('token'),
      token_type: 'Bearer',
      expires_in: 60,
      scope: 'openid email',
      connector: 'one',
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('FT-D11a: a client without upstream_tokens is refused, and nothing of the provider rests', async () => {
    const before = resting();
    const { access_token } = await signIn('plain');
    await revokedAll([given('refresh'), given('token')]);
    const response = await ask(access_token);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(await refusal(response)).toEqual([403, 'insufficient_scope']);
    expect(resting()).toEqual(before);
  });

  it('FT-D11b: takes no other token, in no other place', async () => {
    const tokens = await signIn();
    const other = await signIn();
    expect((await upstreamOf(tokens))['access_token']).not.toBe((await upstreamOf(other))['access_token']);
    for (const wrong of [tokens.refresh_token, tokens.id_token, given('token'), 'x', `${tokens.access_token}x`]) {
      const response = await ask(wrong);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await refusal(response)).toEqual([401, 'invalid_token']);
    }
    const bare = await ask(null);
    expect(bare.headers.get('www-authenticate')).toBe('Bearer realm="beckon"');
    expect(bare.status).toBe(401);
    const inUrl = `/oauth/upstream-token?access_token=${tokens.access_token}`;
    expect(await refusal(await ask(null, inUrl))).toEqual([400, 'invalid_request']);
    const basic = { authorization: `Basic ${btoa(`shop:${SHOP_SECRET}`)}` };
    expect((await ask(null, undefined, { headers: basic })).status).toBe(401);
    const posted = await form('/oauth/upstream-token', { access_token: tokens.access_token });
    expect({ status: posted.status, allow: posted.headers.get('allow') }).toEqual({ status: 405, allow: 'GET' });
  });

  it('FT-D11b: an access token that was narrowed to be handed on does not read it', async () => {
    const { refresh_token } = await signIn();
    const narrowed = await form('/oauth/token', { grant_type: 'refresh_token', refresh_token, scope: 'openid' });
    const tokens = (await narrowed.json()) as Tokens;
    expect(await refusal(await ask(tokens.access_token))).toEqual([403, 'insufficient_scope']);
    expect((await ask(tokens.access_token, '/oauth/userinfo')).status).toBe(200);
  });

  it('is for no page: no origin may read it, and a foreign one is refused', async () => {
    const { access_token } = await signIn();
    const own = await ask(access_token, undefined, { headers: { origin: SHOP_ORIGIN } });
    expect(own.headers.get('access-control-allow-origin')).toBeNull();
    const foreign = await ask(access_token, undefined, { headers: { origin: 'https://evil.example' } });
    expect(await refusal(foreign)).toEqual([403, 'origin_not_allowed']);
    const preflight = await ask(null, undefined, {
      method: 'OPTIONS',
      headers: { origin: SHOP_ORIGIN, 'access-control-request-method': 'GET' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('a sign-in whose app issues none is told so', async () => {
    const { access_token } = await signIn('shop', 'openid', 'mute');
    expect(await refusal(await ask(access_token))).toEqual([404, 'upstream_token_not_found']);
  });
});

describe('a token whose end is near', () => {
  it('FT-D11c: is renewed once for twenty readers, time after time', async () => {
    const tokens = await signIn();
    for (let round = 0; round < 3; round += 1) {
      world.harness.clock.advance(50_000);
      const asked = world.provider.refreshed.length;
      const answers = await Promise.all(Array.from({ length: 20 }, () => upstreamOf(tokens)));
      expect(world.provider.refreshed.length - asked).toBe(1);
      expect(new Set(answers.map(({ access_token }) => access_token))).toEqual(new Set([given('token')]));
    }
  });

  it('FT-D11e: and that the provider renews no more is over: sign in again', async () => {
    const tokens = await signIn();
    world.provider.forget();
    world.harness.clock.advance(50_000);
    for (let n = 0; n < 2; n += 1) {
      const response = await ask(tokens.access_token);
      expect(await response.clone().text()).not.toContain('upstream words');
      expect(await refusal(response)).toEqual([400, 'invalid_grant']);
    }
    expect((await ask(tokens.access_token, '/oauth/userinfo')).status, 'our own tokens go on').toBe(200);
  });

  it('and over, while the provider is away, is told as such, and comes back', async () => {
    const tokens = await signIn();
    world.provider.beforeRenewal = () => Promise.reject(new Error('away'));
    world.harness.clock.advance(50_000);
    expect(await upstreamOf(tokens)).toMatchObject({ access_token: given('token'), expires_in: 10 });
    world.harness.clock.advance(10_000);
    expect(await refusal(await ask(tokens.access_token))).toEqual([502, 'connector_unavailable']);
    world.provider.beforeRenewal = () => Promise.resolve();
    world.harness.clock.advance(5_000);
    expect(await upstreamOf(tokens)).toMatchObject({ access_token: given('token'), expires_in: 60 });
  });

  it('FT-D11f: is renewed by a refresh of ours, which does not wait for the provider', async () => {
    const { refresh_token } = await signIn();
    const answer = Promise.withResolvers<void>();
    const asked = world.provider.refreshed.length;
    world.provider.beforeRenewal = () => answer.promise;
    world.harness.clock.advance(50_000);
    const refreshed = await form('/oauth/token', { grant_type: 'refresh_token', refresh_token });
    expect(refreshed.status).toBe(200);
    await vi.waitFor(() => expect(world.provider.refreshed.length - asked).toBe(1));
    answer.resolve();
    expect(await upstreamOf((await refreshed.json()) as Tokens)).toMatchObject({ access_token: given('token') });
    expect(world.provider.refreshed.length - asked, 'the reader found it renewed').toBe(1);
  });

  it('a revocation of ours while the provider renews: the reader gets nothing, and the newest goes back', async () => {
    const { access_token, refresh_token } = await signIn();
    const answer = Promise.withResolvers<void>();
    const asked = world.provider.refreshed.length;
    world.provider.beforeRenewal = () => answer.promise;
    world.harness.clock.advance(50_000);
    const reading = ask(access_token);
    await vi.waitFor(() => expect(world.provider.refreshed.length - asked).toBe(1));
    expect((await form('/oauth/revoke', { token: refresh_token })).status).toBe(200);
    answer.resolve();
    expect(await refusal(await reading)).toEqual([401, 'invalid_token']);
    await revokedAll([given('refresh'), given('token')]);
  });
});

describe('FT-D11d: the end of a sign-in', () => {
  it.each([
    ['a revocation of its refresh token', (tokens: Tokens) => form('/oauth/revoke', { token: tokens.refresh_token })],
    [
      'a logout',
      ({ id_token }: Tokens) =>
        fetch(url(`/oauth/logout?${new URLSearchParams({ id_token_hint: id_token }).toString()}`), {
          redirect: 'manual',
        }),
    ],
  ])('by %s gives its tokens back, the refresh token first, and forgets them', async (_, end) => {
    const before = resting();
    const tokens = await signIn();
    const [refresh, access] = [given('refresh'), given('token')];
    expect(resting()).toHaveLength(before.length + 1);
    expect((await end(tokens)).status).toBeLessThan(400);
    expect(await refusal(await ask(tokens.access_token))).toEqual([401, 'invalid_token']);
    await revokedAll([refresh, access]);
    expect(world.provider.revoked.indexOf(refresh)).toBeLessThan(world.provider.revoked.indexOf(access));
    await vi.waitFor(() => expect(resting()).toEqual(before));
  });

  it('by a revocation of the only token that is left', async () => {
    const tokens = await signIn('shop', 'openid');
    expect((await form('/oauth/revoke', { token: tokens.access_token })).status).toBe(200);
    await revokedAll([given('refresh'), given('token')]);
  });

  it('by a second use of its code', async () => {
    const { here, callback } = await back();
    const code = new URL((await here.open(callback)).location).searchParams.get('code');
    await redeem(code, 'shop');
    const members = { grant_type: 'authorization_code', code: code ?? '', code_verifier: VERIFIER };
    expect(await refusal(await form('/oauth/token', members))).toEqual([400, 'invalid_grant']);
    await revokedAll([given('refresh'), given('token')]);
  });

  it('by its provider, whose notice names the person', async () => {
    const tokens = await signIn('shop', undefined, 'paswad');
    const [refresh, access] = [given('refresh'), given('token')];
    expect(await upstreamOf(tokens)).toMatchObject({ connector: 'paswad' });
    const { provider, harness } = world;
    const created = Math.floor(harness.clock.now() / 1000);
    const data = { sub: provider.person.sub, client_id: 'beckon' };
    const body = JSON.stringify({ id: 'evt_1', type: 'session.revoked', created, data });
    const key = await crypto.subtle.importKey(
      'raw',
      Buffer.from(WEBHOOK_SECRET),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const signature = Buffer.from(await crypto.subtle.sign('HMAC', key, Buffer.from(body))).toString('hex');
    const headers = { 'content-type': 'application/json', 'paswad-signature': signature };
    const told = await fetch(url('/webhooks/paswad'), { method: 'POST', headers, body });
    expect(told.status).toBeLessThan(300);
    expect(await refusal(await ask(tokens.access_token))).toEqual([401, 'invalid_token']);
    await revokedAll([refresh, access]);
  });

  it('waits for no provider, and the log says what was not revoked, without a token', async () => {
    const { refresh_token } = await signIn();
    const answer = Promise.withResolvers<void>();
    world.provider.beforeRevocation = () => answer.promise;
    expect((await form('/oauth/revoke', { token: refresh_token })).status).toBe(200);
    await vi.waitFor(() => expect(world.provider.revoked).toContain(given('refresh')), { timeout: 5_000 });
    answer.reject(new Error('away'));
    await vi.waitFor(() => expect(world.harness.log.join()).toContain('tokens of a provider were not revoked'));
  });
});

describe('FT-D11g: where the person is asked whether it is them', () => {
  beforeAll(() => {
    world.provider.auth_time = null;
  });
  afterAll(() => {
    world.provider.auth_time = 'now';
  });
  /** A phone before that page, and what it answers. */
  async function asked() {
    const begun = await world.harness.session({ client_id: 'shop', scope: 'openid', connector: 'one' });
    const chosen = await world.choose(begun as Begun, 'one', 'qr');
    const phone = new FakeBrowser(world.harness);
    const callback = (await phone.open(await phone.scan(new URL(shownText(chosen.qr)).pathname))).location;
    await phone.open(callback);
    const state = new URL(callback).searchParams.get('state') ?? '';
    return { begun: begun as Begun, answer: (action: string) => phone.submit('/callback/one', { state, action }) };
  }

  it('a no gives the tokens back', async () => {
    const before = resting();
    const { answer } = await asked();
    expect(resting(), 'they wait for the person too').toHaveLength(before.length + 1);
    expect((await answer('not_me')).status).toBe(200);
    await revokedAll([given('refresh'), given('token')]);
    await vi.waitFor(() => expect(resting()).toEqual(before));
  });

  it('a yes keeps them, and a no after it does not take them away', async () => {
    const { begun, answer } = await asked();
    const wanted = given('token');
    await answer('finish');
    await answer('not_me');
    const { redirect_to } = await world.watch(begun);
    const tokens = await redeem(new URL(redirect_to ?? '').searchParams.get('code'), 'shop');
    expect(await upstreamOf(tokens)).toMatchObject({ access_token: wanted });
  });

  it('no answer at all gives them back once the session is over', async () => {
    const before = resting();
    await asked();
    const mine = resting().find((id) => !before.includes(id)) ?? '';
    expect(mine).not.toBe('');
    world.harness.clock.advance(1_000_000);
    await revokedAll([given('refresh'), given('token')]);
    await vi.waitFor(() => expect(resting()).not.toContain(mine));
  });
});

it('FT-D11j: of two browsers that come back, the sign-in has the tokens of the one whose person it has', async () => {
  const session = await world.harness.session({ client_id: 'shop', scope: 'openid profile', connector: 'one' });
  const chosen = await world.choose(session as Begun, 'one', 'same_device');
  const { pathname, search } = new URL(chosen.same_device?.url ?? '');
  const begun = { ...session, path: pathname + search } as Begun;
  const first = new FakeBrowser(world.harness);
  const second = new FakeBrowser(world.harness);
  const callbackOf = async (who: FakeBrowser): Promise<string> =>
    (await who.open((await world.click(begun, who)).location)).location;

  const stale = await callbackOf(first);
  // The first one's exchange is under way when the owner clicks again, in another browser.
  world.provider.person = { sub: 'eve', name: 'Eve' };
  const slow = Promise.withResolvers<void>();
  world.provider.beforeExchange = () => slow.promise;
  const late = first.open(stale);
  await vi.waitFor(() => expect(world.provider.asked.at(-1)).toBe('/token'));
  world.provider.beforeExchange = () => Promise.resolve();
  world.provider.person = { sub: 'ada', name: 'Ada' };
  const { location } = await second.open(await callbackOf(second));
  const adas = given('token');
  slow.resolve();
  await late;
  const eves = [given('refresh'), given('token')];
  expect(eves[1]).not.toBe(adas);

  const tokens = await redeem(new URL(location).searchParams.get('code'), 'shop');
  expect(await upstreamOf(tokens)).toMatchObject({ access_token: adas });
  await revokedAll(eves);
  expect(world.provider.revoked).not.toContain(adas);
});

describe('FT-D11i: the provider is asked', () => {
  it.each([
    ['for a refresh token where the website asks and may', 'shop', 'openid email offline_access', 'same_device', true],
    ['for none where the website asks for none', 'shop', 'openid email', 'same_device', false],
    ['for none where none is kept', 'plain', 'openid email offline_access', 'same_device', false],
    ['for none across devices, by default', 'shop', 'openid email offline_access', 'qr', false],
    ['for one across devices where the client may', 'far', 'openid email offline_access', 'qr', true],
  ] as const)('%s', async (_, client_id, scope, mode, expected) => {
    const session = await world.harness.session({ client_id, scope, connector: 'offline' });
    const chosen = await world.choose(session as Begun, 'offline', mode);
    const here = new FakeBrowser(world.harness);
    const at = mode === 'qr' ? shownText(chosen.qr) : (chosen.same_device?.url ?? '');
    const { pathname, search } = new URL(at);
    const begun = { ...session, path: pathname + search } as Begun;
    const location = mode === 'qr' ? await here.scan(begun.path) : (await world.click(begun, here)).location;
    expect(new URL(location).searchParams.get('scope')?.split(' ').includes('offline_access')).toBe(expected);
  });
});

it('FT-D11h: no token of a provider is in a line of the log', () => {
  const log = world.harness.log.join('\n');
  expect(log).not.toMatch(/upstream-(token|refresh)-/);
  expect(log).not.toContain('upstream words');
});
