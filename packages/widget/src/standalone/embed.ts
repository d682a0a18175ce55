import { mountFrame } from '../frame/index.ts';

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
  else if (document.head.contains(script)) whenFound('body', place);
  else place(script);

  function place(beside: Element): void {
    const container = document.createElement('div');
    if (beside === script) beside.after(container);
    else beside.append(container);
    mountFrame({ container, src: loginUrl!, origin: server ?? script.src, theme, locale, title });
  }
}

/** An async script may run before the page is parsed. */
function whenFound(selector: string, use: (element: Element) => void): void {
  const found = document.querySelector(selector);
  if (found) use(found);
  else if (document.readyState === 'loading') {
    document.addEventListener('DOMContentLoaded', () => whenFound(selector, use), { once: true });
  } else {
    console.error(`Beckon: nothing on this page matches data-target="${selector}".`);
  }
}
