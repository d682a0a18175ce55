import { formWith, type ProviderPages } from '../provider-pages.ts';

/** KRDPASS's app link, which opens a page that asks what the app would ask. */
export function krdPassPages(base: string): ProviderPages {
  return {
    isAt: (page) => page.url.startsWith(`${base}/krdpass/app/`) && formWith(page, 'decision', 'decline') !== undefined,
    async approve(browser, { id }) {
      const form = formWith(browser.page, 'person', id);
      return form === undefined ? browser.page : browser.submit(form, { name: 'person', value: id });
    },
    async decline(browser) {
      const form = formWith(browser.page, 'decision', 'decline');
      return form === undefined ? browser.page : browser.submit(form, { name: 'decision', value: 'decline' });
    },
  };
}
