/**
 * The phone's own browser, as far as sign-in pages need one: cookies, redirects, links and forms, no
 * script. Depends on HTTP alone. Leaves what to press to whoever uses it.
 */
export { type Browser, type BrowserOptions, createBrowser, type Page } from './browser.ts';
export { type Form, textOf } from './html-page.ts';
