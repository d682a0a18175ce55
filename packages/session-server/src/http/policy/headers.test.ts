import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Harness,
  ISSUER,
  REQUEST,
  SHOP_SECRET,
  SHOP_ORIGIN,
  SPA_ORIGIN,
  startHarness,
} from '../../test-support/harness.ts';
import { type RawResponse, rawRequest, requestText } from '../../test-support/raw-request.ts';
import { shownText } from '../../test-support/shown-text.ts';
import { imagesOf } from './headers.ts';

/** The headers of each route: one policy for all would either be weak or break the product (security.md). */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ admin: { port: 0 } });
});
afterAll(() => harness.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(harness.url + path, { headers, redirect: 'manual' });
const directives = (response: Response): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (response.headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );
const authorize = (changes: Record<string, string> = {}): Promise<Response> =>
  get(`/authorize?${new URLSearchParams({ ...REQUEST, ...changes }).toString()}`, { accept: 'text/html' });
const phonePage = async (): Promise<Response> => {
  const session = await harness.session();
  return get(new URL(shownText(session.qr)).pathname);
};

describe('the hosted sign-in page', () => {
  it('runs our script alone, and is framed by its client’s origins alone', async () => {
    expect(directives(await authorize())).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'connect-src': `'self' ${ISSUER.replace('https', 'wss')}`,
      'frame-ancestors': SHOP_ORIGIN,
      'base-uri': "'none'",
      'form-action': "'self'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    });
    const spa = { client_id: 'spa', redirect_uri: `${SPA_ORIGIN}/cb`, scope: 'openid' };
    expect(directives(await authorize(spa))['frame-ancestors']).toBe(SPA_ORIGIN);
  });

  it('fits into a frame and a popup of its client', async () => {
    const { headers } = await authorize();
    expect(headers.get('x-frame-options'), 'it would overrule frame-ancestors in old browsers').toBeNull();
    expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect(headers.get('cross-origin-resource-policy')).toBeNull();
    expect(headers.get('referrer-policy'), 'the guest in the frame finds its host by it').toBe('strict-origin');
  });

  it('has no script or style of its own inside', async () => {
    const text = await (await authorize()).text();
    expect(text.match(/<script[^>]*>[^<]*/g)).toEqual(['<script src="/widget.js" async>']);
    expect(text.match(/<link rel="modulepreload"[^>]*>/g), 'both chunks come beside the loader').toEqual([
      '<link rel="modulepreload" href="/element-new.js" />',
      '<link rel="modulepreload" href="/encoder-new.js" />',
    ]);
    expect(text).not.toMatch(/<style|\sstyle="|\son\w+="/);
  });
});

it('FT-C2d: the page that posts a response runs one script, by its hash, and tells no site its address', async () => {
  const response = await authorize({ prompt: 'none', response_mode: 'form_post' });
  expect(response.status).toBe(200);
  const [, script = ''] = /<script>([^<]*)<\/script>/.exec(await response.text()) ?? [];
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = directives(response);
  expect(policy).toMatchObject({ 'script-src': `'self' 'sha256-${hash}'`, 'frame-ancestors': SHOP_ORIGIN });
  expect(policy, 'a browser holds redirects that follow the form to it').not.toHaveProperty('form-action');
  expect(response.headers.get('referrer-policy'), 'with no-referrer the form has Origin: null').toBe('origin');
  expect(response.headers.get('cache-control')).toBe('no-store');
});

describe('pages that no page may frame', () => {
  it.each<[string, () => Promise<Response>]>([
    ['the phone’s', phonePage],
    ['a response that is none', () => get('/authorize/response/none')],
    ['a code that is none', () => get('/q/none')],
    ['a sign-in that cannot start', () => get('/authorize?client_id=unknown', { accept: 'text/html' })],
  ])('%s', async (_what, open) => {
    const response = await open();
    expect(directives(response)).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('the phone’s keeps its address to itself', async () => {
    expect((await phonePage()).headers.get('referrer-policy')).toBe('same-origin');
  });
});

describe('every answer', () => {
  const paths = [
    '/health',
    '/ready',
    '/nowhere',
    '/widget.js',
    '/.well-known/openid-configuration',
    '/.well-known/jwks.json',
    '/oauth/userinfo',
    '/session/events',
    '/authorize?client_id=unknown',
    '/q/none',
  ];

  it.each(paths)('%s is what it says it is, and says nothing of what made it', async (path) => {
    const { headers } = await get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-request-id')).toMatch(/^[0-9A-Z]{26}$/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const name of ['x-powered-by', 'server', 'set-cookie'])
      expect({ name, value: headers.get(name) }).toEqual({ name, value: null });
  });
});

describe('who may keep what', () => {
  it.each<[string, string]>([
    ['/widget.js', 'public, max-age=300'],
    ['/widget-1.2.3.full.js', 'public, max-age=31536000, immutable'],
    ['/element-new.js', 'public, max-age=31536000, immutable'],
    ['/encoder-new.js', 'public, max-age=31536000, immutable'],
    ['/beckon.css', 'public, max-age=300'],
    ['/.well-known/openid-configuration', 'public, max-age=300'],
    ['/.well-known/jwks.json', 'public, max-age=300'],
    ['/.well-known/apple-app-site-association', 'public, max-age=3600'],
    ['/health', 'no-store'],
    ['/oauth/userinfo', 'no-store'],
  ])('%s: %s', async (path, expected) => {
    expect((await get(path)).headers.get('cache-control')).toBe(expected);
  });

  it('SEC-COOKIE: no cache keeps what is a person’s, and no cookie is set outside a way to a provider', async () => {
    const { session, walletToken, code } = await harness.signIn();
    const other = await harness.session();
    const browser = { authorization: `Bearer ${session.session_secret}` };
    const body = new URLSearchParams({ ...REQUEST, client_secret: SHOP_SECRET });
    const token = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'shop',
      client_secret: SHOP_SECRET,
      code,
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    });
    const answers: Readonly<Record<string, Response>> = {
      create: await harness.post('/session', REQUEST),
      status: await get(`/session/${session.session_id}/status`, browser),
      cancel: await harness.post(
        `/session/${other.session_id}/cancel`,
        {},
        { authorization: `Bearer ${other.session_secret}` },
      ),
      information: await get(`/session/${session.session_id}/information`, { authorization: `Bearer ${walletToken}` }),
      page: await authorize(),
      json: await get(`/authorize?${new URLSearchParams(REQUEST).toString()}`, { accept: 'application/json' }),
      redirect: await authorize({ response_type: 'token' }),
      phone: await phonePage(),
      push: await fetch(`${harness.url}/oauth/par`, { method: 'POST', body }),
      token: await fetch(`${harness.url}/oauth/token`, { method: 'POST', body: token }),
    };
    const policies = Object.entries(answers).map(([name, { headers }]) => [name, headers.get('cache-control')]);
    expect(policies).toEqual(Object.keys(answers).map((name) => [name, 'no-store']));
    expect(Object.values(answers).flatMap(({ headers }) => headers.getSetCookie())).toEqual([]);
    expect(answers['token']?.status).toBe(200);
    expect(answers['token']?.headers.get('pragma')).toBe('no-cache');
  });
});

it('a page that holds the loader of an earlier release still gets its chunks', async () => {
  const response = await get('/element-old.js', { origin: 'https://shop.example' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  // Module scripts are fetched with CORS.
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await response.text()).toBe('/* element-old.js */');
  expect((await get('/element-older.js')).status).toBe(404);
});

it('the widget comes compressed to browsers that accept it so, and not again to those that have it', async () => {
  for (const encoding of ['br', 'gzip', 'identity']) {
    const response = await get('/widget.js', { 'accept-encoding': encoding });
    expect(response.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
    expect(await response.text()).toBe('/* widget.js */');
  }
  const etag = (await get('/widget.js')).headers.get('etag') ?? '';
  // `fetch` would add `Cache-Control: no-cache`, as a reload does.
  const again = (tag: string): Promise<RawResponse> =>
    rawRequest(harness.port, requestText({ target: '/widget.js', headers: [`If-None-Match: ${tag}`] }));
  expect((await again(etag)).status).toBe(304);
  expect((await again('"other"')).status).toBe(200);
});

it('a client’s logo is let in by its origin alone, however its address is written', () => {
  expect(imagesOf("https://cdn.example/a;b/logo.png?c='unsafe-inline'")).toEqual(['https://cdn.example']);
  expect(imagesOf('HTTPS://CDN.example:443/logo.png')).toEqual(['https://cdn.example']);
  expect(imagesOf('https://بيكون.example/logo.png')).toEqual(['https://xn--ngb8cjhi.example']);
  expect(imagesOf('data:image/png;base64,AAAA')).toEqual([]);
  expect(imagesOf(null)).toEqual([]);
});
