// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { PAGE as PAGE_NAME } from './page.ts';
import type { Explain, Trouble } from './trouble.ts';

const PAGE = 'https://shop.example/login';
const SERVER = 'https://id.example';
const DISCOVERY = `${SERVER}/.well-known/openid-configuration`;

let explain: Explain;
let said: string[];
/** What a call gets, by method and address; a call that is not here gets no answer. */
let network: Record<string, () => Promise<Response>>;

/** A page of its own: what was said on another one counts for nothing. */
async function open({ href = PAGE, origin = new URL(href).origin, onLine = true } = {}): Promise<void> {
  vi.resetModules();
  vi.stubGlobal('location', new URL(href));
  vi.stubGlobal('self', { origin });
  vi.stubGlobal('navigator', { onLine });
  ({ explain } = await import('./mistakes.ts'));
}

const failed = (changes: Partial<Extract<Trouble, { readonly of: 'server' | 'request_url' }>> = {}): Trouble => ({
  of: 'server',
  url: `${SERVER}/session`,
  answer: null,
  last: false,
  ...changes,
});
const answered = (status: number, type: string): Response =>
  new Response('', { status, headers: { 'content-type': type } });

function violate(changes: Partial<SecurityPolicyViolationEvent> = {}): void {
  const event = { effectiveDirective: 'connect-src', disposition: 'enforce', blockedURI: SERVER };
  dispatchEvent(Object.assign(new Event('securitypolicyviolation'), event, changes));
}

/** As a browser does for what a policy forbids: no answer, and the event a moment later. */
const forbidden = (changes?: Partial<SecurityPolicyViolationEvent>) => (): Promise<never> => {
  setTimeout(() => violate(changes));
  return Promise.reject(new TypeError('Failed to fetch'));
};

beforeEach(async () => {
  network = {};
  vi.stubGlobal('fetch', (url: string, { method = 'GET' } = {}) => {
    return network[`${method} ${url}`]?.() ?? Promise.reject(new TypeError('Failed to fetch'));
  });
  said = [];
  vi.spyOn(console, 'error').mockImplementation((text: string) => void said.push(text));
  await open();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.resetModules();
});

const WITH_HEADING = /^Beckon: (\S+): .+ See docs\/guides\/mistakes\.md#\1$/;

describe('MISTAKE-TOLD: each mistake is found, and told with what to do and where to read on', () => {
  it.each<[string, string | null, Trouble, RegExp]>([
    [
      'a page that is not registered',
      'origin_not_allowed',
      {
        of: 'refusal',
        code: 'origin_not_allowed',
        description: "add https://shop.example to the client's allowed_origins",
      },
      /origin_not_allowed: add https:\/\/shop\.example/,
    ],
    [
      'another refusal',
      'invalid_scope',
      { of: 'refusal', code: 'invalid_scope', description: 'scope: lacks openid' },
      /other-refusals: invalid_scope: scope: lacks openid/,
    ],
    [
      'an address of another server',
      'setup_server',
      failed({ answer: answered(404, 'text/html') }),
      /https:\/\/id\.example\/session answered 404 text\/html\. Set server to the issuer's address/,
    ],
    [
      'a request-url that is not there',
      'setup_request_url',
      failed({ of: 'request_url', url: '/login/request', answer: answered(404, 'text/html') }),
      /https:\/\/shop\.example\/login\/request answered 404 text\/html\. request-url must answer a POST/,
    ],
    [
      'a server without https on a page with it',
      'setup_server',
      failed({ url: 'http://id.example/session' }),
      /http:\/\/id\.example\/session is http, which no page of https may call/,
    ],
    ['a module', 'setup_module', { of: 'module' }, /Remove type="module"/],
    ['a target', 'setup_target', { of: 'target', selector: '#login' }, /matches data-target="#login"/],
    ['a link that leads nowhere', 'setup_sandbox', { of: 'link' }, /allow-top-navigation-by-user-activation/],
    [
      'a frame that the policy forbids',
      'setup_frame_src',
      { of: 'frame', src: '/login', origin: SERVER, blocked: true, shown: null },
      /Add 'self' https:\/\/id\.example to frame-src/,
    ],
    [
      'a frame that is silent',
      'setup_frame',
      { of: 'frame', src: '/login', origin: SERVER, blocked: false, shown: null },
      /\/login does not answer\. Add https:\/\/shop\.example to the client's allowed_origins/,
    ],
    [
      'a frame in which nothing has come yet',
      'setup_frame',
      { of: 'frame', src: '/login', origin: SERVER, blocked: false, shown: { URL: 'about:blank' } as Document },
      /\/login does not answer/,
    ],
    [
      'a frame with a page of the website’s own',
      'setup_frame',
      { of: 'frame', src: '/login', origin: SERVER, blocked: false, shown: { URL: `${PAGE}?again` } as Document },
      /\/login shows https:\/\/shop\.example\/login\?again, a page of this website\. It must redirect to https:\/\/id\.example/,
    ],
  ])('%s', async (_what, code, trouble, words) => {
    expect(await explain(trouble)).toBe(code);
    expect(said).toEqual([expect.stringMatching(words)]);
    expect(said[0]).toMatch(WITH_HEADING);
  });

  it('once, however often it happens', async () => {
    await explain({ of: 'module' });
    await explain({ of: 'module' });
    await explain({ of: 'link' });
    expect(said).toHaveLength(2);
  });
});

describe('MISTAKE-TOLD: a call that gets no answer', () => {
  it('is the policy’s, with what to add', async () => {
    network[`HEAD ${DISCOVERY}`] = forbidden();
    expect(await explain(failed())).toBe('setup_connect_src');
    expect(said).toEqual([expect.stringMatching(/Add https:\/\/id\.example to connect-src/)]);
  });

  it('of the page’s own route is the policy’s too', async () => {
    network['HEAD https://shop.example/login/request'] = forbidden({ blockedURI: `${PAGE}/request` });
    expect(await explain(failed({ of: 'request_url', url: '/login/request' }))).toBe('setup_connect_src');
    expect(said).toEqual([expect.stringMatching(/Add 'self' to connect-src/)]);
  });

  it.each<Partial<SecurityPolicyViolationEvent>>([
    { blockedURI: 'https://ads.example/' },
    { effectiveDirective: 'img-src' },
    { disposition: 'report' },
  ])('is not explained by a violation of another kind: %o', async (changes) => {
    network[`HEAD ${DISCOVERY}`] = forbidden(changes);
    expect(await explain(failed())).toBeNull();
    expect(said).toEqual([]);
  });

  it.each([
    [PAGE, /A sandbox around it needs allow-same-origin/],
    ['file:///home/me/login.html', /Serve it by http/],
  ])('is its origin’s, on a page that has none: %s', async (href, words) => {
    await open({ href, origin: 'null' });
    expect(await explain(failed())).toBe('setup_opaque_origin');
    expect(said).toEqual([expect.stringMatching(words)]);
    expect(await explain({ of: 'frame', src: '/login', origin: SERVER, blocked: false, shown: null })).toBe(
      'setup_opaque_origin',
    );
  });

  it('may be the network’s: nothing is said before the last attempt, nor where there is no network', async () => {
    network[`HEAD ${DISCOVERY}`] = () => Promise.resolve(answered(502, 'text/html'));
    expect(await explain(failed()), 'it may come back').toBeNull();
    await open({ onLine: false });
    expect(await explain(failed({ last: true })), 'offline').toBeNull();
    expect(said).toEqual([]);
  });

  it('after the last is the network’s to the person, and the console suspects the address', async () => {
    expect(await explain(failed({ last: true }))).toBe('network');
    expect(said).toEqual([
      expect.stringMatching(/setup_server: https:\/\/id\.example\/session cannot be reached\. Is it/),
    ]);
  });

  it('after the last is an answer that the page cannot read: no advice about the connection, and trying again may help', async () => {
    network[`HEAD ${DISCOVERY}`] = () => Promise.resolve(answered(200, ''));
    expect(await explain(failed({ last: true }))).toBe('server_error');
    expect(said).toEqual([
      expect.stringMatching(/setup_server: https:\/\/id\.example\/session cannot be read by this page/),
    ]);
  });

  it('of a session server that can be read was the network’s', async () => {
    network[`HEAD ${DISCOVERY}`] = () => Promise.resolve(answered(200, ''));
    network[`GET ${DISCOVERY}`] = () => Promise.resolve(Response.json({ issuer: SERVER }));
    expect(await explain(failed({ last: true }))).toBeNull();
  });

  it('on the host of a session server is a wrong path, and told with the right one', async () => {
    network[`GET ${DISCOVERY}`] = () => Promise.resolve(Response.json({ issuer: SERVER }));
    expect(await explain(failed({ url: `${SERVER}/login/session`, last: true }))).toBe('setup_server');
    expect(said).toEqual([expect.stringMatching(/login\/session is not the issuer's, https:\/\/id\.example\./)]);
  });

  it('of a request-url elsewhere is CORS', async () => {
    network['HEAD https://api.example/request'] = () => Promise.resolve(answered(405, ''));
    const trouble = failed({ of: 'request_url', url: 'https://api.example/request', last: true });
    expect(await explain(trouble)).toBe('setup_request_url');
    expect(said).toEqual([expect.stringMatching(/api\.example\/request lets no page of this origin read its answer/)]);
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'id.localhost'])(
    'by http to %s is allowed to a page of https',
    async (host) => {
      expect(await explain(failed({ url: `http://${host}:4400/session` }))).toBeNull();
    },
  );
});

describe('MISTAKE-TOLD: a socket that never opens', () => {
  it.each([
    [true, 'setup_connect_src', [/Add wss:\/\/id\.example to connect-src/]],
    [false, null, []],
  ])('by the policy: %s', async (byPolicy, code, words) => {
    vi.stubGlobal(
      'WebSocket',
      class extends EventTarget {
        constructor() {
          super();
          setTimeout(() => {
            this.dispatchEvent(new Event('error'));
            if (byPolicy) violate({ blockedURI: 'wss://id.example/session/events' });
          });
        }
        close(): void {}
      },
    );
    expect(await explain({ of: 'socket', url: 'wss://id.example/session/events' })).toBe(code);
    expect(said).toEqual(words.map((word) => expect.stringMatching(word) as string));
  });
});

test('MISTAKE-TOLD: each mistake has one heading in the guide, by its id', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../..', PAGE_NAME), 'utf8');
  const headings = [...guide.matchAll(/^### `?([\w-]+)`?$/gm)].map(([, id = '']) => id);
  const types = readFileSync(join(import.meta.dirname, 'mistake.ts'), 'utf8');
  const ids = [...types.matchAll(/^ {2}\| '([\w-]+)'/gm)].map(([, id = '']) => id);
  expect(ids.length).toBeGreaterThan(8);
  // The loader and the card tell of a part that is missing, since this one may be missing too.
  expect(headings.toSorted()).toEqual([...ids, 'setup_script'].toSorted());
});
