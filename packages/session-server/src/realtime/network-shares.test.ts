import { expect, it } from 'vitest';
import { createNetworkShares } from './network-shares.ts';

const hex = (n: number): string => n.toString(16);

it('FT-A3i: no network takes all places: others find room when one has taken what it may', () => {
  const shares = createNetworkShares({ total: 100, per_network: 10 });
  const taken = Array.from({ length: 50 }, (_, n) => shares.take(`192.0.2.${n}`));
  expect(taken.filter((release) => release !== null)).toHaveLength(10);
  expect(shares.take('198.51.100.1')).not.toBeNull();
});

it('FT-A3i: a /64 takes one share whatever its addresses, and a /48 four', () => {
  const shares = createNetworkShares({ total: 100, per_network: 10 });
  const take = (count: number, address: (n: number) => string): number =>
    Array.from({ length: count }, (_, n) => shares.take(address(n))).filter((release) => release !== null).length;
  expect(
    take(50, (n) => `2001:db8:1:0:${hex(n)}::1`),
    'one /64',
  ).toBe(10);
  expect(
    take(50, (n) => `2001:db8:1:${hex(n + 1)}::1`),
    'the rest of its /48',
  ).toBe(30);
  expect(
    take(1, () => '2001:db8:2::1'),
    'another /48',
  ).toBe(1);
});

it('a place that is given back is free again, and the others stay taken', () => {
  const shares = createNetworkShares({ total: 4, per_network: 2 });
  const [first, second] = [shares.take('2001:db8::1'), shares.take('2001:db8::2')];
  expect(shares.take('2001:db8::3')).toBeNull();
  first?.();
  expect(shares.size).toBe(1);
  const third = shares.take('2001:db8::3');
  expect([third === null, shares.take('2001:db8::4')]).toEqual([false, null]);
  second?.();
  third?.();
  expect(shares.size).toBe(0);
  expect(shares.take('2001:db8::2')).not.toBeNull();
});

it('a factor multiplies the share of a network, up to the total; a proxy has no network', () => {
  const count = (factor: number, address: string | null): number => {
    const shares = createNetworkShares({ total: 100, per_network: 10, factor });
    return Array.from({ length: 200 }, () => shares.take(address)).filter((release) => release !== null).length;
  };
  expect([count(0.001, '10.0.0.1'), count(3, '10.0.0.1'), count(1_000, '10.0.0.1')]).toEqual([10, 30, 100]);
  expect(count(1, null)).toBe(100);
});

it('the total binds all networks together', () => {
  const shares = createNetworkShares({ total: 2, per_network: 10 });
  expect([1, 2, 3].map((n) => shares.take(`10.0.${n}.1`) !== null)).toEqual([true, true, false]);
});
