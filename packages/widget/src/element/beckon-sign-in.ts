import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { Widget } from '../react/sign-in.tsx';
import { tell, tellComplete } from '../events.ts';
import { follow } from '../react/destination.ts';
import { ATTRIBUTES, attributesOf } from './attributes.ts';
import { openHosted, type Hosted } from './hosted.ts';
import { scriptOrigin } from './script-origin.ts';

export const TAG = 'beckon-signin';

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
      createElement(Widget, {
        ...attributes,
        server,
        theme: attributes.theme ?? hosted?.wish.theme,
        locale: attributes.locale ?? hosted?.wish.locale,
        standsAlone: hosted?.standsAlone,
        continueTo: this.#continueTo,
        onStatus: (change) => {
          hosted?.status(change.status);
          tell(this, 'beckon-status', change);
        },
        onError: (failure) => {
          hosted?.error(failure.error);
          tell(this, 'beckon-error', failure);
        },
        onComplete: tellComplete(this),
        go: (redirectTo) => {
          if (!hosted?.redirect(redirectTo)) follow(redirectTo);
        },
      }),
    );
  }

  #leave(): void {
    this.#root?.unmount();
    this.#root = null;
    this.#hosted?.close();
    this.#hosted = null;
    this.#continueTo = null;
  }
}
