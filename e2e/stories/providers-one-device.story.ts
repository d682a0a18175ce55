import { devices } from '@playwright/test';
import { claimsInclude, expect, isSignedInAs, SignInView, shows, story } from '../story.ts';
import { ALMAS_CLAIMS, answerAt, NAMES, type ProviderId, type Redirecting } from '../world/providers.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];
story.use({ ...pixel, connectors: 'all' });

const REDIRECTING: readonly (readonly [Redirecting, string])[] = [
  ['krdpass', '/login'],
  ['uaepass', '/script-tag'],
  ['paswad', '/element'],
  ['oidc', '/react'],
];
const BY_APP: readonly (readonly [ProviderId, string])[] = [
  ['pasby', '/login'],
  ['didit', '/script-tag'],
];

for (const [provider, path] of REDIRECTING) {
  story(
    `${NAMES[provider]} and back in one browser, ${path}`,
    shows('PROVIDER-ONE-DEVICE'),
    async ({ page, world }) => {
      await page.goto(world.shop + path);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await signIn.choose(NAMES[provider]);
      await (await signIn.link()).click();
      await expect(page, 'the provider’s page must be the top page').toHaveURL(
        new RegExp(`^${world.sandbox}/${provider}/`),
      );
      await answerAt(provider, page, 'approve');
      await isSignedInAs(page, 'Alma Exempel');
      await claimsInclude(page, ALMAS_CLAIMS[provider]);
    },
  );

  story(
    `${NAMES[provider]}, and the person says no there, ${path}`,
    shows('PROVIDER-DECLINE', 'PROVIDER-ONE-DEVICE'),
    async ({ page, world, problems }) => {
      // The shop answers its callback's error with a page of its own.
      problems.expect(/status of 4\d\d/);
      await page.goto(world.shop + path);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await signIn.choose(NAMES[provider]);
      await (await signIn.link()).click();
      await answerAt(provider, page, 'decline');
      await expect(page).toHaveURL(new RegExp(`^${world.shop}/callback\\?error=access_denied&`));
    },
  );
}

for (const [provider, path] of BY_APP) {
  story(
    `${NAMES[provider]}, which opens its app, ${path}`,
    shows('PROVIDER-ONE-DEVICE'),
    async ({ page, world, phone }) => {
      await page.goto(world.shop + path);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await signIn.choose(NAMES[provider]);
      const scanned = await phone.scan((await (await signIn.link()).getAttribute('href')) ?? '');
      await signIn.reaches('retrieved');
      await phone.approve(scanned);
      // The app leads nowhere: the page that waited goes on.
      await isSignedInAs(page, 'Alma Exempel');
      await claimsInclude(page, ALMAS_CLAIMS[provider]);
    },
  );

  story(`${NAMES[provider]}, and no in its app, ${path}`, shows('PROVIDER-DECLINE'), async ({ page, world, phone }) => {
    await page.goto(world.shop + path);
    const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
    await signIn.choose(NAMES[provider]);
    await phone.decline(await phone.scan((await (await signIn.link()).getAttribute('href')) ?? ''));
    await signIn.reaches('declined');
  });
}

story(
  'an app that was not there after all: the code comes next',
  shows('PROVIDER-ONE-DEVICE'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES.uaepass);
    await signIn.link();
    await signIn.otherWay('Scan with another device instead');
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);
