import { personOf } from '../secrets/index.ts';
import type { Identity, ProviderSession } from '../session/index.ts';
import { type KindOf, kindOf } from '../store/kinds.ts';

/** What `oauth` keeps at rest. */

/**
 * What a sign-in granted: the row behind its tokens. Its id is the session's, so that whatever
 * comes of one code is found, and revoked, in one place. It is over when the last of its tokens is.
 */
export interface Grant {
  readonly client_id: string;
  readonly sub: string;
  /** By which the person is found whatever their `sub` at this client: a hash of the `sub` that is no client's own. */
  readonly person: string;
  readonly scope: readonly string[];
  /** What the request asked for: a client may repeat it, although less was granted. */
  readonly asked: readonly string[];
  /** For userinfo: only what the scope, and the claims that were asked for one by one, let the client read. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** For the id_token: the claims that were asked for there. Missing: none. */
  readonly id_token_claims?: Readonly<Record<string, unknown>>;
  /** How the person proved who they are, for the id_tokens to come. */
  readonly authentication: Authentication;
  /** Those that count, the newest last: never more than `ACCESS_TOKENS` of them. */
  readonly access_tokens: readonly AccessToken[];
  /** Null where the provider has no session with this browser that a logout could end. */
  readonly provider_session: (ProviderSession & { readonly connector: string }) | null;
  /** By which id the provider's tokens are kept; null where none are. */
  readonly upstream: string | null;
  /** Null where `offline_access` was not granted. */
  readonly refresh: RefreshToken | null;
  /** When the person agreed, and not when the code was redeemed: what ended in between is over. Ms since the epoch. */
  readonly confirmed_at: number;
  /** Ms since the epoch; null while it holds. */
  readonly revoked_at: number | null;
}
export type Authentication = Pick<Identity, 'acr' | 'amr' | 'auth_time'>;

/** An access token, made anew from the grant's id and its counter whenever it is needed. */
export interface AccessToken {
  readonly n: number;
  /** What it may be used for: the grant's scope, or less. */
  readonly scope: readonly string[];
  /** Ms since the epoch; null for one that release 0.2 or earlier issued. */
  readonly issued_at: number | null;
  /** Ms since the epoch; null for one that is over when its grant is. */
  readonly expires_at: number | null;
}

/** The one refresh token that counts, and how the one before it ended. */
export interface RefreshToken {
  readonly n: number;
  /** When it took the place of the one before; null for the first. Ms since the epoch. */
  readonly rotated_at: number | null;
  /** Unused until then, it is over. Ms since the epoch. */
  readonly idle_until: number;
  /** The end of all that come of it. Ms since the epoch. */
  readonly until: number;
}

export const GRANT: KindOf<Grant> = kindOf('grant', {
  upgrades: [grantOf02],
  // A `sub` that is no client's own leads to the person by itself.
  tagsOf: ({ client_id, sub, person }) => [
    `client ${client_id}`,
    `person ${person}`,
    ...(personOf(sub) === person ? [] : [`sub ${sub}`]),
  ],
  tagsStay: true,
});

/** Schema 1 had one access token, which was over when the row was, and none to refresh it. */
function grantOf02({ access_token_n: n, ...old }: Grant & { readonly access_token_n: number }): Grant {
  return {
    ...old,
    // Every `sub` was public.
    person: personOf(old.sub),
    asked: old.scope,
    authentication: { acr: null, amr: [], auth_time: null },
    access_tokens: [{ n, scope: old.scope, issued_at: null, expires_at: null }],
    provider_session: null,
    upstream: null,
    refresh: null,
  };
}

/** What a client is to hear: a sign-in of its is over. */
export interface LogoutNotice {
  readonly client_id: string;
  readonly sid: string;
  readonly sub: string;
  /** How often it was sent in vain. */
  readonly attempts: number;
}

/** By the grant's id. Due at once. */
export const LOGOUT_NOTICE: KindOf<LogoutNotice> = kindOf('logout_notice');

/** Where a browser goes that is signed out at the provider, too. */
export interface LogoutReturn {
  readonly client_id: string;
  /** A registered address of the client's, with its `state`; null shows a page. */
  readonly location: string | null;
}

/** By a random handle. */
export const LOGOUT_RETURN: KindOf<LogoutReturn> = kindOf('logout_return');

/** Until when whatever a person agreed to is over; what they agree to later holds. */
export interface SubjectEnd {
  /** Ms since the epoch. */
  readonly at: number;
}
/** By `Grant.person`. */
export const SUBJECT_END: KindOf<SubjectEnd> = kindOf('subject_end');
