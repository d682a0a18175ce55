import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../../test-support/harness.ts';
import { rawRequest, requestText } from '../../test-support/raw-request.ts';
import { aRefusal, refusalOf } from '../../test-support/refusal.ts';

/** What can be wrong before there is a body, sent byte for byte: most of it no client library would send. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const id = 'A'.repeat(26);
const bearer = 'Authorization: Bearer x';
const get = (target: string, ...headers: readonly string[]): Buffer => requestText({ target, headers });
const by = (method: string, target: string, ...headers: readonly string[]): Buffer =>
  requestText({ method, target, headers });
const socket = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: x'];

describe('is answered in the shape of every other error', () => {
  it.each<[string, string | Buffer, number, string, string?]>([
    ['no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'Host: is missing'],
    ['two Hosts', get('/health', 'Host: evil.example'), 400, 'Host: was sent more than once'],
    ['two Authorizations', get(`/session/${id}/status`, bearer, bearer), 400, 'Authorization: was sent more than once'],
    [
      'two Origins',
      by('POST', '/session', 'Origin: https://a', 'Origin: https://b'),
      400,
      'Origin: was sent more than',
    ],
    ['two session tokens', get('/session', 'Data-Session-Token: a', 'data-session-token: b'), 400, 'more than once'],
    ['both kinds of token', get(`/session/${id}/status`, bearer, 'Data-Session-Token: x'), 400, 'not both'],
    ['a header over 16 KiB', get('/health', `X-Long: ${'a'.repeat(17_000)}`), 431, 'longer than 16 KiB'],
    ['1500 headers', get('/health', ...Array.from({ length: 1500 }, (_, i) => `X-Many-${i}: a`)), 431, '16 KiB'],
    ['a target over 16 KiB', get(`/authorize?${'a'.repeat(17_000)}`), 431, '16 KiB'],
    ['a NUL in a header', get('/health', 'X-Zero: a\0b'), 400, 'HTTP/1.1'],
    ['line feeds alone', 'GET /health HTTP/1.1\nHost: x\n\n', 400, 'HTTP/1.1'],
    ['a header line that is folded', get('/health', 'X-Fold: a', ' Origin: b'), 400, 'HTTP/1.1'],
    ['a space before the colon', get('/health', 'Origin : https://a'), 400, 'HTTP/1.1'],
    ['two lengths', by('POST', '/session', 'Content-Length: 4', 'Content-Length: 5'), 400, 'HTTP/1.1'],
    ['a length and chunks', by('POST', '/session', 'Content-Length: 4', 'Transfer-Encoding: chunked'), 400, 'HTTP/1.1'],
    ['a negative length', by('POST', '/session', 'Content-Length: -1'), 400, 'HTTP/1.1'],
    ['TLS', Buffer.from([0x16, 3, 1, 0, 0xa5, 1, 0, 0]), 400, 'HTTP/1.1'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'HTTP/1.1'],
    ['an unknown method', by('FETCH', '/health'), 400, 'HTTP/1.1'],
    ['CONNECT', by('CONNECT', 'evil.example:443'), 405, 'this is no proxy'],
    ['another expectation', by('POST', '/session', 'Expect: 200-ok'), 417, 'Expect'],
    ['a path that is not there', get('/nowhere'), 404, 'nothing at this path'],
    ['OPTIONS *', by('OPTIONS', '*'), 404, 'nothing at this path'],
    ['two slashes', get('//evil.example/health'), 404, 'nothing at this path'],
    ['dots', get('/session/../../etc/passwd'), 404, 'nothing at this path'],
    ['another case', get(`/SESSION/${id}/status`, bearer), 404, 'nothing at this path'],
    ['a slash at the end', get(`/session/${id}/status/`, bearer), 404, 'nothing at this path'],
    ['an encoded slash', get(`/session/${id}%2Fstatus`, bearer), 404, 'nothing at this path'],
    [
      'an encoded slash in an id',
      get(`/session/${id.slice(1)}%2F/status`, bearer),
      404,
      'no such session',
      'session_not_found',
    ],
    ['a null byte in an id', get('/session/%00/status', bearer), 404, 'no such session', 'session_not_found'],
    ['a prototype key as id', get('/session/__proto__/status', bearer), 404, 'no such session', 'session_not_found'],
    [
      'an id that is too long',
      get(`/session/${'A'.repeat(4000)}/status`, bearer),
      404,
      'no such session',
      'session_not_found',
    ],
    ['percent and nothing', get('/session/%/status', bearer), 400, 'not valid percent-encoding'],
    ['percent that is no UTF-8', get('/session/%ff/status', bearer), 400, 'not valid percent-encoding'],
    ['a WebSocket elsewhere', get('/elsewhere', ...socket), 404, 'no WebSocket at this path'],
    ['a WebSocket without its subprotocol', get('/session/events', ...socket), 400, 'must offer beckon.v1'],
    ['no WebSocket', get('/session/events'), 426, 'takes a WebSocket'],
  ])('%s', async (_what, bytes, status, says, error) => {
    expect(refusalOf(await rawRequest(harness.port, bytes))).toEqual(aRefusal(status, says, error));
  });
});

describe('methods', () => {
  const endpoints = {
    '/health': ['GET', 'HEAD'],
    '/ready': ['GET', 'HEAD'],
    '/widget.js': ['GET', 'HEAD'],
    '/element-new.js': ['GET', 'HEAD'],
    '/beckon.css': ['GET', 'HEAD'],
    '/.well-known/openid-configuration': ['GET', 'HEAD', 'OPTIONS'],
    '/.well-known/jwks.json': ['GET', 'HEAD', 'OPTIONS'],
    '/.well-known/apple-app-site-association': ['GET', 'HEAD'],
    '/oauth/par': ['POST', 'OPTIONS'],
    '/oauth/token': ['POST', 'OPTIONS'],
    '/oauth/userinfo': ['GET', 'HEAD', 'POST', 'OPTIONS'],
    '/authorize': ['GET', 'HEAD', 'POST'],
    '/session': ['POST', 'OPTIONS'],
    [`/session/${id}/connector`]: ['POST', 'OPTIONS'],
    [`/session/${id}/status`]: ['GET', 'HEAD', 'OPTIONS'],
    [`/session/${id}/renew`]: ['POST', 'OPTIONS'],
    [`/session/${id}/cancel`]: ['POST', 'OPTIONS'],
    [`/session/${id}/information`]: ['GET', 'HEAD'],
    [`/session/${id}/update`]: ['POST'],
    [`/q/${id}.0.x`]: ['GET', 'HEAD', 'POST'],
  };
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
  const pairs = Object.entries(endpoints).flatMap(([path, own]) =>
    methods.map((method) => [method, path, own] as const),
  );

  it.each(pairs)('%s %s', async (method, path, own) => {
    const { status, headers } = await rawRequest(harness.port, by(method, path));
    const allowed = headers['allow']?.split(', ') ?? [];
    expect(status === 405, `${method} is ${own.includes(method) ? '' : 'not '}one of its own`).toBe(
      !own.includes(method),
    );
    expect(
      allowed.filter((name) => !own.includes(name)),
      'it names others than it takes',
    ).toEqual([]);
    expect(status, 'bad input is never our failure').toBeLessThan(500);
  });
});

describe('the request id', () => {
  const idOf = async (...headers: readonly string[]): Promise<string | undefined> => {
    const { body, headers: answered } = await rawRequest(harness.port, get('/nowhere', ...headers));
    expect((JSON.parse(body) as { request_id: string }).request_id).toBe(answered['x-request-id']);
    return answered['x-request-id'];
  };

  it('is the caller’s own where it is safe to repeat', async () => {
    expect(await idOf('X-Request-Id: req-1.a_B')).toBe('req-1.a_B');
  });

  it.each(['"><script>', 'a b', 'a%0d%0aSet-Cookie:x', 'x'.repeat(65), 'ü', ''])(
    'is a new one in place of %j',
    async (text) => {
      expect(await idOf(`X-Request-Id: ${text}`)).toMatch(/^[0-9A-Z]{26}$/);
    },
  );

  it('is a new one where there are two', async () => {
    expect(await idOf('X-Request-Id: a', 'X-Request-Id: b')).toMatch(/^[0-9A-Z]{26}$/);
  });
});

describe('what is odd and allowed', () => {
  it('the absolute form means the path in it', async () => {
    expect((await rawRequest(harness.port, get('http://evil.example/health'))).status).toBe(200);
  });

  it('a Host of another site changes nothing of what is said', async () => {
    const bytes =
      'GET /.well-known/openid-configuration HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n';
    const { body } = await rawRequest(harness.port, bytes);
    expect(body).toContain('https://id.example/authorize');
    expect(body).not.toContain('evil');
  });

  it('an offer to speak h2c is passed over', async () => {
    const upgrade = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'];
    expect((await rawRequest(harness.port, get('/health', ...upgrade))).status).toBe(200);
  });
});
