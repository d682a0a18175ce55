import type { OpenIdApp } from '../../openid/index.ts';
import { formWith, type ProviderPages } from '../provider-pages.ts';

/** The page of an OpenID Provider's stand-in: who, and yes or no. */
export function openIdPages(app: OpenIdApp): ProviderPages {
  return {
    isAt: (page) => page.url.startsWith(app.authorizeUrl) && formWith(page, 'decision', 'approve') !== undefined,
    approve: (browser, person) => press(browser, 'approve', app.fieldsOf(person)),
    decline: (browser) => press(browser, 'decline', {}),
  };
}

async function press(
  browser: Parameters<ProviderPages['decline']>[0],
  value: 'approve' | 'decline',
  fill: Readonly<Record<string, string>>,
): ReturnType<ProviderPages['decline']> {
  const form = formWith(browser.page, 'decision', value);
  return form === undefined ? browser.page : browser.submit(form, { name: 'decision', value }, fill);
}
