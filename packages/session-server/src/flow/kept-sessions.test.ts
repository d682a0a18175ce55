import { describe, expect, it } from 'vitest';
import type { Session } from '../session/index.ts';
import { type FlowWorld, flowWorld } from '../test-support/flow-world.ts';
import type { WholeFlow } from '../test-support/whole-flow.ts';
import { EXAMPLE_BROWSER, EXAMPLE_LIFETIMES, exampleSession } from '../testing/index.ts';
import type { Store } from '../store/store.ts';
import { namedWallet } from '../test-support/named-wallet.ts';
import { shownText } from '../test-support/shown-text.ts';

const wallet = namedWallet();

const request = { ...exampleSession(0).request, client_authenticated: true };
const codeIn = (redirect: string | null): string => new URL(redirect ?? '').searchParams.get('code') ?? '';
const nothing = (): void => undefined;

interface Begun {
  readonly session_id: string;
  readonly session_secret: string;
  readonly scan: { readonly session_id: string; readonly step: string; readonly mac: string };
}

async function begin(flow: WholeFlow, request_uri: string, world: FlowWorld): Promise<Begun> {
  const handle = await flow.create(world.client, request_uri, EXAMPLE_BROWSER);
  const [session_id = '', step = '', mac = ''] = shownText(handle.qr).split('/').at(-1)?.split('.') ?? [];
  return { ...handle, scan: { session_id, step, mac } };
}

const retrieve = async (flow: WholeFlow, { scan }: Begun, name = 'ada'): Promise<string> =>
  (await flow.retrieve(scan, name, EXAMPLE_BROWSER)).retrieval_token;
const approve = (flow: WholeFlow, { session_id }: Begun, retrieval_token: string): Promise<unknown> =>
  flow.update(session_id, 'ada', {
    decision: 'approve',
    accepted_scopes: ['openid'],
    verification: null,
    retrieval_token,
    reason: 'user',
  });

/** Counts what a node asks of the store. */
function counting(): {
  readonly over: (store: Store) => Store;
  readonly taken: () => { commits: number; gets: number };
} {
  let counts = { commits: 0, gets: 0 };
  return {
    over: (store) => ({
      ...store,
      get: (kind, id) => ((counts.gets += 1), store.get(kind, id)),
      commit: (writes) => ((counts.commits += 1), store.commit(writes)),
    }),
    taken() {
      const taken = counts;
      counts = { commits: 0, gets: 0 };
      return taken;
    },
  };
}

/** Two servers on one store, neither of which hears of what the other one changes. */
async function twoNodes(): Promise<{
  readonly world: FlowWorld;
  readonly here: WholeFlow;
  readonly there: WholeFlow;
  readonly taken: () => { commits: number; gets: number };
  readonly request_uri: string;
  readonly session: Begun;
}> {
  const world = flowWorld([wallet]);
  const { over, taken } = counting();
  const here = world.node(over).flow;
  const { request_uri } = await here.push(request);
  const session = await begin(here, request_uri, world);
  return { world, here, there: world.node().flow, taken, request_uri, session };
}

describe('a session that one server knows and another one changes', () => {
  it('is claimed by one wallet: what is known here says nothing against the other’s claim', async () => {
    const { here, there, session } = await twoNodes();
    await retrieve(there, session, 'ada');
    await expect(retrieve(here, session, 'eve')).rejects.toMatchObject({ code: 'already_claimed' });
    expect(await retrieve(here, session, 'ada'), 'the same wallet comes back').toEqual(expect.any(String));
  });

  it('is claimed by exactly one of many wallets at both', async () => {
    const { here, there, session } = await twoNodes();
    const claims = Array.from({ length: 20 }, (_, n) => retrieve(n % 2 === 0 ? here : there, session, `person ${n}`));
    const ends = await Promise.allSettled(claims);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('that was cancelled there is not confirmed here', async () => {
    const { here, there, session, taken } = await twoNodes();
    const token = await retrieve(here, session);
    await there.cancel(session);
    taken();
    await expect(approve(here, session, token)).rejects.toMatchObject({ code: 'invalid_transition' });
    expect((await there.snapshot(session)).status).toBe('cancelled');
  });

  it('that was claimed there is confirmed here', async () => {
    const { here, there, session } = await twoNodes();
    const token = await retrieve(there, session);
    await approve(here, session, token);
    expect((await here.snapshot(session)).status).toBe('confirmed');
  });

  it('is shown as the store has it to who asks, whatever is known here', async () => {
    const { here, there, session } = await twoNodes();
    await retrieve(there, session);
    expect((await here.snapshot(session)).status).toBe('retrieved');
    await there.cancel(session);
    expect((await here.look(session, null)).status).toBe('cancelled');
  });

  it('gives its code to one, however many redeem it at both', async () => {
    const { here, there, session } = await twoNodes();
    await approve(here, session, await retrieve(here, session));
    const code = codeIn((await here.snapshot(session)).redirect_to);
    const calls = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? here : there).redeem(code, nothing, () => []));
    const outcomes = (await Promise.all(calls)).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual([
      ...Array.from({ length: 1 }, () => 'redeemed'),
      ...Array.from({ length: 19 }, () => 'replayed'),
    ]);
  });

  it('is redeemed for the request that it has, and not for the one that is known here', async () => {
    const { world, here, there, session } = await twoNodes();
    await approve(here, session, await retrieve(here, session));
    await here.snapshot(session);
    const newer = await there.push({ ...request, state: 'newer', code_challenge: 'another' });
    const reloaded = await there.create(world.client, newer.request_uri, EXAMPLE_BROWSER, session);
    const code = codeIn(reloaded.redirect_to);
    /** Who has the verifier of the former request alone. */
    const ofTheFormer = ({ code_challenge }: { readonly code_challenge: string | null }): void => {
      if (code_challenge !== request.code_challenge) throw new Error('the verifier does not match');
    };
    await expect(here.redeem(code, ofTheFormer, () => [])).rejects.toThrow('the verifier does not match');
    expect((await there.snapshot(session)).status, 'the code stays as it was').toBe('confirmed');
    expect((await here.redeem(code, nothing, () => [])).outcome).toBe('redeemed');
  });

  it('of a request that another one’s code consumed there gets no code here', async () => {
    const { world, here, there, request_uri, session } = await twoNodes();
    const other = await begin(there, request_uri, world);
    // Both are watched: each server would mint with the confirmation.
    for (const [flow, { session_id }] of [
      [here, session],
      [there, other],
    ] as const)
      flow.subscribe(session_id, nothing);
    const [mine, theirs] = [await retrieve(here, session), await retrieve(there, other)];
    await Promise.all([approve(here, session, mine), approve(there, other, theirs)]);
    const ends = [await here.snapshot(session), await there.snapshot(other)];
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['confirmed', 'failed']);
    await expect(here.create(world.client, request_uri, EXAMPLE_BROWSER)).rejects.toMatchObject({
      code: 'request_expired',
    });
  });

  it('begins no more often in all than its request allows, at both together', async () => {
    const { world, here, there, request_uri } = await twoNodes();
    const more = Array.from({ length: 15 }, (_, n) => begin(n % 2 === 0 ? here : there, request_uri, world));
    const begun = (await Promise.allSettled(more)).filter(({ status }) => status === 'fulfilled');
    expect(begun, 'ten in all, one of them before').toHaveLength(9);
  });
});

describe('a sign-in at one server', () => {
  it('reads nothing again from the request to the code where the browser watches', async () => {
    const world = flowWorld([wallet]);
    const { over, taken } = counting();
    const { flow } = world.node(over);
    const { request_uri } = await flow.push(request);
    await flow.pushed('shop', request_uri);
    const session = await begin(flow, request_uri, world);
    expect(await flow.clientOf(session)).toBe('shop');
    expect(taken()).toEqual({ commits: 2, gets: 0 });
    const shown: (string | null)[] = [];
    flow.subscribe(session.session_id, (change) => {
      void flow.look(session, change).then(({ redirect_to }) => shown.push(redirect_to));
    });
    const token = await retrieve(flow, session);
    await approve(flow, session, token);
    expect(await flow.collected(session.session_id)).toBe(true);
    expect(taken(), 'one change claims the session; another one confirms it, and makes its code').toEqual({
      commits: 2,
      gets: 0,
    });
    await new Promise((resolve) => void setImmediate(resolve));
    const code = codeIn(shown.at(-1) ?? null);
    expect((await flow.redeem(code, nothing, () => [])).outcome).toBe('redeemed');
    expect(taken()).toEqual({ commits: 1, gets: 0 });
  });

  it('has its confirmation and its code as two steps of its story, and as one version', async () => {
    const { world, here, session } = await twoNodes();
    here.subscribe(session.session_id, nothing);
    const token = await retrieve(here, session);
    await approve(here, session, token);
    const { row } = await world.store.get<Session>('session', session.session_id);
    expect(row?.version).toBe(row?.value.version);
    expect(row?.value).toMatchObject({ version: 3, status: 'confirmed', code: { n: 1 } });
    expect(row?.value.story?.steps.map(({ what }) => what)).toEqual(['began', 'retrieved', 'confirmed', 'code']);
  });

  it('makes no code before the browser looks where none watches, nor once the last one has gone', async () => {
    const { world, here, session } = await twoNodes();
    const stops = [here.subscribe(session.session_id, nothing), here.subscribe(session.session_id, nothing)];
    for (const stop of stops) stop();
    stops[0]?.();
    await approve(here, session, await retrieve(here, session));
    const code = async (): Promise<unknown> => {
      const { row } = await world.store.get<Session>('session', session.session_id);
      return row?.value.status === 'confirmed' ? row.value.code : undefined;
    };
    expect(await code()).toBeNull();
    await here.snapshot(session);
    expect(await code()).toMatchObject({ n: 1 });
  });

  it('confirms no person whom the wallet was not asked for, though the look was ahead of its time', async () => {
    const world = flowWorld([wallet]);
    let ahead_ms = 0;
    const { flow } = world.node((store) => ({
      ...store,
      async get<T>(kind: string, id: string) {
        const answer = await store.get<T>(kind, id);
        const now = answer.now + ahead_ms;
        ahead_ms = 0;
        return { ...answer, now };
      },
    }));
    const { request_uri } = await flow.push(request);
    const session = await begin(flow, request_uri, world);
    // Claimed elsewhere: what is known here does not serve, and the store is looked at.
    const token = await retrieve(world.flow, session);
    // Over when it is looked at, and not when the confirmation would be stored.
    world.clock.advance(EXAMPLE_LIFETIMES.scanned_ms - 5);
    ahead_ms = 10;
    await expect(approve(flow, session, token)).rejects.toMatchObject({ code: 'invalid_transition' });
    expect((await flow.snapshot(session)).status).toBe('retrieved');
  });

  it('takes no write lock for what is refused', async () => {
    const { here, session, taken } = await twoNodes();
    const token = await retrieve(here, session);
    taken();
    await expect(retrieve(here, session, 'eve')).rejects.toMatchObject({ code: 'already_claimed' });
    await expect(here.redeem('ac_nothing', nothing, () => [])).resolves.toEqual({ outcome: 'invalid' });
    expect(await retrieve(here, session), 'the same wallet comes back').toBe(token);
    expect(taken().commits).toBe(0);
  });
});
