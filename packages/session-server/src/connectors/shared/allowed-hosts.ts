import { z } from 'zod';
import { hostOf } from '../../outbound/index.ts';

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
