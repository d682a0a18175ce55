/**
 * QR codes. Owns how a text becomes one SVG path, which frame is shown when, and that the encoder comes
 * apart from what can be seen before it. Depends on the encoder of the `qrcode` package. Leaves the
 * element around the path and its colours to others.
 */
export { type ShownFrame, frameAt } from './frame-at.ts';
export { type QrDraw, importDraw } from './import-draw.ts';
export { type QrPath, QUIET_ZONE, qrPath } from './path.ts';
