import { expect, it } from 'vitest';
import { isSecureAddress } from './secure-address.ts';
import { webAddress } from './web-address.ts';

it.each([
  ['https://example.com/a', true],
  ['http://localhost:4400/', true],
  ['http://127.0.0.1/', true],
  ['http://[::1]:8080/', true],
  // Written otherwise, it is the same address.
  ['http://2130706433/', true],
  ['http://example.com/', false],
  ['http://127.0.0.1.evil.example/', false],
  ['http://localhost.evil.example/', false],
  ['http://10.0.0.1/', false],
  ['wss://example.com/', false],
  ['javascript:alert(1)', false],
  ['no address', false],
])('%s may be called: %s', (address, may) => {
  expect(isSecureAddress(URL.parse(address))).toBe(may);
});

it('a WebSocket has the same rule, with its own schemes', () => {
  expect(isSecureAddress(URL.parse('wss://example.com/'), 'ws')).toBe(true);
  expect(isSecureAddress(URL.parse('ws://[::1]/'), 'ws')).toBe(true);
  expect(isSecureAddress(URL.parse('ws://example.com/'), 'ws')).toBe(false);
  expect(isSecureAddress(URL.parse('https://example.com/'), 'ws')).toBe(false);
});

it.each(['https:example.com', ' https://example.com', 'https://a@example.com', 'https://example.com/#part'])(
  '%s is no address in a setting, however a browser reads it',
  (text) => {
    expect(webAddress.safeParse(text).success).toBe(false);
  },
);
