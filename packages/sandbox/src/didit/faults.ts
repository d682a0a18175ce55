import { z } from 'zod';

/** How an id_token is made wrong: a claim replaced, or left out by null. */
export interface IdTokenFault {
  readonly claims: Readonly<Record<string, string | number | null>>;
  /** `forged`: RS256 by a key that the JWKS does not hold, under a `kid` that it does. */
  readonly signature: 'right' | 'forged' | 'hmac' | 'none';
}

/** What is wrong with the stand-in; nothing at first. Each lasts until it is set again. */
export interface Faults {
  /** The next so many calls of the API answer 429. */
  rate_limit: number;
  /** The next so many calls for a status answer this word. */
  status: { readonly word: string; readonly times: number };
  /** How a confirmed status gives its code. */
  confirmed_by: 'redirect_uri' | 'code' | 'redirect' | 'nothing';
  id_token: IdTokenFault | null;
  /** Introspection says of every token that it does not count. */
  inactive: boolean;
  /** Every notification socket is cut, and none taken. */
  silent: boolean;
}

/** What `POST /didit/sandbox` takes. */
export interface FaultRequest extends Partial<{ readonly [K in keyof Faults]: Faults[K] | undefined }> {
  /** Ends this session, the newest by default. */
  readonly end?: { readonly session_id?: string | undefined; readonly status: 'expired' | 'Cancelled' } | undefined;
}

const count = z.int().min(0).max(1000);

export const FaultRequest: z.ZodType<FaultRequest> = z.strictObject({
  rate_limit: count.optional(),
  end: z
    .strictObject({ session_id: z.string().max(64).optional(), status: z.enum(['expired', 'Cancelled']) })
    .optional(),
  status: z.strictObject({ word: z.string().max(64), times: count }).optional(),
  confirmed_by: z.enum(['redirect_uri', 'code', 'redirect', 'nothing']).optional(),
  id_token: z
    .strictObject({
      claims: z.record(z.string(), z.union([z.string().max(512), z.int()]).nullable()).default({}),
      signature: z.enum(['right', 'forged', 'hmac', 'none']).default('right'),
    })
    .nullable()
    .optional(),
  inactive: z.boolean().optional(),
  silent: z.boolean().optional(),
});

export function noFaults(): Faults {
  return {
    rate_limit: 0,
    status: { word: '', times: 0 },
    confirmed_by: 'redirect_uri',
    id_token: null,
    inactive: false,
    silent: false,
  };
}

/** Sets what the request names; the rest stays. */
export function setFaults(faults: Faults, { end: _end, ...changes }: FaultRequest): void {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  Object.assign(faults, Object.fromEntries(given));
}
