import type { AuthorizationRequest, Identity } from '../session/index.ts';
import { FlowError } from './flow-error.ts';

/** Clocks may differ by this much, in seconds. */
export const TOLERANCE_S = 5;

/** Holds the answer to the relying party's `max_age` (OpenID Connect Core §3.1.2.1). @throws FlowError `wallet_not_trusted` */
export function assertRecent(
  identity: Identity,
  { max_age }: Pick<AuthorizationRequest, 'max_age'>,
  now: number,
): void {
  if (max_age === null) return;
  const age = now / 1000 - (identity.auth_time ?? Number.NEGATIVE_INFINITY);
  if (age <= max_age + TOLERANCE_S) return;
  throw new FlowError(
    'wallet_not_trusted',
    `the website asks for an authentication within the last ${max_age} s (max_age): authenticate the person, and say so in auth_time`,
  );
}
