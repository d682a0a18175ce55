import { mountFrame } from '../frame/index.ts';
import { own } from '../own.ts';

/**
 * Form A: `data-login-url` puts the page's own login route into an iframe right after the script
 * element, or into `data-target` (a selector). `data-theme`, `data-locale` and `data-title` go along;
 * `data-server` is only needed where the script comes from elsewhere than the session server.
 */
export function embedFrom(script: HTMLScriptElement): void {
  const { loginUrl, target, theme, locale, title, server } = script.dataset;
  if (!loginUrl) return;
  if (target) whenFound(target, place);
  // A script in the head has no place of its own in the page.
  else if (own(document, 'head').contains(script)) whenFound('body', place);
  else place(script);

  function place(beside: Element): void {
    const container = own(document, 'createElement')('div');
    if (beside === script) beside.after(container);
    else own(beside, 'append')(container);
    mountFrame({ container, src: loginUrl!, origin: server ?? script.src, theme, locale, title });
  }
}

/** An async script may run before the page is parsed. */
function whenFound(selector: string, use: (element: Element) => void): void {
  const found = own(document, 'querySelector')(selector);
  if (found) use(found);
  else if (own(document, 'readyState') === 'loading') {
    own(document, 'addEventListener')('DOMContentLoaded', () => whenFound(selector, use), { once: true });
  } else {
    console.error(`Beckon: nothing on this page matches data-target="${selector}".`);
  }
}
