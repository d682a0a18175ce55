import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFunnel } from '../funnel/index.ts';
import { answerTo } from '../http/http-error.ts';
import type { OperatorActs } from '../operator/index.ts';
import { hashSecret } from '../secrets/index.ts';
import { exampleOperator } from '../test-support/example-operator.ts';
import { exampleClient } from '../test-support/example-client.ts';
import { ADA, redeem, type World, world } from '../test-support/oauth-world.ts';
import { createConsole, createEntry } from './index.ts';

const WRITE = 'a-token-that-may-write';
const READ = 'a-token-that-may-read';
const SHOP = exampleClient({});

let w: World;
let operator: OperatorActs;
let server: Server;
let url: string;
let wrong: number;
beforeEach(async () => {
  w = await world();
  wrong = 0;
  operator = exampleOperator(w, SHOP);
  const entry = createEntry({
    secrets: w.secrets,
    tokens: () => [
      { name: 'ops', hash: hashSecret(WRITE), scope: 'write' },
      { name: 'desk', hash: hashSecret(READ), scope: 'read' },
    ],
    now: w.clock.now,
  });
  const app = express();
  app.use(
    createConsole({
      issuer: 'https://id.example.com',
      operator,
      entry,
      funnel: (hours) => readFunnel(w.store, hours),
      connectors: [{ id: 'wallet', name: 'Wallet' }],
      keys: () => Promise.resolve([]),
      health: () => Promise.resolve([{ name: 'Store', is_well: true, says: '1 MiB' }]),
      explain: () => Promise.resolve([]),
      now: w.clock.now,
      onWrongToken: () => (wrong += 1),
    }),
  );
  app.use(((error, _request, response, _next) => {
    response.status(answerTo(error).status).end();
  }) as express.ErrorRequestHandler);
  server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await w.store.close();
});

interface Visit {
  readonly cookie: string;
  /** The form token of a page. */
  readonly form_token: string;
}

async function enter(token: string): Promise<Visit> {
  const response = await post('/sign-in', { token });
  expect(response.status).toBe(303);
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = await get('/', cookie);
  expect(page.status).toBe(200);
  return { cookie, form_token: /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? '' };
}

function post(path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
  return fetch(url + path, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' });
}
async function get(
  path: string,
  cookie = '',
): Promise<{ readonly status: number; readonly text: string; readonly policy: string }> {
  const response = await fetch(url + path, { headers: { cookie }, redirect: 'manual' });
  const policy = response.headers.get('content-security-policy') ?? '';
  return { status: response.status, text: await response.text(), policy };
}

const signIn = async () => redeem(w, await w.signIn({ scope: 'openid profile' }));

describe('FT-F60: the console', () => {
  it('FT-F60: shows nothing without a token, and its policy allows no script', async () => {
    for (const path of [
      '/',
      '/sign-ins',
      '/people',
      '/clients',
      '/clients/shop',
      '/keys',
      '/audit',
      '/audit?verify=1',
    ]) {
      const page = await get(path);
      expect([path, page.status]).toEqual([path, 401]);
      expect(page.text).toContain('Sign in with your operator token');
      expect(page.text).not.toContain('Search');
      expect(page.policy).toContain("script-src 'none'");
      expect(page.policy).toContain("frame-ancestors 'none'");
    }
    const refused = await post('/sign-in', { token: 'not-a-token' });
    expect(refused.status).toBe(401);
    expect(await refused.text()).not.toContain('not-a-token');
    expect(wrong).toBe(1);
  });

  it('FT-F61: shows a sign-in from the list to its story, a person, the clients and the trail', async () => {
    const { id_token } = await signIn();
    const { sub, sid } = decodeJwt(id_token ?? '');
    const { cookie, form_token } = await enter(READ);
    const list = await get('/sign-ins', cookie);
    expect(list.text).toContain('signed in');
    const [, story = ''] = /href="(\/sign-ins\/[^"?]+)"/.exec(list.text) ?? [];
    const told = await get(story, cookie);
    for (const words of ['A phone or browser took it', 'The person approved', 'signed in', 'openid profile'])
      expect(told.text).toContain(words);
    expect(told.text, 'the id of a session').not.toContain(String(sid));
    expect(told.text).not.toContain(ADA.subject);
    const people = await (await post('/people', { form_token, sub: String(sub) }, { cookie })).text();
    expect(people).toContain('holds');
    expect((await get('/clients', cookie)).text).toContain('Wallet');
    expect((await get('/clients/shop', cookie)).text).toContain('redirect_uris');
    expect((await get('/clients/no-such', cookie)).status).toBe(404);
    expect((await get('/audit?verify=1', cookie)).text).toContain('The trail is whole');
    expect((await get('/audit?type=token.issued', cookie)).text).toContain('The website has its tokens');
    const search = await post('/search', { form_token, q: String(sid) }, { cookie });
    expect(search.headers.get('location')).toBe(story);
    expect(await (await post('/search', { form_token, q: String(sub) }, { cookie })).text()).toContain('holds');
    const missed = await post('/search', { form_token, q: 'nothing-has-this' }, { cookie });
    expect(missed.status).toBe(404);
  });

  it('FT-F62: revokes a sign-in, ends a person, and disables and enables, each told with the name of the token', async () => {
    const { id_token } = await signIn();
    const { sub } = decodeJwt(id_token ?? '');
    const { cookie, form_token } = await enter(WRITE);
    const [, story = ''] = /href="(\/sign-ins\/[^"?]+)"/.exec((await get('/sign-ins', cookie)).text) ?? [];
    const revoked = await post(`${story}/revoke`, { form_token }, { cookie });
    expect(revoked.headers.get('location')).toBe(`${story}?done=revoked`);
    expect((await get(`${story}?done=revoked`, cookie)).text).toContain('The sign-in was revoked');
    await signIn();
    expect((await post('/people/end', { form_token, sub: String(sub) }, { cookie })).status).toBe(303);
    const grants = await operator.grants.list({ person: { sub: String(sub) } });
    expect(grants.items.map(({ state }) => state)).not.toContain('active');
    expect((await post('/apps/wallet/disable', { form_token }, { cookie })).status).toBe(303);
    expect((await get('/clients', cookie)).text).toContain('disabled');
    expect((await post('/apps/wallet/enable', { form_token }, { cookie })).status).toBe(303);
    expect(await operator.switches.list()).toEqual([]);
    const { items } = await operator.audit.list({ limit: 500 });
    const acts = items.filter(({ by }) => by === 'ops').map(({ type, data }) => [type, data['via']]);
    for (const type of ['grant.revoked', 'person.ended', 'connector.disabled', 'connector.enabled'])
      expect(acts).toContainEqual([type, 'console']);
  });

  it('FT-F63: acts only for a token that may write, and for a form that this browser was shown', async () => {
    const desk = await enter(READ);
    const ops = await enter(WRITE);
    const off = '/apps/wallet/disable';
    for (const [form, headers] of [
      [{ form_token: desk.form_token }, { cookie: desk.cookie }],
      [{}, { cookie: ops.cookie }],
      [{ form_token: desk.form_token }, { cookie: ops.cookie }],
      [{ form_token: ops.form_token }, {}],
      [{ form_token: ops.form_token }, { cookie: ops.cookie, 'sec-fetch-site': 'cross-site' }],
    ] as const) {
      expect((await post(off, form, headers)).status).toBe(403);
    }
    expect(await operator.switches.list()).toEqual([]);
    expect((await get('/', ops.cookie)).text).not.toContain('action="/apps');
    expect((await get('/clients', desk.cookie)).text, 'a reader is shown no act').not.toContain('action="/apps');
    expect((await post('/sign-out', { form_token: ops.form_token }, { cookie: ops.cookie })).status).toBe(303);
  });

  it('FT-F64: puts nothing of a stranger into a page as HTML', async () => {
    const { cookie, form_token } = await enter(WRITE);
    const evil = `"><script>alert(1)</script>'`;
    for (const path of [
      `/sign-ins?client=${encodeURIComponent(evil)}&connector=${encodeURIComponent(evil)}`,
      `/sign-ins/${encodeURIComponent(evil)}`,
      `/clients/${encodeURIComponent(evil)}`,
      `/audit?request=${encodeURIComponent(evil)}&session=${encodeURIComponent(evil)}&cursor=${encodeURIComponent(evil)}`,
      `/?done=${encodeURIComponent(evil)}&done=constructor`,
      '/?done=constructor',
      '/?done=__proto__',
    ]) {
      const page = await get(path, cookie);
      expect([path, page.status >= 500]).toEqual([path, false]);
      expect(page.text).not.toContain('<script');
      expect(page.text).not.toContain('undefined');
    }
    for (const q of [evil, 'x'.repeat(5_000), '\u202E\u0000', '-'.repeat(12)]) {
      const answer = await post('/search', { form_token, q }, { cookie });
      expect(answer.status).toBeLessThan(500);
      expect(await answer.text()).not.toContain('<script');
    }
  });
});
