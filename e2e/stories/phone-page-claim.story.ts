import { type Browser, type BrowserContext, devices, type Page } from '@playwright/test';
import { expect, isSignedInAs, shows, type SignInView, story } from '../story.ts';
import { Problems } from '../world/problems.ts';
import { answerAt } from '../world/providers.ts';

story.use({ connectors: ['oidc'] });

/** A phone's own camera and browser, in a person's hand. */
class Handset {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly problems: Problems;

  private constructor(context: BrowserContext, page: Page, problems: Problems) {
    this.context = context;
    this.page = page;
    this.problems = problems;
  }

  static async pickUp(browser: Browser): Promise<Handset> {
    const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];
    const context = await browser.newContext({ ...pixel, viewport: { width: 390, height: 844 } });
    return new Handset(context, await context.newPage(), await Problems.watch(context));
  }

  /** Points the camera at the screen and taps what it offers to open. */
  async scan(signIn: SignInView): Promise<void> {
    await this.page.goto(await signIn.read());
    await this.shows('Sign in to Morrow Coffee?');
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  async shows(title: string): Promise<void> {
    await expect(this.page.locator('h1')).toHaveText(title);
    const fits = await this.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    expect(fits, `“${title}” must not scroll sideways`).toBe(true);
  }

  async putDown(): Promise<void> {
    this.problems.assertNone();
    await this.context.close();
  }
}

story(
  'scan, continue, approve, and back to the screen',
  shows('PHONE-CLAIM'),
  async ({ page, browser, world, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const handset = await Handset.pickUp(browser);
    await handset.scan(signIn);
    const body = handset.page.locator('main');
    await expect(body, 'who asks').toContainText(new URL(world.shop).host);
    await expect(body, 'from where').toContainText('Chrome on a Linux computer, just now');
    await expect(body, 'for what').toContainText('your e-mail address');
    await expect(
      handset.page.getByRole('button', { name: 'This wasn’t me' }),
      'no press of Enter ends it',
    ).not.toBeFocused();
    await signIn.reaches('qr');

    await handset.press('Continue with Example ID');
    await signIn.reaches('retrieved');
    await expect(handset.page).toHaveURL(new RegExp(`^${world.sandbox}/oidc/`));
    await answerAt('oidc', handset.page, 'approve');
    await handset.shows('Done');
    await isSignedInAs(page, 'Alma Exempel');
    await handset.putDown();
  },
);

story(
  'declined at the provider',
  shows('PHONE-CLAIM', 'PROVIDER-DECLINE'),
  async ({ page, browser, world, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const handset = await Handset.pickUp(browser);
    await handset.scan(signIn);
    await handset.press('Continue with Example ID');
    await answerAt('oidc', handset.page, 'decline');
    await handset.shows('Declined');
    await signIn.reaches('declined');
    await handset.putDown();
  },
);

story('this wasn’t me', shows('PHONE-NOT-ME'), async ({ page, browser, world, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const handset = await Handset.pickUp(browser);
  await handset.scan(signIn);
  await handset.press('This wasn’t me');
  await handset.shows('Declined');
  await signIn.reaches('declined');
  handset.problems.expect(/status of 4\d\d/);
  const again = await handset.page.goto(handset.page.url());
  expect(again?.status(), 'what was ended stays so').toBeGreaterThanOrEqual(400);
  await handset.putDown();
});

story('the number on the screen', shows('NUMBER-RIGHT', 'PHONE-CLAIM'), async ({ page, browser, world, signIn }) => {
  await page.goto(`${world.shop}/login?client=shop-strict`);
  const handset = await Handset.pickUp(browser);
  await handset.scan(signIn);
  await expect(signIn.number, 'shown before the scan it would be worth nothing').toHaveCount(0);
  await handset.press('Continue with Example ID');
  await handset.shows('Type the number');
  const digits = await signIn.digits();
  expect(await handset.page.content(), 'the phone must not be told what it has to match').not.toContain(`>${digits}<`);
  await handset.page.getByLabel('Number').fill(digits);
  await handset.press('Continue');
  await answerAt('oidc', handset.page, 'approve');
  await handset.shows('Done');
  await isSignedInAs(page, 'Alma Exempel');
  await handset.putDown();
});

story('another number', shows('NUMBER-WRONG', 'PHONE-CLAIM'), async ({ page, browser, world, signIn }) => {
  await page.goto(`${world.shop}/login?client=shop-strict`);
  const handset = await Handset.pickUp(browser);
  handset.problems.expect(/status of 4\d\d/);
  await handset.scan(signIn);
  await handset.press('Continue with Example ID');
  await handset.shows('Type the number');
  const right = await signIn.digits();
  const form_token = await handset.page.locator('[name=form_token]').inputValue();
  await handset.page.getByLabel('Number').fill(right === '42' ? '24' : '42');
  await handset.press('Continue');
  await signIn.reaches('declined');
  await expect(handset.page.locator('h1')).not.toHaveText('Type the number');
  await expect(handset.page, 'the provider must not be reached').toHaveURL(new RegExp(`^${world.issuer}/q/`, 'i'));
  const second = await handset.page.request.post(handset.page.url(), {
    form: { form_token, action: 'number', number: right },
    headers: { Origin: world.issuer },
  });
  expect(second.status(), 'there is no second try').toBe(409);
  await handset.putDown();
});

story('the second phone comes too late', shows('PHONE-ONE'), async ({ page, browser, world, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const first = await Handset.pickUp(browser);
  const second = await Handset.pickUp(browser);
  second.problems.expect(/status of 4\d\d/);
  // Both look; looking claims nothing.
  await first.scan(signIn);
  await second.scan(signIn);
  await first.press('Continue with Example ID');
  await second.press('Continue with Example ID');
  await second.shows('This code was used');
  await answerAt('oidc', first.page, 'approve');
  await isSignedInAs(page, 'Alma Exempel');
  await first.putDown();
  await second.putDown();
});

story('a photographed code @long', shows('PHONE-STALE'), async ({ page, browser, world, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const handset = await Handset.pickUp(browser);
  const photographed = await signIn.read();
  // Real time is the subject: 12 s, and the 2 s in which the frame was shown.
  await expect.poll(async () => (await fetch(photographed)).status, { timeout: 20_000, intervals: [1000] }).toBe(410);
  handset.problems.expect(/status of 410/);
  await handset.page.goto(photographed);
  await handset.shows('This code is too old');
  await handset.scan(signIn);
  await handset.press('Continue with Example ID');
  await answerAt('oidc', handset.page, 'approve');
  await isSignedInAs(page, 'Alma Exempel');
  await handset.putDown();
});
