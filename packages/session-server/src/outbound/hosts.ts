/** An address's host, with its port where that is not the scheme's own. */
export function hostOf(address: string): string {
  return new URL(address).host;
}

/** What only this machine or its network knows: RFC 6761, RFC 6762, RFC 8375, and what has no dot at all. */
const PRIVATE_NAME = /^[^.]*$|(^|\.)(localhost|local|internal|home\.arpa|test|invalid)$/;

/** Whether it is a name that the whole net knows: no IP address, and none of this machine or its network. */
export function isPublicName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/\.$/, '');
  // The URL standard writes every form of an IPv4 address as four numbers, and an IPv6 address in brackets.
  const isAddress = name.startsWith('[') || /(^|\.)\d+$/.test(name);
  return !isAddress && !PRIVATE_NAME.test(name);
}
