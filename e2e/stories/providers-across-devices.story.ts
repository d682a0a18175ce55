import { claimsInclude, expect, isSignedInAs, SignInView, shows, story } from '../story.ts';
import { ALMAS_CLAIMS, NAMES, type ProviderId } from '../world/providers.ts';

story.use({ connectors: 'all' });

/** Every embedding meets a provider that redirects, and one that does not. */
const WAYS: readonly (readonly [ProviderId, string])[] = [
  ['wallet', '/react'],
  ['pasby', '/script-tag'],
  ['didit', '/element'],
  ['krdpass', '/element'],
  ['uaepass', '/login'],
  ['paswad', '/script-tag'],
  ['oidc', '/react'],
];

for (const [provider, path] of WAYS) {
  story(
    `${NAMES[provider]} by a code on the screen, ${path}`,
    shows('PROVIDER-ACROSS-DEVICES'),
    async ({ page, world, phone }) => {
      await page.goto(world.shop + path);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await signIn.choose(NAMES[provider]);
      await phone.approve(await signIn.scan(phone));
      await isSignedInAs(page, 'Alma Exempel');
      await claimsInclude(page, ALMAS_CLAIMS[provider]);
    },
  );

  story(
    `${NAMES[provider]}, and the person says no, ${path}`,
    shows('PROVIDER-DECLINE'),
    async ({ page, world, phone }) => {
      await page.goto(world.shop + path);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await signIn.choose(NAMES[provider]);
      expect(await phone.decline(await signIn.scan(phone))).toMatchObject({ status: 'declined' });
      await signIn.reaches('declined');
      await expect(signIn.root.getByRole('button', { name: 'Try again' })).toBeVisible();
      await expect(page, 'the browser must not be signed in').not.toHaveURL(/\/me$/);
    },
  );
}
