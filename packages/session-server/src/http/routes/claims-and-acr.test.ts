import type { Snapshot } from '@beckon/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uaepass } from '../../connectors/uaepass/index.ts';
import { noScriptState } from '../pages/no-script-page.ts';
import { type Harness, REQUEST, SHOP_ORIGIN, SHOP_SECRET, scanOf, startHarness } from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';
import { walletOfThisMachine } from '../../test-support/wallet-of-this-machine.ts';

/** What a website asks for by `claims`, `acr_values` and hints, as it is served: by every way in which a request arrives. */
let harness: Harness;
let wallets: Harness;
beforeAll(async () => {
  const issuers = [{ issuer: 'https://wallet.example', clientIds: ['phone'] }];
  harness = await startHarness({
    connectors: [
      walletOfThisMachine({ issuers, acrValuesSupported: ['low', 'SOP3'] }),
      uaepass({ clientId: 'sandbox_stage', clientSecret: 'sandbox_stage', minimumLevel: 'SOP2' }),
    ],
  });
  wallets = await startHarness();
});
afterAll(async () => {
  await harness.close();
  await wallets.close();
});

type Changes = Readonly<Record<string, string>>;
const BASIC = { authorization: `Basic ${btoa(`shop:${SHOP_SECRET}`)}` };
const metadata = async ({ url }: Harness) =>
  (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
const push = (changes: Changes) =>
  fetch(`${harness.url}/oauth/par`, {
    method: 'POST',
    headers: BASIC,
    body: new URLSearchParams({ ...REQUEST, ...changes }),
  });
const begin = (changes: Changes) => harness.post('/session', { ...REQUEST, ...changes }, { origin: SHOP_ORIGIN });
const authorize = (changes: Changes, at = harness) =>
  fetch(`${at.url}/authorize?${new URLSearchParams({ ...REQUEST, ...changes }).toString()}`, { redirect: 'manual' });

describe('discovery', () => {
  it('FT-D14c: has the acr values that the configured apps say that they reach, and none where none says any', async () => {
    expect(await metadata(harness)).toMatchObject({ acr_values_supported: ['low', 'SOP3', 'SOP2'] });
    expect(await metadata(wallets)).not.toHaveProperty('acr_values_supported');
  });

  it('says that single claims can be asked for, and which there are, each once', async () => {
    const { claims_parameter_supported, claims_supported } = await metadata(harness);
    expect(claims_parameter_supported).toBe(true);
    const names = claims_supported as readonly string[];
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    expect(names).toEqual(expect.arrayContaining(['sub', 'acr', 'email', 'wallet', 'uaepass', 'nationalities']));
  });
});

describe('FT-D14c: acr_values', () => {
  const NONE = 'unmet_authentication_requirements';
  const essential = (value: string): Changes => ({
    claims: JSON.stringify({ id_token: { acr: { essential: true, value } } }),
  });

  it.each<[string, Changes]>([
    ['a list of which no app reaches one', { acr_values: 'SOP1 urn:other' }],
    ['a value that the chosen app does not reach', { acr_values: 'SOP2', connector: 'wallet' }],
    ['an essential one', essential('SOP1')],
    ['one that an app reaches which cannot do what else is asked for', { acr_values: 'SOP2', prompt: 'login' }],
  ])('are refused in %s, wherever it arrives, and nothing rests', async (_what, changes) => {
    const before = harness.resting();
    const pushed = await push(changes);
    expect([pushed.status, await pushed.json()]).toMatchObject([400, { error: NONE }]);
    const begun = await begin(changes);
    expect([begun.status, await begun.json()]).toMatchObject([400, { error: NONE }]);
    const sent = await authorize(changes);
    expect(sent.status).toBe(303);
    expect(Object.fromEntries(new URL(sent.headers.get('location') ?? '').searchParams)).toMatchObject({
      error: NONE,
      state: 'the-state',
    });
    expect(harness.resting()).toEqual(before);
  });

  it('leave the apps on offer that reach one of them', async () => {
    const offered = async (changes: Changes) =>
      ((await (await begin(changes)).json()) as { connectors: readonly { id: string }[] }).connectors.map(
        ({ id }) => id,
      );
    expect(await offered({})).toEqual(['wallet', 'uaepass']);
    expect(await offered({ acr_values: 'SOP2 SOP1' })).toEqual(['uaepass']);
    expect(await offered({ acr_values: 'low' })).toEqual(['wallet']);
    expect(await offered({ acr_values: 'SOP3' })).toEqual(['wallet', 'uaepass']);
    const { request_uri } = (await (await push({ acr_values: 'SOP2' })).json()) as { request_uri: string };
    const body = await (
      await harness.post('/session', { client_id: 'shop', request_uri }, { origin: SHOP_ORIGIN })
    ).json();
    expect(body, 'the one that is left is chosen').toMatchObject({ connector: 'uaepass' });
  });

  it('are told to a wallet, which may have to authenticate the person before it approves', async () => {
    const scanned = async (changes: Changes) => {
      const { qr } = await wallets.session(changes);
      const { id, step, mac } = scanOf(shownText(qr));
      const headers = { authorization: `Bearer ${await wallets.wallet.token()}` };
      const response = await fetch(`${wallets.url}/session/${id}/information?step=${step}&mac=${mac}`, { headers });
      return (await response.json()) as object;
    };
    expect(await scanned({ acr_values: 'high low' })).toMatchObject({ acr_values: ['high', 'low'] });
    expect(await scanned({})).not.toHaveProperty('acr_values');
    const claims = JSON.stringify({ id_token: { name: null }, userinfo: { email_verified: null } });
    expect(await scanned({ scope: 'openid', claims })).toMatchObject({
      scopes: [
        { scope: 'openid', claims: ['sub'] },
        { scope: 'profile', claims: ['name'] },
        { scope: 'email', claims: ['email_verified'] },
      ],
    });
  });
});

describe('FT-D14d: a person whom the website did not ask for', () => {
  it.each([
    ['another person', { sub: { value: 'someone-else' } }, 'login_required', 'That was another person', 'other_person'],
    [
      'one who is not as sure',
      { acr: { essential: true, value: 'high' } },
      'unmet_authentication_requirements',
      'This sign-in is not strong enough',
      'acr_not_reached',
    ],
  ])('%s reads so without script, the wallet and the website hear it, and the log says why', async (...row) => {
    const [, id_token, error, words, reason] = row;
    const session = await wallets.session({ claims: JSON.stringify({ id_token }) });
    const { id, step, mac } = scanOf(shownText(session.qr));
    const phone = { authorization: `Bearer ${await wallets.wallet.token({ claims: { acr: 'low' } })}` };
    const scanned = await fetch(`${wallets.url}/session/${id}/information?step=${step}&mac=${mac}`, { headers: phone });
    const { retrieval_token } = (await scanned.json()) as { readonly retrieval_token: string };
    const decision = { decision: 'approve', accepted_scopes: ['email'], retrieval_token };
    for (const _ of [1, 2]) {
      const approved = await wallets.post(`/session/${id}/update`, decision, phone);
      expect([approved.status, await approved.json()]).toMatchObject([403, { error: 'verification_failed' }]);
    }
    const headers = { authorization: `Bearer ${session.session_secret}` };
    const watched = await fetch(`${wallets.url}/session/${id}/status`, { headers });
    const snapshot = (await watched.json()) as Snapshot;
    expect(snapshot).toMatchObject({ status: 'failed', person: null, error: { error } });
    expect(new URL(snapshot.redirect_to ?? '').searchParams.get('error')).toBe(error);
    expect(noScriptState('/no-script/x', snapshot)).toContain(words);
    const ended = wallets.log.filter((line) => line.includes('"sign-in ended"') && line.includes(reason));
    expect(ended).toHaveLength(1);
    expect(wallets.log.join(), 'whom the website asked for').not.toContain('someone-else');
  });
});

it.each<[string, string]>([
  ['no JSON', '{'],
  ['a doubled claim', '{"userinfo":{"name":null,"name":{"essential":true}}}'],
  ['4097 bytes', `{"x":"${'a'.repeat(4089)}"}`],
  ['a claim that is a number', '{"id_token":{"name":1}}'],
])('FT-D14b: claims with %s are refused wherever they arrive', async (_what, claims) => {
  for (const response of [await push({ claims }), await begin({ claims })]) {
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  }
  const sent = await authorize({ claims });
  expect(new URL(sent.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');
});

it('the page speaks English whatever language is asked for: discovery offers no other', async () => {
  expect(await metadata(harness)).toMatchObject({ ui_locales_supported: ['en'] });
  for (const ui_locales of ['ar', 'se de-CH', 'en-GB', '!! x']) {
    const page = await authorize({ ui_locales });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<html lang="en"')]);
  }
});
