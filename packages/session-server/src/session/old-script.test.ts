import type { TimedQr } from '@beckon/protocol';
import { describe, expect, it } from 'vitest';
import { qrFor, sameScript, scriptOf } from './old-script.ts';

const QR: TimedQr = {
  order: 'timed',
  prefix: 'HTTPS://A/Q/B.',
  step: 7,
  from_ms: 100,
  interval_ms: 20,
  macs: ['X', 'Y'],
};
const BROWSER = { origin: 'https://shop.example', accept: 'application/json', 'user-agent': 'Mozilla/5.0 (X11)' };

describe('the script of release 0.1', () => {
  it('FT-E3c: is a browser’s that says nothing of frames', () => {
    expect(scriptOf(BROWSER, null)).toEqual({ script: '0.1' });
  });

  it.each([
    ['a later script', BROWSER, 'compact'],
    ['a program', { accept: 'application/json', 'user-agent': 'node' }, null],
    ['a program that names an origin', { ...BROWSER, 'user-agent': 'node' }, null],
    ['a program that has a browser’s name', { ...BROWSER, origin: undefined }, null],
    ['a page with a fetch of its own', { ...BROWSER, accept: '*/*' }, null],
    ['nothing is known', {}, null],
  ] as const)('FT-E3c: is not %s', (_, headers, qr_frames) => {
    expect(scriptOf(headers, qr_frames)).toEqual({});
  });

  it('FT-E3c: reads each frame with its text and times, all of them at once; another reads what there is', () => {
    expect(qrFor({ script: '0.1' }, QR)).toEqual({
      order: 'timed',
      frames: [
        { text: 'HTTPS://A/Q/B.7.X', from_ms: 100, until_ms: 120 },
        { text: 'HTTPS://A/Q/B.8.Y', from_ms: 120, until_ms: 140 },
      ],
    });
    expect(qrFor({}, QR)).toBe(QR);
  });

  it('is still there when its session is renewed', () => {
    expect([sameScript({ script: '0.1' }), sameScript({})]).toEqual([{ script: '0.1' }, {}]);
  });
});
