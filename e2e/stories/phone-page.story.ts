import { expect, isSignedInAs, shows, story } from '../story.ts';

story('a phone’s own camera opens the code', shows('PHONE-PAGE'), async ({ page, world, browser, phone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const text = await signIn.read();
  // Without script, as the strictest phone and the laziest link previewer.
  const camera = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
  const opened = await camera.newPage();
  const answer = await opened.goto(text);
  expect(answer?.status()).toBe(200);
  await expect(opened.locator('body')).toContainText('Sandbox Wallet');
  expect(answer?.headers()['referrer-policy']).toBe('same-origin');
  await camera.close();

  // Opening it claimed nothing: the session is still anybody's first scan.
  await signIn.reaches('qr');
  await phone.approve(await signIn.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');
});
