import { version } from '../../package.json' with { type: 'json' };
import type { BeckonApi } from '../element/globals.ts';
import { own } from '../own.ts';

export const api: BeckonApi = {
  version,
  mount(into, options) {
    const parent = typeof into === 'string' ? own(document, 'querySelector')(into) : into;
    if (!parent) throw new TypeError(`Beckon.mount: nothing on this page matches ${JSON.stringify(into)}`);
    const element = own(document, 'createElement')('beckon-signin');
    for (const [name, value] of Object.entries(options)) {
      if (typeof value !== 'string' && typeof value !== 'boolean') continue;
      element.setAttribute(
        name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
        String(value),
      );
    }
    const { onStatus, onStep, onComplete, onError } = options;
    element.addEventListener('beckon-status', ({ detail }) => onStatus?.(detail));
    element.addEventListener('beckon-step', ({ detail }) => onStep?.(detail));
    element.addEventListener('beckon-error', ({ detail }) => onError?.(detail));
    element.addEventListener('beckon-complete', (event) =>
      onComplete?.({ redirectTo: event.detail.redirectTo, preventDefault: () => event.preventDefault() }),
    );
    own(parent, 'append')(element);
    return () => element.remove();
  },
};
