import { isSignedInAs, SignInView, shows, story } from '../story.ts';

story(
  'an iframe with no script of ours around it',
  shows('EMBED-BARE-IFRAME'),
  async ({ page, context, world, phone }) => {
    // A page that the story makes up comes from no address; Chromium would take it for the open internet.
    await context.grantPermissions(['local-network-access']);
    await page.route(`${world.shop}/bare`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><title>Bare</title><link rel="icon" href="data:,"><iframe src="/login?client=shop" width="420" height="760"></iframe>',
      }),
    );
    await page.goto(`${world.shop}/bare`);
    const signIn = new SignInView(page.frameLocator('iframe'));
    await phone.approve(await signIn.scan(phone));
    // The callback is on the top page's own site, so the browser lets the frame lead there without a click.
    await isSignedInAs(page, 'Alma Exempel');
  },
);
