import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, scanOf, startHarness } from '../../test-support/harness.ts';
import { FakeBrowser, startRedirectWorld } from '../../test-support/redirect-world.ts';
import { shownText } from '../../test-support/shown-text.ts';

/** What the phone page hands on, shows and counts. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** The link that the page hands to the app, as a path of the server; its status otherwise. */
async function handedOn(path: string): Promise<string | number> {
  const response = await fetch(harness.url + path);
  if (response.status !== 200) return response.status;
  const [, given = ''] = /href="https:\/\/wallet\.example\/open\?uri=([^"]+)"/.exec(await response.text()) ?? [];
  return new URL(decodeURIComponent(given)).pathname;
}

describe('a copy of a code', () => {
  it('FT-A4b: has the end of the frame that was scanned, however often it is copied', async () => {
    const session = await harness.session();
    const frame = shownText(session.qr, 2);
    // Frame 2 begins at 4 s, and its copies end at 64 s.
    harness.clock.advance(9_000);
    const copy = await handedOn(new URL(frame).pathname);
    expect(copy).toMatch(/^\/q\/[0-9A-F]{2}[0-9A-Z]{26}\.H2\.[A-Z2-7]{26}$/);
    let last = String(copy);
    for (let copies = 0; copies < 5; copies += 1) {
      harness.clock.advance(10_000);
      last = String(await handedOn(last));
      expect(last, 'at most the same text again').toBe(copy);
    }
    harness.clock.advance(4_999);
    expect(await handedOn(last)).toBe(copy);
    harness.clock.advance(1);
    expect(await handedOn(last)).toBe(410);
    const wallet = { authorization: `Bearer ${await harness.wallet.token()}` };
    const { id, step, mac } = scanOf(last);
    const scanned = await fetch(`${harness.url}/session/${id}/information?step=${step}&mac=${mac}`, {
      headers: wallet,
    });
    expect(scanned.status).toBe(410);
  });
});

describe('where the code is', () => {
  it('FT-A12a: is shown to people by the beginning of its address and the name of its browser', async () => {
    const world = await startRedirectWorld();
    const phone = new FakeBrowser(world.harness);
    const headers = { 'x-forwarded-for': '192.0.2.10', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0' };
    const far = await phone.open((await world.begin({ headers })).path, {
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    const own = await phone.open((await world.begin()).path);
    await world.close();
    expect(far.text.replaceAll(/\s+/g, ' ')).toMatch(
      /Firefox on a Linux computer, just now<.*From another network: 192\.0\.2\.…/,
    );
    expect(far.text).not.toContain('192.0.2.10');
    expect(own.text, 'this machine’s own address says nothing').not.toContain('127.0.0');
  });

  it('FT-A12a: is told to a wallet by the beginning of its address', async () => {
    const { consent } = await harness.signIn();
    expect(consent['requester']).toMatchObject({ address: '127.0.0.…' });
  });
});

it('FT-A12b: a forged code counts on the page as it does at the wallet’s call', async () => {
  // mac_failures: 3 a minute.
  const small = await startHarness({ rateLimitFactor: 3 / 600 });
  const session = await small.session();
  const { id, step, mac } = scanOf(shownText(session.qr));
  // Another one each time: the page itself is counted by its link.
  const forge = (letter: string): string => (mac.startsWith(letter) ? 'F' : letter) + mac.slice(1);
  const statuses: number[] = [];
  for (const letter of 'ABCDE') statuses.push((await fetch(`${small.url}/q/${id}.${step}.${forge(letter)}`)).status);
  const forged = forge('G');
  const headers = { authorization: `Bearer ${await small.wallet.token()}` };
  const call = await fetch(`${small.url}/session/${id}/information?step=${step}&mac=${forged}`, { headers });
  await small.close();
  expect(statuses.slice(0, 3)).toEqual([404, 404, 404]);
  expect(statuses.at(-1)).toBe(429);
  expect(call.status, 'one count for both').toBe(429);
});
