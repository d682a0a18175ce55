import { z } from 'zod';

/** An address's host, with its port where that is not the scheme's own. */
export function hostOf(address: string): string {
  return new URL(address).host;
}

/** The hosts of those that are addresses. */
export function hostsOf(...addresses: readonly unknown[]): readonly string[] {
  return addresses.flatMap((address) => (typeof address === 'string' && URL.canParse(address) ? hostOf(address) : []));
}

/** `host` or `host:port`, as addresses spell them. */
export const allowedHosts: z.ZodType<readonly string[]> = z
  .array(
    z
      .string()
      .max(255)
      .refine(
        (text) => URL.canParse(`https://${text}`) && new URL(`https://${text}`).host === text,
        'must be a host in lower case, with its port where that is not 443, and nothing else',
      )
      .refine((text) => !text.includes('*'), 'must be a whole host: there are no wildcards'),
  )
  .min(1)
  .max(16);

/** What only this machine or its network knows: RFC 6761, RFC 6762, RFC 8375, and what has no dot at all. */
const PRIVATE_NAME = /^[^.]*$|(^|\.)(localhost|local|internal|home\.arpa|test|invalid)$/;

/** Whether it is a name that the whole net knows: no IP address, and none of this machine or its network. */
export function isPublicName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/\.$/, '');
  // The URL standard writes every form of an IPv4 address as four numbers, and an IPv6 address in brackets.
  const isAddress = name.startsWith('[') || /(^|\.)\d+$/.test(name);
  return !isAddress && !PRIVATE_NAME.test(name);
}
