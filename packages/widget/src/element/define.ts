export const TAG = 'beckon-signin';

/** `<beckon-signin>` in a page. Attributes and events are all that it has beyond any other element. */
export type BeckonSignIn = HTMLElement;

/** Fills an element that has come into the page, and returns what empties it: then nothing goes on, and nothing is left to see. */
export type Fill = (element: HTMLElement) => () => void;

/**
 * Defines `<beckon-signin>`, once: two scripts on a page, or one loaded twice, do no harm. What draws need not be there
 * yet, and watches the attributes by itself.
 */
export function defineElement(fill: Fill, tag: string = TAG): void {
  if (customElements.get(tag)) return;
  const element = class extends HTMLElement {
    #empty: (() => void) | null = null;

    connectedCallback(): void {
      this.#empty ??= fill(this);
    }

    disconnectedCallback(): void {
      // Moved within the page, it is connected again before this task is over: the sign-in goes on.
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#empty?.();
        this.#empty = null;
      });
    }
  };
  customElements.define(tag, element);
}
