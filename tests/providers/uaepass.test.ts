import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import type { Browser } from '../../packages/sandbox/src/phone/browser/index.ts';
import type { Connector, RedirectOutcome } from '../../packages/session-server/src/connectors/connector.ts';
import { uaepass, type UaePassOptions } from '../../packages/session-server/src/connectors/uaepass/index.ts';
import {
  beginAt,
  finishWith,
  openConnector,
  redirectStart,
} from '../../packages/session-server/src/test-support/connector-calls.ts';
import { browserAt, enterAtUaePass, ISSUER, leftOf, numberAtUaePass, press } from './conformance/stand-in.ts';

/** The connector and the stand-in, over HTTP: what the one says of the contract is what the other does. */

let clock = 0;
let sandbox: Sandbox;
let origin = '';
let base = '';

beforeEach(async () => {
  clock = Date.now();
  sandbox = createSandbox({ beckon: { issuer: ISSUER, shop: 'https://shop.example' }, now: () => clock });
  origin = await sandbox.listen(0);
  base = `${origin}/uaepass`;
});
afterEach(() => sandbox.close());

const start = redirectStart(`${ISSUER}/callback/uaepass`, {
  scope: ['openid', 'profile', 'email', 'phone', 'uaepass'],
});

function open(options: Partial<UaePassOptions> = {}): Promise<Connector> {
  const client = { clientId: 'sandbox_stage', clientSecret: 'sandbox_stage', minimumLevel: 'SOP1' } as const;
  const config = uaepass({ ...client, baseUrl: `${base}/idshub`, ...options });
  return openConnector(config, { issuer: ISSUER, now: () => clock });
}
const begin = (connector: Connector): Promise<string> => beginAt(connector, start);
const finish = (connector: Connector, browser: Browser): Promise<RedirectOutcome> =>
  finishWith(connector, start, leftOf(browser));

/** The browser that a sign-in begins in, at the page that asks who is there. */
async function visiting(location: string): Promise<Browser> {
  const browser = browserAt(origin);
  await browser.visit(location);
  return browser;
}
/** The same, once this person is asked in the app. */
async function asking(connector: Connector, username = 'dana@example.com'): Promise<Browser> {
  const browser = await visiting(await begin(connector));
  await enterAtUaePass(browser, username);
  return browser;
}
/** Goes through the pages as this person would. */
async function logIn(connector: Connector, username?: string): Promise<Browser> {
  const browser = await asking(connector, username);
  await press(browser, 'number', numberAtUaePass(browser));
  return browser;
}
/** A number that the app offers and the browser does not show. */
function otherNumber(browser: Browser): string {
  const buttons = browser.page.forms.flatMap((form) => form.buttons).filter(({ name }) => name === 'number');
  return buttons.find(({ value }) => value !== numberAtUaePass(browser))?.value ?? '';
}

async function signIn(username: string, options: Partial<UaePassOptions> = {}): Promise<RedirectOutcome> {
  const connector = await open(options);
  return finish(connector, await logIn(connector, username));
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
    const browser = await visiting(await begin(connector));
    await press(browser, 'cancel');
    expect(await finish(connector, browser)).toEqual(declined);
  });

  it('cancel in the app', async () => {
    const connector = await open();
    const browser = await asking(connector);
    await press(browser, 'cancel');
    expect(await finish(connector, browser)).toEqual(declined);
  });

  it('choose a number that the browser does not show', async () => {
    const connector = await open();
    const browser = await asking(connector);
    await press(browser, 'number', otherNumber(browser));
    expect(await finish(connector, browser)).toEqual(declined);
  });
});

it('no person has an account by that name: the page says so and asks again', async () => {
  const browser = await asking(await open(), 'nobody@example.com');
  expect(browser.page.html).toContain('No UAE PASS account');
  await enterAtUaePass(browser, 'dana@example.com');
  expect(numberAtUaePass(browser)).toMatch(/^\d\d$/);
});

describe('a code', () => {
  it('lives 10 s', async () => {
    const connector = await open();
    const inTime = await logIn(connector);
    clock += 9_999;
    expect((await finish(connector, inTime)).type).toBe('identity');
    const late = await logIn(connector);
    clock += 10_000;
    await expect(finish(connector, late)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('is good once', async () => {
    const connector = await open();
    const browser = await logIn(connector);
    await finish(connector, browser);
    await expect(finish(connector, browser)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('is for its redirect URI alone', async () => {
    const connector = await open();
    const browser = await logIn(connector);
    const parameters = new URL(leftOf(browser)).searchParams;
    const other = { ...start, callback_uri: `${ISSUER}/callback/other`, parameters, providerState: null };
    await expect(connector.redirect?.finish(other)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('is refused to a wrong secret', async () => {
    const browser = await logIn(await open());
    const wrong = await open({ clientSecret: 'wrong' });
    await expect(finish(wrong, browser)).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringContaining('clientSecret'),
    });
  });
});

describe('the authorize endpoint', () => {
  it('keeps a client or redirect URI that is not registered on its own page', async () => {
    const strange = await visiting(await begin(await open({ clientId: 'stranger' })));
    expect(strange.page.html).toContain('Consumer Key not found');
    const location = (await begin(await open())).replace('id.example.com', 'evil.example');
    expect((await visiting(location)).page.html).toContain('not registered');
  });

  it.each([
    ['openid', { extraScope: ['email'] }, 'invalid_scope'],
    ['acr_values', { acrValues: 'urn:x' }, 'invalid_request'],
  ])('refuses what UAE PASS does not know: %s', async (_what, options, error) => {
    const browser = await visiting(await begin(await open(options)));
    expect(new URL(leftOf(browser)).searchParams.get('error')).toBe(error);
  });

  it('speaks Arabic from right to left', async () => {
    const connector = await open();
    const location = await beginAt(connector, { ...start, request: { ...start.request, ui_locales: ['ar-AE'] } });
    expect((await visiting(location)).page.html).toContain('<html lang="ar" dir="rtl">');
  });
});

it('logging out ends the browser’s session and brings the state back', async () => {
  const connector = await open();
  const browser = await logIn(connector);
  await browser.visit(await begin(connector));
  expect(browser.page.html).toContain('Continue as DANA');

  const url = await connector.logout?.url({
    return_to: 'https://shop.example/bye',
    state: { lang: 'ar' },
    id_token_hint: null,
  });
  await browser.visit(url ?? '');
  const back = new URL(leftOf(browser));
  expect(`${back.origin}${back.pathname}`).toBe('https://shop.example/bye');
  expect(Buffer.from(back.searchParams.get('state') ?? '', 'base64').toString()).toBe('lang=ar');

  await browser.visit(await begin(connector));
  expect(browser.page.html).not.toContain('Continue as');
});

describe('the app on the phone', () => {
  interface Pushed {
    readonly handle: string;
    readonly consent: { readonly client: { readonly origin: string }; readonly verification: unknown };
  }
  const inbox = async (user: string): Promise<readonly Pushed[]> => {
    const response = await fetch(`${origin}/phone/inbox?${new URLSearchParams({ user }).toString()}`);
    return (await response.json()) as readonly Pushed[];
  };
  const tell = async (action: 'approve' | 'decline', body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(`${origin}/phone/${action}`, init)).json();
  };
  const loggingIn = async () => {
    const connector = await open();
    const browser = await asking(connector);
    const [pushed] = await inbox('784198512345670');
    return { connector, browser, handle: pushed?.handle ?? '', pushed };
  };
  const answered = async (browser: Browser): Promise<Browser> => {
    await browser.visit(browser.page.url);
    return browser;
  };

  it('is told of a login, and no other person’s is', async () => {
    const { pushed } = await loggingIn();
    expect(pushed?.consent).toMatchObject({
      client: { origin: ISSUER },
      verification: { method: 'number', digits: 2 },
    });
    expect(await inbox('ben@example.com')).toEqual([]);
    expect(await inbox('nobody@example.com')).toEqual([]);
  });

  it('lets a person in who sees the number', async () => {
    const { connector, browser, handle } = await loggingIn();
    expect(await tell('approve', { handle, verification: numberAtUaePass(browser) })).toMatchObject({
      status: 'confirmed',
    });
    expect((await finish(connector, await answered(browser))).type).toBe('identity');
    expect(await inbox('dana@example.com')).toEqual([]);
  });

  it('refuses another number', async () => {
    const { connector, browser, handle } = await loggingIn();
    const verification = otherNumber(browser);
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
  const browser = await logIn(connector);
  const code = new URL(leftOf(browser)).searchParams.get('code') ?? '';
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
