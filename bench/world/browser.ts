/** A real Chromium, and what it measures of the built widget: the time to the first code, frames, mounts. */
import { createHash, randomBytes } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type Page, chromium } from 'playwright-core';
import { freePort } from './ports.ts';
import { type Beckon, type BeckonOptions, SHOP, startBeckon } from './server.ts';

/** The system's Chromium, as `pnpm test` found it; with nothing to say to any other host. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--js-flags=--expose-gc',
    ],
  });
}

/** A website with the widget on it, and the server that it is served by. */
export interface Site {
  readonly beckon: Beckon;
  /** Where the website is, with no trailing slash. `/element` and `/frame` embed, `/empty` only loads the script. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startSite(options: Pick<BeckonOptions, 'folder' | 'checkout'>): Promise<Site> {
  const site = createServer();
  const origin = `http://localhost:${await listening(site)}`;
  const redirect_uri = `${origin}/callback`;
  const beckon = await startBeckon({
    ...options,
    port: await freePort(),
    config: {
      clients: [
        {
          client_id: SHOP.client_id,
          client_secret: SHOP.client_secret,
          client_name: 'Shop',
          redirect_uris: [redirect_uri],
          allowed_origins: [origin],
          scope: 'openid profile email',
          cross_device: { verification: 'none' },
        },
      ],
    },
  });
  const request = (): URLSearchParams =>
    new URLSearchParams({
      client_id: SHOP.client_id,
      redirect_uri,
      response_type: 'code',
      scope: 'openid profile',
      state: randomBytes(8).toString('hex'),
      nonce: randomBytes(8).toString('hex'),
      code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
      code_challenge_method: 'S256',
    });
  site.on('request', ({ url = '/' }, response) => {
    if (url === '/login') {
      response.writeHead(302, { location: `${beckon.url}/authorize?${request()}` }).end();
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(pageAt(url, `${beckon.url}/widget.js`, request()));
  });
  return {
    beckon,
    url: origin,
    async close() {
      site.closeAllConnections();
      site.close();
      await beckon.stop();
    },
  };
}

function pageAt(path: string, script: string, request: URLSearchParams): string {
  const head = '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Shop</title>';
  if (path === '/frame') return `${head}<h1>Shop</h1><script src="${script}" async data-login-url="/login"></script>`;
  if (path !== '/element') return `${head}<h1>Shop</h1><script src="${script}"></script><main></main>`;
  const attributes = [...request].map(([name, value]) => `${name.replaceAll('_', '-')}="${value}"`).join(' ');
  return `${head}<h1>Shop</h1><script src="${script}" async></script><beckon-signin ${attributes}></beckon-signin>`;
}

export interface FirstCode {
  /** From the request of `widget.js` by the page until the first code is drawn, in ms. */
  readonly ms: number;
  /** What the page and its frames asked for until then, in order: address or file, and when, in ms from that request. */
  readonly requests: readonly { readonly name: string; readonly from: number; readonly until: number }[];
}

/** In a fresh browser context, so that nothing is cached. `slower` divides the CPU (`Emulation.setCPUThrottlingRate`). */
export async function firstCode(browser: Browser, url: string, slower: number): Promise<FirstCode> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.addInitScript(noteFirstCode, FIRST_CODE);
    const [drawn] = await Promise.all([drawnAt(page), page.goto(url)]);
    const entries = (await Promise.all(page.frames().map((frame) => frame.evaluate(resources)))).flat();
    const start = entries.find(({ name }) => name.endsWith('/widget.js'))?.from;
    if (start === undefined) throw new Error('the page asked for no widget.js');
    return {
      ms: drawn - start,
      requests: entries
        .filter(({ from }) => from >= start && from <= drawn)
        .toSorted((a, b) => a.from - b.from)
        .map(({ name, from, until }) => ({ name: new URL(name).pathname, from: from - start, until: until - start })),
    };
  } finally {
    await context.close();
  }
}

/** With this a page or a frame of it says when the first code was drawn: it is not asked meanwhile, which would disturb it. */
const FIRST_CODE = 'first code at';

async function drawnAt(page: Page): Promise<number> {
  const said = await page.waitForEvent('console', {
    predicate: (message) => message.text().startsWith(FIRST_CODE),
    timeout: 30_000,
  });
  return Number(said.text().slice(FIRST_CODE.length));
}

/**
 * Runs in the page and in its frames, before their own scripts: looks where a code has become current, and says when the
 * frame of the screen comes that shows it.
 */
function noteFirstCode(prefix: string): void {
  const attachShadow: (init: ShadowRootInit) => ShadowRoot = Reflect.get(Element.prototype, 'attachShadow');
  Element.prototype.attachShadow = function attach(init) {
    const root = attachShadow.call(this, init);
    const observer = new MutationObserver(() => {
      if (root.querySelector('[data-frame=current]') === null) return;
      observer.disconnect();
      requestAnimationFrame(() => console.debug(`${prefix} ${performance.timeOrigin + performance.now()}`));
    });
    observer.observe(root, { subtree: true, attributeFilter: ['data-frame'] });
    return root;
  };
}

/** Runs in the page: what it asked for, its own document included. */
function resources(): { name: string; from: number; until: number }[] {
  return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => ({
    name: entry.name,
    from: performance.timeOrigin + entry.startTime,
    until: performance.timeOrigin + (entry as PerformanceResourceTiming).responseEnd,
  }));
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  return (server.address() as AddressInfo).port;
}
