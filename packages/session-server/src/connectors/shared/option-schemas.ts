import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { InstallLinks } from '@beckon/protocol';
import { z } from 'zod';
import { checkShape } from '../../config/check-shape.ts';
import { shownName } from '../../config/shown-name.ts';
import { secureUrl, webAddress } from '../../outbound/index.ts';
import { CONNECTOR_ID, CONNECTOR_ID_RULE, type LocalizedText } from '../connector.ts';
import type { CheckedOptions } from '../define-connector.ts';
import type { MapClaims } from './mapped-claims.ts';

export { type CheckedOptions, webAddress };

/** What endpoints lie under; without a slash at its end. */
export const baseAddress: z.ZodType<string> = webAddress
  .refine((text) => !text.includes('?'), 'must have no query')
  .transform((text) => text.replace(/\/+$/, ''));

export const connectorId: z.ZodType<string> = z.string().regex(CONNECTOR_ID, CONNECTOR_ID_RULE);

const label = shownName();
/** By BCP 47 language tag; `en` always. */
export const localizedText: z.ZodType<LocalizedText> = z
  .object(
    { en: label },
    // A language that is wrong is told by itself, and what is missing in the usual words.
    {
      error: ({ input }) =>
        input === undefined ? undefined : "must be texts by language, for example { en: 'Example' }",
    },
  )
  .catchall(label);

/** Where people get an app: one address for all, or one for each kind of device, of which `other` is for the rest. https. */
export type InstallUrl =
  | string
  | {
      readonly ios?: string | undefined;
      readonly android?: string | undefined;
      readonly other?: string | undefined;
    };

export const installUrl: z.ZodType<InstallLinks> = z
  .union([secureUrl, z.strictObject({ ios: secureUrl, android: secureUrl, other: secureUrl }).partial()], {
    error: 'must be an https address, or some of ios, android and other with one each',
  })
  .transform((given): InstallLinks => (typeof given === 'string' ? { other: given } : given) as InstallLinks);

export const mapClaims: z.ZodType<MapClaims> = z.custom<MapClaims>(
  (value) => typeof value === 'function',
  'must be a function',
);

/** RFC 6749 §3.3. */
export const scopeToken: z.ZodType<string> = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'must be a scope token (RFC 6749 §3.3)');

/** Options once they are checked: what is required or has a default is there. `Absent` may be missing; `mark` is read apart. */
export type Checked<Options, Absent extends keyof Options = never> = {
  readonly [K in Exclude<keyof Options, Absent | 'mark'>]-?: Exclude<Options[K], undefined>;
} & { readonly [K in Absent]?: Options[K] };

/** @param written what the operator wrote, where `options` have a connector's own defaults in them */
export function checkOptions<T>(schema: z.ZodType<T>, options: unknown, written: unknown = options): CheckedOptions<T> {
  if (options === undefined)
    return { ok: false, issues: [{ path: '', message: 'has no options: write them in its parentheses, as { … }' }] };
  const checked = checkShape(schema, options, written);
  if (checked.ok) return { ok: true, options: checked.value };
  return {
    ok: false,
    issues: checked.mistakes.map(({ path, message }) => ({ path: path.join('.'), message })),
  };
}

/** No key of a connector is shorter, in bits (RFC 7518 §3.3). */
export const RSA_BITS = 2048;

/** A private RSA key of PEM text or a JWK. Null for any other, and a shorter one; OpenSSL's reasons might quote it. */
export function privateRsaKey(key: string | Readonly<Record<string, unknown>>): KeyObject | null {
  try {
    const read = typeof key === 'string' ? createPrivateKey(key) : createPrivateKey({ format: 'jwk', key });
    const bits = read.asymmetricKeyDetails?.modulusLength ?? 0;
    return read.asymmetricKeyType === 'rsa' && bits >= RSA_BITS ? read : null;
  } catch {
    return null;
  }
}

/** `acr` values: no spaces, because a request lists them with spaces between. */
export const acrValues: z.ZodType<readonly string[]> = z
  .array(z.string().regex(/^[\x21-\x7e]{1,256}$/, 'must be 1 to 256 characters of ASCII, and no space'))
  .max(32);
