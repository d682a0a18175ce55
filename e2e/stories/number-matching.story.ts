import { expect, isSignedInAs, shows, story } from '../story.ts';

story('the number on the screen, typed on the phone', shows('NUMBER-RIGHT'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login?client=shop-strict`);
  await signIn.reaches('qr');
  await expect(signIn.number, 'shown before the scan it would be worth nothing').toHaveCount(0);
  const scanned = await signIn.scan(phone);
  expect(scanned.consent.verification).toEqual({ method: 'number', digits: 2 });
  const digits = await signIn.digits();
  expect(digits).toMatch(/^\d\d$/);
  expect(JSON.stringify(scanned.consent), 'the phone must not be told what it has to match').not.toContain(
    `"${digits}"`,
  );
  await phone.approve(scanned, digits);
  await isSignedInAs(page, 'Alma Exempel');
});

story('a wrong number ends it at the first try', shows('NUMBER-WRONG'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login?client=shop-strict`);
  const scanned = await signIn.scan(phone);
  const right = await signIn.digits();
  const wrong = right === '42' ? '24' : '42';
  await expect(phone.approve(scanned, wrong)).rejects.toMatchObject({ code: 'verification_failed', status: 403 });
  await signIn.reaches('declined');
  await expect(signIn.root).toContainText('The number did not match');
  await expect(phone.approve(scanned, right), 'there is no second try').rejects.toMatchObject({
    code: 'invalid_transition',
  });
});
