/**
 * The operator's console: pages that the server makes, with no script. Owns what they look like and say, who may look
 * (`entry.ts`), and the four acts behind a form. Depends on `operator` and `funnel` for what there is to see, and on the
 * pages' HTML and headers. Leaves the port to `admin`, and every act to `operator`.
 */
export { type ConsoleDependencies, createConsole } from './console.ts';
export { createEntry, type Entry } from './entry.ts';
