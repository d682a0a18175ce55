import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

export interface ClientAddressOptions {
  /** CIDR ranges, or single addresses, of the proxies whose `X-Forwarded-For` is believed. */
  readonly trusted_proxies: readonly string[];
  /** Where people reach this server. With an https issuer, a peer that speaks plain HTTP is a proxy, named or not. */
  readonly issuer: string;
  /**
   * Told once, with the peer's address prefix, when a peer that is not trusted sends the header:
   * either the sender makes it up, or the operator forgot to name the proxy.
   */
  readonly onUntrustedHeader: (address_prefix: string) => void;
}

/** A request's address, and whether it is the sender's own rather than a proxy's. */
export interface ClientAddress {
  readonly address: string;
  /** False where the connection or the header does not tell: `sameNetwork` then says that it does not know. */
  readonly comparable: boolean;
}

interface Peer {
  readonly address: Address;
  /** Canonical. */
  readonly text: string;
  readonly isTrusted: boolean;
}

/** What a peer without an address (a Unix socket, a connection already gone) counts as. */
const UNKNOWN: ClientAddress = { address: '0.0.0.0', comparable: false };

/** A peer that sends one of these is a proxy, or says that it is: its address is not the person's. */
const PROXY_HEADERS = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'] as const;
const PREFIX_BITS = { ipv4: 24, ipv6: 64 } as const;

/**
 * The address of a request's sender: the rightmost one that no trusted proxy has. Read from the
 * right, for every proxy appends what it saw and only the trusted ones' additions are true; what
 * stands left of the first untrusted address is that sender's own invention. A part that is no
 * address ends the walk at the proxy that passed it on.
 *
 * Textual, canonical (RFC 5952), an IPv4 address in IPv6 clothing (`::ffff:192.0.2.1`) unwrapped.
 * Not comparable where the walk ends at a proxy, trusted or not: all people behind it have that one.
 * Who stands right of another part sent the header itself, and counts as a proxy.
 * @throws TypeError when made with something that is no range
 */
export function createClientAddress({
  trusted_proxies,
  issuer,
  onUntrustedHeader,
}: ClientAddressOptions): (request: Pick<IncomingMessage, 'headers' | 'socket'>) => ClientAddress {
  const ranges = trusted_proxies.map(parseRange);
  const https = issuer.startsWith('https:');
  let warned = false;

  const isTrusted = (address: Address): boolean => ranges.some((range) => contains(range, address));

  /** Of the connections: many requests come over each, and each of them asks. */
  const peers = new WeakMap<IncomingMessage['socket'], Peer | null>();
  const peerOf = (socket: IncomingMessage['socket']): Peer | null => {
    const known = peers.get(socket);
    if (known !== undefined) return known;
    const address = parseAddress(socket.remoteAddress ?? '');
    const peer = address === null ? null : { address, text: address.toString(), isTrusted: isTrusted(address) };
    peers.set(socket, peer);
    return peer;
  };

  const addressOf = ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): ClientAddress => {
    const peer = peerOf(socket);
    if (peer === null) return UNKNOWN;
    // Node joins repeated headers with a comma; its type allows for both.
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',');
    if (!peer.isTrusted) {
      if (forwarded !== '' && !warned) {
        warned = true;
        onUntrustedHeader(addressPrefix(peer.text));
      }
      const isProxy = (https && !isEncrypted(socket)) || PROXY_HEADERS.some((name) => headers[name] !== undefined);
      return { address: peer.text, comparable: !isProxy };
    }
    let sender = peer.address;
    const parts = forwarded.split(',');
    while (isTrusted(sender)) {
      const address = parseAddress(withoutPort(parts.pop()?.trim() ?? ''));
      if (address === null) break;
      sender = address;
    }
    // Who sent a header along is a proxy that is not configured, or says so: its address is not the person's.
    return { address: sender.toString(), comparable: !isTrusted(sender) && parts.length === 0 };
  };
  /** Limits, the log and the sign-in itself ask, of one request. */
  const known = new WeakMap<object, ClientAddress>();
  return (request) => {
    const found = known.get(request) ?? addressOf(request);
    known.set(request, found);
    return found;
  };
}

/** Whether a peer is one of the trusted proxies, or has no address: a Unix socket, which only a proxy of this machine opens. */
export function createIsProxy(trusted_proxies: readonly string[]): (peer: string | undefined) => boolean {
  const ranges = trusted_proxies.map(parseRange);
  return (peer) => {
    const address = parseAddress(peer ?? '');
    return address === null || ranges.some((range) => contains(range, address));
  };
}

/** An address's network, for logs: /24 of IPv4, /64 of IPv6; `unknown` for what is no address. */
export function addressPrefix(text: string): string {
  const address = parseAddress(text);
  if (address === null) return 'unknown';
  const bits = PREFIX_BITS[address.kind()];
  const bytes = address.toByteArray().map((byte, index) => (index < bits / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

/** True where this process terminates TLS itself, as a server that Beckon is mounted in may do. */
function isEncrypted(socket: IncomingMessage['socket']): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

function parseAddress(text: string): Address | null {
  // The library also reads `127.1` and `0x7f.0.0.1`, which are no address in a header.
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  // Without the zone (`fe80::1%eth0`), which means something on this machine only.
  return new ipaddr.IPv6(address.parts);
}

function parseRange(text: string): Range {
  const [network = '', bits, ...rest] = text.split('/');
  const address = parseAddress(network);
  const most = address?.kind() === 'ipv4' ? 32 : 128;
  const wide = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  // A range of mapped IPv4 addresses counts its bits in IPv6's length.
  const length = most === 32 && bits !== undefined && network.includes(':') ? wide - 96 : wide;
  if (address === null || rest.length > 0 || length < 0 || length > most) {
    throw new TypeError(`trustedProxies: ${text} is not a CIDR range`);
  }
  return [address, length];
}

/** The library throws when the two are of different families. */
function contains([network, bits]: Range, address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, bits);
}

/** Some proxies append the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const { v4, v6 } = /^(?:(?<v4>[\d.]+):\d{1,5}|\[(?<v6>[^\]]*)\](?::\d{1,5})?)$/.exec(text)?.groups ?? {};
  return v4 ?? v6 ?? text;
}
