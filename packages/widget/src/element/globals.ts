import type { BeckonSignInEvents } from '../events.ts';
import type { ListenerProps, MarkupProps } from '../react/props.ts';
import type { BeckonSignIn } from './define.ts';

/** As the element's attributes, in camelCase, and what the page wants to hear. */
export type MountOptions = MarkupProps & ListenerProps;

/** What the script tag puts at `window.Beckon`. */
export interface BeckonApi {
  /** The widget's version, for example `1.2.3`. */
  readonly version: string;
  /**
   * Puts a sign-in into an element, after what is in it.
   * @param into the element, or a selector that matches it.
   * @returns takes the sign-in away again.
   * @throws TypeError when nothing matches the selector.
   */
  mount(into: Element | string, options: MountOptions): () => void;
}

declare global {
  interface Window {
    /** There once the script has run. */
    Beckon?: BeckonApi;
  }
  interface HTMLElementTagNameMap {
    'beckon-signin': BeckonSignIn;
  }
  // oxlint-disable-next-line typescript/no-empty-object-type -- adds them to the events of elements, document and window
  interface GlobalEventHandlersEventMap extends BeckonSignInEvents {}
}
