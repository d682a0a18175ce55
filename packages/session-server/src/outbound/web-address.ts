import { z } from 'zod';
import { isSecureAddress } from './secure-address.ts';

/** A URL that keeps to the rule, whatever is in it. */
export const secureUrl: z.ZodType<string> = z
  .string()
  .max(1024)
  .refine(
    // The URL standard also reads addresses with no slashes, and with blanks around them.
    (text) => /^https?:\/\//.test(text) && isSecureAddress(URL.parse(text)),
    'must be an https URL (http only on a loopback host)',
  );

/** An address that the server calls or sends browsers to, as it is written in settings and in documents. */
export const webAddress: z.ZodType<string> = secureUrl
  .refine((text) => !text.includes('#'), 'must have no fragment')
  .refine((text) => (URL.parse(text)?.username ?? '') === '', 'must have no user name in it');
