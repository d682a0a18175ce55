import { tell, tellComplete } from '../events.ts';
import { mountFrame } from '../frame/index.ts';
import { explain } from '../mistakes/index.ts';
import { own } from '../own.ts';

/**
 * Form A: `data-login-url` puts the page's own login route into an iframe right after the script
 * element, or into `data-target` (a selector). `data-theme`, `data-locale` and `data-title` go along;
 * `data-server` is only needed where the script comes from elsewhere than the session server.
 * The element's events are dispatched beside the frame and bubble; `data-redirect="false"` leaves the
 * redirect to the page. A module (null) knows no element, so none of this works there.
 */
export function embedFrom(script: HTMLScriptElement | null): void {
  if (script === null) {
    if (own(document, 'querySelector')('script[type=module][data-login-url]')) void explain({ of: 'module' });
    return;
  }
  const { loginUrl, target, theme, locale, title, server, redirect } = script.dataset;
  if (!loginUrl) return;
  const place = (beside: Element): void => {
    const container = own(document, 'createElement')('div');
    if (beside === script) beside.after(container);
    else own(beside, 'append')(container);
    mountFrame({
      container,
      src: loginUrl,
      origin: server ?? script.src,
      theme,
      locale,
      title,
      redirect: redirect !== 'false',
      onStatus: (status) => tell(container, 'beckon-status', { status, state: null }),
      onStep: (step) => tell(container, 'beckon-step', step),
      onError: (error) => tell(container, 'beckon-error', { error }),
      onComplete: tellComplete(container),
    });
  };
  if (target) whenFound(target, place);
  // A script in the head has no place of its own in the page.
  else if (own(document, 'head').contains(script)) whenFound('body', place);
  else place(script);
}

/** An async script may run before the page is parsed. */
function whenFound(selector: string, use: (element: Element) => void): void {
  const found = own(document, 'querySelector')(selector);
  if (found) use(found);
  else if (own(document, 'readyState') === 'loading') {
    own(document, 'addEventListener')('DOMContentLoaded', () => whenFound(selector, use), { once: true });
  } else {
    void explain({ of: 'target', selector });
  }
}
