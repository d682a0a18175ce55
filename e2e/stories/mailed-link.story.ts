import { devices, type Page } from '@playwright/test';
import { expect, isSignedInAs, shows, story } from '../story.ts';
import { Problems } from '../world/problems.ts';
import { answerAt } from '../world/providers.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];
story.use({ ...pixel, connectors: ['oidc'] });

/** Everything that the session server tells this page. */
function hears(page: Page): readonly string[] {
  const heard: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(payload.toString())));
  page.on('response', (response) => {
    if (response.url().includes('/session/'))
      void response.text().then(
        (text) => heard.push(text),
        () => undefined,
      );
  });
  return heard;
}

story(
  'following another person’s link signs no browser in',
  shows('LINK-MAILED'),
  async ({ page, browser, world, signIn }) => {
    const heard = hears(page);
    await page.goto(`${world.shop}/login`);
    const link = (await (await signIn.link()).getAttribute('href')) ?? '';

    const other = await browser.newContext(pixel);
    const victim = await other.newPage();
    const problems = await Problems.watch(other);
    problems.expect(/status of 4\d\d/);
    await victim.goto(link);
    // A link that was not clicked in the page that it belongs to asks first.
    await expect(victim.locator('main')).toContainText('Continue to sign in with Example ID on the website of');
    await victim.getByRole('button', { name: 'Continue with Example ID' }).click();
    await answerAt('oidc', victim, 'approve');
    // The code is where the person is, and the shop does not know this browser.
    await expect(victim).toHaveURL(new RegExp(`^${world.shop}/callback\\?code=`));
    await expect(victim.locator('main')).toContainText('Try again');
    await victim.goto(`${world.shop}/me`);
    await expect(victim, 'the shop must not have signed the person in').toHaveURL(`${world.shop}/`);
    problems.assertNone();
    await other.close();

    await signIn.reaches('confirmed');
    await expect(page, 'who sent the link waits in vain').toHaveURL(new RegExp(`^${world.issuer}/authorize`));
    expect(heard.join('\n'), 'or this story heard nothing').toContain('"status":"confirmed"');
    expect(heard.join('\n')).not.toContain('code=');
  },
);

story(
  'a link that was followed belongs to that browser',
  shows('LINK-MAILED'),
  async ({ page, browser, world, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const link = (await (await signIn.link()).getAttribute('href')) ?? '';
    await (await signIn.link()).click();
    await expect(page).toHaveURL(new RegExp(`^${world.sandbox}/oidc/`));

    const other = await browser.newContext(pixel);
    const late = await other.newPage();
    expect((await late.goto(link))?.status(), 'one browser, the first').toBe(409);
    await expect(late.locator('h1')).toHaveText('This code was used');
    // Nor does the provider's answer count elsewhere: only the browser that went there may bring it back.
    let answer = '';
    page.on('request', (request) => {
      if (request.url().startsWith(`${world.issuer}/callback/oidc?`)) answer = request.url();
    });
    const goOn = world.wire.hold(/^GET \/callback\//);
    const approved = answerAt('oidc', page, 'approve');
    await expect.poll(() => answer).not.toBe('');
    expect((await late.goto(answer))?.status()).toBe(403);
    await expect(late.locator('h1')).toHaveText('Go on where you started');
    goOn();
    await approved;
    await isSignedInAs(page, 'Alma Exempel');
    await other.close();
  },
);

/** WebKit sends no `Sec-Fetch-User`; a headless Chromium does, and both look like a person's browser. */
const WEBKIT = {
  'User-Agent':
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Site': 'none',
};

story('a previewer of the link claims nothing', shows('LINK-PREVIEW'), async ({ page, browser, world, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const link = (await (await signIn.link()).getAttribute('href')) ?? '';
  expect((await fetch(link, { method: 'HEAD', redirect: 'manual' })).status, 'HEAD').toBe(405);
  for (const purpose of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip']) {
    const answer = await fetch(link, { headers: { ...WEBKIT, 'Sec-Purpose': purpose }, redirect: 'manual' });
    expect(answer.status, purpose).toBe(503);
    expect(answer.headers.get('set-cookie'), 'it is no browser of anybody’s').toBeNull();
  }
  // Each waits a second for its owner's click, so all at once.
  const looks = [WEBKIT, { ...WEBKIT, 'Sec-Fetch-User': '?1' }, {}];
  const seen = await Promise.all(looks.map((headers) => fetch(link, { headers, redirect: 'manual' })));
  expect(seen.map(({ status }) => status)).toEqual([200, 200, 200]);
  // A mail scanner that runs a whole browser, scripts and all.
  const scanner = await browser.newContext();
  const scanned = await scanner.newPage();
  const answer = await scanned.goto(link);
  expect(answer?.status()).toBe(200);
  expect(answer?.url(), 'it is not led on').toBe(link);
  await expect(scanned.getByRole('button', { name: 'Continue with Example ID' })).toBeVisible();
  await scanner.close();

  await signIn.reaches('same_device');
  await (await signIn.link()).click();
  await answerAt('oidc', page, 'approve');
  await isSignedInAs(page, 'Alma Exempel');
});

story(
  'the owner’s click goes on at once, by mouse, by key and into another tab',
  shows('LINK-CLICK'),
  async ({ page, context, world, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const [tab] = await Promise.all([context.waitForEvent('page'), (await signIn.link()).click({ button: 'middle' })]);
    await expect(tab, 'no page of ours in between').toHaveURL(new RegExp(`^${world.sandbox}/oidc/`));
    await tab.close();
    await signIn.root.getByRole('button', { name: 'Cancel' }).click();
    await signIn.reaches('cancelled');
    await page.goto(`${world.shop}/login`);
    await (await signIn.link()).press('Enter');
    await answerAt('oidc', page, 'approve');
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story('a previewer of the code claims nothing', shows('LINK-PREVIEW'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await signIn.link();
  await signIn.otherWay('Scan with another device instead');
  const text = await signIn.read();
  for (const [headers, status] of [
    [{}, 200],
    [{ 'User-Agent': 'facebookexternalhit/1.1' }, 200],
    [{ 'Sec-Purpose': 'prefetch' }, 503],
    [{ Purpose: 'prefetch' }, 503],
  ] as const) {
    expect((await fetch(text, { headers })).status, JSON.stringify(headers)).toBe(status);
  }
  // Not even a previewer that presses what it finds: it has no page of ours behind it.
  const form = new URLSearchParams({ action: 'continue' });
  expect((await fetch(text, { method: 'POST', body: form })).status).toBe(403);
  await signIn.reaches('qr');
  await phone.approve(await signIn.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');
});
