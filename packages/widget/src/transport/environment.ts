import { explain, type Explain } from '../mistakes/index.ts';
import { own } from '../own.ts';
import { steadyNow } from './steady-clock.ts';

/** What a transport uses of the browser. All of it can be replaced, so that time and networks are tests' to decide. */
export interface TransportEnvironment {
  readonly fetch: typeof fetch;
  /** Null where the browser has none: then the long poll carries everything. */
  readonly WebSocket: typeof WebSocket | null;
  /** Ms since the epoch by this page's clock (`steadyNow`). */
  readonly now: () => number;
  /** The same by the device's clock, which may be set at any moment. Left out: sleep is not noticed by it. */
  readonly deviceNow?: () => number;
  /** From 0 up to 1, 1 excluded. */
  readonly random: () => number;
  readonly setTimeout: (run: () => void, ms: number) => Timer;
  readonly clearTimeout: (timer: Timer) => void;
  /** Whether a person can be looking at the page. */
  readonly isVisible: () => boolean;
  /** Where `visibilitychange`, `online`, `pageshow` and `focus` are heard; null outside a page. */
  readonly window: EventTarget | null;
  /** Tells the page's developer what is wrong. Left out: no one does. */
  readonly explain?: Explain;
}

/** Whatever the environment's `setTimeout` answers. */
export type Timer = unknown;

/** The browser's own. Touches nothing that a server-side render lacks. */
export function browserTransportEnvironment(): TransportEnvironment {
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    WebSocket: typeof WebSocket === 'undefined' ? null : WebSocket,
    now: steadyNow,
    deviceNow: Date.now,
    random: Math.random,
    setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
    clearTimeout: (timer) => globalThis.clearTimeout(timer as ReturnType<typeof globalThis.setTimeout>),
    isVisible: () => own(document, 'visibilityState') === 'visible',
    window: typeof window === 'undefined' ? null : window,
    explain,
  };
}
