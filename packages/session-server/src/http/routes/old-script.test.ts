import { once } from 'node:events';
import type { SessionHandle } from '@beckon/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Harness, REQUEST, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** What the script of release 0.1 sends, in a browser. */
const PAGE = { origin: SHOP_ORIGIN, accept: 'application/json', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };
/** A frame as that script reads it. */
const FRAME = {
  text: expect.stringMatching(/^HTTPS?:\/\/.*\/Q\/[0-9A-F]{2}[0-9A-Z]{26}\.\d+\.[A-Z2-7]{26}$/) as string,
  from_ms: expect.any(Number) as number,
  until_ms: expect.any(Number) as number,
};
const LONG = { order: 'timed', frames: Array.from({ length: 60 }, () => FRAME) };
const COMPACT = {
  order: 'timed',
  prefix: expect.stringMatching(/\/Q\/[0-9A-F]{2}[0-9A-Z]{26}\.$/) as string,
  step: 0,
  from_ms: expect.any(Number) as number,
  interval_ms: 2000,
  macs: Array.from({ length: 60 }, () => expect.stringMatching(/^[A-Z2-7]{26}$/) as string),
};

async function begin(headers: Record<string, string>, more: object = {}): Promise<SessionHandle> {
  const response = await harness.post('/session', { ...REQUEST, ...more }, headers);
  expect(response.status).toBe(201);
  return (await response.json()) as SessionHandle;
}

/** The codes of a session, by each way to hear of it. */
async function everywhere(session: SessionHandle, headers: Record<string, string>): Promise<readonly unknown[]> {
  const { session_id, session_secret } = session;
  const own = { ...headers, authorization: `Bearer ${session_secret}` };
  const path = `/session/${session_id}`;
  const qrOf = async (response: Promise<Response>): Promise<unknown> =>
    ((await (await response).json()) as SessionHandle).qr;
  const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/session/events`, 'beckon.v1', { headers });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret }));
  const [pushed] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return [
    session.qr,
    (JSON.parse(pushed.toString()) as SessionHandle).qr,
    await qrOf(fetch(`${harness.url}${path}/status`, { headers: own })),
    await qrOf(harness.post(`${path}/connector`, { connector: 'wallet', mode: 'qr' }, own)),
    await qrOf(harness.post(`${path}/renew`, {}, own)),
  ];
}

it('FT-E3c: the script of release 0.1 gets the long frames of the whole life by every route', async () => {
  expect(await everywhere(await begin(PAGE), PAGE)).toEqual([LONG, LONG, LONG, LONG, LONG]);
});

it('FT-E3a: today’s script, and every other caller, gets the compact form everywhere, for the whole life', async () => {
  const today = [COMPACT, COMPACT, COMPACT, COMPACT, COMPACT];
  expect(await everywhere(await begin(PAGE, { qr_frames: 'compact' }), PAGE)).toEqual(today);
  expect(await everywhere(await begin({}), {})).toEqual(today);
  expect(await everywhere(await begin({ origin: SHOP_ORIGIN }), { origin: SHOP_ORIGIN })).toEqual(today);
});

it('another form is refused', async () => {
  const response = await harness.post('/session', { ...REQUEST, qr_frames: 'long' }, PAGE);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: 'invalid_request',
    error_description: expect.stringMatching(/^qr_frames: /),
  });
});
