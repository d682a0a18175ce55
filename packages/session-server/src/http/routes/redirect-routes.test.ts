import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectPage } from '../../test-support/expect-page.ts';
import { ISSUER, REQUEST, SHOP_SECRET, VERIFIER } from '../../test-support/harness.ts';
import { rawRequest, requestText } from '../../test-support/raw-request.ts';
import {
  type Begun,
  FakeBrowser,
  type Page,
  type RedirectWorld,
  startRedirectWorld,
} from '../../test-support/redirect-world.ts';

/** The ways to a provider and back, as an attacker would use them. */
let world: RedirectWorld;
beforeAll(async () => {
  world = await startRedirectWorld();
});
afterAll(() => world.close());

const browser = (): FakeBrowser => new FakeBrowser(world.harness);
const statusOf = async (session: Begun): Promise<string> => (await world.watch(session)).status;
/** Lets a browser through the provider; where that sends it back to. */
const atProvider = async (who: FakeBrowser, location: string): Promise<string> => (await who.open(location)).location;

/** On one device, up to the address that the provider sends the browser back to. */
async function back(options: Parameters<RedirectWorld['begin']>[0] = {}): Promise<{
  readonly session: Begun;
  readonly here: FakeBrowser;
  readonly callback: URL;
}> {
  const session = await world.begin({ mode: 'same_device', ...options });
  const here = browser();
  const { location } = await world.click(session, here);
  return { session, here, callback: new URL(await atProvider(here, location)) };
}

/** Another address with the same query, changed. */
function changed(url: URL, change: (query: URLSearchParams) => void, pathname = url.pathname): string {
  const other = new URL(url);
  other.pathname = pathname;
  change(other.searchParams);
  return other.href;
}

const redeem = (code: string): Promise<Response> =>
  fetch(`${world.harness.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'shop',
      client_secret: SHOP_SECRET,
      code,
      code_verifier: VERIFIER,
    }),
  });

/** As browsers on phones call themselves. */
const AGENTS = {
  chrome:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  samsung:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  instagram:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22B83 Instagram 361.0.0.35.82 (iPhone16,1; iOS 18_1; en_GB)',
  webView:
    'Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36',
} as const;

describe('an answer that comes back in another browser', () => {
  const as = (agent: string): { readonly headers: Record<string, string> } => ({ headers: { 'user-agent': agent } });

  it.each([
    [
      AGENTS.chrome,
      AGENTS.samsung,
      'Go back to Chrome',
      'You began this sign-in in Chrome, and only Chrome can finish it.',
    ],
    [AGENTS.instagram, AGENTS.chrome, 'Go back to Instagram', 'only Instagram can finish it'],
    // Of the same name, or of none: the name would lead nowhere.
    [AGENTS.chrome, AGENTS.chrome, 'Go on where you started', 'in another browser or window: go on in that one'],
    [AGENTS.webView, AGENTS.chrome, 'Go on where you started', 'in another browser or window: go on in that one'],
  ])('FT-C71a: says by its name alone which one to go back to: %s', async (began, other, title, text) => {
    const session = await world.begin({ mode: 'same_device' });
    const here = browser();
    await world.arm(session);
    const { location } = await here.open(session.path, as(began));
    const callback = await atProvider(here, location);
    const page = await browser().open(callback, as(other));
    expectPage(page, 403, `<h1>${title}</h1>`);
    expect(page.text).toContain(text);
    expect(page.text, 'no system, version or device').not.toMatch(/Android|iPhone|Pixel|142|361|K\)/);
    expect(page.headers.get('set-cookie')).toBeNull();
    expect(await statusOf(session), 'the first one can still finish it').toBe('retrieved');
    expect((await here.open(callback, as(began))).location).toContain('code=');
  });

  it('FT-C71a: names across devices the phone’s browser, not the one that waits, and no browser once that is not known', async () => {
    const session = await world.begin({ headers: { 'user-agent': AGENTS.samsung } });
    const phone = browser();
    const { text } = await phone.open(session.path, as(AGENTS.chrome));
    const form_token = /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const form = { action: 'continue', form_token };
    const { location } = await phone.submit(session.path, form, { 'user-agent': AGENTS.chrome });
    const callback = await atProvider(phone, location);
    const open = async (): Promise<string> => (await browser().open(callback, as(AGENTS.instagram))).text;
    expect(await open()).toContain('Go back to Chrome');
    await phone.open(callback);
    await redeem(new URL((await world.watch(session)).redirect_to ?? '').searchParams.get('code') ?? '');
    expect(await open()).toContain('Go on where you started');
  });

  it('FT-C71b: tells it to no caller but a browser that has the provider’s answer, and to no log', async () => {
    const session = await world.begin({ mode: 'same_device' });
    const here = browser();
    await world.arm(session);
    const { location } = await here.open(session.path, as(AGENTS.samsung));
    const callback = new URL(await atProvider(here, location));
    for (const wrong of [
      changed(callback, (query) => query.set('state', `${query.get('state') ?? ''}x`)),
      changed(callback, () => {}, '/callback/two'),
      session.path,
    ])
      expect((await browser().open(wrong, as(AGENTS.chrome))).text).not.toMatch(/Samsung/);
    const told = (await browser().open(callback.href, as(AGENTS.chrome))).text;
    expect(told, 'or this test says nothing').toContain('Samsung Internet');
    expect(world.harness.log.join('\n')).not.toContain('SamsungBrowser');
  });
});

describe('across devices', () => {
  it('FT-B1c: the code goes to the browser that watches; the phone is sent back to it, and told whether it answers', async () => {
    const session = await world.begin();
    const phone = browser();
    const callback = await atProvider(phone, await phone.scan(session.path));
    const end = await phone.open(callback);
    expectPage(end, 200, 'Look at your other screen');
    expect(end.text).not.toContain('goes on there');
    expect(end.text).toContain('&lt;b onclick=');
    const seen = await world.watch(session);
    const code = new URL(seen.redirect_to ?? '').searchParams.get('code') ?? '';
    expect(end.text).not.toContain(code);
    expect((await redeem(code)).status).toBe(200);
    expectPage(await phone.open(callback), 200, 'Go back to your other screen');
  });
});

describe('where the provider does not say that the person authenticated for this sign-in', () => {
  beforeAll(() => {
    world.provider.auth_time = null;
  });
  afterAll(() => {
    world.provider.auth_time = 'now';
  });

  /** A phone that is back from the provider. */
  async function asked(): Promise<{
    readonly session: Begun;
    readonly phone: FakeBrowser;
    readonly callback: string;
    readonly page: Page;
    readonly state: string;
  }> {
    const session = await world.begin();
    const phone = browser();
    const callback = await atProvider(phone, await phone.scan(session.path));
    const page = await phone.open(callback);
    return { session, phone, callback, page, state: new URL(callback).searchParams.get('state') ?? '' };
  }
  const answer = (who: FakeBrowser, state: string, action = 'finish', headers = {}): Promise<Page> =>
    who.submit('/callback/one', { state, action }, headers);
  /** How often the provider was asked for a token. */
  const exchanges = (): number => world.provider.asked.filter((path) => path === '/token').length;

  it('FT-A5b: a page says who, for which website, on which screen; only its POST signs in, and no script is needed', async () => {
    const before = exchanges();
    world.provider.person = { sub: 'upstream-ada', name: '<u>Ada</u> & \u202eco' };
    const { session, phone, callback, page, state } = await asked();
    expect({ status: page.status, type: page.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
    });
    for (const words of ['&lt;u&gt;Ada&lt;/u&gt; &amp;  co', 'shop.example', 'A browser, just now', 'This wasn’t me'])
      expect(page.text).toContain(words);
    expect(page.text).toContain('&lt;b onclick=');
    expect(page.text).not.toMatch(/<u>|<b onclick|<script|<style|\sstyle=|\u202e|127\.0\.0/);
    expect(page.text.match(/<button class="button/g), 'yes and no are alike').toHaveLength(2);
    expect(await statusOf(session)).toBe('retrieved');

    expect((await phone.open(callback)).text, 'reloaded, it asks again').toBe(page.text);
    expect((await phone.open(callback, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(503);
    expect(await statusOf(session)).toBe('retrieved');

    expectPage(await answer(phone, state), 200, 'Look at your other screen');
    const seen = await world.watch(session);
    expect(seen.status).toBe('confirmed');
    expect((await redeem(new URL(seen.redirect_to ?? '').searchParams.get('code') ?? '')).status).toBe(200);
    expectPage(await phone.open(callback), 200, 'Go back to your other screen');
    expect(exchanges() - before, 'the code was sent once').toBe(1);
    world.provider.person = { sub: 'upstream-ada', email: 'ada@example.com' };
  });

  it('FT-A5b: the page’s form works under its policy, and no site frames it or sends it', async () => {
    const { session, phone, page, state } = await asked();
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect(policy).toContain(part);
    expect(policy).toContain("require-trusted-types-for 'script'");
    // With `no-referrer` its own POST would say `Origin: null`.
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site', origin: 'https://evil.id.example' },
      { 'sec-fetch-site': 'none', origin: ISSUER },
      { 'sec-fetch-site': 'same-origin', origin: 'null' },
    ])
      for (const action of ['finish', 'not_me'])
        expectPage(await answer(phone, state, action, headers), 403, 'This form must be sent from its own page');
    expect(await statusOf(session)).toBe('retrieved');
  });

  it('FT-A5b: “This wasn’t me” ends it, and its answers sign nothing in afterwards', async () => {
    const { session, phone, callback, state } = await asked();
    expectPage(await answer(phone, state, 'not_me'), 200, 'You are not signed in');
    expectPage(await answer(phone, state, 'not_me'), 200, 'You are not signed in');
    expectPage(await answer(phone, state), 200, 'You are not signed in');
    expectPage(await phone.open(callback), 200, 'You are not signed in');
    expect(await world.watch(session)).toMatchObject({
      status: 'declined',
      error: { error_description: 'the person says that they did not start this sign-in' },
    });
  });

  it('FT-A5b: it is for the browser that was sent there, and for its own sign-in', async () => {
    const { session, phone, state } = await asked();
    const other = await asked();
    for (const action of ['finish', 'not_me']) {
      expectPage(await answer(other.phone, state, action), 403, 'go on in that one');
      expectPage(await answer(browser(), state, action), 403, 'go on in that one');
      for (const unknown of ['', 'x'.repeat(43)])
        expectPage(await answer(phone, unknown, action), 404, 'This sign-in is not under way');
      expectPage(await phone.submit('/callback/two', { state, action }), 404, 'This sign-in is not under way');
    }
    for (const action of ['', 'FINISH', 'continue'])
      expectPage(await answer(phone, state, action), 400, 'did not work');
    const json = { method: 'POST', body: JSON.stringify({ state, action: 'finish' }) };
    expectPage(
      await phone.open('/callback/one', {
        ...json,
        headers: { origin: ISSUER, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      }),
      400,
      'did not work',
    );
    expect([await statusOf(session), await statusOf(other.session)]).toEqual(['retrieved', 'retrieved']);
  });

  it('FT-A5b: of many POSTs at once one confirms, and all read the same', async () => {
    const { session, phone, state } = await asked();
    const { version } = await world.watch(session);
    const pages = await Promise.all(Array.from({ length: 8 }, () => answer(phone, state)));
    for (const page of pages) expectPage(page, 200, 'Look at your other screen');
    // One for the confirmation, one for the code that is minted for the watcher.
    expect((await world.watch(session)).version).toBe(version + 2);
  });
});

describe('on one device', () => {
  it('the code goes to the browser that comes back, and to no watcher', async () => {
    const { session, here, callback } = await back();
    const { status, location } = await here.open(callback.href);
    expect(status).toBe(303);
    const answer = new URL(location);
    expect(answer.origin + answer.pathname).toBe(REQUEST['redirect_uri']);
    expect(answer.searchParams.get('iss')).toBe(ISSUER);
    expect(answer.searchParams.get('state')).toBe('the-state');
    const seen = await world.watch(session);
    expect({ status: seen.status, redirect_to: seen.redirect_to }).toEqual({ status: 'confirmed', redirect_to: null });

    expect((await here.open(callback.href)).location, 'reloaded, it leads to the same code').toBe(location);
    expect((await redeem(answer.searchParams.get('code') ?? '')).status).toBe(200);
    const reloaded = await here.open(callback.href);
    expectPage(reloaded, 200, 'You are signed in. You can close this page.');
    expect(reloaded.text, 'there is no other one').not.toContain('other screen');
  });

  it('binds the browser by the same cookie as the phone', async () => {
    const { session, here } = await back();
    expect(here.set).toEqual([
      expect.stringMatching(
        new RegExp(
          `^__Host-beckon-${session.session_id}=[\\w-]{43}; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure$`,
        ),
      ),
    ]);
  });

  it('a mailed link signs in only the browser that comes back', async () => {
    // The attacker's session, opened by the victim: its watcher learns no code.
    const { session, here, callback } = await back();
    const attacker = browser();
    expectPage(await attacker.open(callback.href), 403, 'go on in that one');
    const { location } = await here.open(callback.href);
    expect(location).toContain('code=');
    expect((await world.watch(session)).redirect_to).toBeNull();
    expectPage(await attacker.open(callback.href), 403, 'go on in that one');
    expectPage(await attacker.open(session.path), 409, 'Another phone or browser has taken it');
    expect(attacker.set, 'nothing to be recognised by').toEqual([]);
  });

  it('nor does the provider’s address, mailed on by the browser that started', async () => {
    // Login CSRF, and its reverse: the provider's answer ends in a browser that did not start.
    const session = await world.begin({ mode: 'same_device' });
    const attacker = browser();
    const { location } = await world.click(session, attacker);
    const victim = browser();
    const callback = await atProvider(victim, location);
    expectPage(await victim.open(callback), 403, 'go on in that one');
    expect(await statusOf(session)).toBe('retrieved');
  });
});

describe('the callback', () => {
  it('SEC-LOOK-AHEAD: does nothing by being looked at', async () => {
    const { session, here, callback } = await back();
    expect((await here.open(callback.href, { method: 'HEAD' })).status).toBe(405);
    expect((await here.open(callback.href, { headers: { 'sec-purpose': 'prefetch;prerender' } })).status).toBe(503);
    expect(await statusOf(session)).toBe('retrieved');
    expect((await here.open(callback.href)).location).toContain('code=');
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    ['a state twice', (query) => query.append('state', query.get('state') ?? '')],
    ['two states', (query) => query.append('state', 'x')],
    ['a blank state', (query) => query.set('state', '')],
    ['no state', (query) => query.delete('state')],
    ['a state that was never drawn', (query) => query.set('state', 'x'.repeat(43))],
  ])('belongs to nothing with %s, and the right one still counts', async (_what, change) => {
    const { session, here, callback } = await back();
    expectPage(await here.open(changed(callback, change)), 404, 'This sign-in is not under way');
    expect(await statusOf(session)).toBe('retrieved');
    expect((await here.open(callback.href)).location).toContain('code=');
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    ['a code twice', (query) => query.append('code', 'x')],
    ['a blank code', (query) => query.set('code', ' ')],
    ['a code and an error', (query) => query.set('error', 'access_denied')],
    [
      'an error twice',
      (query) => {
        query.delete('code');
        query.append('error', 'x');
        query.append('error', 'access_denied');
      },
    ],
    ['neither', (query) => query.delete('code')],
    ['another issuer', (query) => query.set('iss', 'https://evil.example')],
    ['another person’s code', (query) => query.set('code', 'x')],
    [
      'markup',
      (query) => {
        query.set('code', '<script>alert(1)</script>');
        query.set('error_description', '<script>');
      },
    ],
  ])('ends the sign-in without a code, with %s', async (_what, change) => {
    const { session, here, callback } = await back();
    const { status, location } = await here.open(changed(callback, change));
    expect(status).toBe(303);
    const answer = new URL(location);
    expect(answer.origin + answer.pathname).toBe(REQUEST['redirect_uri']);
    expect(answer.searchParams.get('error')).toMatch(/^(server_error|temporarily_unavailable)$/);
    expect(answer.searchParams.has('code')).toBe(false);
    expect(location).not.toMatch(/<|%3C|evil|upstream/);
    expect(await statusOf(session)).toBe('failed');
    expect((await here.open(callback.href)).location, 'failed is failed').toBe(location);
  });

  it('is for the connector that began: another one’s answer is a mix-up', async () => {
    const { session, here, callback } = await back();
    for (const path of ['/callback/two', '/callback/wallet', '/callback/none', '/callback/ONE', '/callback/%ff'])
      expectPage(await here.open(changed(callback, () => undefined, path)), 404, 'This sign-in is not under way');
    expect(await statusOf(session)).toBe('retrieved');
  });

  it('is for the session that began: the state of another one in the same browser does not help', async () => {
    const mine = await back();
    const theirs = await back();
    // Both cookies in one browser, and the code of one sign-in under the state of the other.
    for (const [name, value] of theirs.here.cookies) mine.here.cookies.set(name, value);
    const crossed = changed(mine.callback, (query) =>
      query.set('code', theirs.callback.searchParams.get('code') ?? ''),
    );
    const { location } = await mine.here.open(crossed);
    expect(location).toContain('error=server_error');
    expect(await statusOf(theirs.session)).toBe('retrieved');
  });

  it.each<[string, (name: string, value: string) => string]>([
    ['none', () => ''],
    ['another key', (name) => `${name}=${'A'.repeat(43)}`],
    ['no prefix', (name, value) => `${name.slice('__Host-'.length)}=${value}`],
    ['two', (name, value) => `${name}=${value}; ${name}=${'A'.repeat(43)}`],
  ])('is for the browser that began: with %s as its cookie it is another', async (_what, cookieOf) => {
    const { session, here, callback } = await back();
    const [[name, value] = ['', '']] = [...here.cookies];
    const page = await here.open(callback.href, { headers: { cookie: cookieOf(name, value) } });
    expectPage(page, 403, 'go on in that one');
    expect(await statusOf(session)).toBe('retrieved');
  });

  it('brings the code once, however often it comes at once', async () => {
    const { here, callback } = await back();
    const pages = await Promise.all(Array.from({ length: 5 }, () => here.open(callback.href)));
    const [first] = pages;
    expect(first?.location).toContain('code=');
    expect(new Set(pages.map(({ location }) => location)).size).toBe(1);
  });

  it('of any length is answered, and other methods are told what there is', async () => {
    const { here, callback } = await back();
    const long = await rawRequest(
      world.harness.port,
      Buffer.concat([
        Buffer.from(`GET /callback/one?state=${callback.searchParams.get('state') ?? ''}&code=`),
        Buffer.alloc(1_000_000, 0x61),
        Buffer.from(' HTTP/1.1\r\nHost: id.example\r\nConnection: close\r\n\r\n'),
      ]),
    );
    expect(long.status).toBe(431);
    const put = await here.open(callback.href, { method: 'PUT', body: new URLSearchParams({ code: 'x' }) });
    expect({ status: put.status, allow: put.headers.get('allow') }).toEqual({ status: 405, allow: 'GET, POST' });
    expect(
      (await rawRequest(world.harness.port, requestText({ target: '/callback/one?state=%ff%00&code=%' }))).status,
    ).toBe(404);
    expect((await here.open(callback.href)).location).toContain('code=');
  });
});

describe('FT-B6b: a refresh token that the provider issued unasked', () => {
  const signIn = async (): Promise<Page> => {
    const { here, callback } = await back();
    return here.open(callback.href);
  };
  /** Answers revocations like this, and says when both tokens of the last sign-in have come back. */
  const watchRevocations = (answer: () => Promise<void>): (() => Promise<readonly string[]>) => {
    let look = (): void => {};
    world.provider.beforeRevocation = () => {
      look();
      return answer();
    };
    return async () => {
      const last = (kind: string): string => world.provider.given.findLast((each) => each.includes(kind)) ?? '';
      const wanted = [last('upstream-refresh'), last('upstream-token')];
      await new Promise<void>((resolve) => {
        look = () => {
          if (wanted.every((each) => world.provider.revoked.includes(each))) resolve();
        };
        look();
      });
      return world.provider.revoked.filter((each) => wanted.includes(each));
    };
  };
  afterEach(() => {
    world.provider.beforeRevocation = () => Promise.resolve();
  });

  it('is given back to it at once, before its access token', async () => {
    const revoked = watchRevocations(() => Promise.resolve());
    await signIn();
    expect(await revoked()).toEqual([expect.stringContaining('refresh'), expect.stringContaining('token')]);
  });

  it('and no request waits for that', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const revoked = watchRevocations(() => answered);
    const { location } = await signIn();
    expect((await redeem(new URL(location).searchParams.get('code') ?? '')).status).toBe(200);
    answer();
    await revoked();
  });

  it('and a provider that takes none back costs no sign-in: the log says so', async () => {
    watchRevocations(() => Promise.reject(new Error('no')));
    const { location } = await signIn();
    expect((await redeem(new URL(location).searchParams.get('code') ?? '')).status).toBe(200);
    await vi.waitFor(() => expect(world.harness.log.join()).toContain('tokens of a provider were not revoked'));
    expect(world.harness.log.join()).not.toMatch(/upstream-refresh|upstream words/);
  });
});

describe('what the provider says', () => {
  it('no: the website hears of it in our words', async () => {
    world.provider.refusal = { error: 'access_denied', error_description: '<script>alert(1)</script>' };
    const one = await back();
    const across = await world.begin();
    const phone = browser();
    const callback = await atProvider(phone, await phone.scan(across.path));
    world.provider.refusal = null;
    const { location } = await one.here.open(one.callback.href);
    expect(new URL(location).searchParams.get('error_description')).toBe('the person declined the sign-in');
    expectPage(await phone.open(callback), 200, 'You are not signed in');
    expect((await world.watch(across)).error?.error).toBe('access_denied');
  });

  it('nothing, for it is down: the person is told before they leave, and when they are back', async () => {
    const down = await startRedirectWorld();
    const session = await down.begin({ mode: 'same_device' });
    const across = await down.begin();
    const here = new FakeBrowser(down.harness);
    down.provider.down = true;
    const before = await down.click(session, here);
    down.provider.down = false;
    down.harness.clock.advance(60_000);
    const { location } = await here.open(session.path);
    const phone = new FakeBrowser(down.harness);
    const across2 = await down.begin();
    const callback = await atProvider(phone, await phone.scan(across2.path));
    down.provider.down = true;
    const after = await phone.open(callback);
    const log = down.harness.log.join('');
    const seen = await down.watch(across2);
    await down.close();
    expectPage(before, 502, 'The identity app does not answer');
    expect(location, 'the same browser may try again').toContain('/authorize?');
    expectPage(after, 200, 'The identity app could not be reached');
    expect(seen.error?.error).toBe('temporarily_unavailable');
    expect(log).toContain('provider failed');
    expect(log).not.toContain('upstream words');
    expect(across.session_id).not.toBe(across2.session_id);
  });

  it('who it is: what it says of them is not taken for ours', async () => {
    world.provider.person = { sub: 'upstream-eve', email: "o'&+eve@example.com", iss: 'https://evil.example' };
    const { here, callback } = await back();
    const { location } = await here.open(callback.href);
    const tokens = (await (await redeem(new URL(location).searchParams.get('code') ?? '')).json()) as {
      access_token: string;
    };
    const userinfo = await fetch(`${world.harness.url}/oauth/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const claims = (await userinfo.json()) as Record<string, unknown>;
    world.provider.person = { sub: 'upstream-ada', email: 'ada@example.com' };
    expect(claims['sub']).not.toContain('upstream-eve');
    expect(Object.keys(claims).toSorted()).toEqual(['email', 'sub']);
    expect(userinfo.headers.get('content-type')).toContain('application/json');
  });
});

it('/authorize names one of a client’s connectors, and no other', async () => {
  for (const connector of ['one', 'two', 'paswad', 'wallet', 'none', '']) {
    const query = new URLSearchParams({ ...REQUEST, connector }).toString();
    const response = await fetch(`${world.harness.url}/authorize?${query}`, {
      headers: { accept: 'application/json' },
    });
    const answer = (await response.json()) as { connectors?: readonly { id: string }[]; wallet?: unknown };
    // The wallet is not configured here; a blank parameter is one that was not sent (RFC 6749 §3.1).
    const known = { one: ['one'], two: ['two'], paswad: ['paswad'], '': ['one', 'two', 'paswad'] }[connector];
    expect({ connector, offered: answer.connectors?.map(({ id }) => id) }).toEqual({ connector, offered: known });
    expect(response.status).toBe(known === undefined ? 400 : 201);
  }
});

it('discovery names each connector’s scope', async () => {
  const metadata = (await (await fetch(`${world.harness.url}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >;
  expect(metadata['scopes_supported']).toEqual([
    'openid',
    'profile',
    'email',
    'address',
    'phone',
    'offline_access',
    'one',
    'two',
    'paswad',
  ]);
});

it('start and callback have a limit of their own', async () => {
  const small = await startRedirectWorld({ rateLimitFactor: 3 / 60 });
  const who = new FakeBrowser(small.harness);
  const statuses: number[] = [];
  for (let n = 0; n < 4; n += 1) statuses.push((await who.open('/callback/one?state=x')).status);
  const page = await who.open('/callback/one?state=x');
  const phone = await who.open('/q/none');
  await small.close();
  expect(statuses).toEqual([404, 404, 404, 429]);
  expect(page.text).toContain('A little slower');
  expect(page.headers.get('retry-after')).not.toBeNull();
  expect(phone.status, 'the phone page is counted apart').toBe(404);
});

it('no line of the log has a state, a code, a token, a ticket, a cookie or a person in it', async () => {
  const quiet = await startRedirectWorld({}, { logLevel: 'debug' });
  const secrets: string[] = ['upstream-ada', 'Ada Lovelace', 'ada@example.com', 'the-upstream-secret'];
  for (const mode of ['qr', 'same_device'] as const) {
    for (const bad of [false, true]) {
      const session = await quiet.begin({ mode });
      const who = new FakeBrowser(quiet.harness);
      const location = mode === 'qr' ? await who.scan(session.path) : (await quiet.click(session, who)).location;
      const callback = new URL((await who.open(location)).location);
      await new FakeBrowser(quiet.harness).open(callback.href);
      if (bad) callback.searchParams.append('error', 'hunter2');
      const end = await who.open(callback.href);
      secrets.push(
        session.session_id,
        session.session_secret,
        session.path.split(/[./=]/).at(-1) ?? '',
        callback.searchParams.get('state') ?? '',
        new URL(location).searchParams.get('nonce') ?? '',
        new URL(location).searchParams.get('code_challenge') ?? '',
        ...who.cookies.values(),
      );
      const code = end.location === '' ? null : new URL(end.location).searchParams.get('code');
      if (code !== null) secrets.push(code);
    }
  }
  const log = quiet.harness.log.join('').toLowerCase();
  secrets.push(...quiet.provider.given, 'hunter2');
  await quiet.close();
  expect(
    secrets.filter((secret) => secret.length < 7),
    'else everything is found',
  ).toEqual([]);
  expect(secrets.filter((secret) => log.includes(secret.toLowerCase()))).toEqual([]);
  expect(log).toContain('"route":"/callback/:connector"');
  expect(log).toContain('provider failed');
});
