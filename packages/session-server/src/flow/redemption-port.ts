import type { AuthorizationRequest, CompletedSession, ConfirmedSession } from '../session/index.ts';
import type { Write } from '../store/store.ts';

export type Redemption =
  /** This call redeemed the code. `writes` given to `redeem` are stored with it, atomically. */
  | { readonly outcome: 'redeemed'; readonly session: CompletedSession; readonly now: number }
  /** The code is genuine but was redeemed before: whatever was issued must be revoked. */
  | { readonly outcome: 'replayed'; readonly session: CompletedSession; readonly now: number }
  /** Never issued, replaced by a newer one, or over. */
  | { readonly outcome: 'invalid' };

/** The OpenID Provider's side: a request before its session, and the code after it. */
export interface RedemptionPort {
  /** Rests a validated authorization request for `requestUriSeconds` (RFC 9126). */
  push(request: AuthorizationRequest): Promise<{ readonly request_uri: string; readonly expires_in: number }>;
  /** Seals a validated authorization request into a `request_uri` of its own: nothing rests until a session begins. */
  carry(request: AuthorizationRequest): Promise<{ readonly request_uri: string; readonly expires_in: number }>;
  /**
   * The pushed request of this client, for a page that may have kept its session.
   * @throws FlowError `request_expired` when unknown, over, another client's, or consumed by a session that is over
   */
  pushed(client_id: string, request_uri: string): Promise<AuthorizationRequest>;
  /**
   * Redeems an authorization code exactly once. `check` sees the confirmed session and throws when
   * client, redirect URI or verifier do not match (the code then stays as it was, and a replay's
   * session is checked the same way); `writes` are stored in the same commit.
   */
  redeem(
    code: string,
    check: (request: AuthorizationRequest) => void,
    writes: (session: ConfirmedSession, now: number) => readonly Write[],
  ): Promise<Redemption>;
}
