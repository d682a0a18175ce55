import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, scanOf, startHarness } from '../testing/harness.ts';
import { FakeBrowser, startRedirectWorld } from '../testing/redirect-world.ts';

/** What the phone page shows and counts. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

describe('where the code is', () => {
  it('FT-A12a: is shown to people by the beginning of its address and the name of its browser', async () => {
    const world = await startRedirectWorld();
    const session = await world.begin();
    const { text } = await new FakeBrowser(world.harness).open(session.path);
    await world.close();
    expect(text).toContain('at 127.0.0.…');
    expect(text).not.toContain('127.0.0.1');
  });

  it('FT-A12a: is told to a wallet by the beginning of its address', async () => {
    const { consent } = await harness.signIn();
    expect(consent['requester']).toMatchObject({ address: '127.0.0.…' });
  });
});

it('FT-A12b: a forged code counts on the page as it does at the wallet’s call', async () => {
  // mac_failures: 3 a minute.
  const small = await startHarness({ rate_limit_factor: 3 / 600 });
  const session = await small.session();
  const { id, step, mac } = scanOf(session.qr?.frames[0]?.text ?? '');
  const forged = (mac.startsWith('A') ? 'B' : 'A') + mac.slice(1);
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await fetch(`${small.url}/q/${id}.${step}.${forged}`)).status);
  const headers = { authorization: `Bearer ${await small.wallet.token()}` };
  const call = await fetch(`${small.url}/session/${id}/information?step=${step}&mac=${forged}`, { headers });
  await small.close();
  expect(statuses.slice(0, 3)).toEqual([404, 404, 404]);
  expect(statuses.at(-1)).toBe(429);
  expect(call.status, 'one count for both').toBe(429);
});
