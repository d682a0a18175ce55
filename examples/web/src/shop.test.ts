import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createShop, type Shop } from './shop.ts';

let shop: Shop;
let url: string;

// No server answers at the issuer: what these tests look at is the shop without it.
const NOBODY = 'http://127.0.0.1:9';

beforeEach(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const clients = [
    { client_id: 'shop', client_secret: 'secret-of-shop' },
    { client_id: 'shop-strict', client_secret: 'secret-of-shop-strict' },
  ] as const;
  shop = createShop({ issuer: NOBODY, url, sandbox: 'http://127.0.0.1:4402', clients });
  await shop.listen(port);
});
afterEach(() => shop.close());

test.each([
  '/',
  '/privacy',
  '/help',
  '/redirect',
  '/script-tag',
  '/react',
  '/spa',
  '/spa/callback',
  '/gallery',
  '/gallery/cell',
  '/playground',
])('%s: a strict policy that lets only the issuer in', async (path) => {
  const response = await fetch(url + path);
  expect(response.status).toBe(200);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain(`default-src 'none'`);
  expect(policy).toContain(`connect-src 'self' ${NOBODY} ${NOBODY.replace('http', 'ws')};`);
  expect(policy, 'inline script or style got in').not.toMatch(/unsafe|\*/);
  expect(await response.text(), 'a page has an inline script or style, which its own policy refuses').not.toMatch(
    /<script>|<style|style="/,
  );
});

test('the session cookie is out of reach of scripts and comes along from the issuer', async () => {
  const cookies = (await fetch(url)).headers.getSetCookie();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatch(/^shop_session_\d+=[\w-]{43}; .*HttpOnly; SameSite=Lax$/);
});

test('a page asked for with another client passes it on; an unknown one is refused', async () => {
  expect(await (await fetch(`${url}/script-tag`)).text()).toContain('data-login-url="/login"');
  expect(await (await fetch(`${url}/script-tag?client=shop-strict`)).text()).toContain('/login?client=shop-strict"');
  for (const client of ['nobody', 'shop&client=shop-strict', '%22%3E%3Cscript%3E']) {
    const response = await fetch(`${url}/script-tag?client=${client}`);
    expect(response.status, `?client=${client} was taken`).toBe(400);
  }
});

test.each([
  ['', 'no parameters'],
  ['?code=abc&state=xyz', 'a state that this browser never sent'],
  ['?error=access_denied&state=%3Cscript%3Ealert(1)%3C/script%3E', 'markup in the state'],
  ['?state=a&state=b', 'two states'],
])('the callback refuses %s (%s) and offers to start again', async (query) => {
  const response = await fetch(`${url}/callback${query}`, { redirect: 'manual' });
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(text).toContain('Try again');
  expect(text).not.toContain('alert(1)');
});

test('while the issuer does not answer, the person is told so and the widget gets an error code', async () => {
  const page = await fetch(`${url}/login`, { redirect: 'manual' });
  expect(page.status).toBe(502);
  expect(await page.text()).toContain('Sign-in is resting');
  const pushed = await fetch(`${url}/login/request`, { method: 'POST' });
  expect(pushed.status).toBe(502);
  expect(await pushed.json()).toMatchObject({ error: 'network' });
});

test('who is not signed in has no account page', async () => {
  const response = await fetch(`${url}/me`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
