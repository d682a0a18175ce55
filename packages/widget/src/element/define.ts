import { beckonSignIn, TAG, type Drawing } from './beckon-sign-in.ts';

/** Defines `<beckon-signin>`, once: two scripts on a page, or one loaded twice, do no harm. */
export function defineElement(begin: (element: HTMLElement) => Drawing): void {
  if (typeof customElements === 'undefined' || customElements.get(TAG)) return;
  customElements.define(TAG, beckonSignIn(begin));
}
