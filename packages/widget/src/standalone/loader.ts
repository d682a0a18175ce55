/**
 * The script tag: `<script src="…/widget.js">`. Owns what a page gets by it: the element (form B), the
 * iframe for `data-login-url` (form A), and `window.Beckon`. Depends on the iframe host and the element's
 * name and attributes. What draws the element is a chunk of its own, which comes when an element does,
 * and the QR encoder another, which that one imports (docs/decisions/0035). `full.ts` is all in one file.
 */
import { defineElement } from '../element/define.ts';
import { runningScript } from '../element/script-origin.ts';
import { mountFrame } from '../frame/index.ts';
import { tell } from '../events.ts';
import { frameWords } from '../messages/index.ts';
import { explain, PAGE } from '../mistakes/index.ts';
import { beside } from './beside.ts';
import { embedFrom } from './embed.ts';
import type { ElementChunk } from './from-loader.ts';
import { importChunk } from './import-chunk.ts';
import { api } from './mount.ts';

/** Its address, relative to this script. */
declare const ELEMENT_CHUNK: string;

/** Waiting for the chunk longer than this is said, in ms. */
const SLOW_MS = 8_000;

/** Draws once the chunk is here, if the element still is. */
function drawLater(element: HTMLElement): () => void {
  let leave: (() => void) | undefined;
  let gone = false;
  const begin = async (): Promise<void> => {
    const { drawHere } = await importChunk<ElementChunk>(beside(ELEMENT_CHUNK));
    write(null);
    if (gone) return;
    leave = drawHere(element, { mountFrame, explain, importChunk });
  };
  const patience = setTimeout(() => write('slowLead'), SLOW_MS);
  /** What a person reads until the chunk is here. */
  function write(key: 'slowLead' | 'notLoaded' | null): void {
    clearTimeout(patience);
    (element.shadowRoot ?? element.attachShadow({ mode: 'open' })).textContent =
      key && frameWords(element.getAttribute('locale'))[key];
  }
  begin().catch((error: unknown) => {
    console.error(`Beckon: setup_script: see ${PAGE}#setup_script`, error);
    write('notLoaded');
    tell(element, 'beckon-error', { error: 'setup_script' });
  });
  return () => {
    gone = true;
    leave?.();
  };
}

defineElement(drawLater);
// An element of that name or id would answer otherwise.
if (!Object.hasOwn(window, 'Beckon')) window.Beckon = api;
embedFrom(runningScript);
