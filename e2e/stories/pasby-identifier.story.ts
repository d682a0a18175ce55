import { claimsInclude, expect, isSignedInAs, SignInView, shows, story } from '../story.ts';
import { ALMAS_CLAIMS, NAMES } from '../world/providers.ts';

story.use({ connectors: 'all' });

const ALMAS_NUMBER = '10000000001';
/** Of the right form, and no person's. */
const NOBODYS_NUMBER = '19999999999';

/** The frame grows while the code comes. A press that hits the page while it moves is made again. */
async function askToType(signIn: SignInView): Promise<void> {
  await expect(async () => {
    await signIn.otherWay('Send a request to my phone');
    await expect(signIn.root.getByRole('textbox')).toBeVisible({ timeout: 2_000 });
  }).toPass();
}

async function type(signIn: SignInView, number: string): Promise<void> {
  await signIn.root.getByRole('textbox').fill(number);
  await signIn.root.getByRole('button', { name: 'Send request' }).click();
}

for (const path of ['/login', '/script-tag']) {
  story(`a number typed into the widget, ${path}`, shows('PROVIDER-IDENTIFIER'), async ({ page, world, phone }) => {
    await page.goto(world.shop + path);
    const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
    await signIn.choose(NAMES.pasby);
    await signIn.reaches('qr');
    await askToType(signIn);
    await type(signIn, ALMAS_NUMBER);
    await signIn.reaches('direct');
    const [pushed, ...more] = await phone.inbox(ALMAS_NUMBER);
    expect(pushed, 'the phone must ask').toBeDefined();
    expect(more, 'and ask once').toEqual([]);
    const words = (await signIn.root.locator('.bk-words').textContent()) ?? '';
    expect(words).toMatch(/^[a-z]+ [a-z]+$/);
    expect(pushed!.consent.client.origin, 'browser and app show the same two words').toContain(words);
    await signIn.reaches('retrieved');
    await phone.approve(pushed!);
    await isSignedInAs(page, 'Alma Exempel');
    await claimsInclude(page, ALMAS_CLAIMS.pasby);
  });
}

story(
  'and the person says no',
  shows('PROVIDER-IDENTIFIER', 'PROVIDER-DECLINE'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES.pasby);
    await askToType(signIn);
    // Ben's: pasby's stand-in keeps a number's requests apart.
    await type(signIn, '10000000002');
    await signIn.reaches('direct');
    const [pushed] = await phone.inbox('10000000002');
    await phone.decline(pushed!);
    await signIn.reaches('declined');
  },
);

story(
  'a person without pasby is told so, and may go on otherwise',
  shows('PROVIDER-IDENTIFIER'),
  async ({ page, world, phone, signIn, problems }) => {
    problems.expect(/status of 4\d\d/);
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES.pasby);
    await askToType(signIn);
    await type(signIn, NOBODYS_NUMBER);
    await expect(signIn.root.locator('.bk-refused')).toContainText(/pasby/i);
    await expect(signIn.root.getByRole('textbox'), 'it can be corrected').toBeFocused();
    await type(signIn, ALMAS_NUMBER);
    await signIn.reaches('direct');
    const [pushed] = await phone.inbox(ALMAS_NUMBER);
    await phone.approve(pushed!);
    await isSignedInAs(page, 'Alma Exempel');
  },
);
