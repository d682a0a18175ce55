import { createServer, type AddressInfo } from 'node:net';
import type { SessionHandle, Snapshot } from '@beckon/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Harness, REQUEST, SPA_ORIGIN, startHarness } from '../../test-support/harness.ts';

const ASKED = { ...REQUEST, client_id: 'spa', scope: 'openid', redirect_uri: `${SPA_ORIGIN}/cb` };

let harness: Harness;
let request_uri: string;
let adminPort: number;

beforeEach(async () => {
  adminPort = await freePort();
  harness = await startHarness({ admin: { port: adminPort } });
  const response = await fetch(`${harness.url}/oauth/par`, {
    method: 'POST',
    body: new URLSearchParams(ASKED),
  });
  ({ request_uri } = (await response.json()) as { request_uri: string });
});
afterEach(() => harness.close());

const open = (): Promise<Response> =>
  harness.post('/session', { client_id: 'spa', request_uri }, { origin: SPA_ORIGIN });
const opened = async (): Promise<SessionHandle> => (await (await open()).json()) as SessionHandle;
const bearer = ({ session_secret }: SessionHandle): Record<string, string> => ({
  authorization: `Bearer ${session_secret}`,
  origin: SPA_ORIGIN,
});
const renew = (session: SessionHandle): Promise<Response> =>
  harness.post(`/session/${session.session_id}/renew`, {}, bearer(session));
const renewed = async (session: SessionHandle): Promise<SessionHandle> =>
  (await (await renew(session)).json()) as SessionHandle;
const watch = async (session: SessionHandle, query = ''): Promise<Snapshot> => {
  const url = `${harness.url}/session/${session.session_id}/status${query}`;
  return (await (await fetch(url, { headers: bearer(session) })).json()) as Snapshot;
};
const statuses = (sessions: readonly SessionHandle[]): Promise<readonly string[]> =>
  Promise.all(sessions.map(async (session) => (await watch(session)).status));
const logged = (): readonly string[] => harness.log.filter((line) => line.includes('request_uri used more often'));

it('SEC-REQUEST-URI: what rests does not tell a request_uri', async () => {
  await opened();
  const rows = JSON.stringify(harness.resting());
  expect(rows, 'the request rests').toContain('"kind":"request"');
  expect(rows).not.toContain(request_uri.slice(request_uri.lastIndexOf(':') + 1));
});

it('FT-A12c: a fourth session ends the oldest, and who watches that one hears of it', async () => {
  const first = await opened();
  const others = [await opened(), await opened()];
  const heard = watch(first, `?after=${first.version}&wait=25`);
  const last = await opened();
  expect(await heard).toMatchObject({ status: 'cancelled', error: { error: 'access_denied' } });
  expect(await statuses([...others, last])).toEqual(['initialized', 'initialized', 'initialized']);
  expect(logged()).toHaveLength(1);
  expect(logged()[0]).toContain('"name":"live_sessions"');
  expect(logged()[0], 'the capability itself is in no log').not.toContain(request_uri.split(':').at(-1));
  const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  expect(metrics).toContain('beckon_request_uri_limits_total{limit="live_sessions"} 1');
});

it('FT-A12c: ten sessions begin with one request_uri, and no more', async () => {
  for (let n = 0; n < 10; n += 1) expect((await open()).status).toBe(201);
  const refused = await open();
  expect([refused.status, ((await refused.json()) as { error: string }).error]).toEqual([410, 'request_expired']);
  expect(logged().some((line) => line.includes('"name":"sessions_in_all"'))).toBe(true);
  const query = new URLSearchParams({ client_id: 'spa', request_uri }).toString();
  const page = await fetch(`${harness.url}/authorize?${query}`);
  expect(page.status, 'the page says so at once').toBe(410);
});

it('FT-A12c: of many that come at once ten begin, and three live', async () => {
  const answers = await Promise.all(Array.from({ length: 16 }, open));
  const begun = answers.filter(({ status }) => status === 201);
  expect(begun).toHaveLength(10);
  const sessions = await Promise.all(begun.map((answer) => answer.json() as Promise<SessionHandle>));
  expect((await statuses(sessions)).filter((status) => status === 'initialized')).toHaveLength(3);
});

it('FT-A12c: a page that renews its code counts once, however long it stays open', async () => {
  const beside = [await opened(), await opened()];
  let session = await opened();
  for (let n = 0; n < 12; n += 1) session = await renewed(session);
  expect(await statuses([...beside, session]), 'a renewal takes its own place').toEqual(
    Array.from({ length: 3 }, () => 'initialized'),
  );
  expect((await open()).status).toBe(201);
});

it('FT-A12c: a session that was ended to make room counts once more when it is renewed', async () => {
  const first = await opened();
  for (let n = 1; n < 9; n += 1) await opened();
  expect((await renew(first)).status).toBe(201);
  expect((await renew(first)).status, 'ten have begun').toBe(410);
});

/** A page that was reloaded with `request_uri`, and kept the session of another request. */
async function reloaded(request: Readonly<Record<string, string>>): Promise<SessionHandle> {
  const { session_id, ...former } = (await (
    await harness.post('/session', request, { origin: SPA_ORIGIN })
  ).json()) as SessionHandle;
  const body = { client_id: 'spa', request_uri, session_id };
  return (await (await harness.post('/session', body, bearer({ session_id, ...former }))).json()) as SessionHandle;
}

it('FT-A12c: a session that a reloaded page brings along takes a place, as one that begins does', async () => {
  const first = await opened();
  const others = [await opened(), await opened()];
  const brought = await reloaded({ ...ASKED, state: 'before' });
  expect(await statuses([first, ...others, brought])).toEqual([
    'cancelled',
    'initialized',
    'initialized',
    'initialized',
  ]);
  for (let n = 4; n < 10; n += 1) expect((await open()).status).toBe(201);
  expect((await open()).status, 'it counted as a beginning').toBe(410);
});

it('FT-A12c: a session that a reloaded page cannot go on with takes no place', async () => {
  const others = [await opened(), await opened()];
  const begun = await reloaded({ ...ASKED, prompt: 'consent' });
  expect(await statuses([...others, begun])).toEqual(['initialized', 'initialized', 'initialized']);
  for (let n = 3; n < 10; n += 1) expect((await open()).status).toBe(201);
  expect((await open()).status, 'ten have begun').toBe(410);
});

it('FT-A12c: a session that has gone on with another request is not ended for the sessions of its first', async () => {
  const { session_id, session_secret } = await opened();
  const body = { ...ASKED, state: 'another', session_id };
  const answer = await harness.post('/session', body, {
    origin: SPA_ORIGIN,
    authorization: `Bearer ${session_secret}`,
  });
  const gone = (await answer.json()) as SessionHandle;
  const others = [await opened(), await opened(), await opened()];
  expect(gone.session_id).toBe(session_id);
  expect(await statuses([gone, ...others])).toEqual(Array.from({ length: 4 }, () => 'initialized'));
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
