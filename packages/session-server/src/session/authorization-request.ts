/**
 * A validated authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). What the
 * relying party asked for, after every check has passed; parameters that Beckon does not know are
 * dropped, as both specifications say.
 */
export interface AuthorizationRequest {
  readonly client_id: string;
  readonly redirect_uri: string;
  /** How the response reaches the redirect URI: in its query, or as a form that the browser posts (OAuth 2.0 Form Post Response Mode). */
  readonly response_mode: 'query' | 'form_post';
  /** The granted-at-most scopes: asked for and allowed to this client. */
  readonly scope: readonly string[];
  /** All that was asked for, where that is more: a client may repeat it when it refreshes its tokens. */
  readonly asked_scope?: readonly string[];
  readonly state: string | null;
  readonly nonce: string | null;
  /** S256 (RFC 7636); null only where the client's `require_pkce` is false. */
  readonly code_challenge: string | null;
  /** `create` asks for sign-up (OpenID Connect Prompt Create). `none` never gets this far: it is always `login_required`. */
  readonly prompt: readonly ('login' | 'consent' | 'select_account' | 'create')[];
  /** Seconds; passed to the connector and checked against its `auth_time`. */
  readonly max_age: number | null;
  /** Whether an `id_token_hint` came along: the relying party links an account that the person has there. */
  readonly linking: boolean;
  readonly login_hint: string | null;
  readonly ui_locales: readonly string[];
  /** Of which the sign-in should reach one, best first: the parameter's, or those of the `acr` of `claims`. */
  readonly acr_values: readonly string[];
  /** One of `acr_values` must be reached (OpenID Connect Core §5.5.1.1). Missing: a wish. */
  readonly acr_essential?: true;
  /** Claims that are asked for one by one, as far as the client may. Missing: none. */
  readonly claims?: ClaimsRequest;
  /** The only people who may be signed in. Missing: every person may. */
  readonly expects?: ExpectedPerson;
  /**
   * Whether the client pushed the request (RFC 9126) and authenticated with a secret while it did: a
   * stranger cannot have made it up. False for public clients, whose pushes anybody can make.
   */
  readonly client_authenticated: boolean;
  /** The connector that the request asked for; null lets the person choose. */
  readonly connector: string | null;
}

/** Claims that are asked for one by one (OpenID Connect Core §5.5), beside those of the scope. */
export interface ClaimsRequest {
  readonly userinfo: readonly AskedClaim[];
  readonly id_token: readonly AskedClaim[];
  /** The scopes that cover them and are not asked for themselves: the client is registered for each. */
  readonly scope: readonly string[];
}

export interface AskedClaim {
  readonly name: string;
  /** Any JSON values: with another one than these the claim is not given. Null takes any. */
  readonly values: readonly unknown[] | null;
}

/** Who must sign in, by an `id_token_hint` or a value of the claim `sub` (OpenID Connect Core §3.1.2.1, §5.5.1). */
export interface ExpectedPerson {
  /** At least one. */
  readonly subs: readonly string[];
  /** The host of which these `sub`s are; null where they are no client's own. */
  readonly sector: string | null;
}
