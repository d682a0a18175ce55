import type { Status } from '@beckon/protocol';
import type { Step } from '../events.ts';
import { connectToHost } from '../frame/index.ts';
import { own } from '../own.ts';
import type { AnyProps } from '../react/props.ts';

/** The session server's own page uses the element in two ways: as the whole page, and in another page's iframe. */
export interface Hosted {
  /** What the page around the iframe asked for. */
  readonly wish: Pick<AnyProps, 'theme' | 'locale'>;
  /** There is no page around it. */
  readonly standsAlone: boolean;
  /** The website that it is for; null where that is an app. */
  readonly site: string | null;
  status(status: Status): void;
  step(step: Step): void;
  error(code: string): void;
  /** @returns false where this page itself is to go there. */
  redirect(redirectTo: string): boolean;
  close(): void;
}

interface HostedEvents {
  readonly onWish: () => void;
  readonly onLink: (url: string) => void;
}

/**
 * Null unless the session server marked the element as its own page's (`data-hosted`), with the
 * origins that may frame it (`data-allowed-origins`, separated by spaces or commas), and the website's (`data-site`).
 */
export function openHosted(element: HTMLElement, events: HostedEvents): Hosted | null {
  const { hosted, allowedOrigins = '', site = null } = element.dataset;
  if (hosted === undefined) return null;
  let wish: Hosted['wish'] = {};
  const guest = connectToHost({
    allowedOrigins: allowedOrigins.split(/[\s,]+/).filter(Boolean),
    // The page may have more beneath the element.
    content: element.parentElement ?? element,
    onHello({ theme, locale }) {
      wish = {
        theme: theme === 'light' || theme === 'dark' ? theme : undefined,
        locale: locale ?? undefined,
      };
      // This document has the scheme of the page around it: then its ground shows through.
      const { style } = own(element.ownerDocument, 'documentElement');
      style.colorScheme = wish.theme ?? '';
      // The iframe's height follows ours in a moment; a scroll bar until then would make it narrower.
      style.scrollbarWidth = 'none';
      events.onWish();
    },
    onLink: events.onLink,
  });
  // For the page's own style sheet: in a frame there is nothing but the widget.
  own(element.ownerDocument, 'documentElement').toggleAttribute('data-framed', guest !== null);
  return {
    get wish() {
      return wish;
    },
    standsAlone: guest === null,
    site,
    status: (status) => guest?.status(status),
    step: (step) => guest?.step(step),
    error: (code) => guest?.error(code),
    redirect(redirectTo) {
      guest?.redirect(redirectTo);
      return guest !== null;
    },
    close: () => guest?.close(),
  };
}
