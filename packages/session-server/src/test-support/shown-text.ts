import type { QrCode } from '@beckon/protocol';

/** What the QR code says, by default the first frame; empty where there is none. */
export function shownText(qr: QrCode | null | undefined, index = 0): string {
  if (qr?.order === 'timed') return index < qr.macs.length ? `${qr.prefix}${qr.step + index}.${qr.macs[index]}` : '';
  return qr?.frames[index]?.text ?? '';
}
