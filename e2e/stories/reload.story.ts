import { expect, isSignedInAs, SignInView, shows, story } from '../story.ts';

for (const path of ['/login', '/element', '/script-tag']) {
  story(`${path}, after the scan`, shows('RESILIENCE-RELOAD'), async ({ page, world, phone }) => {
    await page.goto(world.shop + path);
    const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
    const before = await signIn.scan(phone);
    await page.reload();
    const after = await signIn.scan(phone);
    expect(after.handle).not.toBe(before.handle);
    await phone.approve(after);
    await isSignedInAs(page, 'Alma Exempel');
  });
}

for (const path of ['/login', '/element']) {
  story(`away and back again, ${path}`, shows('RESILIENCE-BACK'), async ({ page, world, phone, signIn }) => {
    await page.goto(world.shop + path);
    await signIn.reaches('qr');
    await page.goto(`${world.shop}/`);
    await page.goBack();
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  });
}
