import { devices, type Page } from '@playwright/test';
import { expect, isSignedInAs, shows, SignInView, story } from '../story.ts';
import { Problems } from '../world/problems.ts';
import { answerAt, NAMES } from '../world/providers.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];
story.use({ ...pixel, connectors: 'all' });

const SAMSUNG =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36';
const INSTAGRAM =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22B83 Instagram 361.0.0.35.82 (iPhone16,1; iOS 18_1; en_GB)';

/** The app's link, once the person has chosen the app. */
async function linkTo(page: Page, name: string): Promise<string> {
  const signIn = new SignInView(page);
  await signIn.choose(name);
  return (await (await signIn.link()).getAttribute('href')) ?? '';
}

story(
  'the app opens another tab: that one goes on, and the first one says so',
  shows('PHONE-OTHER-TAB'),
  async ({ page, context, world, phone, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const scanned = await phone.scan(await linkTo(page, NAMES.wallet));
    await signIn.reaches('retrieved');
    const { location } = await phone.approve(scanned);
    await signIn.reaches('confirmed');
    const tab = await context.newPage();
    await tab.goto(location ?? '');
    await isSignedInAs(tab, 'Alma Exempel');
    await signIn.reaches('completed');
    await expect(signIn.root.locator('.bk-lead')).toHaveText(
      'You are signed in in another tab. You can close this one.',
    );
    await expect(signIn.root.getByRole('button')).toHaveCount(0);
    await tab.close();
  },
);

story(
  'the app opens another browser: that one says which to go back to, and the first one can finish',
  shows('PHONE-OTHER-BROWSER'),
  async ({ page, browser, world, signIn }) => {
    await page.goto(`${world.shop}/login`);
    await linkTo(page, NAMES.oidc);
    await (await signIn.link()).click();
    await expect(page).toHaveURL(new RegExp(`^${world.sandbox}/oidc/`));
    let answer = '';
    page.on('request', (request) => {
      if (request.url().startsWith(`${world.issuer}/callback/oidc?`)) answer = request.url();
    });
    const goOn = world.wire.hold(/^GET \/callback\//);
    const approved = answerAt('oidc', page, 'approve');
    await expect.poll(() => answer).not.toBe('');

    const other = await browser.newContext({ ...pixel, userAgent: SAMSUNG });
    const problems = await Problems.watch(other);
    problems.expect(/status of 403/);
    const elsewhere = await other.newPage();
    expect((await elsewhere.goto(answer))?.status()).toBe(403);
    await expect(elsewhere.locator('h1')).toHaveText('Go back to Chrome');
    await expect(elsewhere.locator('main')).toContainText('You began this sign-in in Chrome');
    problems.assertNone();
    await other.close();

    goOn();
    await approved;
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story(
  'back from the provider without an answer, the person opens it again',
  shows('PHONE-OTHER-BROWSER'),
  async ({ page, context, world, signIn }) => {
    await page.goto(`${world.shop}/login`);
    await linkTo(page, NAMES.oidc);
    const [tab] = await Promise.all([context.waitForEvent('page'), (await signIn.link()).click({ button: 'middle' })]);
    await expect(tab).toHaveURL(new RegExp(`^${world.sandbox}/oidc/`));
    await tab.close();
    await signIn.root.getByRole('button', { name: 'Open Example ID again' }).click();
    await (await signIn.link()).click();
    await answerAt('oidc', page, 'approve');
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story(
  // Seconds of waiting, which `on-a-phone.test.tsx` holds as well.
  'an app that is not there is asked about, and the other ways lead on @long',
  shows('PHONE-NO-APP'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const link = await linkTo(page, NAMES.pasby);
    // What a link with an app's own scheme does where there is no such app: nothing.
    await page.route(link, (route) => route.fulfill({ status: 204 }));
    await (await signIn.link()).click();
    await expect(signIn.root.locator('.bk-lead')).toHaveText('Did pasby not open? It may not be on this device.');
    await expect(page, 'the browser goes nowhere by itself').toHaveURL(new RegExp(`^${world.issuer}/authorize`));
    await signIn.root.getByRole('button', { name: 'Scan with another device instead' }).click();
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story(
  'in another app’s browser a hint says so, and leads to the website',
  shows('PHONE-IN-APP'),
  async ({ browser, world }) => {
    const { defaultBrowserType: _type, ...iPhone } = devices['iPhone SE'];
    const inApp = await browser.newContext({ ...iPhone, userAgent: INSTAGRAM });
    const problems = await Problems.watch(inApp);
    const page = await inApp.newPage();
    for (const [path, address] of [
      ['/login', `${world.shop}/`],
      ['/element', `${world.shop}/element`],
    ] as const) {
      await page.goto(world.shop + path);
      await linkTo(page, NAMES.didit);
      const hint = page.locator('.bk-hint');
      await expect(hint).toContainText('Another app shows this page, and Didit often cannot be opened from there.');
      await expect(hint.getByRole('textbox', { name: 'Copy link' })).toHaveValue(address);
    }
    problems.assertNone();
    await inApp.close();
  },
);
