import { ATTRIBUTES } from './attributes.ts';

export const TAG = 'beckon-signin';

/** `<beckon-signin>` in a page. Attributes and events are all that it has beyond any other element. */
export type BeckonSignIn = HTMLElement;

/** What is in an element while it is in the page. */
export interface Drawing {
  /** Something that it is drawn from may have changed. */
  draw(): void;
  /** The element is gone: nothing goes on, and nothing is left to see. */
  leave(): void;
}

/** Where there is no DOM (a server's rendering) importing must do no harm. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

/** The element's class. `begin` fills an element that has come into the page; what draws need not be there yet. */
export function beckonSignIn(begin: (element: HTMLElement) => Drawing): CustomElementConstructor {
  return class extends Base {
    static readonly observedAttributes: readonly string[] = ATTRIBUTES;

    #drawing: Drawing | null = null;

    connectedCallback(): void {
      this.#drawing ??= begin(this);
      this.#drawing.draw();
    }

    disconnectedCallback(): void {
      // Moved within the page, it is connected again before this task is over: the sign-in goes on.
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#drawing?.leave();
        this.#drawing = null;
      });
    }

    attributeChangedCallback(): void {
      this.#drawing?.draw();
    }
  };
}
