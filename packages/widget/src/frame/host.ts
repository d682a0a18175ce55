import { parseGuestMessage, type Status } from '@beckon/protocol';
import { complete, type CompletionOptions, type Step } from '../events.ts';
import { frameWords } from '../messages/index.ts';
import { explain } from '../mistakes/index.ts';
import { own } from '../own.ts';
import { say } from './bridge.ts';
import { destination, exactOrigin, isFrom } from './origin.ts';

/** `redirect` and `onComplete`: the page is taken to `redirectTo`, an absolute http or https URL, unless it says otherwise. */
export interface FrameOptions extends CompletionOptions {
  /** Where the iframe goes; what is in it stays. */
  readonly container: Element;
  /** The page's own login route, or `/authorize` itself; http or https, relative to the page. */
  readonly src: string;
  /** The issuer's origin, where every redirect of `src` ends: only its messages count. */
  readonly origin: string;
  /** The iframe's accessible name. Default: `Sign in`, in the person's language. */
  readonly title?: string | undefined;
  readonly theme?: string | undefined;
  readonly locale?: string | undefined;
  /** `visible` (default): as soon as the container comes near the screen. `asked`: at `load()`. */
  readonly load?: 'visible' | 'asked' | undefined;
  readonly onStatus?: ((status: Status) => void) | undefined;
  /** For analytics. */
  readonly onStep?: ((step: Step) => void) | undefined;
  /** An error code of the wire contract, or `setup_frame_src`. */
  readonly onError?: ((code: string) => void) | undefined;
}

export interface MountedFrame {
  /** Loads now; does nothing when it has. */
  load(): void;
  /** Takes the iframe away, and every listener with it. */
  close(): void;
}

/** How long the guest may take to say that it is there, in ms: then the page offers a way round the iframe. */
const READY_LIMIT_MS = 8_000;
/** How far from the screen loading begins. */
const NEAR = '200px';

/** @throws TypeError when `src` or `origin` is no http or https URL. */
export function mountFrame(options: FrameOptions): MountedFrame {
  const { container, src, theme = '', locale = null } = options;
  const document = own(container, 'ownerDocument');
  // A container is in a page.
  const self = own(document, 'defaultView')!;
  const create = own(document, 'createElement');
  const srcOrigin = exactOrigin(src, own(document, 'baseURI'));
  const origin = exactOrigin(options.origin);
  const words = frameWords(locale);
  const listening = new AbortController();
  let frame: HTMLIFrameElement | undefined;
  let observer: IntersectionObserver | undefined;
  let patience: number | undefined;
  let wayRound: HTMLElement | undefined;

  function load(): void {
    if (frame) return;
    observer?.disconnect();
    // Listening first: the guest's `ready` must not be missed.
    self.addEventListener('message', onMessage, listening);
    self.addEventListener('securitypolicyviolation', onViolation, listening);
    // oxlint-disable-next-line react/iframe-missing-sandbox -- the issuer's own page, on its own origin, which leads the top page on
    frame = create('iframe');
    frame.title = options.title ?? words.signIn;
    // The guest tells its host by the referrer where browsers have nothing better; the origin is enough.
    frame.referrerPolicy = 'strict-origin';
    // Until the guest has told its own height, it has that of a card in two columns (theme/columns.css), or in one.
    // The colour tells the scheme, and its transition that the scheme changed, by the system or by the page.
    frame.style.cssText = `height:${container.clientWidth > 639 ? 448 : 736}px;width:100%;border:0;color:light-dark(#001,#002);transition:color 1ms`;
    // A frame whose scheme is not its page's gets a ground of its own, behind the card's round corners.
    if (theme !== 'auto') frame.style.colorScheme = theme;
    frame.addEventListener('transitionend', wish);
    frame.src = src;
    own(container, 'append')(frame);
    patience = self.setTimeout(() => goRound(false), READY_LIMIT_MS);
  }

  /**
   * The scheme that the frame has in its page, which a document of another origin cannot see: `#002`, which
   * is `rgb(0, 0, 34)`, is dark.
   */
  function wish(): void {
    if (!frame?.contentWindow) return;
    const scheme = self.getComputedStyle(frame).color.endsWith('34)') ? 'dark' : 'light';
    say(frame.contentWindow, origin, { type: 'hello', theme: scheme, locale });
  }

  /** The iframe stays, unless the page's own policy forbids it: what is in it may be slow, or a page of the site's own. */
  function goRound(blocked: boolean): void {
    leaveWayRound();
    void explain({ of: 'frame', src, origin, blocked, shown: frame?.contentDocument ?? null });
    if (blocked) {
      frame?.remove();
      options.onError?.('setup_frame_src');
    }
    const link = create('a');
    link.href = src;
    link.target = '_top';
    link.textContent = words.slowFrame;
    wayRound = create('p');
    wayRound.style.cssText = 'padding:1em;border:1px solid';
    if (!blocked) wayRound.append(words.slowLead, ' ');
    wayRound.append(link);
    own(container, 'prepend')(wayRound);
  }

  /** The event is of any iframe of the page's. */
  function onViolation({ effectiveDirective, disposition, blockedURI }: SecurityPolicyViolationEvent): void {
    const ours = blockedURI.startsWith(origin) || blockedURI.startsWith(srcOrigin);
    if (ours && effectiveDirective === 'frame-src' && disposition === 'enforce') goRound(true);
  }

  function leaveWayRound(): void {
    self.clearTimeout(patience);
    wayRound?.remove();
  }

  function onMessage(event: MessageEvent): void {
    if (!frame || !isFrom(event, frame.contentWindow, origin)) return;
    const message = parseGuestMessage(event.data);
    if (message === null) return;
    leaveWayRound();
    switch (message.type) {
      case 'ready':
        wish();
        break;
      case 'size':
        frame.style.height = `${message.height}px`;
        break;
      case 'status':
        options.onStatus?.(message.status);
        break;
      case 'step':
        options.onStep?.(message.step as Step);
        break;
      case 'redirect':
        go(destination(message.redirect_to));
        break;
      case 'error':
        options.onError?.(message.error);
        break;
      default:
        message satisfies never;
    }
  }

  function go(to: string | null): void {
    if (to !== null) complete(to, options, (redirectTo) => self.location.assign(redirectTo));
  }

  if (options.load !== 'asked') {
    const { IntersectionObserver: Observer } = self as Window & Partial<typeof globalThis>;
    observer =
      Observer &&
      new Observer((entries) => entries.some(({ isIntersecting }) => isIntersecting) && load(), { rootMargin: NEAR });
    if (observer) observer.observe(container);
    else load();
  }

  return {
    load,
    close() {
      observer?.disconnect();
      leaveWayRound();
      listening.abort();
      frame?.remove();
    },
  };
}
