/**
 * QR codes. Owns how a text becomes one SVG path, and when which frame is shown. Depends on the
 * encoder of the `qrcode` package. Leaves drawing, colours and timers to others.
 */
export { type Frames, type ShownFrame, frameAt } from './frame-at.ts';
export { type QrPath, QUIET_ZONE, qrPath } from './path.ts';
