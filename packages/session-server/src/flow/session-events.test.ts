import { describe, expect, it } from 'vitest';
import { AUDIT_EVENT, type NewEvent } from '../audit/index.ts';
import type { ToldEvents } from '../audit/index.ts';
import { type FlowWorld, flowWorld } from '../test-support/flow-world.ts';
import { EXAMPLE_BROWSER, exampleSession } from '../testing/index.ts';
import { namedWallet } from '../test-support/named-wallet.ts';
import { shownText } from '../test-support/shown-text.ts';

const wallet = namedWallet({ name: 'Ada' });

async function begin(world: FlowWorld) {
  const { request_uri } = await world.flow.push({ ...exampleSession(0).request, client_authenticated: true });
  const handle = await world.flow.create(world.client, request_uri, EXAMPLE_BROWSER);
  const [session_id = '', step = '', mac = ''] = shownText(handle.qr).split('/').at(-1)?.split('.') ?? [];
  return { ...handle, session_id, scan: { session_id, step, mac } };
}

/** What was told, in order, and whether it rests beside its session. */
async function told({ store }: FlowWorld, session_id: string): Promise<readonly NewEvent[]> {
  const { rows } = await store.list<ToldEvents>(AUDIT_EVENT.name, 100);
  expect(rows.every(({ id }) => id.slice(0, 2) === session_id.slice(0, 2))).toBe(true);
  return rows.toSorted((a, b) => a.value.at - b.value.at).flatMap(({ value }) => value.events);
}

describe('what a sign-in tells the audit trail', () => {
  it('is each step that matters, with those before the scan, and no claim', async () => {
    const world = flowWorld([wallet]);
    const session = await begin(world);
    const { session_id } = session;
    expect(await told(world, session_id), 'a page that is only shown').toEqual([]);
    world.clock.advance(1_000);
    const { retrieval_token } = await world.flow.retrieve(session.scan, 'ada', EXAMPLE_BROWSER);
    world.clock.advance(1_000);
    await world.flow.update(session_id, 'ada', {
      decision: 'approve',
      accepted_scopes: ['openid'],
      verification: null,
      retrieval_token,
      reason: 'user',
    });
    const events = await told(world, session_id);
    expect(events.map(({ type }) => type)).toEqual(['session.started', 'session.scanned', 'session.approved']);
    const [started, scanned, approved] = events;
    expect((scanned?.at ?? 0) - (started?.at ?? 0), 'the beginning has its own time').toBe(1_000);
    expect(scanned).toMatchObject({ client_id: 'shop', connector: 'wallet', data: { mode: 'qr', number: 'none' } });
    expect(approved?.person).toEqual(expect.stringMatching(/^[\w-]{43}$/));
    expect(JSON.stringify(events)).not.toMatch(/ada/i);
  });

  it('is nothing where a page was left open or closed', async () => {
    const world = flowWorld([wallet]);
    const left = await begin(world);
    await world.flow.cancel(await begin(world));
    world.clock.advance(200_000);
    await world.loop.runOnce();
    expect((await world.flow.snapshot(left)).status).toBe('expired');
    expect(await told(world, left.session_id)).toEqual([]);
  });

  it('is why it was declined', async () => {
    const world = flowWorld([wallet]);
    const session = await begin(world);
    const { retrieval_token } = await world.flow.retrieve(session.scan, 'ada', EXAMPLE_BROWSER);
    world.clock.advance(1);
    await world.flow.update(session.session_id, 'ada', {
      decision: 'decline',
      accepted_scopes: [],
      verification: null,
      retrieval_token,
      reason: 'not_me',
    });
    const declined = (await told(world, session.session_id)).at(-1);
    expect(declined).toMatchObject({ type: 'session.declined', reason: 'not_me', connector: 'wallet' });
  });
});
