/**
 * What the widget looks like. Owns the custom properties that a page may set, the one style sheet,
 * and how it gets into a document or a shadow root under a strict Content-Security-Policy. Depends
 * on nothing. Leaves the markup that it dresses to react/.
 *
 * A page adjusts it with custom properties on the widget or any element around it:
 * `--beckon-accent`, `--beckon-on-accent`, `--beckon-font`, `--beckon-radius`.
 */
export { adopt } from './adopt.ts';
