/**
 * For tests: a page and the page in its iframe, on two origins, with nothing between them but
 * `postMessage`, which delivers later, and to no other origin than the one that was named.
 */
export class FakeWindow extends EventTarget {
  readonly origin: string;
  /** Where this page was sent. */
  readonly visited: string[] = [];
  /** What was said to it, by any sender. */
  readonly received: unknown[] = [];
  listeners = 0;
  frames: FakeFrame[] = [];
  /** What the host says beside its frame. */
  notes: FakeFrame[] = [];
  timers: Map<number, { readonly run: () => void; readonly ms: number }> = new Map();
  observers: Set<FakeObserver> = new Set();
  parent: unknown = this;
  top: unknown = null;
  readonly location: { ancestorOrigins?: readonly string[]; assign: (url: string) => void };
  readonly document: FakeDocument;
  /** What the page's `color-scheme` comes to. */
  scheme: 'light' | 'dark' = 'light';
  readonly navigator: { readonly languages: readonly string[] } = { languages: [] };
  readonly ResizeObserver: unknown;
  IntersectionObserver: unknown;

  constructor(origin: string) {
    super();
    this.origin = origin;
    this.location = { assign: (url) => this.visited.push(url) };
    this.document = new FakeDocument(this);
    const observers = this.observers;
    const Observer = class extends FakeObserver {
      constructor(notify: FakeObserver['notify']) {
        super(observers, notify);
      }
    };
    this.ResizeObserver = Observer;
    this.IntersectionObserver = Observer;
  }

  /** As browsers answer: by the element's own scheme, else the page's. */
  getComputedStyle({ style }: FakeFrame): { readonly color: string } {
    const [, light, dark] = /color:light-dark\(#(\w{3}),#(\w{3})\)/.exec(style['cssText'] ?? '') ?? [];
    const digits = ((style['colorScheme'] || this.scheme) === 'dark' ? dark : light) ?? '000';
    return {
      color: `rgb(${digits
        .split('')
        .map((digit) => Number.parseInt(digit + digit, 16))
        .join(', ')})`,
    };
  }
  setTimeout(run: () => void, ms: number): number {
    this.timers.set(this.timers.size + 1, { run, ms });
    return this.timers.size;
  }
  clearTimeout(timer: number): void {
    this.timers.delete(timer);
  }
  /** Lets every timer of at most `ms` run. */
  pass(ms: number): void {
    for (const [id, timer] of this.timers) {
      if (timer.ms > ms) continue;
      this.timers.delete(id);
      timer.run();
    }
  }

  override addEventListener(type: string, listener: EventListener, { signal }: AddEventListenerOptions = {}): void {
    this.listeners += 1;
    signal?.addEventListener('abort', () => this.removeEventListener(type, listener));
    super.addEventListener(type, listener);
  }
  override removeEventListener(type: string, listener: EventListener): void {
    this.listeners -= 1;
    super.removeEventListener(type, listener);
  }

  /** As the browser delivers: who said it, and from where, cannot be forged. */
  deliver(data: unknown, from: { readonly origin: string; readonly source: unknown }): void {
    this.received.push(data);
    this.dispatchEvent(Object.assign(new Event('message'), { data: structuredClone(data), ...from }));
  }
}

export class FakeObserver {
  readonly notify: (entries: readonly { readonly isIntersecting: boolean }[]) => void;
  readonly #all: Set<FakeObserver>;
  constructor(all: Set<FakeObserver>, notify: FakeObserver['notify']) {
    this.#all = all;
    this.notify = notify;
  }
  observe(): void {
    this.#all.add(this);
  }
  disconnect(): void {
    this.#all.delete(this);
  }
}

/** Its members are its kind's own, as a browser's are: what is put on it by name is what markup would put there. */
export class FakeDocument {
  readonly #page: FakeWindow;
  #referrer = '';
  constructor(page: FakeWindow) {
    this.#page = page;
  }
  get defaultView(): FakeWindow {
    return this.#page;
  }
  get baseURI(): string {
    return `${this.#page.origin}/login-page`;
  }
  get referrer(): string {
    return this.#referrer;
  }
  set referrer(referrer: string) {
    this.#referrer = referrer;
  }
  createElement(name: string): FakeFrame {
    return new FakeFrame(this.#page, name);
  }
}

export class FakeFrame extends EventTarget {
  readonly name: string;
  target = '';
  href = '';
  textContent = '';
  title = '';
  referrerPolicy = '';
  src = '';
  readonly style: Record<string, string> = {};
  contentWindow: unknown = null;
  /** Null where it is another origin's. */
  contentDocument: unknown = null;
  readonly #page: FakeWindow;
  constructor(page: FakeWindow, name: string) {
    super();
    this.#page = page;
    this.name = name;
  }
  append(...parts: (string | FakeFrame)[]): void {
    this.textContent += parts.map((part) => (typeof part === 'string' ? part : `[${part.textContent}]`)).join('');
    this.href += parts.map((part) => (typeof part === 'string' ? '' : part.href)).join('');
    this.target += parts.map((part) => (typeof part === 'string' ? '' : part.target)).join('');
  }
  attached(): void {
    if (this.name === 'iframe') this.#page.frames.push(this);
    else this.#page.notes.push(this);
  }
  remove(): void {
    const left = (element: FakeFrame): boolean => element !== this;
    this.#page.frames = this.#page.frames.filter(left);
    this.#page.notes = this.#page.notes.filter(left);
    this.contentWindow = null;
  }
}

class FakeContainer {
  readonly #page: FakeWindow;
  constructor(page: FakeWindow) {
    this.#page = page;
  }
  get ownerDocument(): FakeDocument {
    return this.#page.document;
  }
  append(element: FakeFrame): void {
    element.attached();
  }
  prepend(element: FakeFrame): void {
    element.attached();
  }
}

/** What a frame goes into. */
/** @param clientWidth px */
export function containerIn(page: FakeWindow, clientWidth = 400): Element {
  return Object.assign(new FakeContainer(page), { clientWidth }) as unknown as Element;
}

/** Something whose height the guest measures, and in which a person clicks. */
export function contentOf(height: { px: number }): Element {
  return Object.assign(new EventTarget(), {
    getBoundingClientRect: () => ({ height: height.px }),
  }) as unknown as Element;
}

/** Puts `guest` into `host`'s frame, as its document. */
export function nest(host: FakeWindow, frame: FakeFrame | null, guest: FakeWindow): void {
  const inside = {
    postMessage: (data: unknown, to: string) => post(guest, data, to, { origin: host.origin, source: outside }),
  };
  const outside = {
    postMessage: (data: unknown, to: string) => post(host, data, to, { origin: guest.origin, source: inside }),
  };
  if (frame !== null) frame.contentWindow = inside;
  guest.parent = outside;
}

function post(
  to: FakeWindow,
  data: unknown,
  target: string,
  from: { readonly origin: string; readonly source: unknown },
): void {
  if (target === to.origin) queueMicrotask(() => to.deliver(data, from));
}

export async function delivered(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
