import type { Page } from '@playwright/test';

const KEY = 'observed';

/** Listens on the page for the end of the sign-in; with `preventDefault` it also takes the redirect over. */
export async function observe(page: Page, then: 'nothing' | 'preventDefault' = 'nothing'): Promise<void> {
  await page.evaluate(
    ({ key, prevents }) =>
      document.addEventListener('beckon-complete', (event) => {
        if (prevents) event.preventDefault();
        sessionStorage.setItem(key, JSON.stringify((event as CustomEvent<unknown>).detail));
      }),
    { key: KEY, prevents: then === 'preventDefault' },
  );
}

/** What the listener was told, as JSON, also after the page went on within its origin; empty when nothing. */
export async function observed(page: Page): Promise<string> {
  return page.evaluate((key) => sessionStorage.getItem(key) ?? '', KEY);
}
