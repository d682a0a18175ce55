import { describe, expect, it } from 'vitest';
import { sameNetwork } from './same-network.ts';

const at = (address: string, comparable = true) => ({ address, comparable });

describe('sameNetwork', () => {
  it.each([
    ['192.0.2.1', '192.0.2.254', true],
    ['192.0.2.1', '192.0.3.1', false],
    ['::ffff:192.0.2.1', '192.0.2.9', true],
    ['::ffff:192.0.2.1', '::FFFF:192.0.3.1', false],
    ['::ffff:c000:201', '192.0.2.9', true],
    ['2001:db8:0:1::1', '2001:0db8:0000:0001:ffff::', true],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['192.0.2.1', '2001:db8::1', false],
    // Private addresses are what managed networks have.
    ['10.1.2.3', '10.1.2.77', true],
    ['10.1.2.3', '10.1.3.3', false],
    ['192.168.0.2', '192.168.0.3', true],
    ['fd00:1:2:3::1', 'fd00:1:2:3::2', true],
  ])('%s and %s: %s', (a, b, same) => {
    expect(sameNetwork(at(a), at(b))).toBe(same);
    expect(sameNetwork(at(b), at(a)), 'must not depend on the order').toBe(same);
  });

  it.each([
    ['no address', ''],
    ['a name', 'localhost'],
    ['a number', '3221225985'],
    ['an address with a port', '192.0.2.1:443'],
    ['unspecified', '0.0.0.0'],
    ['unspecified, IPv6', '::'],
    ['unspecified, mapped', '::ffff:0.0.0.0'],
    ['loopback', '127.0.0.1'],
    ['loopback, IPv6', '::1'],
    ['loopback, mapped', '::ffff:127.0.0.1'],
    ['link-local', '169.254.7.7'],
    ['link-local, IPv6', 'fe80::1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['Teredo', '2001:0:4136:e378::1'],
    ['translated IPv4', '64:ff9b::c000:201'],
    ['IPv4-compatible', '::c000:201'],
  ])('FT-A2a: an address that does not say where its device is (%s) equals nothing, itself included', (_, address) => {
    expect(sameNetwork(at(address), at(address))).toBeNull();
    expect(sameNetwork(at(address), at('192.0.2.1'))).toBeNull();
    expect(sameNetwork(at('2001:db8::1'), at(address))).toBeNull();
  });

  it('FT-A2a: an address that may be a proxy’s equals nothing', () => {
    expect(sameNetwork(at('192.0.2.1', false), at('192.0.2.1'))).toBeNull();
    expect(sameNetwork(at('192.0.2.1'), at('192.0.2.1', false))).toBeNull();
  });

  it('FT-A2a: an address that an older version stored without saying whose it is equals nothing', () => {
    const stored = JSON.parse('{"address":"192.0.2.1"}') as { address: string; comparable: boolean };
    expect(sameNetwork(stored, at('192.0.2.1'))).toBeNull();
  });
});
