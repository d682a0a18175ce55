import { expect } from 'vitest';
import type { RawResponse } from './raw-request.ts';

/** A refusal as tests compare it. */
export interface Refusal {
  readonly status: number;
  readonly error: string | undefined;
  readonly says: string | undefined;
  /** What is not as the contract has it for every error. */
  readonly wrong: readonly string[];
}

export function refusalOf({ status, headers, body }: RawResponse): Refusal {
  const answer = JSON.parse(body) as Readonly<Record<string, string>>;
  const { error, error_description: says = '', request_id } = answer;
  const rules: Readonly<Record<string, boolean>> = {
    'the members are the three of the contract': Object.keys(answer).join() === 'error,error_description,request_id',
    'a stack trace is for the log': !/ at .*:\d+|node_modules|Zod/.test(says),
    'the id is in the header, too': headers['x-request-id'] === request_id,
    'no cache keeps it': headers['cache-control'] === 'no-store',
    'it is JSON': headers['content-type'] === 'application/json; charset=utf-8',
  };
  return { status, error, says, wrong: Object.keys(rules).filter((rule) => rules[rule] === false) };
}

/** What `refusalOf` answers where all is as it should be, and `says` is said. */
export function aRefusal(status: number, says: string, error = 'invalid_request'): Refusal {
  return { status, error, says: expect.stringContaining(says) as string, wrong: [] };
}
