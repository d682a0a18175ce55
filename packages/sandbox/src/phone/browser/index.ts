/**
 * The phone's own browser, as far as sign-in pages need one: cookies, redirects, links and forms, no
 * script. Depends on HTTP alone; `tough-cookie` keeps the cookies, `parse5` reads the pages.
 * Leaves what to press to its callers.
 */
export { type Browser, type BrowserOptions, createBrowser, type Page } from './browser.ts';
export { type Form, textsIn } from './html-page.ts';
