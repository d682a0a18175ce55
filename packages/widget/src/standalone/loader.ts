/**
 * The script tag: `<script src="…/widget.js">`. Owns what a page gets by it: the element (form B), the
 * iframe for `data-login-url` (form A), and `window.Beckon`. Depends on the iframe host and the element's
 * name and attributes. What draws the element is a chunk of its own, which comes when an element does,
 * and the QR encoder another, which that one imports (docs/decisions/0035). `full.ts` is all in one file.
 */
import type { Drawing } from '../element/beckon-sign-in.ts';
import { defineElement } from '../element/define.ts';
import { runningScript } from '../element/script-origin.ts';
import { hear, say } from '../frame/bridge.ts';
import { mountFrame } from '../frame/index.ts';
import { embedFrom } from './embed.ts';
import type { ElementChunk } from './from-loader.ts';
import { importChunk } from './import-chunk.ts';
import { api } from './mount.ts';

/** Its address, relative to this script. */
declare const ELEMENT_CHUNK: string;

/** Draws once the chunk is here, if the element still is. */
function drawLater(element: HTMLElement): Drawing {
  let drawing: Drawing | null = null;
  let gone = false;
  const begin = async (): Promise<void> => {
    const { drawHere } = await elementChunk();
    if (gone) return;
    drawing = drawHere(element, { mountFrame, hear, say });
    drawing.draw();
  };
  begin().catch((error: unknown) => console.error('Beckon: a part of the script does not load.', error));
  return {
    draw: () => drawing?.draw(),
    leave() {
      gone = true;
      drawing?.leave();
    },
  };
}

/**
 * A classic script of another origin has no base for a relative import (HTML, "muted errors"), so the
 * address is made from the script element's. A module's own address is its base, and it knows no element.
 */
function elementChunk(): Promise<ElementChunk> {
  return importChunk(runningScript?.src ? new URL(ELEMENT_CHUNK, runningScript.src).href : ELEMENT_CHUNK);
}

defineElement(drawLater);
// An element of that name or id would answer otherwise.
if (!Object.hasOwn(window, 'Beckon')) window.Beckon = api;
if (runningScript) embedFrom(runningScript);
