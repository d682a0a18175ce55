import { version } from '../../package.json' with { type: 'json' };
import type { BeckonSignInEvents } from '../element/index.ts';
import { own } from '../own.ts';

/** As the element's attributes, in camelCase, and what to do when something happens. */
export interface MountOptions {
  readonly [attribute: string]: string | undefined | ((detail: never) => void);
  readonly onStatus?: (detail: BeckonSignInEvents['beckon-status']['detail']) => void;
  /** Takes over the redirect. */
  readonly onComplete?: (detail: BeckonSignInEvents['beckon-complete']['detail']) => void;
  readonly onError?: (detail: BeckonSignInEvents['beckon-error']['detail']) => void;
}

export interface BeckonApi {
  readonly version: string;
  /**
   * Puts a sign-in into an element, after what is in it.
   * @returns takes it away again.
   * @throws TypeError when nothing matches the selector.
   */
  mount(into: Element | string, options: MountOptions): () => void;
}

const EVENTS = { onStatus: 'beckon-status', onComplete: 'beckon-complete', onError: 'beckon-error' } as const;

export const api: BeckonApi = {
  version,
  mount(into, options) {
    const parent = typeof into === 'string' ? own(document, 'querySelector')(into) : into;
    if (!parent) throw new TypeError(`Beckon.mount: nothing on this page matches ${JSON.stringify(into)}`);
    const element = own(document, 'createElement')('beckon-signin');
    for (const [name, value] of Object.entries(options)) {
      if (typeof value === 'string')
        element.setAttribute(
          name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
          value,
        );
    }
    for (const [name, type] of Object.entries(EVENTS)) {
      const listener = options[name] as ((detail: unknown) => void) | undefined;
      if (!listener) continue;
      element.addEventListener(type, (event) => {
        if (type === 'beckon-complete') event.preventDefault();
        listener((event as CustomEvent).detail);
      });
    }
    own(parent, 'append')(element);
    return () => element.remove();
  },
};
