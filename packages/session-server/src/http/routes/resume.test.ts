import type { SessionHandle, Snapshot } from '@beckon/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Harness,
  REQUEST,
  SHOP_ORIGIN,
  SHOP_SECRET,
  VERIFIER,
  exampleConfig,
  scanOf,
  startHarness,
} from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

/** What a login route does at a reload: the same request, and everything drawn afresh. */
const RELOADED = {
  ...REQUEST,
  state: 'another-state',
  nonce: 'another-nonce',
  code_challenge: 'x'.repeat(43),
};

async function create(
  request: Readonly<Record<string, string>>,
  former?: { readonly session_id: string; readonly session_secret: string },
): Promise<{ readonly status: number; readonly handle: SessionHandle }> {
  const body = former === undefined ? request : { ...request, session_id: former.session_id };
  const bearer: Record<string, string> =
    former === undefined ? {} : { authorization: `Bearer ${former.session_secret}` };
  const response = await harness.post('/session', body, { origin: SHOP_ORIGIN, ...bearer });
  return { status: response.status, handle: (await response.json()) as SessionHandle };
}

/** As the website's backend does, with its secret. */
async function push(request: Readonly<Record<string, string>>): Promise<string> {
  const pushed = await fetch(`${harness.url}/oauth/par`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`shop:${SHOP_SECRET}`).toString('base64')}` },
    body: new URLSearchParams(request),
  });
  return ((await pushed.json()) as { request_uri: string }).request_uri;
}

interface OnPhone {
  approve(): Promise<Readonly<Record<string, unknown>>>;
}

async function scan(session: SessionHandle): Promise<OnPhone> {
  const headers = { authorization: `Bearer ${await harness.wallet.token()}` };
  const { id, step, mac } = scanOf(shownText(session.qr));
  const answer = await fetch(`${harness.url}/session/${id}/information?step=${step}&mac=${mac}`, { headers });
  const { retrieval_token } = (await answer.json()) as { retrieval_token: string };
  const decision = { decision: 'approve', accepted_scopes: ['openid', 'email'], retrieval_token };
  return {
    async approve() {
      const response = await harness.post(`/session/${id}/update`, decision, headers);
      return (await response.json()) as Record<string, unknown>;
    },
  };
}

const responseIn = ({ redirect_to }: Snapshot): Record<string, string> =>
  Object.fromEntries(new URL(redirect_to ?? '').searchParams);

async function redeem(code: string, code_verifier: string): Promise<number> {
  const response = await fetch(`${harness.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`shop:${SHOP_SECRET}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: String(REQUEST['redirect_uri']),
      code_verifier,
    }),
  });
  return response.status;
}

describe('a browser that was reloaded', () => {
  it('FT-B1a: goes on with its session, and the code is for the request that its website made last', async () => {
    const before = await harness.session({ ...RELOADED, state: 'first-state' });
    const phone = await scan(before);
    const { status, handle } = await create({ ...REQUEST, state: 'last-state' }, before);
    expect(status).toBe(200);
    expect(handle).toMatchObject({
      session_id: before.session_id,
      session_secret: before.session_secret,
      status: 'retrieved',
    });
    await phone.approve();
    const again = await create({ ...REQUEST, state: 'very-last-state' }, before);
    const { code = '', state } = responseIn(again.handle);
    expect(state).toBe('very-last-state');
    expect(await redeem(code, VERIFIER), 'the challenge is the last one’s').toBe(200);
  });

  it('FT-B1a: also with the very request that it had', async () => {
    const request = { client_id: 'shop', request_uri: await push(REQUEST) };
    const before = (await create(request)).handle;
    const { status, handle } = await create(request, before);
    expect([status, handle.session_id, handle.version]).toEqual([200, before.session_id, before.version]);
  });

  it('FT-B1a: also where its code went to a connection that was gone, and consumed that request', async () => {
    const request = { client_id: 'shop', request_uri: await push(REQUEST) };
    const before = (await create(request)).handle;
    await (await scan(before)).approve();
    const headers = { authorization: `Bearer ${before.session_secret}` };
    await fetch(`${harness.url}/session/${before.session_id}/status`, { headers });
    const page = (): Promise<Response> => fetch(`${harness.url}/authorize?${new URLSearchParams(request).toString()}`);
    expect((await page()).status).toBe(200);
    const { status, handle } = await create(request, before);
    expect(status).toBe(200);
    const stranger = await create(request);
    expect(stranger, 'no other client').toMatchObject({ status: 410, handle: { error: 'request_expired' } });
    expect(await redeem(responseIn(handle)['code'] ?? '', VERIFIER)).toBe(200);
    expect((await page()).status, 'nor the owner, once it is over').toBe(410);
    expect((await create(request, before)).status).toBe(410);
  });

  it.each([
    ['another scope', { scope: 'openid' }],
    ['another client', { client_id: 'strict' }],
    ['another prompt', { prompt: 'login' }],
    ['an app of the website’s choice', { connector: 'wallet' }],
  ])('FT-B1b: begins anew where its website now asks for %s', async (_, changes) => {
    const before = await harness.session();
    const { status, handle } = await create({ ...RELOADED, ...changes }, before);
    expect(status).toBe(201);
    expect(handle.session_id).not.toBe(before.session_id);
  });

  it('FT-B1b: begins anew where its website now asks for another way back', async () => {
    await harness.close();
    const [shop, ...others] = exampleConfig().clients;
    const redirect_uris = [...shop!.redirect_uris, `${SHOP_ORIGIN}/elsewhere`];
    harness = await startHarness({ clients: [{ ...shop!, redirect_uris }, ...others] });
    const before = await harness.session();
    const { status, handle } = await create({ ...RELOADED, redirect_uri: `${SHOP_ORIGIN}/elsewhere` }, before);
    expect(status).toBe(201);
    expect(handle.session_id).not.toBe(before.session_id);
  });

  it('FT-B1b: begins anew where its website now pushes what the browser carried before', async () => {
    const before = await harness.session();
    const { status, handle } = await create({ client_id: 'shop', request_uri: await push(REQUEST) }, before);
    expect(status).toBe(201);
    expect(handle.session_id).not.toBe(before.session_id);
  });

  it('FT-B1b: begins anew with a secret that is not the session’s, and learns nothing', async () => {
    const before = await harness.session();
    const stranger = await create(RELOADED, { ...before, session_secret: 'x'.repeat(43) });
    const unknown = await create(RELOADED, { session_id: 'A'.repeat(26), session_secret: 'x'.repeat(43) });
    expect([stranger.status, unknown.status]).toEqual([201, 201]);
    expect(stranger.handle.session_id).not.toBe(before.session_id);
    expect(stranger.handle.session_secret).not.toBe('x'.repeat(43));
  });

  it('FT-B1b: begins anew where its session is over', async () => {
    const before = await harness.session();
    harness.clock.advance(600_000);
    const { status, handle } = await create(RELOADED, before);
    expect(status).toBe(201);
    expect(handle.session_id).not.toBe(before.session_id);
  });

  it('cannot name a session without its secret', async () => {
    const before = await harness.session();
    const answer = await harness.post(
      '/session',
      { ...RELOADED, session_id: before.session_id },
      { origin: SHOP_ORIGIN },
    );
    expect(answer.status).toBe(401);
  });
});

describe('the phone that approved', () => {
  it('FT-B1c: is told that the other screen took the sign-in over', async () => {
    await harness.close();
    // Longer than a test may take: only the collecting can be what ends the wait.
    harness = await startHarness({}, { collectWait_ms: 600_000 });
    const session = await harness.session();
    const phone = await scan(session);
    const headers = { authorization: `Bearer ${session.session_secret}` };
    const now = (await (
      await fetch(`${harness.url}/session/${session.session_id}/status`, { headers })
    ).json()) as Snapshot;
    const held = fetch(`${harness.url}/session/${session.session_id}/status?after=${now.version}&wait=25`, { headers });
    expect(await phone.approve()).toEqual({ status: 'confirmed', collected: true });
    expect(((await (await held).json()) as Snapshot).redirect_to).toContain('code=');
    expect(await phone.approve(), 'the approval that is repeated hears the same').toEqual({
      status: 'confirmed',
      collected: true,
    });
  });

  it('FT-B1c: is told the same by a repeated approval that is slower than the website', async () => {
    const session = await harness.session();
    const phone = await scan(session);
    await phone.approve();
    const { handle } = await create(REQUEST, session);
    expect(await redeem(responseIn(handle)['code'] ?? '', VERIFIER)).toBe(200);
    expect(await phone.approve()).toEqual({ status: 'confirmed', collected: true });
    const other = { authorization: `Bearer ${await harness.wallet.token({ claims: { sub: 'another-person' } })}` };
    const decision = { decision: 'approve', retrieval_token: 'x'.repeat(43) };
    const refused = await harness.post(`/session/${session.session_id}/update`, decision, other);
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: 'already_claimed' }]);
  });

  it('FT-B1c: is told that no other screen did', async () => {
    const phone = await scan(await harness.session());
    expect(await phone.approve()).toEqual({ status: 'confirmed', collected: false });
  });
});
