/**
 * `<beckon-signin>`. Owns the custom element: attributes to properties, the shadow root, DOM
 * events, and the two ways in which the hosted page uses it (as the whole page, and as the guest
 * in somebody's iframe). Depends on the component and the iframe's guest. Leaves drawing to react/
 * and its style sheet to theme/.
 *
 * Importing this defines the element where there is a browser.
 */
import { define } from './define.ts';

export { define } from './define.ts';
export { runningScript } from './script-origin.ts';
export type { BeckonSignInEvents } from '../events.ts';
export type { BeckonSignIn } from './beckon-sign-in.ts';
export type { BeckonApi, MountOptions } from './globals.ts';

define();
