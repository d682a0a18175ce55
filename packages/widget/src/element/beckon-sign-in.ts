import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { SignIn } from '../react/index.ts';
import type { Completion, Failure, StatusChange } from '../react/props.ts';
import { follow } from '../react/destination.ts';
import { ATTRIBUTES, attributesOf } from './attributes.ts';
import { openHosted, type Hosted } from './hosted.ts';
import { scriptOrigin } from './script-origin.ts';

export const TAG = 'beckon-signin';

/** What the element tells the page. All three bubble, and cross shadow roots. */
export interface BeckonSignInEvents {
  'beckon-status': CustomEvent<StatusChange>;
  /** `preventDefault()` takes over the redirect. */
  'beckon-complete': CustomEvent<Completion>;
  'beckon-error': CustomEvent<Failure>;
}

/** Where there is no DOM (a server's rendering) importing must do no harm. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

export class BeckonSignIn extends Base {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  #root: Root | null = null;
  #hosted: Hosted | null = null;
  #drawing = false;
  #continueTo: string | null = null;

  connectedCallback(): void {
    this.#hosted ??= openHosted(this, {
      onWish: () => this.#draw(),
      onLink: (url) => {
        this.#continueTo = url;
        this.#draw();
      },
    });
    this.#draw();
  }

  disconnectedCallback(): void {
    // Moved within the page, it is connected again before this task is over: the sign-in goes on.
    queueMicrotask(() => {
      if (!this.isConnected) this.#leave();
    });
  }

  attributeChangedCallback(): void {
    this.#draw();
  }

  /** Draws at the end of the task, however many attributes change in it. */
  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      if (this.isConnected) this.#render();
    });
  }

  #render(): void {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.#root ??= createRoot(shadow);
    const attributes = attributesOf(this);
    const server = this.getAttribute('server') || scriptOrigin || location.origin;
    const hosted = this.#hosted;
    this.#root.render(
      createElement(SignIn, {
        ...attributes,
        server,
        theme: attributes.theme ?? hosted?.wish.theme,
        locale: attributes.locale ?? hosted?.wish.locale,
        standsAlone: hosted?.standsAlone,
        continueTo: this.#continueTo,
        onStatus: (change) => {
          hosted?.status(change.status);
          this.#tell('beckon-status', change);
        },
        onError: (failure) => {
          hosted?.error(failure.error);
          this.#tell('beckon-error', failure);
        },
        onComplete: (completion) => {
          if (!this.#tell('beckon-complete', completion)) return;
          if (!hosted?.redirect(completion.redirectTo)) follow(completion.redirectTo);
        },
      }),
    );
  }

  /** @returns false when the page prevented the default. */
  #tell<T extends keyof BeckonSignInEvents>(type: T, detail: BeckonSignInEvents[T]['detail']): boolean {
    const cancelable = type === 'beckon-complete';
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
  }

  #leave(): void {
    this.#root?.unmount();
    this.#root = null;
    this.#hosted?.close();
    this.#hosted = null;
    this.#continueTo = null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'beckon-signin': BeckonSignIn;
  }
  // oxlint-disable-next-line typescript/no-empty-object-type -- adds the three to the page's events
  interface GlobalEventHandlersEventMap extends BeckonSignInEvents {}
}
