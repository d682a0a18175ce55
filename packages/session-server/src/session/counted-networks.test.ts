import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { countedNetworks } from './counted-networks.ts';

const keys = (address: string): readonly string[] => countedNetworks(address).map(({ key }) => key);

it('FT-A3i: limits count by /24 of IPv4, and by /64 and /48 of IPv6', () => {
  expect(countedNetworks('192.0.2.77')).toEqual([{ key: '192.0.2.0/24', share: 1 }]);
  expect(countedNetworks('2001:db8:1:2:3:4:5:6')).toEqual([
    { key: '2001:db8:1:2::/64', share: 1 },
    { key: '2001:db8:1::/48', share: 4 },
  ]);
  expect(keys('::ffff:192.0.2.77'), 'IPv4 in IPv6 form').toEqual(['192.0.2.0/24']);
  expect(keys('fe80::1%eth0'), 'with a zone').toEqual(['fe80::/64', 'fe80::/48']);
});

it('what is no address has one key, so that unknown peers share one limit', () => {
  for (const text of ['', 'unknown', '127.1', '0x7f.0.0.1', '192.0.2', '192.0.2.256', '1.2.3.4:80']) {
    expect(keys(text), `of ${text}`).toEqual(['unknown']);
  }
});

it('property: two IPv6 addresses share a key exactly when they share the network', () => {
  const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
  const text = (parts: readonly number[]): string => parts.map((part) => part.toString(16)).join(':');
  fc.assert(
    fc.property(groups, groups, fc.nat(8), (a, b, common) => {
      const other = [...a.slice(0, common), ...b.slice(common)];
      fc.pre([a, other].every((parts) => parts.slice(0, 5).some((part) => part !== 0)));
      const begins = (groupCount: number): boolean =>
        a.slice(0, groupCount).join() === other.slice(0, groupCount).join();
      const [here, there] = [keys(text(a)), keys(text(other))];
      expect(here[0] === there[0], '/64').toBe(begins(4));
      expect(here[1] === there[1], '/48').toBe(begins(3));
    }),
  );
});
