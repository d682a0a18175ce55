import { customRandom } from 'nanoid';
import { SandboxError } from '../http/errors.ts';
import type { Person } from '../people.ts';
import type { Consent } from './beckon.ts';

/** A sign-in that the phone was asked to confirm. */
export interface OpenRequest {
  readonly sessionId: string;
  readonly person: Person;
  readonly consent: Consent;
}

/** The phone remembers this many requests at once. */
const LIMIT = 500;
/** No request is kept for longer than this, in ms, whatever Beckon says. */
const LIFETIME_MS = 10 * 60 * 1000;

export interface OpenRequests {
  /** @returns an unguessable handle. @throws SandboxError `rate_limited` when too many are open */
  add(request: OpenRequest): string;
  /** @throws SandboxError `handle_not_found` when unknown or over */
  get(handle: string): OpenRequest;
}

/**
 * Keeps requests until Beckon's `expires_at`, also those already decided: whether a second decision
 * counts is for Beckon to say.
 */
export function createOpenRequests(now: () => number, random: (bytes: number) => Uint8Array): OpenRequests {
  // 32 letters to the power of 26 are 130 bit.
  const newHandle = customRandom('abcdefghijklmnopqrstuvwxyz234567', 26, random);
  const open = new Map<string, { readonly request: OpenRequest; readonly until: number }>();

  return {
    add(request) {
      for (const [handle, { until }] of open) if (until <= now()) open.delete(handle);
      if (open.size >= LIMIT)
        throw new SandboxError('rate_limited', `the phone has ${String(LIMIT)} requests open; wait until some expire`, {
          'Retry-After': '10',
        });
      const handle = newHandle();
      const until = Math.min(request.consent.expires_at * 1000, now() + LIFETIME_MS);
      open.set(handle, { request, until });
      return handle;
    },
    get(handle) {
      const found = open.get(handle);
      if (found === undefined || found.until <= now())
        throw new SandboxError('handle_not_found', 'handle: no request of that handle, or it is over');
      return found.request;
    },
  };
}
