import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, SHOP_SECRET, scanOf, startHarness } from '../../test-support/harness.ts';
import {
  FakeBrowser,
  type RedirectWorld,
  WEBHOOK_SECRET,
  startRedirectWorld,
} from '../../test-support/redirect-world.ts';
import { shownText } from '../../test-support/shown-text.ts';

/** Makes 12 of the limits on failures, which are 600 a minute, and leaves 2 calls to a wallet's token. */
const FACTOR = 12 / 600;
const FAILURES = 12;

let harness: Harness;
let world: RedirectWorld;
beforeAll(async () => {
  harness = await startHarness({ rateLimitFactor: FACTOR });
  world = await startRedirectWorld({ rateLimitFactor: FACTOR });
});
afterAll(async () => {
  await harness.close();
  await world.close();
});

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const get = (path: string, token: string): Promise<Response> => fetch(harness.url + path, { headers: bearer(token) });
const push = (secret: string): Promise<Response> =>
  fetch(`${harness.url}/oauth/par`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'shop',
      client_secret: secret,
      response_type: 'code',
      redirect_uri: 'https://shop.example/callback',
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }),
  });

/** Fails until the limit refuses, and says how it was refused before and after. */
async function exhaust(fail: (n: number) => Promise<{ readonly status: number }>): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < FAILURES + 2; n += 1) statuses.push((await fail(n)).status);
  expect(new Set(statuses.slice(0, FAILURES)).size, `before the limit: ${statuses.join()}`).toBe(1);
  expect(statuses.slice(FAILURES), 'over the limit').toEqual([429, 429]);
  return statuses;
}

describe('FT-A3h: failures of one caller do not lock out another one in its network', () => {
  it('FT-A3h: a wallet signs in while strangers send bad tokens', async () => {
    const session = await harness.session();
    const { id, step, mac } = scanOf(shownText(session.qr));
    const path = `/session/${id}/information?step=${step}&mac=${mac}`;
    const statuses = await exhaust((n) => get(path, `bad.${n}.token`));
    expect(statuses[0]).toBe(401);
    expect((await harness.signIn()).code, 'the good wallet').not.toBe('');
  });

  it('FT-A3h: a wallet signs in while other wallets send codes that are not ours', async () => {
    const session = await harness.session();
    const { id, step } = scanOf(shownText(session.qr));
    const path = `/session/${id}/information?step=${step}&mac=${'A'.repeat(26)}`;
    const statuses = await exhaust(async (n) => get(path, await harness.wallet.token({ claims: { jti: `${n}` } })));
    expect(statuses[0]).toBe(400);
    expect((await harness.signIn()).code, 'the good wallet').not.toBe('');
  });

  it('FT-A3h: a website’s backend is served while strangers guess its secret', async () => {
    expect((await exhaust(() => push('guessed')))[0]).toBe(401);
    expect((await push(SHOP_SECRET)).status).toBe(201);
  });

  it('FT-A3h: a page reads its session while strangers guess secrets', async () => {
    const session = await harness.session();
    const path = `/session/${session.session_id}/status`;
    // This limit is five times the others'.
    for (let n = 0; n < 5 * FAILURES; n += 1) expect((await get(path, `guessed-${n}`)).status).toBe(404);
    expect((await get(path, 'guessed')).status).toBe(429);
    expect((await get(path, session.session_secret)).status).toBe(200);
  });

  it('FT-A3h: a provider’s deliveries are taken while strangers send forged ones', async () => {
    const deliver = (secret: string): Promise<Response> => {
      const body = JSON.stringify({ id: 'evt_1', type: 'ignored' });
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'paswad-signature': signature };
      return fetch(`${world.harness.url}/webhooks/paswad`, { method: 'POST', headers, body });
    };
    expect((await exhaust(() => deliver('guessed')))[0]).toBe(400);
    expect((await deliver(WEBHOOK_SECRET)).status).toBe(204);
  });

  it('FT-A3h: a person comes back from the provider while strangers make up callbacks', async () => {
    const session = await world.begin();
    const phone = new FakeBrowser(world.harness);
    const { location } = await phone.open(await phone.scan(session.path));
    const stranger = new FakeBrowser(world.harness);
    expect((await exhaust((n) => stranger.open(`/callback/one?state=made-up-${n}&code=x`)))[0]).toBe(404);
    expect((await phone.open(location)).status).toBe(200);
    expect((await world.watch(session)).status).toBe('confirmed');
  });

  it('FT-A3h: a phone opens its code while strangers make up links', async () => {
    const session = await world.begin();
    const stranger = new FakeBrowser(world.harness);
    expect((await exhaust((n) => stranger.open(`/q/made-up-${n}`)))[0]).toBe(404);
    expect((await new FakeBrowser(world.harness).open(session.path)).status).toBe(200);
  });
});
