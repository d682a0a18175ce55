import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, REQUEST, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';

let harness: Harness;
beforeAll(async () => {
  // 1 %: 30 requests to /authorize, 12 choices, 6 sessions of one client.
  harness = await startHarness({ rateLimitFactor: 0.01, trustedProxies: ['127.0.0.1'] });
});
afterAll(() => harness.close());

const authorize = async (address: string): Promise<number> => {
  const response = await fetch(`${harness.url}/authorize?client_id=unknown`, {
    headers: { 'x-forwarded-for': address },
  });
  return response.status;
};
const times = async (count: number, ask: (n: number) => Promise<number>): Promise<readonly number[]> => {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) statuses.push(await ask(n));
  return statuses;
};
/** Windows that rest in the store. */
function countWindows(): number {
  const database = new DatabaseSync(harness.file, { readOnly: true });
  const { count } = database.prepare('SELECT count(*) AS count FROM hits').get() as { readonly count: number };
  database.close();
  return count;
}
const hex = (n: number): string => n.toString(16);

describe('FT-A3i: limits count networks', () => {
  it('FT-A3i: 256 addresses of one /24 have one limit', async () => {
    expect(await times(30, (n) => authorize(`192.0.2.${n}`))).not.toContain(429);
    expect(await authorize('192.0.2.200')).toBe(429);
    expect(await authorize('::ffff:192.0.2.201'), 'the same in IPv6 form').toBe(429);
    expect(await authorize('198.51.100.1'), 'another network').not.toBe(429);
  });

  it('FT-A3i: the addresses of one /64 have one limit, and a whole /48 has four', async () => {
    expect(await times(30, (n) => authorize(`2001:db8:1:0:${hex(n)}::1`))).not.toContain(429);
    expect(await times(5, (n) => authorize(`2001:db8:1:0:ffff::${n}`)), 'one /64').toEqual(Array(5).fill(429));
    // What was refused there used up nothing of the others'.
    expect(await times(90, (n) => authorize(`2001:db8:1:${hex(n + 1)}::1`))).not.toContain(429);
    expect(await authorize('2001:db8:1:ffff::1'), 'a fresh /64 of a /48 that is over').toBe(429);
    expect(await authorize('2001:db8:2::1'), 'another /48').not.toBe(429);
    const windows = countWindows();
    expect(await times(20, (n) => authorize(`2001:db8:1:e${hex(n)}::1`))).toEqual(Array(20).fill(429));
    expect(countWindows(), 'rows for networks that were never served').toBe(windows);
  });
});

describe('FT-A3m: changing the way', () => {
  const choose = (session: { session_id: string; session_secret: string }, address: string): Promise<Response> =>
    harness.post(
      `/session/${session.session_id}/connector`,
      { connector: 'wallet', mode: 'qr' },
      { authorization: `Bearer ${session.session_secret}`, 'x-forwarded-for': address },
    );

  it('FT-A3m: a session changes its way 30 times, and is then told to wait', async () => {
    const roomy = await startHarness();
    const session = await roomy.session();
    const change = (): Promise<Response> =>
      roomy.post(
        `/session/${session.session_id}/connector`,
        { connector: 'wallet', mode: 'qr' },
        { authorization: `Bearer ${session.session_secret}` },
      );
    expect(await times(30, async () => (await change()).status)).toEqual(Array(30).fill(200));
    const refused = await change();
    const status = await fetch(`${roomy.url}/session/${session.session_id}/status`, {
      headers: { authorization: `Bearer ${session.session_secret}` },
    });
    await roomy.close();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-limit')).toBe('30');
    expect(status.status, 'the session lives on').toBe(200);
  });

  it('FT-A3m: a network changes ways 1200 times a minute, whatever the sessions', async () => {
    // Sessions of other networks, one choice each: the network of the choices is what counts.
    const sessions = await Promise.all(
      Array.from({ length: 14 }, async (_, n) => {
        const headers = { origin: SHOP_ORIGIN, 'x-forwarded-for': `203.0.${n}.1` };
        const response = await harness.post('/session', REQUEST, headers);
        return (await response.json()) as { session_id: string; session_secret: string };
      }),
    );
    const statuses = await times(13, async (n) => (await choose(sessions[n]!, `10.1.1.${n}`)).status);
    expect(statuses).toEqual([...Array<number>(12).fill(200), 429]);
    expect((await choose(sessions[13]!, '10.1.2.1')).status, 'another network').toBe(200);
  });
});
