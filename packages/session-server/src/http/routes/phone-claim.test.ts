import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ISSUER } from '../../test-support/harness.ts';
import { rawRequest, requestText } from '../../test-support/raw-request.ts';
import {
  FakeBrowser,
  type Begun,
  type Page,
  type RedirectWorld,
  startRedirectWorld,
  tokenIn,
} from '../../test-support/redirect-world.ts';

/** The phone page of a provider that redirects, as an attacker would use it. */
let world: RedirectWorld;
beforeAll(async () => {
  world = await startRedirectWorld();
});
afterAll(() => world.close());

const browser = (): FakeBrowser => new FakeBrowser(world.harness);
/** Behind the proxy that is trusted. */
const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const statusOf = async (session: Begun): Promise<string> => (await world.watch(session)).status;

/** A phone that has the page open. */
async function opened(options?: Parameters<RedirectWorld['begin']>[0]): Promise<{
  readonly session: Begun;
  readonly phone: FakeBrowser;
  readonly form_token: string;
}> {
  const session = await world.begin(options);
  const phone = browser();
  const form_token = tokenIn(await phone.open(session.path));
  expect(form_token).not.toBe('');
  return { session, phone, form_token };
}

/** A phone that has been shown the field for the number. */
async function askedForNumber(): Promise<Awaited<ReturnType<typeof opened>> & { readonly number: string }> {
  const begun = await opened({ client_id: 'numbers' });
  const page = await begun.phone.submit(begun.session.path, { form_token: begun.form_token, action: 'continue' });
  expect(page.text).toContain('Type the number');
  const number = (await world.watch(begun.session)).verification?.number ?? '';
  expect(number).toMatch(/^\d\d$/);
  return { ...begun, number };
}

describe('looking', () => {
  it.each<[string, Record<string, string>]>([
    ['a previewer', { 'user-agent': 'Slackbot-LinkExpanding 1.0' }],
    ['a prefetch', { 'sec-purpose': 'prefetch' }],
    ['a prerender', { 'sec-purpose': 'prefetch;prerender' }],
    ['an old prefetch', { 'x-moz': 'prefetch' }],
  ])('%s claims nothing, whatever the query says', async (_what, headers) => {
    const session = await world.begin();
    for (const method of ['GET', 'HEAD']) {
      await browser().open(session.path, { method, headers });
      await browser().open(`${session.path}?action=continue&form_token=x&number=42`, { method, headers });
    }
    expect(await statusOf(session)).toBe('initialized');
    expect(world.provider.asked).not.toContain('/authorize');
  });

  it('SEC-LOOK-AHEAD: leaves a browser that looks ahead without cookie and form, and asks it to come again', async () => {
    const session = await world.begin();
    const page = await browser().open(session.path, { headers: { 'sec-purpose': 'prefetch' } });
    expect(page).toMatchObject({ status: 503, text: '' });
    expect(page.headers.getSetCookie()).toEqual([]);
  });

  it('SEC-COOKIE: binds the browser by a cookie that no script, no other site and no other host can have', async () => {
    const { session, phone } = await opened();
    const key = `__Host-beckon-${session.session_id}`;
    expect(phone.set).toHaveLength(1);
    expect(phone.set[0]).toMatch(
      new RegExp(`^${key}=[\\w-]{43}; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure$`),
    );
    await phone.open(session.path);
    expect(phone.set, 'a reload keeps it').toHaveLength(1);
  });

  it('shows who asks and what is shared, with every name as text', async () => {
    const session = await world.begin();
    const { text } = await browser().open(session.path);
    expect(text).toContain('shop.example');
    expect(text).toContain('your e-mail address');
    expect(text).toContain('&lt;b onclick=&quot;x&quot;&gt;Shop&lt;/b&gt; &amp; &#39;Söhne&#39;');
    expect(text).toContain('&lt;i onclick=&quot;x&quot;&gt;One&lt;/i&gt; &amp; &#39;Co&#39;');
    expect(text).not.toMatch(/<b onclick|<i onclick|<script|<style|\sstyle="/);
  });

  it('FT-B6c: says what the provider will be asked for', async () => {
    const { text } = await browser().open((await world.begin()).path);
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/is asked for<\/dt> ?<dd>your identifier; your e-mail address<\/dd>/);
    const least = await browser().open((await world.begin({ client_id: 'native' })).path);
    expect(least.text).toContain('<dd><span class="shared">your identifier</span></dd>');
  });

  it('names an app that has no domain by its scheme', async () => {
    const session = await world.begin({ client_id: 'native' });
    expect((await browser().open(session.path)).text).toContain('<p class="domain">com.example.app</p>');
  });

  it('says that the screen is on another network, where the website does not say that it does not matter', async () => {
    const session = await world.begin({ headers: from('192.0.2.10') });
    expect((await browser().open(session.path, { headers: from('203.0.113.9') })).text).toContain('another network');
    const near = await browser().open(session.path, { headers: from('192.0.2.99') });
    expect(near.text).not.toMatch(/another network|cannot tell/);
  });

  it('FT-A2c: never passes for the same network where a proxy does not say whom it saw', async () => {
    const session = await world.begin();
    const page = await browser().open(session.path);
    expect(page.text).toContain('We cannot tell whether that screen is on the same network as this phone.');
  });
});

describe('headers', () => {
  it('has no form-action only where a form leads to a provider, and same-origin as the referrer for its own POST', async () => {
    const { session, phone, form_token } = await opened({ client_id: 'numbers' });
    const pages = {
      claim: await phone.open(session.path),
      number: await phone.submit(session.path, { form_token, action: 'continue' }),
      refusal: await browser().open('/q/none'),
      malformed: await browser().open('/q/%ff'),
      foreign: await browser().submit(
        session.path,
        { form_token, action: 'continue' },
        { 'sec-fetch-site': 'cross-site' },
      ),
      elsewhere: await browser().open('/q/a/b'),
    };
    for (const [name, { headers }] of Object.entries(pages)) {
      const policy = headers.get('content-security-policy') ?? '';
      expect({ name, type: headers.get('content-type') }).toEqual({
        name,
        type: name === 'elsewhere' ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
      });
      expect({ name, cache: headers.get('cache-control') }).toEqual({ name, cache: 'no-store' });
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      if (name === 'elsewhere') continue;
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect({ name, forms: !policy.includes("form-action 'none'") }).toEqual({
        name,
        forms: name === 'claim' || name === 'number',
      });
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-opener-policy'), 'no page holds the window').toBe('same-origin');
    }
  });

  it('answers other methods with what there is', async () => {
    const session = await world.begin();
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const page = await browser().open(session.path, { method });
      expect(page.status).toBe(405);
      expect(page.headers.get('allow')).toBe('GET, POST');
    }
  });
});

describe('a form of another browser', () => {
  it.each<[string, Record<string, string>]>([
    ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['from a sibling of ours', { 'sec-fetch-site': 'same-site', origin: 'https://evil.id.example' }],
    ['typed in', { 'sec-fetch-site': 'none', origin: ISSUER }],
    ['that contradicts itself', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
    ['with a null origin', { origin: 'null' }],
    ['of an old browser on another site', { origin: 'https://evil.example' }],
    ['with our origin as a beginning', { origin: `${ISSUER}.evil.example` }],
    ['that does not say where it is from', {}],
  ])('%s does nothing, though cookie and token are right', async (_what, headers) => {
    const { session, phone, form_token } = await opened();
    for (const action of ['continue', 'not_me']) {
      const page = await phone.open(session.path, {
        method: 'POST',
        body: new URLSearchParams({ form_token, action }),
        headers,
      });
      expect(page.status).toBe(403);
      expect(page.text).toContain('This form must be sent from its own page');
    }
    expect(await statusOf(session)).toBe('initialized');
  });

  it('an old browser that sends only its origin gets on', async () => {
    const { session, phone, form_token } = await opened();
    const body = new URLSearchParams({ form_token, action: 'continue' });
    const page = await phone.open(session.path, { method: 'POST', body, headers: { origin: ISSUER } });
    expect(page.status).toBe(303);
  });

  it.each<[string, string]>([
    ['application/json', '{"action":"continue"}'],
    ['text/plain', 'action=continue'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="action"\r\n\r\ncontinue\r\n--x--\r\n',
    ],
    ['application/x-www-form-urlencoded', 'action=continue&action=not_me'],
    ['application/x-www-form-urlencoded', 'action=%ff'],
    ['application/x-www-form-urlencoded', `action=continue&form_token=${'x'.repeat(40_000)}`],
    ['application/x-www-form-urlencoded', ''],
  ])('a body of %s is refused with a page', async (type, body) => {
    const { session, phone } = await opened();
    const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin', origin: ISSUER };
    const page = await phone.open(session.path, { method: 'POST', body, headers });
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.status).toBeLessThan(500);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await statusOf(session)).toBe('initialized');
  });
});

describe('a token that is not this browser’s for this session now', () => {
  it('is no token: of another browser, another session, none, or too old', async () => {
    const mine = await opened();
    const theirs = await opened();
    const { phone, session } = mine;
    for (const form_token of [theirs.form_token, '', 'x', mine.form_token.replace(/\d/, '9')]) {
      expect((await phone.submit(session.path, { form_token, action: 'continue' })).status).toBe(410);
    }
    const other = { form_token: mine.form_token, action: 'continue' };
    expect((await theirs.phone.submit(session.path, other)).status, 'without the cookie').toBe(410);
    const second = browser();
    await second.open(session.path);
    expect((await second.submit(session.path, other)).status, 'with a cookie of its own').toBe(410);
    expect((await phone.submit(theirs.session.path, other)).status, 'at another session').toBe(410);
    world.harness.clock.advance(60_001);
    expect((await phone.submit(session.path, other)).status, 'a minute later').toBe(410);
    expect(await statusOf(session)).toBe('initialized');
    expect(await statusOf(theirs.session)).toBe('initialized');
  });

  it('cannot end another sign-in either', async () => {
    const { session } = await opened();
    const stranger = browser();
    const page = await stranger.submit(session.path, { form_token: 'x', action: 'not_me' });
    expect(page.status).toBe(410);
    expect(await statusOf(session)).toBe('initialized');
  });

  it('claims for one phone: the second to press Continue hears so, and the first may press again', async () => {
    const first = await opened();
    const second = browser();
    const form_token = tokenIn(await second.open(first.session.path));
    const go = { form_token: first.form_token, action: 'continue' };
    expect((await first.phone.submit(first.session.path, go)).status).toBe(303);
    const late = await second.submit(first.session.path, { form_token, action: 'continue' });
    expect(late.status).toBe(409);
    expect(late.location).toBe('');
    const refused = await second.submit(first.session.path, { form_token, action: 'not_me' });
    expect(refused.status, 'nor can it end what is the first one’s').toBe(409);
    expect((await first.phone.submit(first.session.path, go)).status).toBe(303);
    expect(await statusOf(first.session)).toBe('retrieved');
  });
});

describe('cookie tricks', () => {
  it.each<[string, (name: string, value: string) => string]>([
    ['a name without its prefix', (name, value) => `${name.replace('__Host-', '')}=${value}`],
    ['a name in another case', (name, value) => `${name.toLowerCase()}=${value}`],
    ['two of them', (name, value) => `${name}=${'A'.repeat(43)}; ${name}=${value}`],
    ['two of them, the right one first', (name, value) => `${name}=${value}; ${name}=${'A'.repeat(43)}`],
    ['a value with more behind it', (name, value) => `${name}=${value}=x`],
    ['a value in quotes', (name, value) => `${name}="${value}"`],
    ['a longer value', (name, value) => `${name}=${value}${'A'.repeat(8000)}`],
    ['another session’s name', (name, value) => `${name.slice(0, -1)}${name.endsWith('0') ? '1' : '0'}=${value}`],
    ['a cookie without a name', (name, value) => `=${name}=${value}`],
    ['none', () => 'other=1'],
  ])('%s is no cookie of ours', async (_what, cookieOf) => {
    const { session, phone, form_token } = await opened();
    const [[name, value] = ['', '']] = [...phone.cookies];
    const cookie = cookieOf(name, value);
    const page = await phone.submit(session.path, { form_token, action: 'continue' }, { cookie });
    expect(page.status).toBe(410);
    expect(await statusOf(session)).toBe('initialized');
  });

  it('stands among others, and a browser keeps few of ours', async () => {
    const phone = browser();
    phone.cookies.set('theme', 'dark=1');
    for (let n = 0; n < 12; n += 1) await phone.open((await world.begin()).path);
    expect([...phone.cookies.keys()].filter((name) => name.startsWith('__Host-beckon-'))).toHaveLength(8);
    expect(phone.cookies.get('theme')).toBe('dark=1');
    const session = await world.begin();
    expect(await phone.scan(session.path)).toContain('/authorize?');
  });
});

describe('the number', () => {
  it('comes before the provider, and cannot be passed by', async () => {
    const { session, phone, form_token, number } = await askedForNumber();
    const again = await phone.submit(session.path, { form_token, action: 'continue' });
    expect(again).toMatchObject({ status: 200, location: '' });
    expect(again.text.replace(form_token, ''), 'only the other screen shows it').not.toContain(number);
    const page = await phone.submit(session.path, { form_token, action: 'number', number });
    expect(page.status).toBe(303);
    expect(page.location).toContain(`${world.provider.issuer}/authorize?`);
  });

  it.each(['wrong', '', '4', ' 42', '042', '4 2'])('has one try: %j ends the sign-in', async (typed) => {
    const { session, phone, form_token, number } = await askedForNumber();
    const guess = typed === 'wrong' ? String(10 + ((Number(number) - 9) % 90)) : typed;
    const page = await phone.submit(session.path, { form_token, action: 'number', number: guess });
    expect(page).toMatchObject({ status: 403, location: '' });
    expect(page.text).toContain('The number did not match');
    const right = await phone.submit(session.path, { form_token, action: 'number', number });
    expect(right.status).toBe(409);
    expect(await statusOf(session)).toBe('declined');
  });

  it('has one try, however many guesses come at once', async () => {
    const { session, phone, form_token, number } = await askedForNumber();
    const guesses = Array.from({ length: 90 }, (_, n) => String(n + 10)).filter((guess) => guess !== number);
    const guess = (typed: string): Promise<Page> =>
      phone.submit(session.path, { form_token, action: 'number', number: typed });
    const pages = await Promise.all(guesses.slice(0, 12).map(guess));
    pages.push(await guess(number));
    expect(pages.filter(({ status }) => status === 303)).toEqual([]);
    expect(await statusOf(session)).toBe('declined');
  });

  it('is not for another browser to type', async () => {
    const { session, number } = await askedForNumber();
    const stranger = browser();
    const cookie = `__Host-beckon-${session.session_id}=${'A'.repeat(43)}`;
    const page = await stranger.submit(session.path, { form_token: '', action: 'number', number }, { cookie });
    expect(page.status).toBe(409);
    expect(await statusOf(session)).toBe('retrieved');
  });
});

describe('what else a website asks for', () => {
  it('refuses a phone on another network where the website requires the same, and says so', async () => {
    const { session, phone, form_token } = await opened({ client_id: 'office', headers: from('192.0.2.10') });
    const form = { form_token, action: 'continue' };
    const page = await phone.submit(session.path, form, from('203.0.113.9'));
    expect(page.status).toBe(403);
    expect(page.text).toContain('not on the network');
    const unknown = await phone.submit(session.path, form);
    expect(unknown.status, 'FT-A2b: a network that is not known is not the same one').toBe(403);
    expect((await phone.submit(session.path, form, from('192.0.2.99'))).status).toBe(303);
  });

  it('hears that the person on the phone did not start this', async () => {
    const { session, phone, form_token } = await opened();
    const page = await phone.submit(session.path, { form_token, action: 'not_me' });
    expect(page.text).toContain('You are not signed in');
    const seen = await world.watch(session);
    expect(seen.error?.error_description).toBe('the person says that they did not start this sign-in');
  });
});

describe('where a form leads', () => {
  it.each([
    'javascript:alert(1)//',
    'http://provider.example/authorize',
    'https://user:secret@provider.example/authorize',
    'data:text/html,x',
  ])('SEC-PROVIDER-ADDRESS: never to %s', async (authorization_endpoint) => {
    const bad = await startRedirectWorld();
    bad.provider.authorization_endpoint = authorization_endpoint;
    const session = await bad.begin();
    const phone = new FakeBrowser(bad.harness);
    const form_token = tokenIn(await phone.open(session.path));
    const page = await phone.submit(session.path, { form_token, action: 'continue' });
    await bad.close();
    expect(page).toMatchObject({ status: 502, location: '' });
    expect(page.text).toContain('try again in a moment');
  });

  it('to no header of its making', async () => {
    const bad = await startRedirectWorld();
    bad.provider.authorization_endpoint = 'https://provider.example/a\r\nSet-Cookie: x=1\r\n\r\n<script>';
    const session = await bad.begin();
    const phone = new FakeBrowser(bad.harness);
    const form_token = tokenIn(await phone.open(session.path));
    const body = new URLSearchParams({ form_token, action: 'continue' }).toString();
    const cookie = [...phone.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = [
      'Sec-Fetch-Site: same-origin',
      'Content-Type: application/x-www-form-urlencoded',
      `Cookie: ${cookie}`,
    ];
    const answer = await rawRequest(
      bad.harness.port,
      requestText({ method: 'POST', target: session.path, headers, body }),
    );
    await bad.close();
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).not.toContain('<script>');
  });

  it('tells the person what to do while the provider is down, and lets them try again', async () => {
    const down = await startRedirectWorld();
    down.provider.down = true;
    const session = await down.begin();
    const phone = new FakeBrowser(down.harness);
    const form_token = tokenIn(await phone.open(session.path));
    const page = await phone.submit(session.path, { form_token, action: 'continue' });
    down.provider.down = false;
    down.harness.clock.advance(30_000);
    const again = await phone.submit(session.path, { form_token, action: 'continue' });
    const log = down.harness.log.join('');
    await down.close();
    expect(page.status).toBe(502);
    expect(page.text).toContain('The identity app does not answer');
    expect(page.text).not.toMatch(/upstream words|at .*\.ts/);
    expect(log).toContain('discovery answered 503');
    expect(again.status).toBe(303);
  });
});

it('a code whose session is another provider’s by now claims nothing', async () => {
  const { session, phone, form_token } = await opened();
  await world.choose(session, 'one', 'same_device');
  const page = await phone.submit(session.path, { form_token, action: 'continue' });
  expect(page.status).toBe(409);
  expect(await statusOf(session)).toBe('initialized');
});

it('a page that says one provider does not lead to another that was chosen meanwhile', async () => {
  const session = await world.begin({ connector: null });
  const phone = browser();
  const page = await phone.open(session.path);
  expect(page.text).toContain('Continue with &lt;i');
  await world.choose(session, 'two', 'qr');
  const form = { form_token: tokenIn(page), action: 'continue' };
  expect(await phone.submit(session.path, form)).toMatchObject({ status: 410, location: '' });
  expect(await statusOf(session)).toBe('initialized');
});

it('only the browser that comes back from the provider half-way may go on', async () => {
  const { session, phone, form_token } = await opened();
  await phone.submit(session.path, { form_token, action: 'continue' });
  world.harness.clock.advance(61_000);
  const again = await phone.open(session.path);
  expect(again.status).toBe(200);
  expect(again.text).toContain('You have begun to sign in');
  expect(again.headers.get('content-security-policy')).not.toContain('form-action');
  const stranger = browser();
  expect((await stranger.open(session.path)).status).toBe(409);
  const planted = `__Host-beckon-${session.session_id}=${'A'.repeat(43)}`;
  expect((await stranger.open(session.path, { headers: { cookie: planted } })).status).toBe(409);
  expect((await phone.submit(session.path, { action: 'continue' })).location).toContain('/authorize?');
  expect((await phone.submit(session.path, { action: 'not_me' })).text).toContain('You are not signed in');
  expect(await statusOf(session)).toBe('declined');
});
