/**
 * Mistakes of the people who build a page: found, and told to them once, in the browser's console. Owns the checks,
 * the sentences and the links into docs/guides/mistakes.md. All that is in a chunk of its own (`mistakes.ts`), which
 * comes when something has gone wrong. Depends on nothing. Leaves to others what the person at the screen reads.
 */
export { explain } from './explain.ts';
export { PAGE } from './page.ts';
export type { Explain, Trouble } from './trouble.ts';
