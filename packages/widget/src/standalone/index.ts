/**
 * The script tag: everything in one file, with Preact in place of React. Owns what a page gets by
 * `<script src="…/widget.js">`: the element (form B), the iframe for `data-login-url` (form A), and
 * `window.Beckon`. Depends on the element and the iframe host. Leaves the rest to them.
 */
import { define, runningScript } from '../element/index.ts';
import { embedFrom } from './embed.ts';
import { api } from './mount.ts';

define();
// An element of that name or id would answer otherwise.
if (!Object.hasOwn(window, 'Beckon')) window.Beckon = api;
if (runningScript) embedFrom(runningScript);
