/** The chunk that the loader imports when an element is in the page. */
import { drawIn } from '../element/drawing.ts';
import { takeFromLoader, type ElementChunk } from './from-loader.ts';

/** The session server serves this, so it is where sign-ins go unless `server` says otherwise. */
export const drawHere: ElementChunk['drawHere'] = (element, loader) => {
  takeFromLoader(loader);
  return drawIn(element, new URL(import.meta.url).origin);
};
