import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, createBrowser, textsIn } from './index.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string | undefined>;
  readonly body: string;
}

let server: Server;
let port = 0;
let here = '';
/** The same server by its other name: another site. */
let there = '';
let clock = 0;
let seen: Seen[] = [];
let pages: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {};

beforeEach(async () => {
  seen = [];
  pages = {};
  clock = 0;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers: headers as Record<string, string>, body });
      const page = pages[url.split('?')[0] ?? ''];
      if (page === undefined) response.writeHead(404).end('<title>Not here</title>');
      else page(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  here = `http://127.0.0.1:${String(port)}`;
  there = `http://localhost:${String(port)}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function tab(): Browser {
  return createBrowser({ now: () => clock, origins: [here, there] });
}

function show(html: string, headers: Record<string, string | string[]> = {}): (typeof pages)[string] {
  return (_request, response) => void response.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(html);
}

function redirect(location: string, status = 303): (typeof pages)[string] {
  return (_request, response) => void response.writeHead(status, { Location: location }).end();
}

function last(): Seen | undefined {
  return seen.at(-1);
}

describe('forms', () => {
  it('are sent with their hidden fields, what was filled in, and the button that was pressed', async () => {
    pages['/form'] = show(`<!-- <form action="/no"></form> --><form method="post" action="/sent?x=1">
      <input type=hidden name='token' value="a&amp;&quot;b&#39;&#x3e;"><input name="pin" value="old">
      <input type="checkbox" name="off"><input type="checkbox" name="on" checked>
      <button type="button" name="help">Help</button>
      <button name="action" value="no">No</button><button name="action" value="yes">  Yes,
      <b>please</b></button></form>`);
    pages['/sent'] = show('<title>Sent</title>');
    const browser = tab();
    const [form] = (await browser.visit(`${here}/form`)).forms;
    if (form === undefined) throw new Error('no form');
    expect(form.buttons.map(({ label }) => label)).toEqual(['No', 'Yes, please']);
    const page = await browser.submit(form, { name: 'action', value: 'yes' }, { pin: '12' });
    expect(page).toMatchObject({ url: `${here}/sent?x=1`, status: 200, title: 'Sent', left: null });
    expect([...new URLSearchParams(last()?.body)]).toEqual([
      ['token', `a&"b'>`],
      ['on', 'on'],
      ['pin', '12'],
      ['action', 'yes'],
    ]);
    expect(last()?.headers).toMatchObject({
      origin: here,
      'sec-fetch-site': 'same-origin',
      'content-type': expect.stringContaining('application/x-www-form-urlencoded') as string,
    });
  });

  it('are read as a browser without script reads them', async () => {
    pages['/form'] = show(`<script>document.write('<form><button name="s">S</button></form>')</script>
      <template><form><button name="t">T</button></form></template>
      <noscript><form action="/plain" METHOD=POST>
        <button name="second" disabled>Off</button><input type="submit" name="first" value="1">
        <button name="second">2</button>
        <input type="button" name="idle" value="x"><input type="image" name="map"><input name="">
        <input type="submit" name="late" disabled><input name="held" value="x" disabled>
        <input type="radio" name="pick" value="a"><input type="radio" name="pick" value="" checked>
        <input name="mail" value="a@b>c">
      </form></noscript>
      <svg><title>Picture</title><a href="/svg">S</a></svg>
      <a name="anchor">no link</a><a href="/to?a=1&amp;b=2">Go <b>on</b><style>a{}</style></a><a href="http://">bad</a>`);
    const page = await tab().visit(`${here}/form`);
    expect(page.title).toBe('');
    expect(page.links).toEqual([{ href: `${here}/to?a=1&b=2`, label: 'Go on' }]);
    expect(page.forms).toEqual([
      {
        method: 'post',
        action: `${here}/plain`,
        fields: [
          ['pick', ''],
          ['mail', 'a@b>c'],
        ],
        inputs: ['pick', 'mail'],
        buttons: [
          { name: 'first', value: '1', label: '1' },
          { name: 'second', value: '', label: '2' },
        ],
      },
    ]);
  });

  it('texts are found by the name, class or id of their element', () => {
    const html = '<h1>A <i>shop</i></h1><p class="a domain">shop.example</p><dd id="number">4&#50;<dd>next';
    expect(textsIn(html, 'h1')).toEqual(['A shop']);
    expect(textsIn(html, '.domain')).toEqual(['shop.example']);
    expect(textsIn(html, '#number')).toEqual(['42']);
    expect(textsIn(html, 'dd')).toEqual(['42', 'next']);
    expect(textsIn(html, '.number')).toEqual([]);
  });

  it('by GET replace the query; with no action they go to their own page', async () => {
    pages['/form'] = show('<form><input name="q" value="1"><input type="submit" value="Go"></form>');
    const browser = tab();
    const [form] = (await browser.visit(`${here}/form?old=1`)).forms;
    if (form === undefined) throw new Error('no form');
    await browser.submit(form);
    expect(last()).toMatchObject({ method: 'GET', url: '/form?q=1' });
  });

  it('a button that is not there cannot be pressed', async () => {
    pages['/form'] = show('<form method="post"><button name="a" value="1">A</button></form>');
    const browser = tab();
    const [form] = (await browser.visit(`${here}/form`)).forms;
    if (form === undefined) throw new Error('no form');
    expect(() => browser.submit(form, { name: 'a', value: '2' })).toThrow(RangeError);
  });

  it('a page that keeps its address to itself sends no origin', async () => {
    pages['/form'] = show('<form method="post"><button>Go</button></form>', { 'Referrer-Policy': 'no-referrer' });
    const browser = tab();
    const page = await browser.visit(`${here}/form`);
    await browser.submit(page.forms[0] ?? (null as never));
    expect(last()?.headers['origin']).toBe('null');
  });
});

describe('redirects', () => {
  it('303 makes a GET of a POST, 307 keeps it', async () => {
    pages['/form'] = show('<form method="post" action="/to"><input name="a" value="1"></form>');
    pages['/end'] = show('<title>End</title>');
    const browser = tab();
    for (const [status, method, body] of [
      [303, 'GET', ''],
      [302, 'GET', ''],
      [307, 'POST', 'a=1'],
    ] as const) {
      pages['/to'] = redirect('/end', status);
      const page = await browser.visit(`${here}/form`);
      expect((await browser.submit(page.forms[0] ?? (null as never))).title).toBe('End');
      expect(last()).toMatchObject({ method, body });
    }
  });

  it('are followed 20 times', async () => {
    pages['/round'] = redirect('/round');
    await expect(tab().visit(`${here}/round`)).rejects.toMatchObject({ code: 'unreachable_page' });
    expect(seen).toHaveLength(21);
  });

  it('that lead away are reported and not opened', async () => {
    pages['/away'] = redirect('https://shop.example/callback?code=c');
    expect(await tab().visit(`${here}/away`)).toMatchObject({ left: 'https://shop.example/callback?code=c' });
    expect(seen).toHaveLength(1);
  });
});

describe('cookies', () => {
  const cookieAt = async (browser: Browser, url: string): Promise<string | undefined> => {
    await browser.visit(url);
    return last()?.headers['cookie'];
  };

  it('come back to their host and path until they expire', async () => {
    pages['/a/set'] = show('', {
      'Set-Cookie': [
        'root=1; Path=/; HttpOnly',
        'here=2',
        'short=3; Max-Age=10; Path=/',
        'dated=4; Expires=Thu, 01 Jan 1970 00:00:20 GMT; Path=/',
        'gone=5; Max-Age=0; Path=/',
        'other=6; Domain=example.com; Path=/',
        '=7',
      ],
    });
    const browser = tab();
    await browser.visit(`${here}/a/set`);
    expect(await cookieAt(browser, `${here}/a/x`)).toBe('here=2; root=1; short=3; dated=4');
    expect(await cookieAt(browser, `${here}/ab`)).toBe('root=1; short=3; dated=4');
    expect(await cookieAt(browser, `${there}/a/x`)).toBeUndefined();
    clock = 10_000;
    expect(await cookieAt(browser, `${here}/`)).toBe('root=1; dated=4');
    clock = 20_000;
    expect(await cookieAt(browser, `${here}/`)).toBe('root=1');
  });

  it('are replaced and taken back', async () => {
    const browser = tab();
    pages['/set'] = show('', { 'Set-Cookie': 'a=1; Path=/' });
    await browser.visit(`${here}/set`);
    pages['/set'] = show('', { 'Set-Cookie': 'a=2; Path=/' });
    await browser.visit(`${here}/set`);
    expect(await cookieAt(browser, `${here}/`)).toBe('a=2');
    pages['/set'] = show('', { 'Set-Cookie': 'a=; Path=/; Max-Age=0' });
    await browser.visit(`${here}/set`);
    expect(await cookieAt(browser, `${here}/`)).toBeUndefined();
  });

  it('with a prefix keep what it promises (RFC 6265bis §4.1.3)', async () => {
    pages['/set'] = show('', {
      'Set-Cookie': [
        '__Host-good=1; Path=/; Secure',
        '__Host-open=1; Path=/',
        '__Host-deep=1; Path=/set; Secure',
        '__Host-wide=1; Path=/; Secure; Domain=127.0.0.1',
        '__Secure-open=1; Path=/',
        '__host-lower=1; Path=/',
        '__Host-none=1; Secure',
        'none=1; Path=/; SameSite=None',
      ],
    });
    const browser = tab();
    await browser.visit(`${here}/set`);
    expect(await cookieAt(browser, `${here}/`)).toBe('__Host-good=1');
  });

  it('an age counts from when the cookie was set, not from when it was last sent', async () => {
    pages['/set'] = show('', { 'Set-Cookie': 'aged=1; Path=/; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:01 GMT' });
    const browser = tab();
    await browser.visit(`${here}/set`);
    clock = 9_000;
    expect(await cookieAt(browser, `${here}/`)).toBe('aged=1');
    clock = 10_000;
    expect(await cookieAt(browser, `${here}/`)).toBeUndefined();
  });

  it('are bounded: the oldest makes room, and a header that is too long is dropped', async () => {
    const many = Array.from({ length: 201 }, (_, n) => `c${String(n)}=1; Path=/`);
    pages['/set'] = show('', { 'Set-Cookie': [...many.slice(0, 150), `long=${'x'.repeat(4096)}; Path=/`] });
    pages['/more'] = show('', { 'Set-Cookie': many.slice(150) });
    const browser = tab();
    await browser.visit(`${here}/set`);
    await browser.visit(`${here}/more`);
    const sent = (await cookieAt(browser, `${here}/`))?.split('; ').map((pair) => pair.split('=')[0]);
    expect(sent).toHaveLength(200);
    expect(sent).not.toContain('c0');
    expect(sent).not.toContain('long');
  });

  it('SameSite: from another site only Lax by GET and None come along', async () => {
    const cookies = ['lax=1; Path=/', 'strict=1; Path=/; SameSite=Strict', 'none=1; Path=/; SameSite=None; Secure'];
    pages['/set'] = show('', { 'Set-Cookie': cookies });
    pages['/other'] = show(`<a href="${here}/">go</a><form method="post" action="${here}/"></form>`);
    const browser = tab();
    await browser.visit(`${here}/set`);
    const page = await browser.visit(`${there}/other`);
    await browser.follow(page.links[0] ?? (null as never));
    expect(last()?.headers).toMatchObject({ cookie: 'lax=1; none=1', 'sec-fetch-site': 'cross-site' });
    browser.backTo(page);
    await browser.submit(page.forms[0] ?? (null as never));
    expect(last()).toMatchObject({ method: 'POST', headers: { cookie: 'none=1' } });
  });
});

it('a server that is not there is told by its address', async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((gone.address() as AddressInfo).port)}`;
  await new Promise((resolve) => gone.close(resolve));
  const browser = createBrowser({ now: () => clock, origins: [url] });
  await expect(browser.visit(url)).rejects.toMatchObject({ code: 'unreachable_page', status: 502 });
});
