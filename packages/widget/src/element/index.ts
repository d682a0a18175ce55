/**
 * `<beckon-signin>`. Owns the custom element: attributes to properties, the shadow root, DOM
 * events, and the two ways in which the hosted page uses it (as the whole page, and as the guest
 * in a website's iframe). Depends on the component and the iframe's guest. Leaves drawing to react/
 * and its style sheet to theme/. `define.ts` knows nothing of what draws, so that the script's loader
 * can define the element before that has come.
 *
 * Importing this defines the element where there is a browser.
 */
import { defineElement } from './define.ts';
import { drawIn } from './drawing.ts';
import { scriptOrigin } from './script-origin.ts';

export { runningScript } from './script-origin.ts';
export type { BeckonSignInEvents } from '../events.ts';
export type { BeckonSignIn } from './define.ts';
export type { BeckonApi, MountOptions } from './globals.ts';

/** Defines the element. Done already by importing this; again it does no harm, nor does it where a server renders. */
export function define(): void {
  if (globalThis.customElements) defineElement((element) => drawIn(element, scriptOrigin()));
}

define();
