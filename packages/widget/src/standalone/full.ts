/**
 * The script tag in one file, for subresource integrity: what `loader.ts` gives, with the element and
 * the encoder inside, and Preact in place of React.
 */
import { define, runningScript } from '../element/index.ts';
import { embedFrom } from './embed.ts';
import { api } from './mount.ts';

define();
// An element of that name or id would answer otherwise.
if (!Object.hasOwn(window, 'Beckon')) window.Beckon = api;
embedFrom(runningScript);
