import { expect, it } from 'vitest';
import { isSnapshot, QR_LIMIT } from './snapshot.ts';

const SNAPSHOT = {
  session_id: 'A',
  version: 1,
  status: 'initialized',
  connectors: [],
  expires_at: 1,
  server_time_ms: 1,
  client: {},
  qr: null,
  redirect_to: null,
};
const TIMED = { order: 'timed', prefix: 'HTTPS://A/Q/A.', step: 3, from_ms: 1, interval_ms: 2000, macs: ['M', 'N'] };
const SHUFFLE = { order: 'shuffle', interval_ms: 500, frames: [{ text: 'a' }] };
const macs = (length: number): readonly string[] => Array.from({ length }, () => 'M');

it('FT-E3e: takes compact frames, a provider’s own, and none', () => {
  for (const qr of [TIMED, SHUFFLE, null, { ...TIMED, macs: macs(QR_LIMIT) }])
    expect(isSnapshot({ ...SNAPSHOT, qr })).toBe(true);
});

it.each([
  ['no frames', { ...TIMED, macs: [] }],
  ['too many frames', { ...TIMED, macs: macs(QR_LIMIT + 1) }],
  ['a MAC that is no text', { ...TIMED, macs: ['M', 7] }],
  ['MACs in no list', { ...TIMED, macs: 'M' }],
  ['no prefix', { ...TIMED, prefix: undefined }],
  ['half a step', { ...TIMED, step: 0.5 }],
  ['a step in words', { ...TIMED, step: '3' }],
  ['no beginning', { ...TIMED, from_ms: null }],
  ['a time in words', { ...TIMED, interval_ms: '2000' }],
  ['frames that take no time', { ...TIMED, interval_ms: 0 }],
  ['frames that go back', { ...TIMED, interval_ms: -1 }],
  ['the long form of release 0.1', { order: 'timed', frames: [{ text: 'a', from_ms: 1, until_ms: 2 }] }],
  ['an unknown order', { ...TIMED, order: 'random' }],
  ['a provider’s frame without its text', { ...SHUFFLE, frames: [{}] }],
  ['too many frames of a provider', { ...SHUFFLE, frames: macs(QR_LIMIT + 1).map((text) => ({ text })) }],
  ['a text', 'HTTPS://A/Q/A.3.M'],
])('FT-E3e: refuses %s', (_, qr) => {
  expect(isSnapshot({ ...SNAPSHOT, qr })).toBe(false);
});
