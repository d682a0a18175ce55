import type { UaePassApp } from '../../uaepass/index.ts';
import { textsIn } from '../browser/index.ts';
import { formWith, type ProviderPages } from '../provider-pages.ts';

/** UAE PASS's pages: who are you, and the number for the app, which is on the same phone. */
export function uaePassPages(base: string, app: UaePassApp): ProviderPages {
  return {
    isAt: (page) => page.url.startsWith(`${base}/uaepass/`) && formWith(page, 'cancel') !== undefined,
    async approve(browser, person) {
      const login = browser.page.forms.find(({ inputs }) => inputs.includes('username'));
      if (login !== undefined) await browser.submit(login, undefined, { username: app.usernameOf(person) });
      const [number = ''] = textsIn(browser.page.html, '#number');
      const choice = formWith(browser.page, 'number', number);
      return choice === undefined ? browser.page : browser.submit(choice, { name: 'number', value: number });
    },
    async decline(browser) {
      const form = formWith(browser.page, 'cancel');
      return form === undefined ? browser.page : browser.submit(form, { name: 'cancel' });
    },
  };
}
