import { expect, isSignedInAs, SignInView, shows, story } from '../story.ts';

story(
  'an iframe with no script of ours around it',
  shows('EMBED-BARE-IFRAME'),
  async ({ page, world, phone, problems }) => {
    await page.route(`${world.shop}/bare`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><title>Bare</title><iframe src="/login?client=shop" width="420" height="760"></iframe>',
      }),
    );
    // The browser lets no page of another site move the top page by itself, and says so.
    problems.expect(/Unsafe attempt to initiate navigation|target frame navigation|favicon/i);
    await page.goto(`${world.shop}/bare`);
    const frame = page.frameLocator('iframe');
    const signIn = new SignInView(frame);
    await phone.approve(await signIn.scan(phone));
    const link = frame.locator('a[target=_top]');
    await expect(link, 'what a script may not do, a click may').toBeVisible();
    await link.click();
    await isSignedInAs(page, 'Alma Exempel');
  },
);
