/** All that draws codes, the encoder with it: nothing here is needed before there is a code to show. */
export { qrPath } from './path.ts';
export { showFrames } from './show-frames.ts';
