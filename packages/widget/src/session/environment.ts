import { browserTransportEnvironment, type TransportEnvironment } from '../transport/index.ts';
import type { Keeps } from './memory.ts';

/** What a sign-in uses of the browser, replaceable in tests. */
export interface SignInEnvironment extends TransportEnvironment {
  /** Whether the identity app is probably on this very device. */
  readonly isPhone: () => boolean;
  /** Where the last used identity app is remembered. May throw, as browsers do in some frames. */
  readonly storage: () => Keeps;
  /** Where the session is kept over a reload, for this tab alone. May throw as well. */
  readonly tabStorage: () => Keeps;
}

export function browserEnvironment(): SignInEnvironment {
  return {
    ...browserTransportEnvironment(),
    isPhone: () => typeof window !== 'undefined' && isPhone(window),
    storage: () => localStorage,
    tabStorage: () => sessionStorage,
  };
}

/** A phone says so by itself (User-Agent Client Hints), or is pointed at by a finger before all else. */
export function isPhone({ navigator, matchMedia }: Pick<Window, 'navigator' | 'matchMedia'>): boolean {
  const hints = (navigator as Navigator & { readonly userAgentData?: { readonly mobile?: boolean } }).userAgentData;
  if (hints?.mobile === true) return true;
  return navigator.maxTouchPoints > 0 && matchMedia('(pointer: coarse)').matches;
}
