import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectorError } from '../connectors/connector.ts';
import { createSecrets } from '../secrets/index.ts';
import type { Push } from '../session/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createPushes, type Pushes } from './pushes.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let clock: FakeClock;
let store: Store;
let pushes: Pushes;

beforeEach(() => {
  const secret = (): string => randomBytes(32).toString('base64url');
  const secrets = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  clock = createFakeClock(1_700_000_000_000);
  store = openSqliteStore({ path: ':memory:', sealer: secrets, now: clock.now, wait: () => Promise.resolve() });
  pushes = createPushes(store, secrets);
});
afterEach(() => store.close());

const push = (to = 'ada', address = '192.0.2.10'): Promise<Push> =>
  pushes.reserve('pasby', to, { address, comparable: true, user_agent: '', origin: null });
/** How long the next one must wait, in ms; 0 when it may be sent. A push that is let through is not counted. */
async function wait(to?: string, address?: string): Promise<number> {
  try {
    await pushes.withdraw(await push(to, address), new ConnectorError('connector_unavailable', 'never sent'));
    return 0;
  } catch (cause) {
    return ((cause as { retry_after_s?: number }).retry_after_s ?? Number.NaN) * 1000;
  }
}

describe('one network and one person', () => {
  it('FT-A3e: pauses grow with every push that is not approved', async () => {
    for (const pause of [10_000, 300_000, HOUR, DAY, DAY]) {
      await push();
      expect(await wait()).toBe(pause);
      clock.advance(pause);
    }
  });

  it('FT-A3e: the pause after a refusal runs from the refusal', async () => {
    const sent = await push();
    clock.advance(200_000);
    await pushes.settle(sent, 'declined');
    expect(await wait()).toBe(10_000);
  });

  it('FT-A3e: an approval forgets what was counted', async () => {
    await push();
    clock.advance(10_000);
    const sent = await push();
    await pushes.settle(sent, 'approved');
    expect(await wait()).toBe(0);
  });

  it('FT-A3e: after "this was not me" there is none for 30 days, and no approval of another push changes that', async () => {
    const sent = await push();
    await pushes.settle(sent, 'not_me');
    clock.advance(30 * DAY - 1000);
    expect(await wait()).toBe(1000);
    clock.advance(1000);
    expect(await wait()).toBe(0);
  });

  it('however the number is written', async () => {
    await push('1990 0101-1234');
    expect(await wait('199001011234')).toBe(10_000);
    expect(await wait('199001011235')).toBe(0);
  });

  it.each([
    ['192.0.2.200', 10_000],
    ['192.0.3.10', 0],
  ])('an IPv4 network is a /24: %s', async (address, pause) => {
    await push();
    expect(await wait('ada', address)).toBe(pause);
  });

  it.each([
    ['2001:db8:1:2::9', 10_000],
    ['2001:db8:1:3::9', 10_000],
    ['2001:db8:2::9', 0],
  ])('an IPv6 network is a /64 and a /48: %s', async (address, pause) => {
    await push('ada', '2001:db8:1:2::1');
    expect(await wait('ada', address)).toBe(pause);
  });

  it('browsers without an address share one network', async () => {
    await push('ada', 'unknown');
    expect(await wait('ada', '')).toBe(10_000);
  });

  it('of many at the same time one is let through', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => push()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('one person and many networks', () => {
  it('FT-A3e: a botnet sends 20 pushes a day; the networks that the person approved from go on', async () => {
    await pushes.settle(await push('ada', '198.51.100.7'), 'approved');
    for (let n = 0; n < 20; n += 1) await push('ada', `10.0.${n}.1`);
    expect(await wait('ada', '10.1.0.1')).toBe(DAY);
    expect(await wait('ada', '198.51.100.200'), "the person's own network").toBe(0);
    expect(await wait('ben', '10.1.0.1'), 'another person').toBe(0);
    clock.advance(DAY);
    expect(await wait('ada', '10.1.0.1')).toBe(0);
  });
});

describe('one network and many people', () => {
  it('30 in 10 minutes, and those beyond use up no person', async () => {
    for (let n = 0; n < 30; n += 1) await push(`person ${n}`);
    expect(await wait('ada')).toBe(600_000);
    expect(await wait('ada', '203.0.113.7')).toBe(0);
    clock.advance(600_000);
    expect(await wait('ada')).toBe(0);
  });
});

it('FT-A3g: what was never sent leaves everything as it was, from whichever network', async () => {
  for (let n = 0; n < 100; n += 1) {
    const sent = await push('ada', `10.0.${n % 40}.1`);
    await pushes.withdraw(sent, new ConnectorError('rate_limited', 'busy', 'busy', 1));
  }
  expect(await wait()).toBe(0);
});

it('keeps neither numbers nor addresses', async () => {
  await push('19900101-1234');
  const rows = JSON.stringify([await store.list('push', 100), await store.list('push_log', 100)]);
  expect(rows).not.toContain('1990');
  expect(rows).not.toContain('192.0.2');
});

it.each([null, '', '  '])('needs an identifier: %j', async (identifier) => {
  const browser = { address: '192.0.2.10', comparable: true, user_agent: '', origin: null };
  await expect(pushes.reserve('pasby', identifier, browser)).rejects.toMatchObject({ code: 'invalid_request' });
});
