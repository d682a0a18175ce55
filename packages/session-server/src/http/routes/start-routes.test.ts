import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectPage } from '../../test-support/expect-page.ts';
import { ISSUER, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';
import {
  type Begun,
  FakeBrowser,
  type Page,
  type RedirectWorld,
  startRedirectWorld,
  tokenIn,
} from '../../test-support/redirect-world.ts';

/** The link on the same device: its owner, previewers, and those whom it was mailed to. */
let world: RedirectWorld;
beforeAll(async () => {
  world = await startRedirectWorld();
});
afterAll(() => world.close());

const browser = (): FakeBrowser => new FakeBrowser(world.harness);
const begin = (): Promise<Begun> => world.begin({ mode: 'same_device' });
const statusOf = async (session: Begun): Promise<string> => (await world.watch(session)).status;
/** That browser goes through the provider and back, from where it was sent; the code's redirect. */
async function finish(who: FakeBrowser, { location }: Page): Promise<Page> {
  return who.open((await who.open(location)).location);
}

/** What opens a link without its owner: each looks like a browser to a server. */
const OTHERS: Readonly<Record<string, Record<string, string>>> = {
  'a headless Chromium': {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/147.0.0.0',
    'sec-fetch-site': 'none',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-user': '?1',
    'sec-fetch-dest': 'document',
  },
  WebKit: {
    'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  },
  'a previewer': { 'user-agent': 'Slackbot-LinkExpanding 1.0' },
};
const LOOKING_AHEAD = [
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'Prefetch' },
  { 'x-purpose': 'preview' },
];

describe('a GET that the owner did not announce', () => {
  it.each(Object.entries(OTHERS))('FT-A6a: by %s claims nothing, and the owner signs in', async (_who, headers) => {
    const session = await begin();
    const other = browser();
    const page = await other.open(session.path, { headers });
    expect(page).toMatchObject({ status: 200, location: '' });
    expect(page.text).toContain('Continue to sign in with &lt;i');
    expect(await statusOf(session)).toBe('initialized');
    const here = browser();
    expect((await finish(here, await world.click(session, here))).location).toContain('code=');
  });

  it('FT-A6d: that only looks ahead is shown nothing, claims nothing, and leaves the click to the owner', async () => {
    const session = await begin();
    expect(await world.arm(session)).toBe(204);
    for (const headers of LOOKING_AHEAD) {
      for (const who of Object.values(OTHERS)) {
        const page = await browser().open(session.path, { headers: { ...who, ...headers } });
        expect(page).toMatchObject({ status: 503, location: '', text: '' });
        expect(page.headers.getSetCookie()).toEqual([]);
      }
    }
    const head = await browser().open(session.path, { method: 'HEAD' });
    expect({ status: head.status, allow: head.headers.get('allow') }).toEqual({ status: 405, allow: 'GET, POST' });
    expect(await statusOf(session)).toBe('initialized');
    expect((await browser().open(session.path)).location, 'the click still counts').toContain('/authorize?');
  });
});

describe('a click of the owner', () => {
  it('FT-A6b: lets exactly one of any number of GETs on', async () => {
    const session = await begin();
    expect(await world.arm(session)).toBe(204);
    const pages = await Promise.all(Array.from({ length: 12 }, () => browser().open(session.path)));
    const on = pages.filter(({ location }) => location.includes('/authorize?'));
    expect(on).toHaveLength(1);
    expect(pages.filter(({ status }) => status === 303)).toEqual(on);
    for (const page of pages) if (page.status !== 303) expectPage(page, 409, 'Another phone or browser has taken it');
  });

  it('FT-A6e: counts for 10 s', async () => {
    const session = await begin();
    await world.arm(session);
    world.harness.clock.advance(9_999);
    expect((await browser().open(session.path)).location).toContain('/authorize?');
    const late = await begin();
    await world.arm(late);
    world.harness.clock.advance(10_000);
    expect(await browser().open(late.path)).toMatchObject({ status: 200, location: '' });
    expect(await statusOf(late)).toBe('initialized');
  });

  it('FT-A6f: brings back the owner whose first answer was lost, or who came after another browser', async () => {
    const session = await begin();
    const lost = browser();
    const first = await world.click(session, lost);
    const callback = (await lost.open(first.location)).location;
    const here = browser();
    const second = await world.click(session, here);
    expect(second.status, 'the second click is as good as the first').toBe(303);
    expectPage(await lost.open(callback), 403, 'go on in that one');
    expect((await finish(here, second)).location).toContain('code=');
  });

  it('FT-A6f: twice before the first GET lets both of its GETs on, and the last one goes on', async () => {
    const session = await begin();
    await world.arm(session);
    await world.arm(session);
    const [dropped, here] = [browser(), browser()];
    expect((await dropped.open(session.path)).status).toBe(303);
    const page = await here.open(session.path);
    expect((await finish(here, page)).location).toContain('code=');
    expectPage(await browser().open(session.path), 409, 'it was finished already');
  });

  it('lets that browser open its link again without another click', async () => {
    const session = await begin();
    const here = browser();
    await world.click(session, here);
    world.harness.clock.advance(60_000);
    expect((await finish(here, await here.open(session.path))).location).toContain('code=');
  });
});

describe('the owner’s call', () => {
  const post = (session: { session_id: string }, headers: Record<string, string>, body = ''): Promise<Response> =>
    fetch(`${world.harness.url}/session/${session.session_id}/start`, {
      method: 'POST',
      headers,
      ...(body === '' ? {} : { body }),
    });

  it('FT-A6i: needs the session secret, from a page of the client', async () => {
    const session = await begin();
    const mine = { authorization: `Bearer ${session.session_secret}` };
    const other = await begin();
    const refused: readonly (readonly [number, string, Record<string, string>])[] = [
      [404, 'another secret', { authorization: `Bearer ${other.session_secret}`, origin: SHOP_ORIGIN }],
      [401, 'no token in it', { authorization: 'Bearer', origin: SHOP_ORIGIN }],
      [401, 'the cookie of a browser', { authorization: 'Basic eDp5', origin: SHOP_ORIGIN }],
      [403, 'a page of another website', { ...mine, origin: 'https://evil.example' }],
      [403, 'a frame without an origin', { ...mine, origin: 'null' }],
    ];
    for (const [status, what, headers] of refused) {
      const response = await post(session, headers);
      expect({ what, status: response.status }).toEqual({ what, status });
      expect(response.headers.get('content-type')).toContain('application/json');
    }
    expect((await browser().open(session.path)).location, 'none of these armed it').toBe('');
    const response = await post(session, { ...mine, origin: SHOP_ORIGIN });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 204, text: '' });
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect((await browser().open(session.path)).location).toContain('/authorize?');
  });

  it('FT-A6i: is told from the page’s form by the secret alone, which no form can send', async () => {
    const session = await begin();
    const mine = { authorization: `Bearer ${session.session_secret}`, origin: SHOP_ORIGIN };
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(session, { ...mine, ...type }, 'action=continue')).status, 'a form’s body').toBe(415);
    const cors = await fetch(`${world.harness.url}/session/${session.session_id}/start`, {
      method: 'OPTIONS',
      headers: {
        origin: SHOP_ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(cors.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(await statusOf(session)).toBe('initialized');
  });

  it('FT-A6i: arms only a link that leads to a provider, while there is one', async () => {
    const across = await world.begin();
    expect(await world.arm(across)).toBe(409);
    const over = await begin();
    const here = browser();
    await finish(here, await world.click(over, here));
    expect(await world.arm(over)).toBe(409);
    const wallet = await startHarness();
    const session = await wallet.session();
    const bearer = { authorization: `Bearer ${session.session_secret}` };
    await wallet.post(`/session/${session.session_id}/connector`, { connector: 'wallet', mode: 'same_device' }, bearer);
    const answer = await wallet.post(`/session/${session.session_id}/start`, {}, bearer);
    await wallet.close();
    expect(answer.status, 'an app’s link needs no click').toBe(409);
  });
});

describe('the page', () => {
  async function shown(): Promise<{ session: Begun; who: FakeBrowser; page: Page; form_token: string }> {
    const session = await begin();
    const who = browser();
    const page = await who.open(session.path);
    return { session, who, page, form_token: tokenIn(page) };
  }
  const go = (form_token: string): Record<string, string> => ({ form_token, action: 'continue' });

  it('FT-A6g: goes on by its POST, however long it was open while the link is good', async () => {
    const { session, who, page, form_token } = await shown();
    expect(page.text).toContain('shop.example');
    expect(page.text).not.toMatch(/<b onclick|<i onclick|<script|<style|\sstyle="/);
    expect(page.headers.get('content-security-policy')).not.toContain('form-action');
    expect(page.headers.get('referrer-policy'), 'else its POST has no origin').toBe('same-origin');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    world.harness.clock.advance(119_000);
    const on = await who.submit(session.path, go(form_token));
    expect(on.status).toBe(303);
    expect((await finish(who, on)).location).toContain('code=');
  });

  it.each<[string, Record<string, string>]>([
    ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['from a sibling of ours', { 'sec-fetch-site': 'same-site', origin: 'https://evil.id.example' }],
    ['typed in', { 'sec-fetch-site': 'none', origin: ISSUER }],
    ['with a null origin', { origin: 'null' }],
    ['that does not say where it is from', {}],
  ])('FT-A6g: a form %s does nothing, though cookie and token are right', async (_what, headers) => {
    const { session, who, form_token } = await shown();
    for (const action of ['continue', 'not_me']) {
      const body = new URLSearchParams({ form_token, action });
      const page = await who.open(session.path, { method: 'POST', body, headers });
      expectPage(page, 403, 'This form must be sent from its own page');
    }
    expect(await statusOf(session)).toBe('initialized');
  });

  it('FT-A6g: a token is for this browser, this sign-in and this link', async () => {
    const { session, who, form_token } = await shown();
    const other = await shown();
    const submit = async (by: FakeBrowser, path: string, token: string): Promise<void> => {
      expectPage(await by.submit(path, go(token)), 404, 'This sign-in is not under way');
    };
    await submit(who, session.path, '');
    await submit(who, session.path, other.form_token);
    await submit(who, session.path, form_token.replace(/\d/, '9'));
    await submit(other.who, session.path, form_token);
    await submit(
      who,
      session.path.replace(/ticket=(.)/, (_, first) => `ticket=${first === '_' ? '-' : '_'}`),
      form_token,
    );
    expectPage(await who.submit(session.path, { form_token: '', action: 'not_me' }), 404, 'is not under way');
    expect(await statusOf(session)).toBe('initialized');
    expect((await who.submit(session.path, go(form_token))).status).toBe(303);
  });

  it.each<[string, string]>([
    ['application/json', '{"action":"continue"}'],
    ['application/x-www-form-urlencoded', 'action=continue&action=not_me'],
    ['application/x-www-form-urlencoded', 'action=%ff'],
    ['application/x-www-form-urlencoded', ''],
  ])('a body of %s is refused with a page', async (type, body) => {
    const { session, who } = await shown();
    const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin', origin: ISSUER };
    const page = await who.open(session.path, { method: 'POST', body, headers });
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.status).toBeLessThan(500);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await statusOf(session)).toBe('initialized');
  });

  it('hears that the person did not start this', async () => {
    const { session, who, form_token } = await shown();
    const page = await who.submit(session.path, { form_token, action: 'not_me' });
    expectPage(page, 200, 'You are not signed in');
    expect(await statusOf(session)).toBe('declined');
  });

  it('of a browser that was slower says so', async () => {
    const { session, who, form_token } = await shown();
    await world.click(session, browser());
    expectPage(await who.submit(session.path, go(form_token)), 409, 'Another phone or browser has taken it');
    expect(await statusOf(session)).toBe('retrieved');
  });
});

describe('the ticket', () => {
  it('is for its session, in the mode that it was given in', async () => {
    const session = await begin();
    const other = await begin();
    const across = await world.begin();
    const ticket = new URLSearchParams(session.path.split('?')[1]).get('ticket') ?? '';
    const start = (id: string, query: string): string => `/session/${id}/start${query}`;
    const flipped = (ticket.startsWith('A') ? 'B' : 'A') + ticket.slice(1);
    const wrong = [
      start(session.session_id, ''),
      start(session.session_id, '?ticket='),
      start(session.session_id, `?ticket=${flipped}`),
      start(session.session_id, `?ticket=${ticket.slice(0, -4)}`),
      start(other.session_id, `?ticket=${ticket}`),
      start(across.session_id, `?ticket=${ticket}`),
      start('0'.repeat(26), `?ticket=${ticket}`),
      start('none', `?ticket=${ticket}`),
    ];
    for (const each of [session, other]) await world.arm(each);
    for (const path of wrong) {
      const who = browser();
      expectPage(await who.open(path), 404, 'This sign-in is not under way');
      expect(who.set, 'no cookie for nothing').toEqual([]);
    }
    expectPage(await browser().open(`${session.path}&ticket=x`), 400, 'That did not work');
    expectPage(await browser().open('/session/%ff/start'), 404, 'This sign-in is not under way');
    for (const each of [session, other, across]) expect(await statusOf(each)).toBe('initialized');
  });

  it('is over once the website’s browser goes another way, and after the end', async () => {
    const session = await begin();
    const here = browser();
    await finish(here, await world.click(session, here));
    expectPage(await here.open(session.path), 409, 'This sign-in is over');
    const turned = await begin();
    await world.choose(turned, 'one', 'qr');
    expectPage(await browser().open(turned.path), 404, 'This sign-in is not under way');
    expect(await statusOf(turned), 'the QR code is not touched').toBe('initialized');
    const late = await begin();
    world.harness.clock.advance(121_000);
    expectPage(await browser().open(late.path), 410, 'This sign-in is over');
  });

  it('FT-A6h: ends when the same way is chosen again, with what was begun by it', async () => {
    const session = await begin();
    const here = browser();
    const page = await world.click(session, here);
    const callback = (await here.open(page.location)).location;
    const chosen = await world.choose(session, 'one', 'same_device');
    expect(chosen).toMatchObject({ status: 'initialized', mode: 'same_device' });
    const { pathname, search } = new URL(chosen.same_device?.url ?? '');
    const again: Begun = { ...session, path: pathname + search };
    expect(again.path).not.toBe(session.path);
    expectPage(await here.open(session.path), 404, 'This sign-in is not under way');
    expectPage(await here.open(callback), 403, 'Go on where you started');
    expect(await statusOf(session)).toBe('initialized');
    // The same browser, with the same cookie, by the new link: the old answer still does not count.
    const next = await world.click(again, here);
    expectPage(await here.open(callback), 403, 'Go on where you started');
    expect((await finish(here, next)).location).toContain('code=');
  });

  it('FT-A6h: of an earlier choice does not come back with that choice', async () => {
    const session = await begin();
    await world.choose(session, 'one', 'qr');
    await world.choose(session, 'one', 'same_device');
    await world.arm(session);
    expectPage(await browser().open(session.path), 404, 'This sign-in is not under way');
    expect(await statusOf(session)).toBe('initialized');
  });

  it('FT-A6h: a form of the old link does not go on by the new one', async () => {
    const session = await begin();
    const who = browser();
    const form_token = tokenIn(await who.open(session.path));
    const { pathname, search } = new URL((await world.choose(session, 'one', 'same_device')).same_device?.url ?? '');
    const page = await who.submit(pathname + search, { form_token, action: 'continue' });
    expectPage(page, 404, 'This sign-in is not under way');
    expect(await statusOf(session)).toBe('initialized');
  });
});
