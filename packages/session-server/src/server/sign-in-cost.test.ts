import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cost, type CountedStore, createCountedStore, totalOf } from '../test-support/counted-store.ts';
import { type Harness, REQUEST, SHOP_SECRET, VERIFIER, startHarness } from '../test-support/harness.ts';

const cost = (commits: number, reads: number, nows: number, hits: number, seals: number, opens: number): Cost => ({
  commits,
  reads,
  nows,
  hits,
  seals,
  opens,
});

/**
 * What a sign-in across devices may cost at most, by request. Keys are in memory, and the page
 * asks once for its status. The one question for the time seals the request for the page that carries it: nothing
 * is read or written there that could say the time. Limits of volume are counted in memory: of the hits there is at
 * most one, where the second is over in which the process shares its counts.
 */
const CEILINGS: Readonly<Record<string, Cost>> = {
  //                                   commits reads nows hits seals opens
  'POST /session': /*                */ cost(1, 1, 1, 1, 2, 0),
  'GET /session/{id}/information': /**/ cost(1, 1, 0, 0, 1, 1),
  // One of the reads asks whether the code was collected.
  'POST /session/{id}/update': /*    */ cost(1, 2, 0, 0, 1, 2),
  'GET /session/{id}/status': /*     */ cost(1, 3, 0, 1, 2, 3),
  'POST /oauth/token': /*            */ cost(1, 2, 0, 1, 2, 1),
  'GET /oauth/userinfo': /*          */ cost(0, 2, 0, 1, 0, 1),
};
/** All of it. The first round (commit 063a26e), counted in the same way: 7 commits, 15 reads, 14 nows, 5 hits, 8 seals, 13 opens. */
const TOTAL = cost(5, 11, 1, 1, 8, 8);
/** The hosted page's first request: it stores nothing but its count. */
const AUTHORIZE = cost(0, 0, 1, 1, 0, 0);

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

  it('a sign-in across devices costs no more than its ceilings, request by request', async () => {
    await signIn(harness);
    const spent = counted.take();
    expect([...spent.keys()], 'each request is counted').toStrictEqual(Object.keys(CEILINGS));
    for (const [request, ceiling] of Object.entries(CEILINGS)) expectNoMore(request, spent.get(request), ceiling);
    expectNoMore('the whole sign-in', totalOf(spent.values()), TOTAL);
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
  for (const name of Object.keys(ceiling) as (keyof Cost)[]) {
    expect(spent[name], `${request}: ${name}`).toBeLessThanOrEqual(ceiling[name]);
  }
}

/** From `POST /session` to the claims. */
async function signIn(harness: Harness): Promise<void> {
  const { url } = harness;
  const { code } = await harness.signIn();
  const token = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`shop:${SHOP_SECRET}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: VERIFIER,
      redirect_uri: REQUEST['redirect_uri'] ?? '',
    }),
  });
  expect(token.status).toBe(200);
  const { access_token } = (await token.json()) as { readonly access_token: string };
  const userinfo = await fetch(`${url}/oauth/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
  expect(userinfo.status).toBe(200);
}
