import { expect, isSignedInAs, shows, story } from '../story.ts';

story('the first phone to scan has it', shows('QR-ONE-PHONE'), async ({ page, world, phone, otherPhone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const text = await signIn.read();
  const scanned = await phone.scan(text);
  await expect(otherPhone.scan(text)).rejects.toMatchObject({ code: 'already_claimed', status: 409 });
  // The same phone may come back, for example after its app was restarted.
  const again = await phone.scan(text);
  await signIn.reaches('retrieved');
  await phone.approve(again);
  await isSignedInAs(page, 'Alma Exempel');
  // An app whose answer was lost asks again. It hears the same, and there is no second sign-in behind it.
  expect(await phone.approve(scanned)).toMatchObject({ status: 'confirmed', collected: true, location: null });
  await expect(otherPhone.scan(text)).rejects.toMatchObject({ status: 409 });
});

story('of ten phones at once one wins', shows('QR-ONE-PHONE'), async ({ page, world, phone, otherPhone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  const text = await signIn.read();
  const phones = [phone, otherPhone];
  const scans = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) => phones[i % 2]!.scan(text).then(() => i % 2)),
  );
  const winners = new Set(scans.flatMap((scan) => (scan.status === 'fulfilled' ? [scan.value] : [])));
  expect(winners.size, 'one person, however often their phone asks').toBe(1);
  const refusals = scans.flatMap((scan) =>
    scan.status === 'rejected' ? [(scan.reason as { code: string }).code] : [],
  );
  expect(new Set(refusals)).toEqual(new Set(['already_claimed']));
});
