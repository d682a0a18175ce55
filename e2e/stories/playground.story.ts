import { expect, shows, story } from '../story.ts';

story('an option changes the widget and its code', shows('PLAYGROUND'), async ({ page, world, signIn }) => {
  await page.goto(`${world.shop}/playground`);
  await signIn.reaches('qr');
  await page.getByLabel('Theme').selectOption('dark');
  await expect(signIn.root).toHaveAttribute('data-theme', 'dark');
  await expect(page.locator('#element')).toContainText('theme="dark"');
  await expect(page.locator('#react')).toContainText('<SignIn');
  await expect(page.locator('#script')).toContainText(`src="${world.issuer}/widget.js"`);

  await page.getByLabel('Corners').fill('4');
  await expect(signIn.root.locator('.bk-card')).toHaveCSS('border-radius', '4px');
  await expect(page.locator('#style')).toContainText('--beckon-radius: 4px');

  await page.getByLabel('Display').selectOption('button');
  await signIn.root.getByRole('button', { name: 'Sign in' }).click();
  await signIn.reaches('qr');
});
