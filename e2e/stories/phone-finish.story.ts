import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect, isSignedInAs, shows, type SignInView, story } from '../story.ts';
import { answerAt } from '../world/providers.ts';

story.use({ connectors: ['uaepass'] });

/** A phone's camera and browser, which runs no script, back from UAE PASS, whose browser session may have answered. */
async function asked(browser: Browser, signIn: SignInView): Promise<{ camera: BrowserContext; handset: Page }> {
  const camera = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const handset = await camera.newPage();
  await handset.goto(await signIn.read());
  await handset.getByRole('button', { name: 'Continue with UAE PASS' }).click();
  await answerAt('uaepass', handset, 'approve');
  await expect(handset.locator('main')).toContainText('One more step');
  return { camera, handset };
}

story('one more step on the phone', shows('FT-A5e'), async ({ page, browser, world, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const { camera, handset } = await asked(browser, signIn);
  const body = handset.locator('main');
  await expect(body, 'who').toContainText('Alma Exempel');
  await expect(body, 'for which website').toContainText(new URL(world.shop).host);
  await expect(body, 'on which screen').toContainText('Chrome on a Linux computer, just now');
  const [no, yes] = await Promise.all(
    ['This wasn’t me', 'Finish signing in'].map((name) => handset.getByRole('button', { name }).boundingBox()),
  );
  expect([no?.width, no?.height], 'no is as large as yes').toEqual([yes?.width, yes?.height]);
  await handset.reload();
  await signIn.reaches('retrieved');
  await handset.getByRole('button', { name: 'Finish signing in' }).click();
  await expect(handset.locator('h1')).toHaveText('Done');
  await isSignedInAs(page, 'Alma Exempel');
  await camera.close();
});

story('it was not me after all', shows('FT-A5e'), async ({ page, browser, world, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const { camera, handset } = await asked(browser, signIn);
  await handset.getByRole('button', { name: 'This wasn’t me' }).click();
  await expect(handset.locator('h1')).toHaveText('Declined');
  await signIn.reaches('declined');
  await camera.close();
});
