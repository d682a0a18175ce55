import type { Page } from '@playwright/test';
import { claimsInclude, expect, isSignedInAs, shows, story } from '../story.ts';
import { NAMES } from '../world/providers.ts';
import { Phone } from '../world/phone.ts';
import type { World } from '../world/world.ts';

story.use({ connectors: 'all' });

/** By a shop that also asks for the providers' own claims. */
async function openLogin(page: Page, world: World): Promise<void> {
  const scope = 'openid profile email phone address pasby uaepass krdpass';
  await page.goto(`${world.shop}/login?${new URLSearchParams({ scope })}`);
}

async function claims(page: Page, claim: string): Promise<Record<string, unknown>> {
  return JSON.parse((await page.locator(`[data-claim=${claim}]`).first().textContent()) ?? '') as Record<
    string,
    unknown
  >;
}

for (const [person, name, acr, own, missing] of [
  ['alma', 'Alma Exempel', 'SOP1', { user_type: 'SOP1' }, ['emirates_id', 'nationality_en']],
  ['ben', 'Ben Sample', 'SOP2', { user_type: 'SOP2', emirates_id: '784197812345670', nationality_en: 'GBR' }, []],
  ['dana', 'Dana Mithal', 'SOP3', { user_type: 'SOP3', profile_type: '1', title_ar: 'السيدة' }, []],
  // A visitor has no Emirates ID, and that is no error.
  ['chloe', 'Chloé Modèle', 'SOP3', { profile_type: '2', unified_id: '990000001' }, ['emirates_id']],
] as const) {
  story(`UAE PASS tells of ${person}: ${acr}`, shows('UAEPASS-PEOPLE'), async ({ page, world, signIn }) => {
    const phone = new Phone(world.sandbox, person);
    await openLogin(page, world);
    await signIn.choose(NAMES.uaepass);
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, name);
    await claimsInclude(page, { acr });
    const told = await claims(page, 'uaepass');
    expect(told).toMatchObject(own);
    for (const claim of missing) expect(told, `${person} has none`).not.toHaveProperty(claim);
  });
}

story('a person who denies pasby a claim', shows('PASBY-PARTIAL'), async ({ page, world, otherPhone, signIn }) => {
  await openLogin(page, world);
  await signIn.choose(NAMES.pasby);
  await otherPhone.approve(await signIn.scan(otherPhone));
  await isSignedInAs(page, 'Ben Sample');
  await claimsInclude(page, { email: 'ben@example.com', gender: 'male' });
  await expect(page.locator('[data-claim=phone_number]'), 'Ben shares no number').toHaveCount(0);
  expect(JSON.stringify(await claims(page, 'pasby')), 'nor under pasby’s own name').not.toContain('447700900123');
});

story('a person without pasby', shows('PASBY-PARTIAL'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await signIn.choose(NAMES.pasby);
  const dana = new Phone(world.sandbox, 'dana');
  await expect(dana.scan(await signIn.read()), 'the app says it on the phone').rejects.toMatchObject({
    code: 'app_refused',
  });
  await signIn.reaches('qr');
  await phone.approve(await signIn.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');
});

story('a national number is no subject', shows('SUBJECT-OPAQUE'), async ({ page, world, phone, signIn }) => {
  await openLogin(page, world);
  await signIn.choose(NAMES.pasby);
  await phone.approve(await signIn.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');
  const sub = await page.locator('[data-claim=sub]').first().textContent();
  expect(sub).not.toContain('10000000001');
  expect(world.server.output, 'nor a line in the log').not.toContain('10000000001');
});
