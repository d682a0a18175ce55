import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { CHROMIUM } from './chromium.ts';

/** A browser whose owner lets frames of other sites keep something, or lets them keep nothing, cookies included. */
export async function withProfile(
  { thirdParties }: { readonly thirdParties: 'allowed' | 'blocked' },
  use: (context: BrowserContext) => Promise<void>,
): Promise<void> {
  const blocked = thirdParties === 'blocked';
  const profile = await mkdtemp(join(tmpdir(), 'beckon-profile-'));
  await mkdir(join(profile, 'Default'));
  // 1: block all third-party cookies, 0: none (Chromium's components/content_settings).
  await writeFile(
    join(profile, 'Default', 'Preferences'),
    JSON.stringify({ profile: { cookie_controls_mode: blocked ? 1 : 0, block_third_party_cookies: blocked } }),
  );
  const context = await chromium.launchPersistentContext(profile, CHROMIUM);
  try {
    await use(context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}
