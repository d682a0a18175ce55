import { version } from '../../package.json' with { type: 'json' };
import type { BeckonApi } from '../element/globals.ts';
import { own } from '../own.ts';

export const api: BeckonApi = {
  version,
  mount(into, options) {
    const parent = typeof into === 'string' ? own(document, 'querySelector')(into) : into;
    if (!parent) throw new TypeError(`Beckon.mount: nothing matches ${into as string}`);
    const element = own(document, 'createElement')('beckon-signin');
    for (const [option, value] of Object.entries(options)) {
      const name = option.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
      if (typeof value === 'function')
        element.addEventListener(name.replace('on', 'beckon'), (event: CustomEventInit & Event) => {
          value(event.cancelable ? { ...event.detail, preventDefault: () => event.preventDefault() } : event.detail);
        });
      else if ((value ?? null) !== null) element.setAttribute(name, value);
    }
    own(parent, 'append')(element);
    return () => element.remove();
  },
};
