import { expect, it } from 'vitest';
import { networksOf } from './networks.ts';

it.each<[string, readonly string[]]>([
  ['192.0.2.10', ['192.0.2.0/24']],
  ['192.0.2.255', ['192.0.2.0/24']],
  ['::ffff:192.0.2.10', ['192.0.2.0/24']],
  ['2001:db8:1:2:3:4:5:6', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
  ['2001:DB8:1:2::', ['2001:db8:1:2::/64', '2001:db8:1::/48']],
  ['2001:db8:1:ffff::1', ['2001:db8:1:ffff::/64', '2001:db8:1::/48']],
  ['fe80::1%eth0', ['fe80::/64', 'fe80::/48']],
])('%s is in %j', (address, networks) => {
  expect(networksOf(address)).toEqual(networks);
});

it.each(['', 'unknown', '192.0.2', '127.1', '0x7f.0.0.1', '192.0.2.10:80', '[::1]'])('%j is in no network', (text) => {
  expect(networksOf(text)).toEqual([]);
});
