import type { Snapshot } from '@beckon/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Harness, SHOP_SECRET, startHarness } from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const basic = (client_id: string, secret: string): string =>
  `Basic ${Buffer.from(`${client_id}:${secret}`).toString('base64')}`;
const ask = (session_id: string, authorization = basic('shop', SHOP_SECRET), query = ''): Promise<Response> =>
  fetch(`${harness.url}/session/${session_id}/status${query}`, { headers: { authorization } });
const errorOf = async (response: Response): Promise<unknown> => [
  response.status,
  ((await response.json()) as { readonly error: string }).error,
];

it('FT-F55a: a backend reads how far its client’s session is, with its secret in place of the session’s', async () => {
  const session = await harness.session();
  const snapshot = (await (await ask(session.session_id)).json()) as Snapshot;
  expect(snapshot).toMatchObject({ session_id: session.session_id, status: 'initialized', version: session.version });
  expect(session.qr, 'the browser has one').not.toBeNull();
  expect(snapshot).toMatchObject({ qr: null, same_device: null, typed_code: null, redirect_to: null });
});

it('FT-F55a: once approved it reads so, and the code stays for the browser', async () => {
  const { session, code } = await harness.signIn();
  const answer = await ask(session.session_id);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ status: 'confirmed', redirect_to: null });
  expect(text).not.toContain(code);
});

it('FT-F55a: the number that the browser shows is not in it', async () => {
  const session = await harness.session({ client_id: 'strict' });
  const [id = '', step = '', mac = ''] = (shownText(session.qr).split('/').at(-1) ?? '').split('.');
  const scanned = await fetch(`${harness.url}/session/${id}/information?step=${step}&mac=${mac}`, {
    headers: { authorization: `Bearer ${await harness.wallet.token()}` },
  });
  expect(scanned.status).toBe(200);
  const status = async (authorization: string): Promise<Snapshot> =>
    (await (await ask(session.session_id, authorization)).json()) as Snapshot;
  expect((await status(`Bearer ${session.session_secret}`)).verification?.number).toMatch(/^\d\d$/);
  expect(await status(basic('strict', SHOP_SECRET))).toMatchObject({
    status: 'retrieved',
    verification: { method: 'number', number: null },
  });
});

it('FT-F55b: a session of another client is as unknown as one that there is not', async () => {
  const { session_id } = await harness.session();
  const other = await errorOf(await ask(session_id, basic('strict', SHOP_SECRET)));
  expect(other).toEqual([404, 'session_not_found']);
  expect(await errorOf(await ask('0'.repeat(26)))).toEqual(other);
});

it('FT-F55b: a wrong secret, a public client and two ways at once read nothing', async () => {
  const { session_id, session_secret } = await harness.session();
  const wrong = await ask(session_id, basic('shop', 'guessed'));
  expect(wrong.headers.get('www-authenticate')).toContain('Basic');
  expect(await errorOf(wrong)).toEqual([401, 'invalid_client']);
  for (const authorization of [basic('spa', ''), basic('spa', 'x'), basic('nobody', 'x'), 'Basic'])
    expect([authorization, (await ask(session_id, authorization)).status]).toEqual([authorization, 401]);
  const both = await fetch(`${harness.url}/session/${session_id}/status`, {
    headers: { authorization: basic('shop', SHOP_SECRET), 'data-session-token': session_secret },
  });
  expect(await errorOf(both)).toEqual([400, 'invalid_request']);
});

it('FT-F55c: a read with `wait` is held until the session changes, and is answered by that', async () => {
  const session = await harness.session();
  const held = ask(session.session_id, undefined, `?after=${session.version}&wait=20`);
  const early = await Promise.race([held, new Promise((resolve) => setTimeout(resolve, 100, 'held'))]);
  expect(early).toBe('held');
  const bearer = { authorization: `Bearer ${session.session_secret}` };
  expect((await harness.post(`/session/${session.session_id}/cancel`, {}, bearer)).status).toBe(200);
  expect(await (await held).json()).toMatchObject({ status: 'cancelled', redirect_to: null });
});

it('FT-F55c: wrong secrets are limited by network, and right ones by client and by session', async () => {
  const small = await startHarness({ rateLimitFactor: 1e-6 });
  const read = (secret: string): Promise<Response> =>
    fetch(`${small.url}/session/${'0'.repeat(26)}/status`, { headers: { authorization: basic('shop', secret) } });
  await read('guessed');
  const again = await read('guessed');
  expect(again.status).toBe(429);
  await read(SHOP_SECRET);
  expect((await read(SHOP_SECRET)).status).toBe(429);
  await small.close();
});
