import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../packages/session-server/src/jobs/index.ts';
import { createSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import type {
  Connector,
  RedirectOutcome,
  RedirectStart,
} from '../../packages/session-server/src/connectors/connector.ts';
import { createLimitedFetch } from '../../packages/session-server/src/outbound/index.ts';
import { uaepass, type UaePassOptions } from '../../packages/session-server/src/connectors/uaepass/index.ts';
import { connectorContext } from '../../packages/session-server/src/testing/index.ts';

/** The connector and the stand-in, over HTTP: what the one says of the contract is what the other does. */

const issuer = 'https://id.example.com';
let clock = 0;
let sandbox: Sandbox;
let base = '';

beforeEach(async () => {
  clock = Date.now();
  sandbox = createSandbox({ beckon: { issuer, shop: 'https://shop.example' }, now: () => clock });
  base = `${await sandbox.listen(0)}/uaepass`;
});
afterEach(() => sandbox.close());

const start: RedirectStart = {
  callback_uri: `${issuer}/callback/uaepass`,
  state: 's'.repeat(43),
  nonce: 'n'.repeat(43),
  code_verifier: 'v'.repeat(43),
  mode: 'qr',
  reauthenticate: false,
  request: {
    client_id: 'shop',
    client_name: 'Shop',
    scope: ['openid', 'profile', 'email', 'phone', 'uaepass'],
    prompt: [],
    linking: false,
    max_age: null,
    login_hint: null,
    ui_locales: ['en'],
    acr_values: [],
  },
};

function open(options: Partial<UaePassOptions> = {}): Promise<Connector> {
  const config = uaepass({
    clientId: 'sandbox_stage',
    clientSecret: 'sandbox_stage',
    baseUrl: `${base}/idshub`,
    minimumLevel: 'SOP1',
    ...options,
  });
  return config.open(connectorContext({ issuer, now: () => clock, fetch: createLimitedFetch(systemTimers) }));
}

async function begin(connector: Connector): Promise<string> {
  return (await connector.redirect?.begin(start))?.location ?? '';
}

/** A browser as far as UAE PASS needs one: cookies, forms, and a stop at what lies elsewhere. */
class Browser {
  private cookie = '';
  page = '';
  location = '';
  async visit(url: string, form?: Record<string, string>): Promise<this> {
    let next: { url: string; body?: URLSearchParams } = form ? { url, body: new URLSearchParams(form) } : { url };
    for (let hop = 0; hop < 5; hop += 1) {
      this.location = next.url;
      if (!next.url.startsWith(base)) return this;
      const headers = { cookie: this.cookie, ...(next.body === undefined ? {} : { origin: new URL(base).origin }) };
      const init = next.body === undefined ? { headers } : { headers, method: 'POST', body: next.body };
      const response = await fetch(next.url, { ...init, redirect: 'manual' });
      for (const set of response.headers.getSetCookie()) this.cookie = set.split(';')[0] ?? '';
      this.page = await response.text();
      const location = response.headers.get('location');
      if (location === null) return this;
      next = { url: new URL(location, next.url).href };
    }
    throw new Error('redirected in a circle');
  }
  submit(path: string, fields: Record<string, string>): Promise<this> {
    const transaction = /name="transaction" value="([^"]+)"/.exec(this.page)?.[1] ?? '';
    return this.visit(`${base}${path}`, { transaction, ...fields });
  }
  get number(): string {
    return /id="number">(\d\d)</.exec(this.page)?.[1] ?? '';
  }
}

/** Goes through the pages as this person would. */
async function logIn(location: string, username: string): Promise<Browser> {
  const browser = await new Browser().visit(location);
  await browser.submit('/login', { username });
  return browser.submit('/approve', { number: browser.number });
}

async function finish(connector: Connector, browser: Browser): Promise<RedirectOutcome> {
  const parameters = new URL(browser.location).searchParams;
  const outcome = await connector.redirect?.finish({ ...start, parameters, providerState: null });
  if (outcome === undefined) throw new Error('it does not redirect');
  return outcome;
}

async function signIn(username: string, options: Partial<UaePassOptions> = {}): Promise<RedirectOutcome> {
  const connector = await open(options);
  return finish(connector, await logIn(await begin(connector), username));
}

describe('people of every level', () => {
  it('SOP1: mail and telephone, nothing more', async () => {
    expect(await signIn('alma@example.com')).toMatchObject({
      type: 'identity',
      identity: {
        acr: 'SOP1',
        claims: {
          name: 'Alma Exempel',
          email: 'alma@example.com',
          email_verified: true,
          phone_number: '+46701740605',
          phone_number_verified: true,
          uaepass: { user_type: 'SOP1' },
        },
      },
    });
  });

  it('SOP2: with Emirates ID, found by mobile number', async () => {
    const outcome = await signIn('+44 7700 900123');
    expect(outcome).toMatchObject({
      identity: {
        acr: 'SOP2',
        claims: {
          given_name: 'Ben',
          name: 'Ben Sample',
          gender: 'male',
          nationalities: ['GBR'],
          uaepass: { emirates_id: '784197812345670', id_type: 'ID', title_en: 'Mr', fullname_ar: 'بن,,,,سامبل,,' },
        },
      },
    });
  });

  it('SOP3: found by Emirates ID', async () => {
    const outcome = await signIn('784-1985-1234567-0', { visitors: true });
    expect(outcome).toMatchObject({
      identity: { acr: 'SOP3', claims: { name: 'Dana Mithal', uaepass: { profile_type: '1', firstname_ar: 'دانة' } } },
    });
  });

  it('a visitor has no Emirates ID, and is told from a resident only with the visitors’ scopes', async () => {
    const outcome = await signIn('chloe@example.com', { visitors: true });
    expect(outcome).toMatchObject({
      identity: { acr: 'SOP3', claims: { uaepass: { profile_type: '2', unified_id: '990000001' } } },
    });
    expect(outcome).not.toHaveProperty('identity.claims.uaepass.emirates_id');
    expect(await signIn('chloe@example.com')).not.toHaveProperty('identity.claims.uaepass.profile_type');
  });

  it('keep their subject', async () => {
    const subjects = [
      await signIn('dana@example.com'),
      await signIn('784198512345670'),
      await signIn('ben@example.com'),
    ];
    const [first, again, other] = subjects.map((each) => (each.type === 'identity' ? each.identity.subject : null));
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('below the minimum are refused', async () => {
    expect((await signIn('ben@example.com', { minimumLevel: 'SOP3' })).type).toBe('declined');
    expect((await signIn('dana@example.com', { minimumLevel: 'SOP3' })).type).toBe('identity');
  });
});

it('PKCE may be off', async () => {
  expect((await signIn('dana@example.com', { pkce: false })).type).toBe('identity');
});

describe('people who do not want to', () => {
  const declined = { type: 'declined', message: expect.objectContaining({ en: 'User cancelled the login.' }) };

  it('cancel on the page', async () => {
    const connector = await open();
    const browser = await new Browser().visit(await begin(connector));
    expect(await finish(connector, await browser.submit('/login', { cancel: 'yes' }))).toEqual(declined);
  });

  it('cancel in the app', async () => {
    const connector = await open();
    const browser = await new Browser().visit(await begin(connector));
    await browser.submit('/login', { username: 'dana@example.com' });
    expect(await finish(connector, await browser.submit('/approve', { cancel: 'yes' }))).toEqual(declined);
  });

  it('choose a number that the browser does not show', async () => {
    const connector = await open();
    const browser = await new Browser().visit(await begin(connector));
    await browser.submit('/login', { username: 'dana@example.com' });
    const wrong = String((Number(browser.number) + 1) % 100);
    expect(await finish(connector, await browser.submit('/approve', { number: wrong }))).toEqual(declined);
  });
});

it('no person has an account by that name: the page says so and asks again', async () => {
  const browser = await new Browser().visit(await begin(await open()));
  await browser.submit('/login', { username: 'nobody@example.com' });
  expect(browser.page).toContain('No UAE PASS account');
  await browser.submit('/login', { username: 'dana@example.com' });
  expect(browser.number).toMatch(/^\d\d$/);
});

describe('a code', () => {
  it('lives 10 s', async () => {
    const connector = await open();
    const inTime = await logIn(await begin(connector), 'dana@example.com');
    clock += 9_999;
    expect((await finish(connector, inTime)).type).toBe('identity');
    const late = await logIn(await begin(connector), 'dana@example.com');
    clock += 10_000;
    await expect(finish(connector, late)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('is good once', async () => {
    const connector = await open();
    const browser = await logIn(await begin(connector), 'dana@example.com');
    await finish(connector, browser);
    await expect(finish(connector, browser)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('is for its redirect URI alone', async () => {
    const connector = await open();
    const browser = await logIn(await begin(connector), 'dana@example.com');
    const parameters = new URL(browser.location).searchParams;
    const other = { ...start, callback_uri: `${issuer}/callback/other`, parameters, providerState: null };
    await expect(connector.redirect?.finish(other)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('is refused to a wrong secret', async () => {
    const browser = await logIn(await begin(await open()), 'dana@example.com');
    const wrong = await open({ clientSecret: 'wrong' });
    await expect(finish(wrong, browser)).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringContaining('clientSecret'),
    });
  });
});

describe('the authorize endpoint', () => {
  it('keeps a client or redirect URI that is not registered on its own page', async () => {
    const strange = await new Browser().visit(await begin(await open({ clientId: 'stranger' })));
    expect(strange.page).toContain('Consumer Key not found');
    const location = (await begin(await open())).replace('id.example.com', 'evil.example');
    expect((await new Browser().visit(location)).page).toContain('not registered');
  });

  it.each([
    ['openid', { extraScope: ['email'] }, 'invalid_scope'],
    ['acr_values', { acrValues: 'urn:x' }, 'invalid_request'],
  ])('refuses what UAE PASS does not know: %s', async (_what, options, error) => {
    const browser = await new Browser().visit(await begin(await open(options)));
    expect(new URL(browser.location).searchParams.get('error')).toBe(error);
  });

  it('speaks Arabic from right to left', async () => {
    const connector = await open();
    const arabic = { ...start, request: { ...start.request, ui_locales: ['ar-AE'] } };
    const { location } = (await connector.redirect?.begin(arabic)) ?? { location: '' };
    expect((await new Browser().visit(location)).page).toContain('<html lang="ar" dir="rtl">');
  });
});

it('logging out ends the browser’s session and brings the state back', async () => {
  const connector = await open();
  const browser = await logIn(await begin(connector), 'dana@example.com');
  await browser.visit(await begin(connector));
  expect(browser.page).toContain('Continue as DANA');

  const url = await connector.logout?.url({
    return_to: 'https://shop.example/bye',
    state: { lang: 'ar' },
    id_token_hint: null,
  });
  await browser.visit(url ?? '');
  const back = new URL(browser.location);
  expect(`${back.origin}${back.pathname}`).toBe('https://shop.example/bye');
  expect(Buffer.from(back.searchParams.get('state') ?? '', 'base64').toString()).toBe('lang=ar');

  await browser.visit(await begin(connector));
  expect(browser.page).not.toContain('Continue as');
});

describe('the app on the phone', () => {
  interface Pushed {
    readonly handle: string;
    readonly consent: { readonly client: { readonly origin: string }; readonly verification: unknown };
  }
  const inbox = async (user: string): Promise<readonly Pushed[]> => {
    const response = await fetch(`${base}/../phone/inbox?${new URLSearchParams({ user }).toString()}`);
    return (await response.json()) as readonly Pushed[];
  };
  const tell = async (action: 'approve' | 'decline', body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(`${base}/../phone/${action}`, init)).json();
  };
  const loggingIn = async () => {
    const connector = await open();
    const browser = await new Browser().visit(await begin(connector));
    await browser.submit('/login', { username: 'dana@example.com' });
    const [pushed] = await inbox('784198512345670');
    return { connector, browser, handle: pushed?.handle ?? '', pushed };
  };
  const answered = (browser: Browser): Promise<Browser> => browser.visit(browser.location);

  it('is told of a login, and no other person’s is', async () => {
    const { pushed } = await loggingIn();
    expect(pushed?.consent).toMatchObject({
      client: { origin: issuer },
      verification: { method: 'number', digits: 2 },
    });
    expect(await inbox('ben@example.com')).toEqual([]);
    expect(await inbox('nobody@example.com')).toEqual([]);
  });

  it('lets a person in who sees the number', async () => {
    const { connector, browser, handle } = await loggingIn();
    expect(await tell('approve', { handle, verification: browser.number })).toMatchObject({ status: 'confirmed' });
    expect((await finish(connector, await answered(browser))).type).toBe('identity');
    expect(await inbox('dana@example.com')).toEqual([]);
  });

  it('refuses another number', async () => {
    const { connector, browser, handle } = await loggingIn();
    const verification = String((Number(browser.number) + 1) % 100).padStart(2, '0');
    expect(await tell('approve', { handle, verification })).toMatchObject({ status: 'declined' });
    expect((await finish(connector, await answered(browser))).type).toBe('declined');
  });

  it('cancels', async () => {
    const { connector, browser, handle } = await loggingIn();
    expect(await tell('decline', { handle })).toMatchObject({ status: 'declined' });
    expect((await finish(connector, await answered(browser))).type).toBe('declined');
    expect(await tell('decline', { handle })).toMatchObject({ error: 'handle_not_found' });
  });
});

it('an access token can be introspected, by the client alone', async () => {
  const connector = await open({ pkce: false });
  const browser = await logIn(await begin(connector), 'dana@example.com');
  const code = new URL(browser.location).searchParams.get('code') ?? '';
  const headers = { authorization: `Basic ${btoa('sandbox_stage:sandbox_stage')}` };
  const query = new URLSearchParams({ grant_type: 'authorization_code', redirect_uri: start.callback_uri, code });
  // As UAE PASS's documents show it: everything in the query.
  const token = await fetch(`${base}/idshub/token?${query.toString()}`, { method: 'POST', headers });
  const { access_token } = (await token.json()) as { access_token: string };

  const introspect = async (body: Record<string, string>, as: Record<string, string> = headers): Promise<unknown> =>
    (await fetch(`${base}/idshub/introspect`, { method: 'POST', headers: as, body: new URLSearchParams(body) })).json();
  expect(await introspect({ token: access_token })).toMatchObject({ active: true, client_id: 'sandbox_stage' });
  expect(await introspect({ token: 'x' })).toEqual({ active: false });
  expect(await introspect({ token: access_token }, {})).toMatchObject({ error: 'invalid_client' });
  clock += 3_600_000;
  expect(await introspect({ token: access_token })).toEqual({ active: false });
});
