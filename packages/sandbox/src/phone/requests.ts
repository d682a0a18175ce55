import { customRandom } from 'nanoid';
import { SandboxError } from '../http/errors.ts';
import type { Question } from './app.ts';

/** The phone remembers this many requests at once. */
const LIMIT = 500;
/** No request is kept for longer than this, in ms, whatever a provider says. */
const LIFETIME_MS = 10 * 60 * 1000;

export interface OpenRequests {
  /** @returns an unguessable handle, for the same question the same. @throws SandboxError `rate_limited` when too many are open */
  add(question: Question): string;
  /** @throws SandboxError `handle_not_found` when unknown or over */
  get(handle: string): Question;
}

/**
 * Keeps questions until their `expires_at`, also those already decided: whether a second decision
 * counts is for the provider to say.
 */
export function createOpenRequests(now: () => number, random: (bytes: number) => Uint8Array): OpenRequests {
  // 32 letters to the power of 26 are 130 bit.
  const newHandle = customRandom('abcdefghijklmnopqrstuvwxyz234567', 26, random);
  const open = new Map<string, { readonly question: Question; readonly until: number }>();

  return {
    add(question) {
      for (const [handle, { until }] of open) if (until <= now()) open.delete(handle);
      const known = [...open].find(([, entry]) => entry.question === question);
      if (known !== undefined) return known[0];
      if (open.size >= LIMIT)
        throw new SandboxError('rate_limited', `the phone has ${String(LIMIT)} requests open; wait until some expire`, {
          'Retry-After': '10',
        });
      const handle = newHandle();
      const until = Math.min(question.consent.expires_at * 1000, now() + LIFETIME_MS);
      open.set(handle, { question, until });
      return handle;
    },
    get(handle) {
      const found = open.get(handle);
      if (found === undefined || found.until <= now())
        throw new SandboxError('handle_not_found', 'handle: no request of that handle, or it is over');
      return found.question;
    },
  };
}
