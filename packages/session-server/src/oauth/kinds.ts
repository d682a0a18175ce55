import { type KindOf, kindOf } from '../store/kinds.ts';

/** What `oauth` keeps at rest. */

/**
 * What a sign-in granted: the row behind its access token. Its id is the session's, so that whatever
 * comes of one code is found, and revoked, in one place. It is over when the token is.
 */
export interface Grant {
  readonly client_id: string;
  readonly sub: string;
  readonly scope: readonly string[];
  /** Only what the scope lets the client read. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The counter of the one access token that counts. */
  readonly access_token_n: number;
  /** When the person agreed, and not when the code was redeemed: what ended in between is over. Ms since the epoch. */
  readonly confirmed_at: number;
  /** Ms since the epoch; null while it holds. */
  readonly revoked_at: number | null;
}
export const GRANT: KindOf<Grant> = kindOf('grant', {
  tagsOf: ({ client_id, sub }) => [`client ${client_id}`, `sub ${sub}`],
});

/** Until when whatever a person agreed to is over; what they agree to later holds. */
export interface SubjectEnd {
  /** Ms since the epoch. */
  readonly at: number;
}
/** By a hash of `sub`. */
export const SUBJECT_END: KindOf<SubjectEnd> = kindOf('subject_end');
