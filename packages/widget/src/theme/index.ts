/**
 * What the widget looks like. Owns the custom properties that a page may set, the one style sheet,
 * and how it gets into a document or a shadow root under a strict Content-Security-Policy. Depends
 * on nothing. Leaves the markup that it dresses to react/.
 *
 * A page adjusts it with the tokens (`--beckon-…`, custom properties on the widget or any element around it)
 * that docs/reference/widget.md lists.
 */
export { adopt } from './adopt.ts';
