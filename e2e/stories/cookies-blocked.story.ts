import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { expect, isSignedInAs, SignInView, shows, story } from '../story.ts';
import { CHROMIUM } from '../world/chromium.ts';
import { Problems } from '../world/problems.ts';

/** A browser whose owner has blocked third-party cookies. */
async function withCookiesBlocked(use: (context: BrowserContext) => Promise<void>): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'beckon-profile-'));
  await mkdir(join(profile, 'Default'));
  // 1: block all third-party cookies (Chromium's components/content_settings).
  await writeFile(
    join(profile, 'Default', 'Preferences'),
    JSON.stringify({ profile: { cookie_controls_mode: 1, block_third_party_cookies: true } }),
  );
  const context = await chromium.launchPersistentContext(profile, CHROMIUM);
  try {
    await use(context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

story(
  'an iframe of another site, third-party cookies blocked',
  shows('PRIVACY-NO-COOKIES'),
  async ({ world, phone }) => {
    await withCookiesBlocked(async (context) => {
      const problems = await Problems.watch(context);
      const page = await context.newPage();
      await page.goto(`${world.shop}/script-tag`);
      const signIn = new SignInView(page.frameLocator('iframe'));
      await signIn.reaches('qr');

      const frame = page.frames().find((candidate) => candidate.url().startsWith(world.issuer));
      const kept = await frame?.evaluate(() => {
        document.cookie = 'probe=1; SameSite=None; Secure';
        return document.cookie;
      });
      expect(kept, 'or this browser does not block what the story is about').toBe('');

      await phone.approve(await signIn.scan(phone));
      await isSignedInAs(page, 'Alma Exempel');
      problems.assertNone();
    });
  },
);

story(
  'no cookie is set where they are allowed, either',
  shows('PRIVACY-NO-COOKIES'),
  async ({ page, context, world, phone }) => {
    for (const path of ['/login', '/script-tag']) {
      await page.goto(world.shop + path);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await phone.approve(await signIn.scan(phone));
      await isSignedInAs(page, 'Alma Exempel');
    }
    const hosts = (await context.cookies()).map(({ domain }) => domain);
    expect(new Set(hosts), 'the shop has its own session cookie, the issuer has none').toEqual(new Set(['localhost']));
  },
);
