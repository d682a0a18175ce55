/** The cells whose pictures are compared, at most 80: what people see most, and where a layout breaks first. */
import type { Cell } from './gallery.ts';

const USUAL = [
  'starting',
  'choosing-2',
  'choosing-8',
  'identifier-refused',
  'qr',
  'qr-mark',
  'same-device-phone',
  'direct',
  'retrieved',
  'retrieved-number',
  'confirmed',
  'confirm-person',
  'declined',
  'wrong-number',
  'expired',
  'failed-network',
];
const WIDE = ['choosing-7', 'qr-wallet', 'retrieved-number', 'confirmed', 'failed-app', 'dialog-qr', 'hosted-qr'];
const NARROW = [
  'choosing-long-names',
  'qr-long-names',
  'identifier-busy',
  'confirm-person-long-names',
  'dialog-choosing',
];
const TURNED = ['choosing-last-used', 'qr-rtl-names', 'qr-reconnecting', 'retrieved-words', 'confirmed-rtl-name'];
const LOW = ['choosing-2', 'qr', 'retrieved-number', 'identifier-busy', 'failed-session'];

const cells = (states: readonly string[], theme: Cell['theme'], dir: Cell['dir'], size: string): readonly Cell[] =>
  states.map((state) => ({ state, theme, dir, size }));

export const PICTURED: readonly Cell[] = [
  ...cells(USUAL, 'light', 'ltr', '360x800'),
  ...cells(USUAL, 'dark', 'ltr', '360x800'),
  ...cells(WIDE, 'light', 'ltr', '1280x800'),
  ...cells(WIDE.slice(0, 3), 'dark', 'ltr', '1280x800'),
  ...cells(NARROW, 'light', 'ltr', '280x800'),
  ...cells(TURNED, 'light', 'rtl', '360x800'),
  ...cells(LOW, 'light', 'ltr', '844x390'),
];
/** All of them together, in bytes. */
export const PICTURES_LIMIT = 3_000_000;

export const fileOf = ({ state, theme, dir, size }: Cell): string => `${state}-${theme}-${dir}-${size}.png`;
