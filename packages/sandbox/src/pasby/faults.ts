import { z } from 'zod';

/** What is wrong with the stand-in; nothing at first. Each lasts until it is set again. */
export interface Faults {
  /** pasby's own limit is 100. */
  requests_per_minute: number;
  /** `cut`: every stream ends after its first event, those that are open at once. `refused`: there are none. */
  streams: 'open' | 'cut' | 'refused';
  /** The next so many calls answer this. */
  answer: { readonly status: number; readonly type: string; readonly body: string; readonly times: number };
  /** What the stamp on new requests says instead. */
  stamp: Readonly<Record<string, unknown>>;
  /** What a status says instead. */
  status: Readonly<Record<string, unknown>>;
  /** The app lacks the scope `identification:another`. */
  restricted: boolean;
}

/** What `POST /pasby/sandbox` takes. */
export interface FaultRequest extends Partial<{ readonly [K in keyof Faults]: Faults[K] | undefined }> {
  /** Ends this request, the newest by default. */
  readonly end?: { readonly request?: string | undefined; readonly how: 'expired' | 'cancelled' } | undefined;
}

const changes = z.record(z.string().max(64), z.unknown());

export const FaultRequest: z.ZodType<FaultRequest> = z.strictObject({
  requests_per_minute: z.int().min(0).max(1_000_000).optional(),
  streams: z.enum(['open', 'cut', 'refused']).optional(),
  answer: z
    .strictObject({
      status: z.int().min(200).max(599),
      type: z.string().max(128).default('text/plain'),
      body: z.string().max(10_000).default(''),
      times: z.int().min(0).max(1000).default(1),
    })
    .optional(),
  stamp: changes.optional(),
  status: changes.optional(),
  restricted: z.boolean().optional(),
  end: z.strictObject({ request: z.string().max(64).optional(), how: z.enum(['expired', 'cancelled']) }).optional(),
});

export function noFaults(): Faults {
  return {
    requests_per_minute: 100,
    streams: 'open',
    answer: { status: 200, type: 'text/plain', body: '', times: 0 },
    stamp: {},
    status: {},
    restricted: false,
  };
}

/** Sets what the request names; the rest stays. */
export function setFaults(faults: Faults, { end: _end, ...given }: FaultRequest): void {
  Object.assign(faults, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
}
