import type { Snapshot } from '@beckon/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectPage } from '../../test-support/expect-page.ts';
import {
  type Harness,
  ISSUER,
  REQUEST,
  SHOP_ORIGIN,
  SHOP_SECRET,
  VERIFIER,
  scanOf,
  startHarness,
} from '../../test-support/harness.ts';
import { FakeBrowser, type Page, type RedirectWorld, startRedirectWorld } from '../../test-support/redirect-world.ts';
import { shownText } from '../../test-support/shown-text.ts';

/** OAuth 2.0 Form Post Response Mode, at every way in which a sign-in ends. */
let harness: Harness;
/** With providers that redirect. */
let world: RedirectWorld;
beforeAll(async () => {
  harness = await startHarness();
  world = await startRedirectWorld();
});
afterAll(() => Promise.all([harness.close(), world.close()]));

const FORM_POST = { response_mode: 'form_post' };
const open = (address: string | null, init?: RequestInit): Promise<Page> =>
  new FakeBrowser(harness).open(address ?? '', init);

/** What the form on a page would post, and where to; null where there is no form. */
function formIn({ text }: Page): { readonly to: string; readonly fields: Readonly<Record<string, string>> } | null {
  const [, to] = /<form method="post" action="([^"]*)"/.exec(text) ?? [];
  const fields = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g)];
  return to === undefined ? null : { to, fields: Object.fromEntries(fields.map(([, name, value]) => [name, value])) };
}
const CALLBACK = `${SHOP_ORIGIN}/callback`;
const declined = {
  error: 'access_denied',
  error_description: expect.any(String) as string,
  state: 'the-state',
  iss: ISSUER,
};

const redeem = (code: string, { url } = harness): Promise<Response> =>
  fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'shop',
      client_secret: SHOP_SECRET,
      redirect_uri: CALLBACK,
      code,
      code_verifier: VERIFIER,
    }),
  });

/** A session whose phone has scanned, and may decide. */
async function scanned(mode: 'qr' | 'same_device' = 'qr') {
  const session = await harness.session(FORM_POST);
  const own = { authorization: `Bearer ${session.session_secret}` };
  const path = `/session/${session.session_id}`;
  const chosen = await harness.post(`${path}/connector`, { connector: 'wallet', mode }, own);
  const { qr, same_device } = (await chosen.json()) as Snapshot;
  const { id, step, mac } = scanOf(
    qr === null ? (new URL(same_device?.url ?? '').searchParams.get('uri') ?? '') : shownText(qr),
  );
  const phone = { authorization: `Bearer ${await harness.wallet.token()}` };
  const consent = await fetch(`${harness.url}${path}/information?step=${step}&mac=${mac}`, { headers: phone });
  expect(id).toBe(session.session_id);
  const { retrieval_token } = (await consent.json()) as { readonly retrieval_token: string };
  return {
    decide: async (decision: 'approve' | 'decline'): Promise<{ readonly location?: string }> => {
      const body = { decision, accepted_scopes: ['openid'], retrieval_token };
      return (await harness.post(`${path}/update`, body, phone)).json() as Promise<{ location?: string }>;
    },
    watch: async (): Promise<Snapshot> =>
      (await fetch(`${harness.url}${path}/status`, { headers: own })).json() as Promise<Snapshot>,
  };
}

describe('across devices', () => {
  it('FT-C2c: redirect_to names a page of ours that posts the code, state and iss, once', async () => {
    const { decide, watch } = await scanned();
    await decide('approve');
    const { redirect_to } = await watch();
    expect(redirect_to).toMatch(new RegExp(`^${ISSUER}/authorize/response/rp_[\\w.-]+$`));
    expect((await redeem(String(redirect_to).split('/').at(-1)!)).status, 'the address itself is no code').toBe(400);

    const page = await open(redirect_to);
    expect(page.status).toBe(200);
    const { to, fields } = formIn(page)!;
    expect(to).toBe(CALLBACK);
    expect(fields).toEqual({ code: expect.stringMatching(/^ac_/) as string, state: 'the-state', iss: ISSUER });
    expect(page.text).toContain('&lt;b onclick=');

    const again = await open(redirect_to);
    expectPage(again, 409, 'This sign-in is over');
    const answer = await redeem(fields['code']!);
    expect(answer.status, 'opening it again cost the code').toBe(200);
    expectPage(await open(redirect_to), 409, 'This sign-in is over');
  });

  it('FT-C2c: of two that open the page at once, one gets the code', async () => {
    const { decide, watch } = await scanned();
    await decide('approve');
    const { redirect_to } = await watch();
    const pages = await Promise.all(Array.from({ length: 8 }, () => open(redirect_to)));
    expect(pages.filter((page) => formIn(page) !== null)).toHaveLength(1);
  });

  it('FT-C2c: a page that its browser lost is had again from the session, and the code of the first is over', async () => {
    const { decide, watch } = await scanned();
    await decide('approve');
    const lost = formIn(await open((await watch()).redirect_to))!.fields;
    const { fields } = formIn(await open((await watch()).redirect_to))!;
    expect((await redeem(lost['code']!)).status).toBe(400);
    expect((await redeem(fields['code']!)).status).toBe(200);
  });

  it('FT-C2c: the page is over after a minute', async () => {
    const { decide, watch } = await scanned();
    await decide('approve');
    const { redirect_to } = await watch();
    harness.clock.advance(60_000);
    expectPage(await open(redirect_to), 409, 'This sign-in is over');
    expect(formIn(await open((await watch()).redirect_to))?.fields).toHaveProperty('code');
  });

  it('FT-C2c: a look at the page, or ahead, uses nothing up', async () => {
    const { decide, watch } = await scanned();
    await decide('approve');
    const { redirect_to } = await watch();
    expect((await open(redirect_to, { method: 'HEAD' })).status).toBe(405);
    expect((await open(redirect_to, { headers: { 'sec-purpose': 'prefetch;prerender' } })).status).toBe(503);
    expect((await open(redirect_to, { method: 'POST' })).status).toBe(405);
    expect(formIn(await open(redirect_to))?.fields).toHaveProperty('code');
  });

  it.each(['rp_0000000000000000000000000.1.' + 'a'.repeat(43), 'x', '%ff'])(
    'an address that was not given out (%s) is a page',
    async (handle) => {
      const page = await open(`/authorize/response/${handle}`);
      expectPage(page, 404, 'This sign-in is not under way');
      expect(formIn(page)).toBeNull();
    },
  );

  it('FT-C2d: a decline is posted as well, as often as the page is opened', async () => {
    const { decide, watch } = await scanned();
    await decide('decline');
    const { redirect_to } = await watch();
    for (const page of [await open(redirect_to), await open(redirect_to)])
      expect(formIn(page)).toEqual({ to: CALLBACK, fields: declined });
  });
});

describe('on one device', () => {
  it('FT-C2d: a wallet opens the page', async () => {
    const { decide, watch } = await scanned('same_device');
    const { location } = await decide('approve');
    expect((await watch()).redirect_to, 'the code is for the browser that the wallet opens').toBeNull();
    const { to, fields } = formIn(await open(location ?? null))!;
    expect(to).toBe(CALLBACK);
    expect((await redeem(fields['code']!)).status).toBe(200);
  });

  /** What the browser that comes back from a provider posts in the end. */
  async function backFromProvider(answered: (callback: URL) => void): Promise<ReturnType<typeof formIn>> {
    const session = { ...(await world.harness.session({ ...FORM_POST, connector: 'one' })), path: '' };
    const { same_device } = await world.choose(session, 'one', 'same_device');
    const { pathname, search } = new URL(same_device?.url ?? '');
    const browser = new FakeBrowser(world.harness);
    const { location } = await world.click({ ...session, path: pathname + search }, browser);
    const callback = new URL((await browser.open(location)).location);
    answered(callback);
    const back = await browser.open(callback.href);
    expect({ status: back.status, code: back.location.includes('code=') }).toEqual({ status: 303, code: false });
    return formIn(await browser.open(back.location));
  }

  it('FT-C2d: a provider’s browser comes back to the page', async () => {
    const form = await backFromProvider(() => undefined);
    expect(form?.to).toBe(CALLBACK);
    expect((await redeem(form?.fields['code'] ?? '', world.harness)).status).toBe(200);
  });

  it('FT-C2d: a provider’s browser comes back to the page after a decline as well', async () => {
    const form = await backFromProvider(({ searchParams }) => {
      searchParams.delete('code');
      searchParams.set('error', 'access_denied');
    });
    expect(form).toEqual({ to: CALLBACK, fields: declined });
  });
});

describe('a mistake in the request', () => {
  it('FT-C2d: is posted at once', async () => {
    const query = new URLSearchParams({ ...REQUEST, ...FORM_POST, prompt: 'none' }).toString();
    const page = await open(`/authorize?${query}`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    const description = expect.any(String) as string;
    const error = { error: 'login_required', error_description: description, state: 'the-state', iss: ISSUER };
    expect(formIn(page)).toEqual({ to: CALLBACK, fields: error });
  });

  it('FT-C2d: form_post to an app’s own scheme is one, and the app hears of it by a redirect', async () => {
    const app = { client_id: 'native', redirect_uri: 'com.example.app:/callback', scope: 'openid' };
    const query = new URLSearchParams({ ...REQUEST, ...FORM_POST, ...app }).toString();
    const browser = new FakeBrowser(world.harness);
    const { status, location } = await browser.open(`/authorize?${query}`, { headers: { accept: 'text/html' } });
    expect(status).toBe(303);
    expect(location).toMatch(/^com\.example\.app:\/callback\?error=invalid_request&/);
    const session = await world.harness.post('/session', { ...REQUEST, ...FORM_POST, ...app }, { origin: SHOP_ORIGIN });
    expect(session.status).toBe(400);
    expect(await session.json()).toMatchObject({ error_description: expect.stringContaining('form_post') as string });
  });
});

it('FT-C2d: a pushed request may ask for form_post', async () => {
  const body = new URLSearchParams({ ...REQUEST, ...FORM_POST, client_secret: SHOP_SECRET });
  const pushed = await fetch(`${harness.url}/oauth/par`, { method: 'POST', body });
  expect(pushed.status).toBe(201);
  const { request_uri } = (await pushed.json()) as { readonly request_uri: string };
  const session = await harness.post('/session', { client_id: 'shop', request_uri }, { origin: SHOP_ORIGIN });
  const { session_id, session_secret } = (await session.json()) as Record<'session_id' | 'session_secret', string>;
  const headers = { authorization: `Bearer ${session_secret}` };
  const ended = await harness.post(`/session/${session_id}/cancel`, {}, headers);
  const { redirect_to } = (await ended.json()) as { readonly redirect_to: string };
  expect(formIn(await open(redirect_to))).toEqual({ to: CALLBACK, fields: declined });
});
