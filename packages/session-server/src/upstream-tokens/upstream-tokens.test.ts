import { randomBytes, randomInt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connector, ConnectorError, NO_CAPABILITIES, type UpstreamTokens } from '../connectors/connector.ts';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Row, Store } from '../store/store.ts';
import { exampleUpstreamTokens } from '../test-support/example-upstream-tokens.ts';
import { createFakeClock, type FakeClock, slowStore } from '../testing/index.ts';
import type { KeptTokens } from './kinds.ts';
import { tokensEnd, type UpstreamTokensPort } from './index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const HOLDER = { id: 'A7K3M9X7QPWN4RTBVC2D6FGH8JYZ', upstream_tokens: true } as const;

let clock: FakeClock;
let store: Store;
let held: Connector;
/** Each refresh token that was shown to the provider, and each set that was revoked. */
let shown: (string | null)[] = [];
let revoked: UpstreamTokens[] = [];
let failures: unknown[] = [];
/** What the provider does before it answers. */
let before: () => Promise<void> = () => Promise.resolve();
let count = 0;

beforeEach(() => {
  clock = createFakeClock();
  const secret = (): string => randomBytes(32).toString('base64url');
  const sealer = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer, now: clock.now, wait: () => Promise.resolve() });
  [shown, revoked, failures, count] = [[], [], [], 0];
  before = () => Promise.resolve();
  let good: string | null = 'r0';
  held = {
    ...NO_CAPABILITIES,
    id: 'acme',
    names: { en: 'Acme' },
    button: null,
    modes: ['qr'],
    verifies: { number: true, network: true },
    tokens: {
      async refresh({ refresh_token }) {
        shown.push(refresh_token);
        await before();
        // It rotates: a token that was used is good no more.
        if (refresh_token !== good) throw new ConnectorError('token_refused', 'no more');
        count += 1;
        good = `r${count}`;
        return issued({ access_token: `a${count}`, refresh_token: good });
      },
      async revoke(tokens) {
        revoked.push(tokens);
        await before();
      },
    },
  };
});
afterEach(() => store.close());

const issued = (changes: Partial<UpstreamTokens> = {}): UpstreamTokens => ({
  access_token: 'a0',
  token_type: 'Bearer',
  refresh_token: 'r0',
  expires_at: clock.now() + HOUR_MS,
  scope: 'openid email',
  id_token: null,
  ...changes,
});

const open = (over: Store = store): UpstreamTokensPort =>
  exampleUpstreamTokens(over, [held], {
    onUnrevoked: (...of) => failures.push(of),
    onUnrenewed: (...of) => failures.push(of),
  });
const rows = async (): Promise<readonly Row<KeptTokens>[]> =>
  (await store.list<KeptTokens>('upstream_tokens', 10)).rows;

async function keep(port: UpstreamTokensPort, tokens: UpstreamTokens | null = issued()): Promise<string> {
  const id = await port.take({ ...HOLDER, expires_at: clock.now() + 120_000 }, held, tokens);
  if (id === null) throw new Error('they were not kept');
  return id;
}

describe('taking', () => {
  it('FT-D11a: a client that uses none is kept none, and an unasked refresh token goes back at once', async () => {
    const port = open();
    const holder = { id: HOLDER.id, expires_at: clock.now() };
    expect(await port.take(holder, held, issued())).toBeNull();
    expect(await port.take(holder, held, issued({ refresh_token: null }))).toBeNull();
    await port.settled();
    expect(revoked).toEqual([issued()]);
    expect(await rows()).toEqual([]);
  });

  it.each([
    ['nothing', null],
    ['text', 'a token'],
    ['no access token', { refresh_token: 'r' }],
    ['a token with a line break', { access_token: 'a\nb' }],
    ['a token without end', { access_token: 'a'.repeat(20_000) }],
  ])('keeps nothing of a connector that answers %s', async (_, tokens) => {
    expect(await open().take({ ...HOLDER, expires_at: 0 }, held, tokens as unknown as UpstreamTokens)).toBeNull();
    expect(await rows()).toEqual([]);
  });

  it('does not know what a connector says in another form', async () => {
    const port = open();
    const odd = { access_token: 'a', expires_at: 'soon', scope: ['x'], refresh_token: 7 };
    const id = await keep(port, odd as unknown as UpstreamTokens);
    const tokens = {
      access_token: 'a',
      token_type: 'Bearer',
      refresh_token: null,
      expires_at: null,
      scope: null,
      id_token: null,
    };
    expect(await port.read(id)).toMatchObject({ type: 'tokens', tokens });
  });

  it('lays them beside their session, and gives them back where the store fails', async () => {
    const port = open();
    expect(await keep(port)).toMatch(/^A7/);
    const broken = open({ ...store, commit: () => Promise.reject(new Error('no disk')) });
    await expect(keep(broken, issued({ access_token: 'lost' }))).rejects.toThrow('no disk');
    await broken.settled();
    expect(revoked).toMatchObject([{ access_token: 'lost' }]);
  });
});

describe('reading', () => {
  it('gives what was kept while its end is far, and asks no provider', async () => {
    const port = open();
    const id = await keep(port);
    clock.advance(HOUR_MS - 60_001);
    expect(await port.read(id)).toMatchObject({ type: 'tokens', connector: 'acme', tokens: { access_token: 'a0' } });
    expect(shown).toEqual([]);
    clock.advance(1);
    expect(await port.read(id)).toMatchObject({ tokens: { access_token: 'a1', expires_at: clock.now() + HOUR_MS } });
    expect(shown).toEqual(['r0']);
  });

  it('renews short ones with a quarter of their life left', async () => {
    const port = open();
    const id = await keep(port, issued({ expires_at: clock.now() + 40_000 }));
    clock.advance(29_999);
    await port.read(id);
    expect(shown).toEqual([]);
    clock.advance(1);
    await port.read(id);
    expect(shown).toEqual(['r0']);
  });

  it('gives one that cannot be renewed until it is over, and then says so', async () => {
    const port = open();
    const id = await keep(port, issued({ refresh_token: null }));
    clock.advance(HOUR_MS - 1);
    expect(await port.read(id)).toMatchObject({ tokens: { access_token: 'a0' } });
    clock.advance(1);
    expect(await port.read(id)).toEqual({ type: 'over' });
    expect(await port.read('A7UNKNOWN')).toEqual({ type: 'none' });
  });

  it('FT-D11c: twenty readers in two processes on a slow store make one renewal, round after round', async () => {
    const slow = slowStore(store, () => randomInt(5));
    const processes = [open(slow), open(slow)];
    const id = await keep(processes[0]!);
    for (let round = 1; round <= 30; round += 1) {
      clock.advance(HOUR_MS);
      const reads = await Promise.all(Array.from({ length: 20 }, (_, i) => processes[i % 2]!.read(id)));
      expect(shown, `round ${round}`).toEqual(Array.from({ length: round }, (_, n) => `r${n}`));
      for (const read of reads) expect(read).toMatchObject({ tokens: { access_token: `a${round}` } });
    }
    expect(failures).toEqual([]);
  }, 60_000);

  it('FT-D11e: a provider that refuses ends them, and is asked no more', async () => {
    const port = open();
    const id = await keep(port, issued({ refresh_token: 'stolen-and-used' }));
    clock.advance(HOUR_MS);
    expect(await port.read(id)).toEqual({ type: 'over' });
    expect(await port.read(id)).toEqual({ type: 'over' });
    expect(shown).toHaveLength(1);
    expect((await rows())[0]?.value.tokens, 'nothing of them rests').toBeNull();
    expect(failures).toMatchObject([[HOLDER.id, 'acme', { code: 'token_refused' }]]);
  });

  it('a provider that is down is left alone for 5 s; the token is given as long as it lives', async () => {
    const port = open();
    const id = await keep(port);
    const down = new ConnectorError('connector_unavailable', 'down');
    before = () => Promise.reject(down);
    clock.advance(HOUR_MS - 30_000);
    for (let n = 0; n < 3; n += 1) expect(await port.read(id)).toMatchObject({ tokens: { access_token: 'a0' } });
    expect(shown).toHaveLength(1);
    clock.advance(5_000);
    await port.read(id);
    expect(shown).toHaveLength(2);
    clock.advance(30_000);
    await expect(port.read(id)).rejects.toMatchObject({ code: 'connector_unavailable' });
    before = () => Promise.resolve();
    clock.advance(5_000);
    expect(await port.read(id)).toMatchObject({ tokens: { access_token: 'a1' } });
  });

  it('a provider that says when to come back is not asked before', async () => {
    const port = open();
    const id = await keep(port);
    before = () => Promise.reject(new ConnectorError('rate_limited', 'later', 'later', 20));
    clock.advance(HOUR_MS - 50_000);
    await port.read(id);
    before = () => Promise.resolve();
    clock.advance(19_999);
    expect(await port.read(id)).toMatchObject({ tokens: { access_token: 'a0' } });
    clock.advance(1);
    expect(await port.read(id)).toMatchObject({ tokens: { access_token: 'a1' } });
  });

  it('tokens that come over already are renewed no further', async () => {
    const port = open();
    const id = await keep(port);
    clock.advance(HOUR_MS);
    const stale = {
      ...held,
      tokens: { refresh: () => Promise.resolve(issued({ expires_at: clock.now() })), revoke: null },
    };
    const other = exampleUpstreamTokens(store, [stale]);
    await expect(other.read(id)).rejects.toMatchObject({ code: 'connector_unavailable' });
  });

  it('a process that died while it renewed loses its turn after 45 s', async () => {
    const id = await keep(open());
    clock.advance(HOUR_MS);
    before = () => new Promise(() => undefined);
    // Its caller waits for 15 s, and no longer.
    open()
      .read(id)
      .catch(() => undefined);
    await vi.waitFor(() => expect(shown).toHaveLength(1));
    before = () => Promise.resolve();
    clock.advance(45_000);
    expect(await open().read(id)).toMatchObject({ tokens: { access_token: 'a1' } });
  });

  it('a process that was too slow gives back what it got, and leaves what another one stored', async () => {
    const id = await keep(open());
    clock.advance(HOUR_MS);
    const slow = Promise.withResolvers<UpstreamTokens>();
    const late = exampleUpstreamTokens(store, [
      { ...held, tokens: { refresh: () => slow.promise, revoke: held.tokens!.revoke } },
    ]);
    const reading = late.read(id);
    await vi.waitFor(async () => expect((await rows())[0]?.value.renewing_until).toBeGreaterThan(0));
    clock.advance(45_000);
    await open().read(id);
    slow.resolve(issued({ access_token: 'late' }));
    expect(await reading).toMatchObject({ tokens: { access_token: 'a1' } });
    await late.settled();
    expect(revoked).toMatchObject([{ access_token: 'late' }]);
  });

  it('renewed tokens outlive a store that fails for a moment', async () => {
    const id = await keep(open());
    clock.advance(HOUR_MS);
    let fails = 0;
    const shaky = open({
      ...store,
      get(kind, of) {
        if (shown.length === 1 && fails < 2) {
          fails += 1;
          return Promise.reject(new Error('locked'));
        }
        return store.get(kind, of);
      },
    });
    expect(await shaky.read(id)).toMatchObject({ tokens: { access_token: 'a1' } });
    expect(fails).toBe(2);
  });

  it('FT-D11f: keeping them alive renews what is near its end, and fails in silence', async () => {
    const port = open();
    const id = await keep(port);
    port.keepAlive(id);
    await port.settled();
    expect(shown).toEqual([]);
    clock.advance(HOUR_MS);
    port.keepAlive(id);
    await port.settled();
    expect(shown).toEqual(['r0']);
    clock.advance(HOUR_MS);
    before = () => Promise.reject(new ConnectorError('connector_unavailable', 'down'));
    port.keepAlive(id);
    await port.settled();
    expect(shown).toEqual(['r0', 'r1']);
  });
});

describe('at the end', () => {
  let until = 0;
  let wanted: string[] = [];
  const work = async (port: UpstreamTokensPort): Promise<void> => {
    const workers = port.workers((session_id, tokens_id) => {
      wanted.push(`${session_id} ${tokens_id}`);
      return Promise.resolve(until);
    });
    const jobs = createJobs({
      store,
      timers: systemTimers,
      workers: workers.toReversed(),
      failed: (error) => failures.push(error),
    });
    await jobs.runOnce();
    // What is under way is let through.
    await systemTimers.sleep(20);
    await jobs.stop();
  };
  beforeEach(() => {
    until = 0;
    wanted = [];
  });

  it('FT-D11g: tokens of a session that came to nothing are revoked once it is over', async () => {
    const port = open();
    const id = await keep(port);
    // 120 s of the session, 300 s after a confirmation, and a minute for a late code.
    clock.advance(479_999);
    await work(port);
    expect({ wanted, revoked }).toEqual({ wanted: [], revoked: [] });
    clock.advance(1);
    await work(port);
    expect(wanted).toEqual([`${HOLDER.id} ${id}`]);
    expect(revoked).toMatchObject([{ access_token: 'a0', refresh_token: 'r0' }]);
    expect(await rows()).toEqual([]);
  });

  it('FT-D11g: tokens that are dropped are revoked at once', async () => {
    const port = open();
    await port.drop(await keep(port));
    await port.drop(null);
    await port.drop('A7UNKNOWN');
    await work(port);
    expect(revoked).toHaveLength(1);
  });

  it('of a sign-in that lasts stay, and are looked after once a day, and when it ends', async () => {
    const port = open();
    const id = await keep(port);
    until = clock.now() + 30 * DAY_MS;
    for (let day = 1; day <= 29; day += 1) {
      clock.advance(DAY_MS);
      await work(port);
    }
    expect(wanted).toHaveLength(29);
    expect(revoked).toEqual([]);
    expect(await port.read(id)).toMatchObject({ type: 'tokens' });
    clock.advance(DAY_MS);
    until = 0;
    await work(port);
    expect(revoked).toHaveLength(1);
  });

  it('FT-D11d: an end that is ordered brings them back at once', async () => {
    const port = open();
    const id = await keep(port);
    expect(tokensEnd(null, 1, clock.now())).toEqual([]);
    await store.commit((now) => [tokensEnd(id, 3, now)[0]!, tokensEnd(id, 4, now)[0]!]);
    await work(port);
    await work(port);
    expect(revoked).toHaveLength(1);
    expect((await store.list('upstream_tokens_end', 10)).rows).toEqual([]);
  });

  it('FT-D11d: a provider that does not answer is asked again for a day, and then given up', async () => {
    const port = open();
    await port.drop(await keep(port));
    before = () => Promise.reject(new ConnectorError('connector_unavailable', 'down'));
    const waits: number[] = [];
    for (let n = 0; n < 20 && (await rows()).length > 0; n += 1) {
      await work(port);
      const due = (await rows())[0]?.due_at ?? null;
      if (due === null) break;
      waits.push((due - clock.now()) / 1000);
      clock.advance(due - clock.now());
    }
    expect(waits).toEqual([5, 30, 120, 600, 3600, 21_600, 57_600]);
    expect(revoked).toHaveLength(8);
    expect(failures).toHaveLength(8);
    expect(await rows()).toEqual([]);
  });

  it('waits for a renewal, so that the newest tokens are the ones that are revoked', async () => {
    const port = open();
    const id = await keep(port);
    clock.advance(HOUR_MS);
    const answer = Promise.withResolvers<void>();
    before = () => answer.promise;
    const reading = port.read(id);
    await vi.waitFor(() => expect(shown).toHaveLength(1));
    await port.drop(id);
    await work(port);
    expect(revoked).toEqual([]);
    answer.resolve();
    await reading;
    clock.advance(45_000);
    await work(port);
    expect(revoked).toMatchObject([{ access_token: 'a1', refresh_token: 'r1' }]);
  });

  it('are deleted where the provider revokes none, or its connector is gone', async () => {
    held = { ...held, tokens: { ...held.tokens!, revoke: null } };
    const port = open();
    await port.drop(await keep(port));
    await work(port);
    await port.drop(await keep(port));
    await work(exampleUpstreamTokens(store, []));
    expect(await rows()).toEqual([]);
    expect(revoked).toEqual([]);
  });
});

it('FT-D11h: what is told of failures has no token in it', async () => {
  const port = open();
  const id = await keep(port);
  clock.advance(HOUR_MS);
  before = () => Promise.reject(new ConnectorError('connector_unavailable', 'down'));
  const thrown: unknown = await port.read(id).catch((cause: unknown) => cause);
  expect(JSON.stringify([failures, thrown, String(thrown)])).not.toMatch(/a0|r0/);
});
