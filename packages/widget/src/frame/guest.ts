import { parseHostMessage, type Status } from '@beckon/protocol';
import type { Step } from '../events.ts';
import { explain } from '../mistakes/index.ts';
import { own } from '../own.ts';
import { say, type Utterance } from './bridge.ts';
import { destination, hostCandidates, isFrom } from './origin.ts';

export interface GuestOptions {
  /** The client's `allowed_origins`, as the server printed them into this page. */
  readonly allowedOrigins: readonly string[];
  /** What is to be seen whole: its height is the iframe's. */
  readonly content: Element;
  /** What the host wishes; null where it wishes nothing. */
  readonly onHello?: ((wish: { readonly theme: string | null; readonly locale: string | null }) => void) | undefined;
  /** The browser may refuse to take the top page there without a click: show a link with `target="_top"`. */
  readonly onLink: (url: string) => void;
}

/** The hosted page's line to the page around it. */
export interface Guest {
  status(status: Status): void;
  step(step: Step): void;
  error(code: string): void;
  /** Sends the top page there, through the host or, without one, by ourselves. */
  redirect(url: string): void;
  /** Stops listening and measuring. */
  close(): void;
}

/** How long a host may take to answer; without one by then, the iframe is bare. */
const HELLO_LIMIT_MS = 1_500;
/** How long the top page may take to leave after a click. */
const LEAVE_LIMIT_MS = 4_000;

/** Null when this page is in no iframe: then it is its own top page. */
export function connectToHost(options: GuestOptions, self: Window & typeof globalThis = window): Guest | null {
  const { parent } = self;
  if (parent === self) return null;
  const { allowedOrigins, content } = options;

  let host: string | null = null;
  let bare = false;
  /** What the host must still hear once it is known: every step, and the latest of each other kind. */
  const untold = new Map<unknown, Utterance>();

  function tell(utterance: Utterance): void {
    if (host === null) untold.set(utterance.type === 'step' ? utterance : utterance.type, utterance);
    else say(parent, host, utterance);
  }

  function onMessage(event: MessageEvent): void {
    const hosts = host === null ? allowedOrigins : [host];
    const message = hosts.some((each) => isFrom(event, parent, each)) ? parseHostMessage(event.data) : null;
    if (message === null) return;
    host = event.origin;
    bare = false;
    self.clearTimeout(timer);
    options.onHello?.({ theme: message.theme, locale: message.locale });
    for (const utterance of untold.values()) tell(utterance);
    untold.clear();
  }

  function goAlone(): void {
    bare = true;
    const pending = untold.get('redirect');
    if (pending?.type === 'redirect') takeTop(pending.redirect_to);
  }

  function takeTop(url: string): void {
    // Whether the browser followed cannot be seen from here, so the link is offered in any case.
    options.onLink(url);
    // The link is all that there is to press now. A frame with `sandbox` keeps it from leading anywhere.
    content.addEventListener('click', () => self.setTimeout(() => void explain({ of: 'link' }), LEAVE_LIMIT_MS));
    try {
      self.top!.location.href = url;
    } catch {
      // Refused without a click: the link is there for one.
    }
  }

  function measure(): void {
    const height = Math.ceil(content.getBoundingClientRect().height);
    if (height > 0) tell({ type: 'size', height });
  }

  self.addEventListener('message', onMessage);
  const sizes = new self.ResizeObserver(measure);
  sizes.observe(content);
  const { ancestorOrigins } = self.location as Location & { readonly ancestorOrigins?: ArrayLike<string> };
  const candidates = hostCandidates(allowedOrigins, { ancestorOrigins, referrer: own(self.document, 'referrer') });
  for (const origin of candidates) say(parent, origin, { type: 'ready' });
  const timer = self.setTimeout(goAlone, candidates.length === 0 ? 0 : HELLO_LIMIT_MS);

  return {
    status: (status) => tell({ type: 'status', status }),
    step: (step) => tell({ type: 'step', step }),
    error: (code) => tell({ type: 'error', error: code }),
    redirect(to) {
      const url = destination(to);
      if (url === null) return;
      tell({ type: 'redirect', redirect_to: url });
      if (bare) takeTop(url);
    },
    close() {
      self.removeEventListener('message', onMessage);
      self.clearTimeout(timer);
      sizes.disconnect();
    },
  };
}
