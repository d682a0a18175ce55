import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_SECRET, VERIFIER } from '../../test-support/harness.ts';
import {
  FakeBrowser,
  type RedirectWorld,
  WEBHOOK_SECRET,
  startRedirectWorld,
} from '../../test-support/redirect-world.ts';

/** What a provider tells us, and what others pretend that it did. */
let world: RedirectWorld;
beforeAll(async () => {
  world = await startRedirectWorld();
});
afterAll(() => world.close());

type Signature = 'hex' | 'base64';
const sign = (body: string | Buffer, encoding: Signature = 'hex', secret = WEBHOOK_SECRET): string =>
  createHmac('sha256', secret).update(body).digest(encoding);
const secondsNow = (): number => Math.floor(world.harness.clock.now() / 1000);
const eventOf = (
  id: string,
  sub = 'upstream-ada',
  type = 'session.revoked',
  created: number | null = secondsNow(),
): string => JSON.stringify({ id, type, ...(created === null ? {} : { created }), data: { sub, client_id: 'beckon' } });

const deliver = (
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = { 'paswad-signature': sign(body) },
  path = '/webhooks/paswad',
): Promise<Response> =>
  fetch(world.harness.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

/** Signs the person in with Paswad; the code is not redeemed yet. */
async function confirmed(): Promise<string> {
  const session = await world.begin({ mode: 'same_device', connector: 'paswad' });
  const here = new FakeBrowser(world.harness);
  const { location } = await world.click(session, here);
  const end = await here.open((await here.open(location)).location);
  return new URL(end.location).searchParams.get('code') ?? '';
}
function redeem(code: string): Promise<Response> {
  const parameters = { grant_type: 'authorization_code', client_id: 'shop', client_secret: SHOP_SECRET };
  const body = new URLSearchParams({ ...parameters, code, code_verifier: VERIFIER });
  return fetch(`${world.harness.url}/oauth/token`, { method: 'POST', body });
}
async function signIn(): Promise<string> {
  const answer = (await (await redeem(await confirmed())).json()) as { readonly access_token: string };
  return answer.access_token;
}
const holds = async (token: string): Promise<boolean> =>
  (await fetch(`${world.harness.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status ===
  200;

describe('a genuine delivery', () => {
  it.each<Signature>(['hex', 'base64'])('ends what was granted, signed in %s', async (encoding) => {
    const token = await signIn();
    expect(await holds(token)).toBe(true);
    const body = eventOf(`evt_genuine_${encoding}`);
    const response = await deliver(body, { 'paswad-signature': sign(body, encoding) });
    expect(response.status).toBe(204);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await holds(token)).toBe(false);
    world.harness.clock.advance(1);
    expect(await holds(await signIn()), 'who signs in again is signed in').toBe(true);
  });

  it('is acted upon once: repeated, it does not end what was granted since', async () => {
    const body = eventOf('evt_replayed');
    const first = await signIn();
    expect((await deliver(body)).status).toBe(204);
    expect(await holds(first)).toBe(false);
    world.harness.clock.advance(1000);
    const second = await signIn();
    expect((await deliver(body)).status, 'it is acknowledged all the same').toBe(204);
    expect((await deliver(body, { 'paswad-signature': sign(body, 'base64') })).status).toBe(204);
    expect(await holds(second)).toBe(true);
    expect((await deliver(eventOf('evt_not_replayed'))).status).toBe(204);
    expect(await holds(second)).toBe(false);
    world.harness.clock.advance(1000);
  });

  it('FT-B5a: that arrives late ends what was granted before it happened, and nothing newer', async () => {
    const before = await signIn();
    const happened = secondsNow();
    world.harness.clock.advance(60_000);
    const after = await signIn();
    expect((await deliver(eventOf('evt_late', 'upstream-ada', 'session.revoked', happened))).status).toBe(204);
    expect([await holds(before), await holds(after)]).toEqual([false, true]);
    expect((await deliver(eventOf('evt_later', 'upstream-ada', 'consent.revoked', happened - 60))).status).toBe(204);
    expect(await holds(before), 'an older notice that arrives afterwards gives nothing back').toBe(false);
  });

  it('FT-B5a: that says nothing of when, or speaks of tomorrow, ends everything until now', async () => {
    for (const created of [null, secondsNow() + 86_400]) {
      const token = await signIn();
      const body = eventOf(`evt_when_${String(created)}`, 'upstream-ada', 'session.revoked', created);
      expect((await deliver(body)).status).toBe(204);
      expect(await holds(token)).toBe(false);
      world.harness.clock.advance(1);
      expect(await holds(await signIn()), 'and nothing that comes').toBe(true);
      world.harness.clock.advance(1);
    }
  });

  it('counts for a code that is not redeemed yet', async () => {
    const code = await confirmed();
    expect((await deliver(eventOf('evt_before_redemption'))).status).toBe(204);
    world.harness.clock.advance(1000);
    const response = await redeem(code);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('about a person whom we never saw, another app, or nothing that concerns us is acknowledged', async () => {
    const token = await signIn();
    const other = JSON.stringify({
      id: 'evt_other_app',
      type: 'session.revoked',
      data: { sub: 'upstream-ada', client_id: 'app_other' },
    });
    for (const body of [
      eventOf('evt_stranger', 'upstream-unknown'),
      eventOf('evt_login', 'upstream-ada', 'user.signed_in'),
      eventOf('evt_new', 'upstream-ada', 'new.type'),
      other,
    ])
      expect((await deliver(body)).status).toBe(204);
    expect(await holds(token)).toBe(true);
  });
});

describe('a delivery that is none', () => {
  it.each<[string, (body: string) => Record<string, string>]>([
    ['no signature', () => ({})],
    ['a blank one', () => ({ 'paswad-signature': '' })],
    ['one under another secret', (body) => ({ 'paswad-signature': sign(body, 'hex', 'another-secret') })],
    ['one over another body', () => ({ 'paswad-signature': sign('{}') })],
    ['a shortened one', (body) => ({ 'paswad-signature': sign(body).slice(0, 32) })],
    ['a plain hash', (body) => ({ 'paswad-signature': createHmac('sha256', '').update(body).digest('hex') })],
    ['two', (body) => ({ 'paswad-signature': `${sign(body)}, ${sign(body)}` })],
    ['its signature elsewhere', (body) => ({ signature: sign(body) })],
  ])('%s changes nothing', async (_what, headersOf) => {
    const token = await signIn();
    const body = eventOf('evt_forged');
    const response = await deliver(body, headersOf(body));
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain('invalid_request');
    expect(text, 'nothing to sharpen the next try with').not.toMatch(/signature|hmac|secret|body/i);
    expect(await holds(token)).toBe(true);
  });

  it.each<[string, () => Buffer<ArrayBuffer>]>([
    ['no body', () => Buffer.alloc(0)],
    ['no JSON', () => Buffer.from('id=evt_1')],
    ['an array', () => Buffer.from('[]')],
    ['no id', () => Buffer.from('{"type":"session.revoked","data":{"sub":"upstream-ada"}}')],
    ['a long id', () => Buffer.from(eventOf('x'.repeat(129)))],
    ['an id that is no text', () => Buffer.from('{"id":1,"type":"session.revoked","data":{"sub":"upstream-ada"}}')],
    ['no person in it', () => Buffer.from('{"id":"evt_x","type":"session.revoked","data":{}}')],
    ['no UTF-8', () => Buffer.concat([Buffer.from(eventOf('evt_latin')), Buffer.from([0xff])])],
    ['UTF-16', () => Buffer.from(eventOf('evt_utf16'), 'utf16le')],
  ])('%s is refused, though the signature is right', async (_what, bodyOf) => {
    const token = await signIn();
    expect((await deliver(bodyOf())).status).toBe(400);
    expect(await holds(token)).toBe(true);
  });

  it('that is compressed or too long is refused before it is looked at', async () => {
    const token = await signIn();
    const body = eventOf('evt_gzip');
    const packed = Buffer.from(gzipSync(body));
    for (const signature of [sign(body), sign(packed)])
      expect((await deliver(packed, { 'content-encoding': 'gzip', 'paswad-signature': signature })).status).toBe(415);
    const long = eventOf(`evt_long`, 'x'.repeat(40_000));
    expect((await deliver(long)).status).toBe(413);
    const huge = Buffer.alloc(10_000_000, 0x20);
    // The server may hang up on what it will not read.
    const status = await deliver(huge, { 'paswad-signature': 'x' }).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(await holds(token)).toBe(true);
  });

  it('is for no connector that has no webhooks, and for no other method', async () => {
    const body = eventOf('evt_elsewhere');
    for (const path of ['/webhooks/one', '/webhooks/none', '/webhooks/', '/webhooks/__proto__', '/webhooks/PASWAD'])
      expect({ path, status: (await deliver(body, undefined, path)).status }).toEqual({ path, status: 404 });
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const response = await fetch(`${world.harness.url}/webhooks/paswad`, { method });
      expect({ method, status: response.status, allow: response.headers.get('allow') }).toEqual({
        method,
        status: 405,
        allow: 'POST',
      });
    }
  });
});

it('deliveries have a limit of their own, and leave no person, id or secret in the log', async () => {
  const small = await startRedirectWorld({ rateLimitFactor: 2 / 6000 }, { logLevel: 'debug' });
  const post = (body: string, signature = sign(body)): Promise<Response> =>
    fetch(`${small.harness.url}/webhooks/paswad`, {
      method: 'POST',
      headers: { 'paswad-signature': signature },
      body,
    });
  const statuses = [
    await post(eventOf('evt_logged')),
    await post('{"id":"evt_logged"}', sign('{}')),
    await post(eventOf('evt_logged')),
    await post(eventOf('evt_logged')),
  ];
  const phone = await fetch(`${small.harness.url}/q/none`);
  const log = small.harness.log.join('');
  await small.close();
  expect(statuses.map(({ status }) => status)).toEqual([204, 400, 204, 429]);
  expect(statuses[3]?.headers.get('retry-after')).not.toBeNull();
  expect(phone.status, 'phones are counted apart').toBe(404);
  expect(log).toContain('/webhooks/:connector');
  expect(log, 'a wrong secret shows nowhere else').toContain('the signature is not over this body');
  expect(log).not.toMatch(/upstream-ada|evt_logged|the-webhook-secret/);
});
