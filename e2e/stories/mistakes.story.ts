import type { Page } from '@playwright/test';
import { expect, SignInView, shows, story } from '../story.ts';
import type { Problems } from '../world/problems.ts';
import { pushRequest } from '../world/relying-party.ts';
import type { World } from '../world/world.ts';

const NOT_SET_UP = 'Sign-in is not set up for this address';

interface Hosting {
  readonly body: string;
  readonly policy?: string;
  /** Default: a page of the shop's. */
  readonly at?: string;
}

/** Opens a page of a developer's who made a mistake. Answers what the console is told of it, as long as it is open. */
async function open(
  page: Page,
  problems: Problems,
  world: World,
  { body, policy, at = `${world.shop}/mistaken` }: Hosting,
): Promise<string[]> {
  // The browser says some of it as well, in its own words.
  problems.expect(/./);
  // A page that the story makes up comes from no address; Chromium would take it for the open internet.
  await page.context().grantPermissions(['local-network-access']);
  await page.route(at, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: policy === undefined ? {} : { 'Content-Security-Policy': policy },
      body: `<!doctype html><title>Mistaken</title><link rel="icon" href="data:,">${body}`,
    }),
  );
  const told: string[] = [];
  page.on('console', (message) => {
    if (message.text().startsWith('Beckon: ')) told.push(message.text());
  });
  await page.goto(at);
  return told;
}

const script = ({ issuer }: World, attributes = 'async'): string =>
  `<script src="${issuer}/widget.js" ${attributes}></script>`;

async function element(world: World, attributes = ''): Promise<string> {
  const { request_uri } = await pushRequest(world);
  return `${script(world)}<beckon-signin client-id="shop" request-uri="${request_uri}" ${attributes}></beckon-signin>`;
}

async function refuses(page: Page, code: string): Promise<void> {
  await expect(page.getByRole('heading', { name: NOT_SET_UP })).toBeVisible();
  await expect(page.locator('.beckon')).toContainText(`Error code: ${code}`);
  await expect(page.locator('.beckon'), 'it is not the connection').not.toContainText('connection');
}

story('a policy without connect-src', shows('MISTAKE-POLICY'), async ({ page, world, problems }) => {
  const policy = `script-src ${world.issuer}; connect-src 'self'; img-src data: ${world.issuer}`;
  const told = await open(page, problems, world, { body: await element(world), policy });
  await refuses(page, 'setup_connect_src');
  expect(told).toEqual([
    `Beckon: setup_connect_src: the page's policy forbids a call. Add ${world.issuer} to connect-src. See docs/guides/mistakes.md#setup_connect_src`,
  ]);
});

story('a policy that forgot the sockets @long', shows('MISTAKE-POLICY'), async ({ page, world, problems, phone }) => {
  const policy = `script-src ${world.issuer}; connect-src ${world.issuer}; img-src data: ${world.issuer}`;
  const told = await open(page, problems, world, { body: await element(world), policy });
  await page.route(`${world.shop}/callback?**`, (route) => route.fulfill({ contentType: 'text/html', body: 'back' }));
  const scanned = await new SignInView(page).scan(phone);
  const ws = world.issuer.replace('http', 'ws');
  // What tells it comes as a part of its own, and the page is left soon.
  await expect.poll(() => told).toEqual([expect.stringContaining(`Add ${ws} to connect-src`)]);
  await phone.approve(scanned);
  await page.waitForURL(`${world.shop}/callback?**`);
});

story('a policy without frame-src', shows('MISTAKE-POLICY'), async ({ page, world, problems }) => {
  // Neither address; and the route, but not where it leads.
  for (const [at, allowed] of [
    ['none', "'none'"],
    ['self', "'self'"],
  ] as const) {
    const policy = `script-src ${world.issuer}; frame-src ${allowed}`;
    const body = script(world, 'async data-login-url="/login"');
    const told = await open(page, problems, world, { body, policy, at: `${world.shop}/mistaken/${at}` });
    const link = page.getByRole('link', { name: 'Continue to sign in' });
    await expect(link, at).toBeVisible({ timeout: 4_000 });
    await expect(page.locator('iframe'), 'no picture of a broken page').toHaveCount(0);
    await expect.poll(() => told, at).toEqual([expect.stringContaining(`Add 'self' ${world.issuer} to frame-src`)]);
    await link.click();
    await new SignInView(page).reaches('qr');
    page.removeAllListeners('console');
  }
});

story('a request-url that gives no request', shows('MISTAKE-REQUEST-URL'), async ({ page, world, problems }) => {
  const answers = {
    'not there': { status: 404, contentType: 'text/html', body: 'Cannot POST' },
    'a login page': { status: 200, contentType: 'text/html', body: '<form>' },
    'JSON of another kind': { status: 200, contentType: 'application/json', body: '{"requestUri":"urn:x"}' },
  };
  for (const [what, answer] of Object.entries(answers)) {
    await page.route(`${world.shop}/request/${what.length}`, (route) => route.fulfill(answer));
    const body = `${script(world)}<beckon-signin request-url="/request/${what.length}"></beckon-signin>`;
    const told = await open(page, problems, world, { body, at: `${world.shop}/mistaken/${what.length}` });
    await refuses(page, 'setup_request_url');
    const said = `${world.shop}/request/${what.length} answered ${answer.status} ${answer.contentType}`;
    expect(told, what).toEqual([expect.stringContaining(said)]);
    page.removeAllListeners('console');
  }
});

story('a server that is none', shows('MISTAKE-SERVER'), async ({ page, world, problems }) => {
  const own = await open(page, problems, world, { body: await element(world, `server="${world.shop}"`) });
  await refuses(page, 'setup_server');
  expect(own).toEqual([expect.stringContaining(`${world.shop}/session answered 404`)]);
  page.removeAllListeners('console');

  await page.clock.install();
  const elsewhere = await open(page, problems, world, {
    body: await element(world, `server="${world.issuer}/sign-in"`),
    at: `${world.shop}/mistaken/elsewhere`,
  });
  await expect(page.locator('.beckon')).toHaveAttribute('data-phase', 'starting');
  await expect(async () => {
    await page.clock.runFor(1_000);
    await expect(page.locator('.beckon')).toHaveAttribute('data-phase', 'failed', { timeout: 100 });
  }).toPass({ intervals: [10] });
  await refuses(page, 'setup_server');
  expect(elsewhere).toEqual([
    expect.stringContaining(`${world.issuer}/sign-in/session is not the issuer's, ${world.issuer}.`),
  ]);
});

story('a script tag that is a module', shows('MISTAKE-MODULE'), async ({ page, world, problems }) => {
  const told = await open(page, problems, world, { body: script(world, 'type="module" data-login-url="/login"') });
  await expect.poll(() => told).toEqual([expect.stringContaining('Remove type="module"')]);
});

story('an iframe that does not answer', shows('MISTAKE-FRAME'), async ({ page, world, problems }) => {
  // Of the website itself, which leads nowhere; and of another website, which forbids its framing.
  const forbids = { 'X-Frame-Options': 'DENY', Location: `${world.issuer}/authorize?client_id=unknown` };
  await page.route(`${world.shop}/forbidden`, (route) => route.fulfill({ status: 302, headers: forbids }));
  await page.route(`${world.shop}/own`, (route) => route.fulfill({ contentType: 'text/html', body: 'an error' }));
  await page.clock.install();
  for (const [route, says] of [
    ['/own', `${world.shop}/own, a page of this website. It must redirect to ${world.issuer}`],
    ['/forbidden', `/forbidden does not answer. Add ${world.shop} to the client's allowed_origins`],
  ] as const) {
    const body = script(world, `async data-login-url="${route}"`);
    const told = await open(page, problems, world, { body, at: `${world.shop}/mistaken${route}` });
    await expect(page.locator('iframe')).toBeVisible();
    await expect.poll(() => page.frames()[1]?.url()).toMatch(route === '/own' ? /\/own$/ : /^chrome-error:/);
    await page.clock.runFor(8_000);
    await expect(page.getByRole('link', { name: 'Continue to sign in' })).toHaveAttribute('href', route);
    await expect.poll(() => told, route).toEqual([expect.stringContaining(says)]);
    page.removeAllListeners('console');
  }
});

story('a page in a sandbox has no origin', shows('MISTAKE-SANDBOX'), async ({ page, world, problems }) => {
  await page.route(`${world.shop}/inside`, async (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html>${await element(world)}` }),
  );
  const told = await open(page, problems, world, { body: '<iframe sandbox="allow-scripts" src="/inside"></iframe>' });
  const inside = page.frameLocator('iframe');
  await expect(inside.getByRole('heading', { name: NOT_SET_UP })).toBeVisible();
  expect(told).toEqual([
    expect.stringContaining("this page's origin is null. A sandbox around it needs allow-same-origin"),
  ]);
});

story(
  'a sandbox that keeps the link from leading on @long',
  shows('MISTAKE-SANDBOX'),
  async ({ page, world, problems, phone }) => {
    const body = '<iframe sandbox="allow-scripts allow-same-origin" src="/login" width="400" height="720"></iframe>';
    const told = await open(page, problems, world, { body });
    const inside = page.frameLocator('iframe');
    await phone.approve(await new SignInView(inside).scan(phone));
    await expect(inside.getByRole('link', { name: 'Continue to' })).toBeVisible();
    await page.clock.install();
    await inside.getByRole('link', { name: 'Continue to' }).click();
    await page.clock.runFor(4_000);
    await expect.poll(() => told).toEqual([expect.stringContaining('needs allow-top-navigation-by-user-activation')]);
  },
);

story('a part of the script that never loads', shows('MISTAKE-CHUNK'), async ({ page, world, problems }) => {
  await page.route(/\/element-[\w-]+\.js/, (route) => route.abort());
  await page.clock.install();
  const told = await open(page, problems, world, { body: await element(world) });
  await page.clock.runFor(8_000);
  await expect(page.locator('beckon-signin')).toHaveText('This takes longer than usual.');
  await expect(async () => {
    await page.clock.runFor(4_000);
    await expect(page.locator('beckon-signin')).toHaveText('Sign-in did not load. Reload this page to try again.', {
      timeout: 100,
    });
  }).toPass({ intervals: [10] });
  expect(told).toEqual([expect.stringContaining('docs/guides/mistakes.md#setup_script')]);
  await page.unroute(/\/element-[\w-]+\.js/);

  await page.route(/\/encoder-[\w-]+\.js/, (route) => route.abort());
  await page.goto(page.url());
  await expect(async () => {
    await page.clock.runFor(4_000);
    await expect(page.locator('.bk-lead')).toHaveText('Sign-in did not load. Reload this page to try again.', {
      timeout: 100,
    });
  }).toPass({ intervals: [10] });
  await expect(page.locator('.beckon')).toHaveAttribute('data-phase', 'qr');
});
