import type { Page } from '@playwright/test';
import { expect, isSignedInAs, shows, SignInView, story } from '../story.ts';

type Step = Readonly<Record<string, string | number | null>>;

/** As a website's analytics would, over all pages of the tab. */
async function analyticsOf(page: Page): Promise<readonly Step[]> {
  const heard: Step[] = [];
  await page.exposeBinding('analyticsHears', (_source, step: Step) => void heard.push(step));
  await page.addInitScript(() => {
    // In the website's own page alone: the iframe's has its own events.
    if (self !== top) return;
    const { analyticsHears } = window as unknown as { analyticsHears: (step: unknown) => void };
    addEventListener('beckon-step', (event) => analyticsHears((event as CustomEvent<unknown>).detail));
  });
  return heard;
}

for (const [path, kept] of [
  ['/script-tag', ''],
  ['/element', ' @long'],
  ['/login', ' @long'],
] as const) {
  story(`the steps of a sign-in, ${path}${kept}`, shows('ANALYTICS'), async ({ page, world, phone }) => {
    const heard = await analyticsOf(page);
    await page.goto(world.shop + path);
    const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
    const phases = heard.map(({ phase }) => phase);
    expect(phases.slice(0, 4)).toEqual(['starting', 'qr', 'retrieved', 'confirmed']);
    const members = ['phase', 'previous', 'durationMs', 'totalMs', 'connector', 'mode', 'error'].toSorted();
    for (const step of heard) expect(Object.keys(step).toSorted()).toEqual(members);
    expect(heard[3]).toMatchObject({ previous: 'retrieved', connector: 'wallet', mode: 'qr', error: null });
    expect(Number(heard[3]?.['totalMs'])).toBeGreaterThan(Number(heard[3]?.['durationMs']));
    const words = heard.flatMap((step) => Object.values(step)).filter((value) => typeof value === 'string');
    expect(words.join(' '), 'no id, name, code or address').toMatch(/^[a-z_ ]+$/);
  });
}
