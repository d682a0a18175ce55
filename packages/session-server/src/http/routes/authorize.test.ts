import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, REQUEST, SHOP_SECRET, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';
import { startRedirectWorld } from '../../test-support/redirect-world.ts';
import { shownText } from '../../test-support/shown-text.ts';

/** `/authorize` as browsers and programs ask for it: who gets a page, who JSON, and who is sent on where. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const queryOf = (changes: Record<string, string> = {}): string =>
  new URLSearchParams({ ...REQUEST, ...changes }).toString();
const ask = (query: string, accept = BROWSER, init: RequestInit = {}): Promise<Response> => {
  const headers = new Headers(init.headers);
  headers.set('accept', accept);
  return fetch(`${harness.url}/authorize?${query}`, { redirect: 'manual', ...init, headers });
};
const count = (kind: string): number =>
  harness.resting().filter((row) => (row as { readonly kind: string }).kind === kind).length;

describe('what is asked for decides the form', () => {
  it.each<[string, string | undefined]>([
    ['a browser', BROWSER],
    ['a caller that takes anything', '*/*'],
    ['a caller that does not say', undefined],
    ['a caller that takes an image', 'image/png'],
    ['a caller that prefers HTML', 'application/json;q=0.5, text/html'],
    ['a caller that says nonsense', ';;;,/'],
  ])('%s gets the page, and no session yet', async (_who, accept) => {
    const sessions = count('session');
    const response = await ask(queryOf(), accept);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('vary')).toContain('Accept');
    expect(count('session')).toBe(sessions);
  });

  it.each([
    ['iframe', true],
    ['document', false],
    ['', false],
  ])('for a browser that loads it as %s the page has the look of a frame: %s', async (dest, framed) => {
    const response = await ask(queryOf(), BROWSER, { headers: dest === '' ? {} : { 'sec-fetch-dest': dest } });
    expect(/<html [^>]*data-framed/.test(await response.text()), 'else its own ground flashes in the frame').toBe(
      framed,
    );
    expect(response.headers.get('vary')).toContain('Sec-Fetch-Dest');
  });

  it('FT-C75c: the page knows where its website is, by the redirect URI that the client registered', async () => {
    const site = async (changes: Record<string, string>): Promise<string | null> =>
      / data-site="([^"]*)"/.exec(await (await ask(queryOf(changes))).text())?.[1] ?? null;
    expect(await site({})).toBe(`${SHOP_ORIGIN}/`);
    expect(await site({ redirect_uri: 'https://evil.example/callback' })).toBeNull();
    const world = await startRedirectWorld();
    const native = { client_id: 'native', redirect_uri: 'com.example.app:/callback', scope: 'openid' };
    const response = await fetch(`${world.harness.url}/authorize?${queryOf(native)}`, { headers: { accept: BROWSER } });
    const text = await response.text();
    await world.close();
    expect(text).toContain('data-hosted');
    expect(text, 'an app has no address to open').not.toContain('data-site');
  });

  it.each(['application/json', 'application/json, text/plain, */*', 'text/html;q=0.1, application/json'])(
    '%s starts a session',
    async (accept) => {
      const response = await ask(queryOf(), accept);
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({
        status: 'initialized',
        session_secret: expect.stringMatching(/^[\w-]{43}$/) as string,
        qr: { order: 'timed' },
      });
    },
  );

  it('looking alone starts none', async () => {
    const sessions = count('session');
    expect((await ask(queryOf(), 'application/json', { method: 'HEAD' })).status).toBe(405);
    expect((await ask(queryOf(), BROWSER, { method: 'HEAD' })).status).toBe(200);
    expect(count('session')).toBe(sessions);
  });

  it('a form may carry the request (OpenID Connect Core §3.1.2.1)', async () => {
    const post = (accept: string): Promise<Response> =>
      fetch(`${harness.url}/authorize`, { method: 'POST', headers: { accept }, body: new URLSearchParams(REQUEST) });
    expect((await post(BROWSER)).headers.get('content-type')).toContain('text/html');
    expect((await post('application/json')).status).toBe(201);
  });
});

describe('what is wrong', () => {
  /** Not established who asks: no browser is sent anywhere. */
  const untrusted: [string, string][] = [
    ['no client', 'response_type=code'],
    ['an unknown client', queryOf({ client_id: 'unknown' })],
    ['no redirect URI', queryOf({ redirect_uri: '' })],
    ['a redirect URI of another site', queryOf({ redirect_uri: 'https://evil.example/callback' })],
    ['one that begins like ours', queryOf({ redirect_uri: `${SHOP_ORIGIN}.evil.example/callback` })],
    ['one with ours as its user', queryOf({ redirect_uri: 'https://shop.example@evil.example/callback' })],
    ['one below ours', queryOf({ redirect_uri: `${SHOP_ORIGIN}/callback/../open?to=//evil.example` })],
    ['one in another case', queryOf({ redirect_uri: `${SHOP_ORIGIN}/Callback` })],
    ['one that is encoded twice', queryOf({ redirect_uri: encodeURIComponent(`${SHOP_ORIGIN}/callback`) })],
    ['a script', queryOf({ redirect_uri: 'javascript:alert(1)' })],
    ['two redirect URIs', `${queryOf()}&redirect_uri=https%3A%2F%2Fevil.example`],
    ['two clients', `${queryOf()}&client_id=spa`],
    ['broken percent-encoding', `${queryOf()}&login_hint=%ff`],
    ['a request that was never pushed', 'client_id=shop&request_uri=urn:ietf:params:oauth:request_uri:NOPE'],
    ['a request of another client', 'client_id=spa&request_uri=PUSHED'],
  ];
  const pushed = async (): Promise<string> => {
    const body = new URLSearchParams({ ...REQUEST, client_secret: SHOP_SECRET });
    const response = await fetch(`${harness.url}/oauth/par`, { method: 'POST', body });
    return ((await response.json()) as { readonly request_uri: string }).request_uri;
  };

  it.each(untrusted)('%s is a page for the person, and JSON for a program', async (_what, query) => {
    const target = query.includes('PUSHED') ? query.replace('PUSHED', await pushed()) : query;
    const before = harness.resting();
    const page = await ask(target);
    expect([400, 410]).toContain(page.status);
    expect(page.headers.get('location'), 'an open redirect').toBeNull();
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text(), 'the page would lead to where an attacker says').not.toContain('evil.example');
    const json = await ask(target, 'application/json');
    expect(json.status).toBe(page.status);
    expect(json.headers.get('location')).toBeNull();
    expect(Object.keys((await json.json()) as object)).toEqual(['error', 'error_description', 'request_id']);
    expect(harness.resting(), 'nothing of it rests').toEqual(before);
  });

  it('the client’s own mistakes go to the client, in a 303 that says who sends it', async () => {
    const response = await ask(queryOf({ response_type: 'token', state: 'a b&c=ü' }));
    expect(response.status).toBe(303);
    const location = new URL(response.headers.get('location') ?? '');
    expect(`${location.origin}${location.pathname}`).toBe(REQUEST['redirect_uri']);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error: 'unsupported_response_type',
      error_description: 'response_type: must be code',
      state: 'a b&c=ü',
      iss: 'https://id.example',
    });
    const json = await ask(queryOf({ response_type: 'token' }), 'application/json');
    expect(json.status, 'a program is not sent to a browser’s address').toBe(400);
    expect(await json.json()).toMatchObject({ error: 'unsupported_response_type' });
  });

  it('a state cannot end the header that carries it', async () => {
    const response = await ask(queryOf({ state: 'a\r\nSet-Cookie: x=1' }));
    expect(response.status).toBe(303);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('location')).toContain('state=a%0D%0ASet-Cookie');
  });

  it('a body that is no form is a page for a browser, too', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(REQUEST) };
    const page = await ask('', BROWSER, init);
    expect(page.status).toBe(400);
    expect(page.headers.get('content-type')).toContain('text/html');
    const json = await ask('', 'application/json', init);
    expect(await json.json()).toMatchObject({ error: 'invalid_request' });
  });
});

describe('names are text', () => {
  it('on the hosted page', async () => {
    const text = await (await ask(queryOf())).text();
    expect(text).toContain('Sign in to &lt;b onclick=&quot;x&quot;&gt;Shop&lt;/b&gt; &amp; &#39;Söhne&#39;');
    expect(text).not.toContain('<b ');
  });

  it('on the phone’s page, which claims nothing', async () => {
    const session = await harness.session();
    const before = harness.resting();
    const path = new URL(shownText(session.qr)).pathname;
    for (const target of [path, path.toLowerCase()]) {
      const response = await fetch(harness.url + target);
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(text).toContain('&lt;b onclick=&quot;x&quot;&gt;Shop&lt;/b&gt;');
      expect(text).toContain('Open Test &lt;Wallet&gt;');
      expect(text).not.toMatch(/<b |<Wallet>|<script/);
    }
    expect(harness.resting()).toEqual(before);
  });

  it('and a link that leads nowhere is a page as well', async () => {
    for (const link of [
      'nonsense',
      '%ff',
      '%00',
      `${'A'.repeat(26)}.0.${'A'.repeat(26)}`,
      '<script>',
      'x'.repeat(5000),
    ]) {
      const response = await fetch(`${harness.url}/q/${link}`);
      expect({ link, status: response.status }).toEqual({ link, status: 404 });
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(await response.text()).not.toContain('<script');
    }
  });
});
