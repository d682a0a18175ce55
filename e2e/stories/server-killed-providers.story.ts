import { devices, type Page } from '@playwright/test';
import { expect, isSignedInAs, shows, story } from '../story.ts';
import { answerAt, NAMES } from '../world/providers.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];
story.use({ ...pixel, connectors: 'all', uaepass: { by_back_channel: true } });

const GONE = /WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|ERR_ABORTED/;

/**
 * The person loads the address again once the server is back. They leave the browser's error page first:
 * it loads itself again, and two loads at once would use one code twice.
 */
async function comeBack(page: Page, url: string, start: () => Promise<void>): Promise<void> {
  await expect(page).toHaveURL(/^chrome-error:/);
  await expect(() => page.goto('about:blank'), 'its own next load may come in between').toPass();
  await start();
  await page.goto(url, { timeout: 60_000 }).catch(() => null);
}

story(
  'kill -9 before the provider’s answer arrives',
  shows('RESILIENCE-KILL-PROVIDER'),
  async ({ page, world, signIn, problems }) => {
    problems.expect(GONE);
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES.krdpass);
    await (await signIn.link()).click();
    await world.server.kill();
    await answerAt('krdpass', page, 'approve').catch(() => null);
    await expect(page).toHaveURL(/^chrome-error:/);
    await world.server.start();
    await page.reload().catch(() => null);
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story(
  'kill -9 with the answer taken up, our redirect lost',
  shows('RESILIENCE-KILL-PROVIDER'),
  async ({ page, world, signIn, problems }) => {
    problems.expect(GONE);
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES.paswad);
    await (await signIn.link()).click();
    const lost = world.wire.lose(/^GET \/callback\/paswad\?/, () => world.server.kill());
    const sent = page.waitForRequest(/\/callback\/paswad\?/);
    await answerAt('paswad', page, 'approve').catch(() => null);
    await lost;
    await comeBack(page, (await sent).url(), () => world.server.start());
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story(
  'kill -9 with the code spent, and nothing stored @long',
  shows('RESILIENCE-KILL-PROVIDER'),
  async ({ page, world, signIn, problems }) => {
    story.setTimeout(120_000);
    problems.expect(GONE);
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES.uaepass);
    await (await signIn.link()).click();
    const lost = world.backChannel.lose(/^POST \/uaepass\/idshub\/token /, () => world.server.kill());
    const sent = page.waitForRequest(/\/callback\/uaepass\?/);
    await answerAt('uaepass', page, 'approve').catch(() => null);
    await lost;
    // The server that died over the answer has it for 15 s. Then the provider, which knows the person, is asked once more.
    await comeBack(page, (await sent).url(), () => world.server.start());
    await expect(page).toHaveURL(new RegExp(`^${world.sandbox}/uaepass/`), { timeout: 60_000 });
    await answerAt('uaepass', page, 'approve');
    await isSignedInAs(page, 'Alma Exempel');
  },
);

for (const [provider, when] of [
  ['pasby', ''],
  ['didit', ' @long'],
] as const) {
  story(
    `kill -9 while the phone decides in ${NAMES[provider]}${when}`,
    shows('RESILIENCE-KILL-PROVIDER'),
    async ({ page, world, phone, signIn, problems }) => {
      story.setTimeout(60_000);
      problems.expect(GONE);
      await page.goto(`${world.shop}/login`);
      await signIn.choose(NAMES[provider]);
      const scanned = await phone.scan((await (await signIn.link()).getAttribute('href')) ?? '');
      await signIn.reaches('retrieved');
      await world.server.kill();
      await phone.approve(scanned);
      await world.server.start();
      // The node that died follows the provider's session for 15 s more, as far as the others know.
      await expect(page).toHaveURL(/\/me$/, { timeout: 40_000 });
      await isSignedInAs(page, 'Alma Exempel');
    },
  );
}
