import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect, fullScript, SignInView, shows, story } from '../story.ts';
import { pushRequest } from '../world/relying-party.ts';
import type { World } from '../world/world.ts';

/** A page of another site than the session server's, and how it loads the script. */
interface Hosting {
  /** The script element, given the session server's address. */
  readonly script: (issuer: string) => string;
  /** Its `Content-Security-Policy`, beside what the widget needs besides scripts. */
  readonly policy?: (issuer: string) => string;
}

const NONCE = 'bm9uY2Utb2YtdGhpcy1hbnN3ZXI';
const tag = (attributes: string) => (issuer: string) => `<script src="${issuer}/widget.js" ${attributes}></script>`;

const HOSTINGS: Readonly<Record<string, Hosting>> = {
  async: { script: tag('async') },
  defer: { script: tag('defer') },
  'neither, in the middle of the page': { script: tag('') },
  'a module': { script: tag('type="module"') },
  'a list of hosts': { script: tag('async'), policy: (issuer) => `script-src ${issuer}` },
  'a nonce alone': { script: tag(`async nonce="${NONCE}"`), policy: () => `script-src 'nonce-${NONCE}'` },
  'a module with a nonce alone': {
    script: tag(`type="module" nonce="${NONCE}"`),
    policy: () => `script-src 'nonce-${NONCE}'`,
  },
  'strict-dynamic': {
    script: tag(`async nonce="${NONCE}"`),
    policy: () => `script-src 'nonce-${NONCE}' 'strict-dynamic'`,
  },
  'strict-dynamic, put there by another script': {
    script: (issuer) => `<script nonce="${NONCE}">
      const script = document.createElement('script');
      script.src = '${issuer}/widget.js';
      document.head.append(script);
    </script>`,
    policy: () => `script-src 'nonce-${NONCE}' 'strict-dynamic'`,
  },
  'Trusted Types that allow no policy': {
    script: tag('async'),
    policy: (issuer) => `script-src ${issuer}; require-trusted-types-for 'script'; trusted-types 'none'`,
  },
};

async function host(page: Page, world: World, { script, policy }: Hosting): Promise<void> {
  const { request_uri } = await pushRequest(world);
  const { issuer, shop } = world;
  const needed = `default-src 'none'; connect-src ${issuer} ${issuer.replace('http', 'ws')}; img-src data: ${issuer}`;
  // A page that the story makes up comes from no address; Chromium would take it for the open internet.
  await page.context().grantPermissions(['local-network-access']);
  await page.route(`${shop}/hosting`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: policy ? { 'Content-Security-Policy': `${needed}; ${policy(issuer)}` } : {},
      body: `<!doctype html><title>Hosting</title><link rel="icon" href="data:,">${script(issuer)}
        <beckon-signin client-id="shop" request-uri="${request_uri}"></beckon-signin>`,
    }),
  );
  await page.route(`${shop}/callback?**`, (route) => route.fulfill({ contentType: 'text/html', body: 'back' }));
  await page.goto(`${shop}/hosting`);
}

for (const [how, hosting] of Object.entries(HOSTINGS)) {
  story(`the script tag: ${how}`, shows('SCRIPT-POLICIES'), async ({ page, world, phone }) => {
    await host(page, world, hosting);
    await phone.approve(await new SignInView(page).scan(phone));
    await page.waitForURL(`${world.shop}/callback?**`);
  });
}

story('all in one file, with integrity', shows('SCRIPT-POLICIES', 'SCRIPT-FULL'), async ({ page, world, phone }) => {
  const full = await fullScript(world);
  const integrity = `sha384-${createHash('sha384')
    .update(await (await page.request.get(full)).body())
    .digest('base64')}`;
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script') asked.push(request.url());
  });
  await host(page, world, {
    script: () => `<script src="${full}" integrity="${integrity}" crossorigin="anonymous" async></script>`,
    policy: () => `script-src '${integrity}'`,
  });
  await phone.approve(await new SignInView(page).scan(phone));
  await page.waitForURL(`${world.shop}/callback?**`);
  expect(asked, 'there is no other file').toEqual([full]);
});

story('form A loads neither a renderer nor an encoder', shows('SCRIPT-SMALL'), async ({ page, world }) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.frame() === page.mainFrame() && request.resourceType() === 'script') asked.push(request.url());
  });
  await page.goto(`${world.shop}/script-tag`);
  await new SignInView(page.frameLocator('iframe')).reaches('qr');
  expect(asked.filter((url) => url.startsWith(world.issuer))).toEqual([`${world.issuer}/widget.js`]);
});

story(
  'a chunk that does not come at first is asked for again',
  shows('SCRIPT-SMALL'),
  async ({ page, world, problems }) => {
    problems.expect(/ERR_FAILED|Failed to load/);
    let refused = 0;
    await page.route(/\/(?:element|encoder)-[\w-]+\.js$/, (route) => {
      refused += 1;
      return route.abort();
    });
    await host(page, world, { script: tag('async') });
    await new SignInView(page).reaches('qr');
    await expect(page.locator('.bk-qr')).toHaveAttribute('data-frame', 'current');
    expect(refused).toBe(2);
  },
);
