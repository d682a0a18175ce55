import type { Snapshot } from '@beckon/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BeckonConfig } from '../../config/index.ts';
import { REQUEST, SHOP_ORIGIN, exampleConfig, type Harness, scanOf, startHarness } from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';

let harness: Harness;
let config: BeckonConfig;
beforeAll(async () => {
  const { secret, subjectSecret, clients } = exampleConfig();
  const [shop, ...others] = clients;
  const own = {
    secret,
    subjectSecret,
    clients: [{ ...shop!, cross_device: { verification: 'number' } as const }, ...others],
  };
  harness = await startHarness(own);
  config = { ...exampleConfig(harness.wallet.issuer), ...own, store: `sqlite:${harness.file}` };
});
afterAll(() => harness.close());

interface Screen {
  readonly path: string;
  readonly cookie: string;
  readonly secret: string;
}

const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(harness.url + path, { headers, redirect: 'manual' });
const post = (path: string, form: Record<string, string>, headers: Record<string, string>): Promise<Response> =>
  fetch(harness.url + path, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' });

/** What the form on the hosted page would send. */
async function hidden(): Promise<Record<string, string>> {
  const page = await get(`/authorize?${new URLSearchParams(REQUEST).toString()}`);
  expect(page.headers.get('set-cookie'), '/authorize sets no cookie').toBeNull();
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
  const noscript = /<noscript>[^]*<\/noscript>/.exec(await page.text())?.[0] ?? '';
  return Object.fromEntries(
    [...noscript.matchAll(/name="(\w+)" value="([^"]+)"/g)].map(([, name, value]) => [name!, value!]),
  );
}

const nameOf = (path: string): string => `__Host-beckon-screen-${path.split('/').at(-1)}`;

function screenOf(response: Response): Screen {
  const path = response.headers.get('location') ?? '';
  const cookies = response.headers.getSetCookie();
  const cookie = cookies.find((each) => each.startsWith(`${nameOf(path)}=`))?.split(';')[0] ?? '';
  return { path, cookie, secret: cookie.split('=')[1] ?? '' };
}

async function begin(): Promise<Screen> {
  const begun = await post('/no-script', await hidden(), OWN_PAGE);
  expect(begun.status).toBe(303);
  return screenOf(begun);
}

const show = async ({ path, cookie }: Screen, part = ''): Promise<string> =>
  (await get(path + part, { cookie })).text();
const act = ({ path, cookie }: Screen, form: Record<string, string>): Promise<Response> =>
  post(path, form, { cookie, ...OWN_PAGE });

async function snapshotOf({ path, secret }: Screen): Promise<Snapshot> {
  const headers = { authorization: `Bearer ${secret}`, origin: SHOP_ORIGIN };
  return (await (await get(`/session/${path.split('/').at(-1)}/status`, headers)).json()) as Snapshot;
}

interface Wallet {
  decide(decision: 'approve' | 'decline', verification?: string): Promise<void>;
}
async function scan(screen: Screen): Promise<Wallet> {
  const { id, step, mac } = scanOf(shownText((await snapshotOf(screen)).qr));
  const headers = { authorization: `Bearer ${await harness.wallet.token()}` };
  const consent = await get(`/session/${id}/information?step=${step}&mac=${mac}`, headers);
  const { retrieval_token } = (await consent.json()) as { retrieval_token: string };
  return {
    async decide(decision, verification) {
      const body = {
        decision,
        accepted_scopes: ['openid', 'profile'],
        retrieval_token,
        ...(verification && { verification }),
      };
      expect((await harness.post(`/session/${id}/update`, body, headers)).status).toBe(200);
    },
  };
}

it('FT-C7a: the secret is in a cookie that no script, site or host can have or give, and in no URL or page', async () => {
  const begun = await post('/no-script', await hidden(), OWN_PAGE);
  const screen = screenOf(begun);
  expect(screen.path).toMatch(/^\/no-script\/[0-9A-Z]{26,}$/);
  expect(begun.headers.getSetCookie()).toEqual([
    `${nameOf(screen.path)}=${screen.secret}; Path=/; Max-Age=900; HttpOnly; SameSite=Strict; Secure`,
  ]);
  expect(screen.secret).toMatch(/^[\w-]{43}$/);
  expect((await show(screen)) + (await show(screen, '/state'))).not.toContain(screen.secret);
});

it('FT-C7b: nothing is begun by looking, or by a form of another page', async () => {
  const before = harness.resting().length;
  const form = await hidden();
  expect(harness.resting()).toHaveLength(before);
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, {}]) {
    const refused = await post('/no-script', form, headers);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('ratelimit-remaining'), 'counted for the person’s network').toBeNull();
  }
  expect(harness.resting()).toHaveLength(before);
});

describe('FT-C7c: without the cookie', () => {
  it('which another host of the domain could not have given to a person for a sign-in of its own', async () => {
    const { path, secret } = await begin();
    // What a page of any host below `example` can set for `id.example`; `__Host-` it cannot.
    for (const name of ['beckon-screen', nameOf(path).slice('__Host-'.length)])
      for (const cookie of [`${name}=${secret}`, `__Secure-${name}=${secret}`])
        expect((await get(path, { cookie })).status).toBe(404);
  });

  it.each([
    ['none', ''],
    ['another session’s', undefined],
    ['two of them', 'double'],
  ])('%s: neither page shows anything, and no form does anything', async (_, kind) => {
    const screen = await begin();
    const foreign = kind ?? (await begin()).cookie;
    const cookie = kind === 'double' ? `${screen.cookie}; ${screen.cookie}` : foreign;
    for (const part of ['', '/state']) {
      const answer = await get(screen.path + part, { cookie });
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toContain('class="code"');
    }
    expect((await post(screen.path, { action: 'cancel' }, { cookie, ...OWN_PAGE })).status).toBe(404);
    expect((await snapshotOf(screen)).status).toBe('initialized');
  });
});

it('FT-C7c: with the cookie, a form of another website does nothing', async () => {
  const screen = await begin();
  const answer = await post(
    screen.path,
    { action: 'cancel' },
    { cookie: screen.cookie, 'sec-fetch-site': 'cross-site' },
  );
  expect(answer.status).toBe(403);
  expect((await snapshotOf(screen)).status).toBe('initialized');
});

it('FT-C7d: the code on the page is the frame of that moment, and the page asks anew while it is accepted', async () => {
  const screen = await begin();
  const first = await get(`${screen.path}/state`, { cookie: screen.cookie });
  expect(first.headers.get('refresh'), 'of the 12 s that a frame is accepted').toBe('4');
  const code = /<path d="([^"]+)"/.exec(await first.text())?.[1];
  harness.clock.advance(4_000);
  const next = /<path d="([^"]+)"/.exec(await show(screen, '/state'))?.[1];
  expect(code).toMatch(/^M4 4h7v1H4z/);
  expect(next).not.toBe(code);
});

it('FT-C7e: a code is minted when the person goes on, once, and the number is shown before', async () => {
  const screen = await begin();
  const wallet = await scan(screen);
  const number = /class="number">(\d\d)</.exec(await show(screen, '/state'))?.[1];
  await wallet.decide('approve', number);
  const page = await show(screen);
  expect(page).toContain('value="continue"');
  expect(page, 'looking mints nothing').not.toContain('code=');
  const [gone, again] = [await act(screen, { action: 'continue' }), await act(screen, { action: 'continue' })];
  const to = new URL(gone.headers.get('location') ?? '');
  expect([gone.status, to.origin, to.searchParams.get('state')]).toEqual([303, SHOP_ORIGIN, REQUEST['state']]);
  expect(again.headers.get('location'), 'a form that was sent twice').toBe(to.href);
});

it('FT-C7f: an end says what happened, offers a fresh start with a fresh cookie, and the way back', async () => {
  const screen = await begin();
  const wallet = await scan(screen);
  await wallet.decide('decline');
  const page = await show(screen, '/state');
  expect(page).toContain('Sign-in declined');
  expect(page).toMatch(/href="https:\/\/shop\.example\/[^"]*error=access_denied/);
  const renewed = await act(screen, { action: 'renew' });
  const fresh = screenOf(renewed);
  expect(fresh.path).not.toBe(screen.path);
  expect(fresh.secret).not.toBe(screen.secret);
  expect(renewed.headers.getSetCookie()[0]).toBe(
    `${nameOf(screen.path)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure`,
  );
  expect(await show(fresh, '/state')).toContain('class="code"');
});

it('FT-C7g: only our own page may frame the state, and no page the rest', async () => {
  const screen = await begin();
  const policyOf = async (part: string): Promise<string> =>
    (await get(screen.path + part, { cookie: screen.cookie })).headers.get('content-security-policy') ?? '';
  expect(await policyOf('')).toContain("frame-ancestors 'none'");
  expect(await policyOf('/state')).toContain("frame-ancestors 'self'");
});

it('an address that cannot be decoded, and a form that cannot be read, are answered with a page', async () => {
  const lost = await get('/no-script/%ff', {});
  expect([lost.status, lost.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  expect(await lost.text()).toContain('Request ID');
  const tooLong = await fetch(`${harness.url}/no-script`, {
    method: 'POST',
    headers: { origin: harness.url, 'content-type': 'application/x-www-form-urlencoded' },
    body: `client_id=${'a'.repeat(40_000)}`,
  });
  expect([tooLong.status, tooLong.headers.get('content-type')]).toEqual([413, 'text/html; charset=utf-8']);
});

it('FT-C7c: of a client that is not registered any more nothing is shown or done, as with script', async () => {
  const { server } = harness;
  const screen = await begin();
  expect(await server.reload({ ...config, clients: config.clients.slice(1) })).toEqual({ applied: true });
  for (const part of ['', '/state'])
    expect((await get(screen.path + part, { cookie: screen.cookie })).status).toBe(404);
  expect((await act(screen, { action: 'cancel' })).status).toBe(404);
  expect(await server.reload(config)).toEqual({ applied: true });
  expect(await show(screen, '/state')).toContain('class="code"');
});

it('a browser keeps the cookies of eight sign-ins, the newest', async () => {
  const cookies: string[] = [];
  for (let n = 0; n < 8; n += 1) cookies.push((await begin()).cookie);
  const [oldest = ''] = cookies;
  const ninth = await post('/no-script', await hidden(), { ...OWN_PAGE, cookie: cookies.join('; ') });
  expect(ninth.headers.getSetCookie()).toHaveLength(2);
  expect(ninth.headers.getSetCookie()[1]).toMatch(new RegExp(`^${oldest.split('=')[0]}=; Path=/; Max-Age=0`));
});
