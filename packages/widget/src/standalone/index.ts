/**
 * The script tag: everything in one file, with Preact in place of React. Owns what a page gets by
 * `<script src="…/widget.js">`: the element (form B), the iframe for `data-login-url` (form A), and
 * `window.Beckon`. Depends on the element and the iframe host. Leaves the rest to them.
 */
import { define } from '../element/index.ts';
import { embedFrom } from './embed.ts';
import { api, type BeckonApi } from './mount.ts';

declare global {
  interface Window {
    Beckon?: BeckonApi;
  }
}

define();
window.Beckon ??= api;
// Only while the script runs for the first time does the page say which one it is.
if (document.currentScript) embedFrom(document.currentScript as HTMLScriptElement);
