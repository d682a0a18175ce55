import ipaddr from 'ipaddr.js';

/** Whether a text is an address, or a CIDR range, in its usual form: `10.0.0.0/8`, `2001:db8::/32`. */
export function isRange(text: string): boolean {
  const [network = '', bits, ...rest] = text.split('/');
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(network);
  if (rest.length > 0 || !(isV4 || isV6(network))) return false;
  if (bits === undefined) return true;
  // An IPv4 address in IPv6 clothing counts its bits in IPv6's length.
  const least = !isV4 && ipaddr.IPv6.parse(network).isIPv4MappedAddress() ? 96 : 0;
  return /^\d{1,3}$/.test(bits) && Number(bits) >= least && Number(bits) <= (isV4 ? 32 : 128);
}

/** A zone (`fe80::1%eth0`) means something on one machine only. */
function isV6(text: string): boolean {
  return !text.includes('%') && ipaddr.IPv6.isValid(text);
}
