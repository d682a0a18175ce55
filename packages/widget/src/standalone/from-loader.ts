/**
 * What the element's chunk need not have itself, since the loader that imports it has it: the iframe host,
 * and what explains mistakes. In the chunk it is in the place of `frame/host.ts` and `mistakes/explain.ts`.
 */
import type * as Host from '../frame/host.ts';
import type { Explain } from '../mistakes/index.ts';
import type * as Chunks from './import-chunk.ts';

export type FromLoader = Pick<typeof Host, 'mountFrame'> &
  Pick<typeof Chunks, 'importChunk'> & { readonly explain: Explain };

/** What the loader imports when an element is in the page. */
export interface ElementChunk {
  readonly drawHere: (element: HTMLElement, loader: FromLoader) => () => void;
}

let loader: FromLoader;

/** Before anything is drawn. */
export function takeFromLoader(handedOver: FromLoader): void {
  loader = handedOver;
}

export const mountFrame: FromLoader['mountFrame'] = (options) => loader.mountFrame(options);
export const explain: Explain = (trouble) => loader.explain(trouble);
export const importChunk: FromLoader['importChunk'] = (url) => loader.importChunk(url);
