import { expect, it } from 'vitest';
import { readableAddress } from './readable-address.ts';

it.each([
  ['192.0.2.77', '192.0.2.…'],
  ['::ffff:192.0.2.77', '192.0.2.…'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:…'],
  ['2001:db8::1', '2001:db8:0:…'],
  ['fe80::1%eth0', 'fe80:0:0:…'],
  ['127.1', 'unknown'],
  ['', 'unknown'],
])('FT-A12a: of %s people are shown %s', (address, shown) => {
  expect(readableAddress(address)).toBe(shown);
});
