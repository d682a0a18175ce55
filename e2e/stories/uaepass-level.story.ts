import { expect, isSignedInAs, shows, story } from '../story.ts';
import { Phone } from '../world/phone.ts';
import { answerAt } from '../world/providers.ts';

story.use({ connectors: ['uaepass'], uaepass: { minimumLevel: 'SOP2' } });

const PRESCRIBED =
  'You are not eligible to access this service. Your account is either not upgraded or you have a visitor account. Please contact Morrow Coffee to access the services.';

story(
  'who is not known well enough reads UAE PASS’s own words',
  shows('UAEPASS-LEVEL'),
  async ({ page, browser, world, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const camera = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const phone = await camera.newPage();
    await phone.goto(await signIn.read());
    await phone.getByRole('button', { name: 'Continue with UAE PASS' }).click();
    await answerAt('uaepass', phone, 'approve', 'Alma');
    await expect(phone.locator('body')).toContainText(PRESCRIBED);
    await signIn.reaches('declined');
    await camera.close();
  },
);

story('who is known well enough goes on', shows('UAEPASS-LEVEL'), async ({ page, world, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const ben = new Phone(world.sandbox, 'ben');
  await ben.approve(await signIn.scan(ben));
  await isSignedInAs(page, 'Ben Sample');
});
