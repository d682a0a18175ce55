import { expect, it } from 'vitest';
import { createClientAddress } from '../http/policy/client-address.ts';
import { isRange } from './ranges.ts';

/** What the server itself makes of it. */
function isUnderstood(range: string): boolean {
  try {
    createClientAddress({ trusted_proxies: [range], issuer: 'https://id.example', onUntrustedHeader: () => {} });
    return true;
  } catch {
    return false;
  }
}

it.each<[string, boolean]>([
  ['10.0.0.0/8', true],
  ['192.0.2.1', true],
  ['2001:db8::/32', true],
  ['::1', true],
  ['::ffff:10.0.0.0/104', true],
  // One that a client address can never be read from.
  ['::ffff:10.0.0.0/8', false],
  ['127.1', false],
  ['0x7f.0.0.1', false],
  ['1', false],
  ['10.0.0.0/33', false],
  ['10.0.0.0/8/8', false],
  ['10.0.0.0/+8', false],
  ['10.0.0.0/', false],
  ['2001:db8::/129', false],
  ['proxy.example', false],
  ['', false],
])('%s: %s, and the server agrees', (text, expected) => {
  expect(isRange(text)).toBe(expected);
  expect(isUnderstood(text), 'a configuration that passes its check must start').toBe(expected);
});
