import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressPrefix, createClientAddress } from './client-address.ts';

type Request = Pick<IncomingMessage, 'headers' | 'socket'>;

function request(peer: string | undefined, forwarded?: string, headers: Request['headers'] = {}): Request {
  return {
    headers: forwarded === undefined ? headers : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: peer } as IncomingMessage['socket'],
  };
}

/** Without TLS nothing says that a peer is a proxy. */
const ISSUER = 'http://localhost:4400';
const PROXIES = ['10.0.0.0/8', '2001:db8:ffff::/48'];

/** Reads one request behind `PROXIES`. */
function addressOf(peer: string | undefined, forwarded?: string, trusted_proxies = PROXIES): string {
  return createClientAddress({ trusted_proxies, issuer: ISSUER, onUntrustedHeader: () => {} })(request(peer, forwarded))
    .address;
}

test.each([
  ['no proxy: the peer', '192.0.2.1', undefined, '192.0.2.1'],
  ['a peer that is not trusted: its header counts for nothing', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ['a trusted proxy: whom it saw', '10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['what the client made up stands to the left', '10.0.0.1', '1.1.1.1, 127.0.0.1, 198.51.100.7', '198.51.100.7'],
  ['two trusted proxies', '10.0.0.1', '1.1.1.1, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
  ['only trusted addresses: the leftmost', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['a trusted proxy without the header', '10.0.0.1', undefined, '10.0.0.1'],
  ['no address in it: the proxy that passed it on', '10.0.0.1', '198.51.100.7, unknown', '10.0.0.1'],
  ['no address behind a second proxy', '10.0.0.1', '198.51.100.7, _hidden, 10.0.0.2', '10.0.0.2'],
  ['an empty part', '10.0.0.1', '198.51.100.7,,', '10.0.0.1'],
  ['shortened IPv4 is no address', '10.0.0.1', '127.1', '10.0.0.1'],
  ['hexadecimal IPv4 is no address', '10.0.0.1', '0x7f.0.0.1', '10.0.0.1'],
  ['markup is no address', '10.0.0.1', '<script>', '10.0.0.1'],
  ['a port is cut off', '10.0.0.1', '198.51.100.7:4711', '198.51.100.7'],
  ['IPv6 with brackets and port', '10.0.0.1', '[2001:DB8::0001]:443', '2001:db8::1'],
  ['IPv6 with brackets', '10.0.0.1', '[2001:db8::1]', '2001:db8::1'],
  ['IPv6 as it is', '10.0.0.1', '2001:db8:0:0::1', '2001:db8::1'],
  ['an IPv6 proxy', '2001:db8:ffff::1', '2001:db8::1', '2001:db8::1'],
  ['mapped IPv4 is unwrapped at the peer', '::ffff:192.0.2.1', undefined, '192.0.2.1'],
  ['a mapped peer is a trusted proxy', '::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['mapped IPv4 is unwrapped in the header', '10.0.0.1', '::ffff:c633:6407', '198.51.100.7'],
  ['a zone is cut off', 'fe80::1%eth0', undefined, 'fe80::1'],
  ['no peer address', undefined, '198.51.100.7', '0.0.0.0'],
])('%s', (_, peer, forwarded, expected) => {
  expect(addressOf(peer, forwarded)).toBe(expected);
});

test.each([
  ['a single address', '10.1.2.3', '10.1.2.3', true],
  ['a single address is no range', '10.1.2.3', '10.1.2.4', false],
  ['a range that is not on a byte', '10.0.0.0/9', '10.127.0.1', true],
  ['past that range', '10.0.0.0/9', '10.128.0.1', false],
  ['a range of mapped addresses', '::ffff:10.0.0.0/104', '10.200.0.1', true],
  ['every IPv4', '0.0.0.0/0', '10.0.0.1', true],
  ['every IPv4 is no IPv6', '0.0.0.0/0', '2001:db8::1', false],
])('trustedProxies: %s', (_, range, peer, isTrusted) => {
  expect(addressOf(peer, '198.51.100.7', [range]) === '198.51.100.7').toBe(isTrusted);
});

test.each([
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  'proxy.example',
  '',
  '::ffff:10.0.0.0/8',
  '10/8',
])('trustedProxies: %j is refused by its name', (range) => {
  expect(() => createClientAddress({ trusted_proxies: [range], issuer: ISSUER, onUntrustedHeader: () => {} })).toThrow(
    `trustedProxies: ${range} is not`,
  );
});

test('an untrusted header is warned about once, and without the whole address', () => {
  const warnings: string[] = [];
  const read = createClientAddress({
    trusted_proxies: PROXIES,
    issuer: ISSUER,
    onUntrustedHeader: (prefix) => warnings.push(prefix),
  });
  read(request('10.0.0.1', '198.51.100.7'));
  read(request('192.0.2.1'));
  expect(warnings).toEqual([]);
  read(request('192.0.2.1', '198.51.100.7'));
  read(request('192.0.2.2', '198.51.100.7'));
  expect(warnings).toEqual(['192.0.2.0/24']);
});

test.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['::1', '::/64'],
  ['nonsense', 'unknown'],
  ['', 'unknown'],
])('the prefix of %j is %s', (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix);
});

test.each([
  ['a peer that sends no header', '192.0.2.1', undefined, true],
  ['whom a trusted proxy saw', '10.0.0.1', '198.51.100.7', true],
  ['whom a second trusted proxy saw', '10.0.0.1', '198.51.100.7, 10.0.0.2', true],
  ['a Unix socket', undefined, undefined, false],
  ['a Unix socket with the header', undefined, '198.51.100.7', false],
  ['a peer that is not trusted and sends the header', '192.0.2.1', '198.51.100.7', false],
  ['a peer that is not trusted and sends it empty', '192.0.2.1', '', false],
  ['a trusted proxy that does not say whom it saw', '10.0.0.1', undefined, false],
  ['a trusted proxy that saw no address', '10.0.0.1', 'unknown', false],
  ['none but trusted addresses', '10.0.0.1', '10.0.0.3, 10.0.0.2', false],
  ['a proxy that is not configured, before one that is trusted', '10.0.0.1', '198.51.100.7, 203.0.113.9', false],
  ['the same, before two', '10.0.0.1', '198.51.100.7, 203.0.113.9, 10.0.0.2', false],
  ['a sender who makes up a part, empty as it may be', '10.0.0.1', ', 203.0.113.9', false],
])('FT-A2b: only an address that is surely the sender’s is compared: %s', (_, peer, forwarded, comparable) => {
  const read = createClientAddress({ trusted_proxies: PROXIES, issuer: ISSUER, onUntrustedHeader: () => {} });
  expect(read(request(peer, forwarded)).comparable).toBe(comparable);
});

test.each(['forwarded', 'via', 'x-real-ip'])(
  'FT-A2b: a peer that sends %s is a proxy that is not configured',
  (name) => {
    const read = createClientAddress({ trusted_proxies: [], issuer: ISSUER, onUntrustedHeader: () => {} });
    expect(read(request('192.0.2.1', undefined, { [name]: 'a value' })).comparable).toBe(false);
  },
);

test.each([
  ['plain HTTP, though people come by https: a proxy that adds no header', false, false],
  ['TLS that ends in this very process', true, true],
])('FT-A2b: with an https issuer the peer is the person only where it speaks TLS: %s', (_, encrypted, comparable) => {
  const socket = { remoteAddress: '192.0.2.1', ...(encrypted && { encrypted }) } as unknown as Request['socket'];
  const read = createClientAddress({
    trusted_proxies: [],
    issuer: 'https://id.example',
    onUntrustedHeader: () => {},
  });
  expect(read({ headers: {}, socket })).toEqual({ address: '192.0.2.1', comparable });
});
