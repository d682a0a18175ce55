import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './index.ts';

const BECKON = { issuer: 'http://127.0.0.1:4400' };
let sandbox: Sandbox;
let base: string;

beforeEach(async () => {
  sandbox = createSandbox({ beckon: BECKON });
  base = await sandbox.listen(0);
});
afterEach(() => sandbox.close());

/** `fetch` does not let a caller choose the Host header. */
function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${base}/wallet/jwks.json`, { headers: { Host: host } }, (res) => {
      res.resume();
      resolve(res.statusCode);
    });
    sent.on('error', reject).end();
  });
}

test('answers to 127.0.0.1 and localhost with its own port', async () => {
  const { port } = new URL(base);
  expect(sandbox.url).toBe(base);
  expect(await statusWithHost(`127.0.0.1:${port}`)).toBe(200);
  expect(await statusWithHost(`LOCALHOST:${port}`)).toBe(200);
});

test.each(['attacker.example', 'localhost', '127.0.0.1:1', 'localhost.attacker.example:PORT', '[::1]:PORT'])(
  'refuses the Host %s: a name of another site may point here (DNS rebinding)',
  async (host) => {
    expect(await statusWithHost(host.replace('PORT', new URL(base).port))).toBe(403);
  },
);

test.each(['https://attacker.example', 'null', 'http://127.0.0.1:1'])(
  'refuses a POST from the origin %s',
  async (origin) => {
    const headers = { 'Content-Type': 'application/json', Origin: origin };
    const response = await fetch(`${base}/wallet/token`, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: 'origin_not_allowed' });
  },
);

test('takes a POST from its own pages', async () => {
  const headers = { 'Content-Type': 'application/json', Origin: base.replace('127.0.0.1', 'localhost') };
  expect((await fetch(`${base}/wallet/token`, { method: 'POST', headers, body: '{}' })).status).toBe(200);
});

test.each(['text/plain', 'application/x-www-form-urlencoded'])(
  'reads no body of type %s, which a foreign form could send',
  async (type) => {
    const response = await fetch(`${base}/wallet/token`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error_description: expect.stringContaining('Content-Type') as string,
    });
  },
);

test('reads at most 32 KiB', async () => {
  const response = await fetch(`${base}/phone/scan`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text: 'x'.repeat(32 * 1024) }),
  });
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({ error: 'request_too_large', error_description: 'body: more than 32 KiB' });
});

test('a path that is not there and a method that is not possible say so', async () => {
  expect((await fetch(`${base}/nothing`)).status).toBe(404);
  const response = await fetch(`${base}/phone/scan`);
  expect(response.status).toBe(405);
  expect(response.headers.get('Allow')).toBe('POST');
});

test('the phone’s page has nothing inline and a policy that would refuse it', async () => {
  const response = await fetch(`${base}/phone`);
  expect(response.status).toBe(200);
  const policy = response.headers.get('Content-Security-Policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toContain('unsafe');
  const html = await response.text();
  expect(html).not.toMatch(/<style|style=|<script>| on\w+=/i);
});

test.each(['0.0.0.0', '192.0.2.1', '::'])('never listens on %s', async (host) => {
  await expect(createSandbox({ beckon: BECKON }).listen(0, host)).rejects.toThrow(/^host: /);
});

test('a port that contradicts the issuer is refused', async () => {
  const other = createSandbox({ issuer: 'http://127.0.0.1:4402', beckon: BECKON });
  await expect(other.listen(4502)).rejects.toThrow(/^port: /);
});

test('a port that is taken is told, and the sandbox may listen elsewhere', async () => {
  const other = createSandbox({ beckon: BECKON });
  await expect(other.listen(Number(new URL(base).port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await other.listen(0);
  await other.close();
});

test.each([
  [{ issuer: 'http://example.com:4402', beckon: BECKON }, 'issuer: '],
  [{ issuer: 'http://127.0.0.1:4402/path', beckon: BECKON }, 'issuer: '],
  [{ beckon: { issuer: 'nonsense' } }, 'beckon.issuer: '],
  [{ beckon: { issuer: 'ftp://example.com' } }, 'beckon.issuer: '],
  [{ beckon: { issuer: 'http://example.com?x' } }, 'beckon.issuer: '],
  [{ beckon: { ...BECKON, shop: 'javascript:alert(1)' } }, 'beckon.shop: '],
  [{ beckon: BECKON, people: [] }, 'people: '],
  [
    {
      beckon: BECKON,
      people: [
        { id: 'a', claims: {} },
        { id: 'a', claims: {} },
      ],
    },
    'people: ',
  ],
])('options %j are refused, naming %s', (options, name) => {
  expect(() => createSandbox(options)).toThrow(name);
});

test('a fault is for the path that it names, as often as it says', async () => {
  const fault = (body: unknown): Promise<Response> =>
    fetch(`${base}/sandbox/faults`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await fault({ path: '/wallet/jwks.json', answer: 'error', times: 2 })).status).toBe(204);
  expect((await fault({ path: '/oidc/jwks', answer: 'rate_limit', retry_after: 3 })).status).toBe(204);
  const keys = (): Promise<Response> => fetch(`${base}/wallet/jwks.json`);
  expect([(await keys()).status, (await keys()).status, (await keys()).status]).toEqual([500, 500, 200]);
  const limited = await fetch(`${base}/oidc/jwks`);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
  await fault({ path: '/wallet/jwks.json', answer: 'drop' });
  await expect(keys()).rejects.toThrow(TypeError);
  expect((await keys()).status).toBe(200);
  expect((await fault({ path: 'wallet', answer: 'error' })).status).toBe(400);
});
