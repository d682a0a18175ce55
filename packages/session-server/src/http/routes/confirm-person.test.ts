import { randomBytes } from 'node:crypto';
import type { ServerMessage, SessionHandle, Snapshot } from '@beckon/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { exampleConfig, type Harness, scanOf, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';

let harness: Harness;
let session: SessionHandle;

beforeEach(async () => {
  const [shop, ...others] = exampleConfig().clients;
  harness = await startHarness({
    clients: [{ ...shop!, cross_device: { verification: 'none', confirm_person: true } }, ...others],
  });
  session = await harness.session();
});
afterEach(() => harness.close());

const own = (): Record<string, string> => ({ authorization: `Bearer ${session.session_secret}`, origin: SHOP_ORIGIN });
const watch = async (query = ''): Promise<Snapshot> => {
  const url = `${harness.url}/session/${session.session_id}/status${query}`;
  return (await (await fetch(url, { headers: own() })).json()) as Snapshot;
};
const press = (headers = own()): Promise<Response> =>
  harness.post(`/session/${session.session_id}/confirm`, {}, headers);

/** As a browser without a WebSocket hears of it. */
async function polledUntil(status: string): Promise<Snapshot> {
  for (let { version } = session; ;) {
    const heard = await watch(`?after=${version}&wait=25`);
    if (heard.status === status) return heard;
    ({ version } = heard);
  }
}

/** The first wallet to scan approves. */
async function approve(): Promise<void> {
  const { id, step, mac } = scanOf(shownText(session.qr));
  const headers = { authorization: `Bearer ${await harness.wallet.token()}` };
  const consent = await fetch(`${harness.url}/session/${id}/information?step=${step}&mac=${mac}`, { headers });
  const { retrieval_token } = (await consent.json()) as { retrieval_token: string };
  const accepted_scopes = ['openid', 'profile'];
  const decision = { decision: 'approve', accepted_scopes, retrieval_token };
  expect((await harness.post(`/session/${id}/update`, decision, headers)).status).toBe(200);
}

it('FT-A10c: the browser is told who approved, and gets no code before its person presses', async () => {
  expect(await watch()).toMatchObject({ person: null, confirm_person: false });
  const heard = polledUntil('confirmed');
  await approve();
  const waiting = { status: 'confirmed', person: { name: 'A… L…' }, confirm_person: true, redirect_to: null };
  expect(await heard).toMatchObject(waiting);
  expect(await watch(), 'a page that was reloaded is told the same').toMatchObject(waiting);
  const pressed = await press();
  expect(pressed.status).toBe(200);
  const snapshot = (await pressed.json()) as Snapshot;
  expect(snapshot).toMatchObject({ status: 'confirmed', person: { name: 'A… L…' }, confirm_person: false });
  expect(new URL(snapshot.redirect_to ?? '').searchParams.get('code')).toMatch(/./);
  expect((await press()).status, 'a press whose answer was lost may come again').toBe(200);
});

it('FT-A10c: a watcher by WebSocket hears of the press as well', async () => {
  const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/session/events`, 'beckon.v1', {
    origin: SHOP_ORIGIN,
  });
  const heard: Snapshot[] = [];
  const left = new Promise<Snapshot>((resolve, reject) => {
    socket.on('error', reject).on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ServerMessage;
      if (message.type !== 'session') return;
      heard.push(message);
      if (message.status === 'confirmed' && message.confirm_person) void press();
      if (message.redirect_to !== null) resolve(message);
    });
  });
  const { session_id, session_secret } = session;
  socket.on('open', () => {
    socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret }));
    void approve();
  });
  expect(new URL((await left).redirect_to ?? '').searchParams.has('code')).toBe(true);
  expect(heard.some(({ confirm_person, person }) => confirm_person && person?.name === 'A… L…')).toBe(true);
  socket.terminate();
});

it('FT-A10c: “This isn’t me” ends the sign-in, and no code is ever minted', async () => {
  await approve();
  expect(await watch()).toMatchObject({ confirm_person: true });
  const cancelled = await harness.post(`/session/${session.session_id}/cancel`, {}, own());
  expect(await cancelled.json()).toMatchObject({ status: 'cancelled', person: null });
  const late = await press();
  expect([late.status, await late.json()]).toMatchObject([409, { error: 'invalid_transition' }]);
  expect((await watch()).redirect_to).toContain('error=access_denied');
  const again = await harness.post(`/session/${session.session_id}/renew`, {}, own());
  expect(again.status, 'no code was minted, so the request is good for the right person').toBe(201);
});

it('FT-A10c: only the holder of the secret can press, and not before a person has approved', async () => {
  expect((await press()).status).toBe(409);
  await approve();
  const stranger = { ...own(), authorization: `Bearer ${randomBytes(32).toString('base64url')}` };
  expect((await press(stranger)).status).toBe(404);
  expect((await press({ ...own(), origin: 'https://evil.example' })).status).toBe(403);
  expect(await watch()).toMatchObject({ confirm_person: true, redirect_to: null });
});

it('FT-A10d: without the setting the code comes at once, with the name beside it', async () => {
  const other = await startHarness();
  const { session: begun, confirmed } = await other.signIn();
  await other.close();
  expect(begun.person).toBeNull();
  expect(confirmed).toMatchObject({ status: 'confirmed', person: { name: 'A… L…' }, confirm_person: false });
  expect(confirmed.redirect_to).toContain('code=');
});
