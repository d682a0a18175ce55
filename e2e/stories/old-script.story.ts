import { expect, isSignedInAs, releasedScript, SignInView, shows, story } from '../story.ts';
import { answerAt, NAMES } from '../world/providers.ts';

// A browser may have the script of release 0.1 in its cache for 5 minutes, and a page may be open for longer.
story.use({ script: '0.1.0', connectors: ['wallet', 'oidc'] });

story('an element with the script of release 0.1', shows('UPGRADE-SCRIPT'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/element`);
  await expect
    .poll(() => page.evaluate(() => (Reflect.get(window, 'Beckon') as { readonly version?: string }).version))
    .toBe('0.1.0');
  await signIn.choose('Sandbox Wallet');
  await phone.approve(await signIn.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');
});

story(
  'a script tag of release 0.1, and the frame with today’s script',
  shows('UPGRADE-SCRIPT'),
  async ({ context, page, world, phone }) => {
    // A browser keeps what a frame of another site has loaded apart from what the page has.
    await context.route(`${world.issuer}/widget.js`, (route) =>
      route.request().frame() === page.mainFrame() ? route.continue({ url: releasedScript(world) }) : route.continue(),
    );
    await page.goto(`${world.shop}/script-tag`);
    const signIn = new SignInView(page.frameLocator('iframe'));
    await signIn.choose('Sandbox Wallet');
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story(
  'on one device the script of release 0.1 announces no click: a page asks once more @long',
  shows('UPGRADE-SCRIPT'),
  async ({ page, world }) => {
    await page.goto(`${world.shop}/script-tag`);
    const signIn = new SignInView(page.frameLocator('iframe'));
    await signIn.choose(NAMES.oidc);
    await expect(signIn.qr, 'the choice is made').toHaveAttribute('data-frame', 'current');
    await signIn.otherWay(/on this device/);
    await (await signIn.link()).click();
    await page.getByRole('button', { name: `Continue with ${NAMES.oidc}` }).click();
    await answerAt('oidc', page, 'approve');
    await isSignedInAs(page, 'Alma Exempel');
  },
);
