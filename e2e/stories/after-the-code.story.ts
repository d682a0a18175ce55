import type { Page } from '@playwright/test';
import { expect, isSignedInAs, shows, type SignInView, story } from '../story.ts';
import type { Phone } from '../world/phone.ts';
import { answerAt, NAMES } from '../world/providers.ts';

story.use({ connectors: ['wallet', 'paswad', 'uaepass'] });

async function signIn(page: Page, shop: string, app: string, view: SignInView, phone: Phone): Promise<void> {
  await page.goto(`${shop}/element`);
  await view.choose(app);
  await phone.approve(await view.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');
}

story('the shop refreshes its tokens', shows('AFTER-REFRESH'), async ({ page, world, phone, signIn: view }) => {
  await signIn(page, world.shop, 'Sandbox Wallet', view, phone);
  await expect(page.locator('[data-token=scope]')).toContainText('offline_access');
  const subject = await page.locator('[data-claim=sub]').textContent();
  for (let refreshes = 0; refreshes < 2; refreshes += 1) {
    await page.getByRole('button', { name: 'Refresh the tokens' }).click();
    await expect(page.locator('[data-token=changed]')).toHaveText(/^access token, refresh token/);
  }
  await expect(page.locator('[data-claim=sub]')).toHaveText(subject ?? '');
});

story(
  'who signs out everywhere is signed out at Beckon too, and comes back to the shop',
  shows('AFTER-LOGOUT'),
  async ({ page, world, phone, signIn: view, problems }) => {
    await signIn(page, world.shop, 'Sandbox Wallet', view, phone);
    const [logout] = await Promise.all([
      page.waitForRequest(`${world.issuer}/oauth/logout?**`),
      page.getByRole('button', { name: 'Sign out everywhere' }).click(),
    ]);
    await expect(page).toHaveURL(`${world.shop}/`);
    await expect(page.getByRole('link', { name: 'Sign in', exact: true }).first()).toBeVisible();
    // The link once more, as from the history: there is nothing left to end.
    const again = new URL(logout.url());
    again.searchParams.delete('post_logout_redirect_uri');
    await page.goto(again.href);
    await expect(page.getByRole('heading', { name: 'You are not signed in here' })).toBeVisible();
    problems.expect(/status of 400/);
    again.searchParams.set('post_logout_redirect_uri', 'https://evil.example/');
    await page.goto(again.href);
    await expect(page.getByRole('heading', { name: 'This sign-out cannot be followed' })).toBeVisible();
  },
);

story(
  'the shop signs out whom the provider has signed out',
  shows('AFTER-BACKCHANNEL'),
  async ({ page, world, phone, signIn: view }) => {
    await signIn(page, world.shop, 'Paswad', view, phone);
    const told = await fetch(`${world.sandbox}/paswad/sandbox/webhooks`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'session.revoked', person: 'alma' }),
    });
    expect(await told.json()).toMatchObject({ status: 204 });
    const account = async (): Promise<string | undefined> => (await page.goto(`${world.shop}/me`))?.url();
    await expect.poll(account, { message: 'the shop must hear of it' }).toBe(`${world.shop}/`);
  },
);

for (const provider of ['uaepass', 'paswad'] as const) {
  story(
    `who came by ${NAMES[provider]} in this browser is signed out there, too`,
    shows('AFTER-PROVIDER-LOGOUT'),
    async ({ page, world, signIn: view }) => {
      await page.goto(`${world.shop}/element`);
      await view.choose(NAMES[provider]);
      await view.otherWay(/on this device/);
      await (await view.link()).click();
      await answerAt(provider, page, 'approve');
      await isSignedInAs(page, 'Alma Exempel');
      const [logout] = await Promise.all([
        page.waitForRequest((request) => request.url().startsWith(`${world.sandbox}/${provider}/`)),
        page.getByRole('button', { name: 'Sign out everywhere' }).click(),
      ]);
      expect(logout.url()).toContain('/logout?');
      await expect(page).toHaveURL(`${world.shop}/`);
    },
  );
}
