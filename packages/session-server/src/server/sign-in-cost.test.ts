import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { SessionHandle } from '@beckon/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Cost, type CountedStore, SOCKETS, createCountedStore, totalOf } from '../test-support/counted-store.ts';
import {
  type Harness,
  REQUEST,
  SHOP_ORIGIN,
  SHOP_SECRET,
  VERIFIER,
  scanOf,
  startHarness,
} from '../test-support/harness.ts';
import { shownText } from '../test-support/shown-text.ts';

const COSTS = ['commits', 'reads', 'nows', 'hits', 'seals', 'opens', 'hmacs', 'parses'] as const;
type Numbers = readonly [number, number, number, number, number, number, number, number];
const cost = (...numbers: Numbers): Cost =>
  Object.fromEntries(COSTS.map((name, i) => [name, numbers[i]])) as unknown as Cost;

/**
 * What a sign-in across devices may cost at most, by request. Keys are in memory, and the page
 * asks once for its status. The one question for the time seals the request for the page that carries it: nothing
 * is read or written there that could say the time. Limits of volume are counted in memory: of the hits there is at
 * most one, where the second is over in which the process shares its counts. Each commit that tells the audit trail
 * something seals one row more.
 */
const CEILINGS: Readonly<Record<string, Cost>> = {
  //                                   commits reads nows hits seals opens HMACs parses
  'POST /session': /*                */ cost(1, 0, 1, 1, 2, 0, 4, 2),
  'GET /session/{id}/information': /**/ cost(1, 0, 0, 0, 2, 0, 4, 3),
  // The read asks whether the code was collected.
  'POST /session/{id}/update': /*    */ cost(1, 1, 0, 0, 2, 1, 3, 5),
  'GET /session/{id}/status': /*     */ cost(1, 1, 0, 1, 3, 1, 2, 1),
  // The read asks whether the person's sign-ins were ended.
  'POST /oauth/token': /*            */ cost(1, 1, 0, 1, 3, 0, 5, 1),
  'GET /oauth/userinfo': /*          */ cost(0, 2, 0, 1, 0, 1, 1, 1),
};
/** All of it. The first round (commit 063a26e), counted in the same way: 7 commits, 15 reads, 14 nows, 5 hits, 8 seals, 13 opens. */
const TOTAL = cost(5, 5, 1, 1, 12, 3, 19, 13);

/** The same where the website pushes its request, and the page watches: its code is made with the confirmation. */
const WATCHED: Readonly<Record<string, Cost>> = {
  'POST /oauth/par': /*              */ cost(1, 0, 0, 1, 1, 0, 1, 0),
  'POST /session': /*                */ cost(1, 0, 0, 1, 2, 0, 5, 1),
  // What the page is shown first is asked of the store; the frames are those that it has.
  [SOCKETS]: /*                      */ cost(0, 1, 0, 0, 0, 1, 0, 2),
  'GET /session/{id}/information': /**/ cost(1, 0, 0, 0, 2, 0, 4, 3),
  'POST /session/{id}/update': /*    */ cost(1, 0, 0, 0, 3, 0, 4, 4),
  'POST /oauth/token': /*            */ cost(1, 1, 0, 1, 3, 0, 5, 1),
};
const WATCHED_TOTAL = cost(5, 2, 0, 1, 11, 1, 19, 11);

/** The hosted page's first request: it stores nothing but its count. */
const AUTHORIZE = cost(0, 0, 1, 1, 0, 0, 3, 1);

describe('what requests cost the store', () => {
  let harness: Harness;
  let counted: CountedStore;
  beforeAll(async () => {
    counted = createCountedStore();
    harness = await startHarness({}, { storeOver: counted.storeOver, sealerOver: counted.sealerOver });
    // The keys of the server and of the wallet are in memory from here on.
    await signIn(harness);
  });
  beforeEach(() => {
    counted.take();
  });
  afterAll(async () => {
    await harness.close();
    counted.close();
  });

  it.each([
    ['that is asked for its status', CEILINGS, TOTAL, signIn],
    ['that is pushed and watched', WATCHED, WATCHED_TOTAL, signInWatched],
  ])('a sign-in across devices %s costs no more than its ceilings, request by request', async (_, each, total, run) => {
    await run(harness);
    counted.take();
    await run(harness);
    const spent = counted.take();
    expect([...spent.keys()].toSorted(), 'each request is counted').toStrictEqual(Object.keys(each).toSorted());
    for (const [request, ceiling] of Object.entries(each)) expectNoMore(request, spent.get(request), ceiling);
    expectNoMore('the whole sign-in', totalOf(spent.values()), total);
  });

  it('asks for the time alone only where a request is sealed for its page', async () => {
    await signIn(harness);
    await fetch(`${harness.url}/authorize?${new URLSearchParams(REQUEST).toString()}`);
    const spent = counted.take();
    expectNoMore('GET /authorize', spent.get('GET /authorize'), AUTHORIZE);
    const asking = [...spent].filter(([, { nows }]) => nows > 0).map(([request, { nows }]) => [request, nows]);
    expect(asking).toStrictEqual([
      ['POST /session', 1],
      ['GET /authorize', 1],
    ]);
  });
});

function expectNoMore(request: string, spent: Cost | undefined, ceiling: Cost): void {
  if (spent === undefined) throw new Error(`${request} was not counted`);
  for (const name of COSTS) {
    expect(spent[name], `${request}: ${name}`).toBeLessThanOrEqual(ceiling[name]);
  }
}

/** From `POST /session` to the claims. */
async function signIn(harness: Harness): Promise<void> {
  const { code } = await harness.signIn();
  const { access_token } = await redeem(harness, code);
  const userinfo = await fetch(`${harness.url}/oauth/userinfo`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(userinfo.status).toBe(200);
}

/** From `POST /oauth/par` to the tokens; the page hears of its session over a WebSocket. */
async function signInWatched(harness: Harness): Promise<void> {
  const { url } = harness;
  const pushed = await fetch(`${url}/oauth/par`, {
    method: 'POST',
    headers: BASIC,
    body: new URLSearchParams({ ...REQUEST, state: randomUUID() }),
  });
  const { request_uri } = await read<{ readonly request_uri: string }>(pushed, 201);
  const asked = await harness.post('/session', { client_id: 'shop', request_uri }, { origin: SHOP_ORIGIN });
  const { session_id, session_secret, qr } = await read<SessionHandle>(asked, 201);

  const socket = new WebSocket(`${url.replace('http', 'ws')}/session/events`, 'beckon.v1', { origin: SHOP_ORIGIN });
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => heard.push(data.toString()));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret }));
  const hears = (pattern: RegExp): Promise<string> =>
    vi.waitFor(() => {
      const [, found] = pattern.exec(heard.at(-1) ?? '') ?? [];
      if (found === undefined) throw new Error(`no ${String(pattern)} in ${heard.join('\n')}`);
      return found;
    });
  await hears(/"status":"(initialized)"/);

  const phone = { authorization: `Bearer ${await harness.wallet.token()}` };
  const { step, mac } = scanOf(shownText(qr));
  const scanned = await fetch(`${url}/session/${session_id}/information?step=${step}&mac=${mac}`, { headers: phone });
  const { retrieval_token } = await read<{ readonly retrieval_token: string }>(scanned, 200);
  const decision = { decision: 'approve', accepted_scopes: ['openid', 'email'], retrieval_token };
  const approved = await harness.post(`/session/${session_id}/update`, decision, phone);
  expect(await read(approved, 200)).toEqual({ status: 'confirmed', collected: true });
  await redeem(harness, await hears(/code=([\w.-]+)/));
  socket.close();
  await once(socket, 'close');
}

const BASIC = { authorization: `Basic ${btoa(`shop:${SHOP_SECRET}`)}` };

async function redeem({ url }: Harness, code: string): Promise<{ readonly access_token: string }> {
  const token = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: BASIC,
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: VERIFIER,
      redirect_uri: REQUEST['redirect_uri'] ?? '',
    }),
  });
  return read(token, 200);
}

async function read<T>(response: Response, status: number): Promise<T> {
  expect(response.status).toBe(status);
  return (await response.json()) as T;
}
