import type { RedemptionPort } from '../../flow/index.ts';
import type { Keys } from '../../keys/index.ts';
import type { DerivedTokens, Secrets } from '../../secrets/index.ts';
import type { Client } from '../../session/index.ts';
import type { Store } from '../../store/store.ts';
import type { UpstreamTokensPort } from '../../upstream-tokens/index.ts';
import type { Params } from '../params.ts';
import type { Telling } from '../telling.ts';

/** RFC 6749 §5.1, OpenID Connect Core §3.1.3.3. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  /** What was granted, which may be less than was asked for. */
  readonly scope: string;
  /** Only where `offline_access` was granted. */
  readonly refresh_token?: string;
  /** Only where `openid` was granted. */
  readonly id_token?: string;
}

/** The longest code or token that is looked at, in characters. */
export const TOKEN_LIMIT = 512;

/** What a grant may use of the server. */
export interface GrantContext extends Telling {
  readonly issuer: string;
  readonly flow: RedemptionPort;
  readonly store: Store;
  readonly keys: Pick<Keys, 'sign'>;
  readonly secrets: Pick<Secrets, 'subject'>;
  readonly tokens: DerivedTokens;
  readonly upstreamTokens: Pick<UpstreamTokensPort, 'keepAlive'>;
}

/** Every grant has this shape, and a file of its own in `grants/`. @throws OAuthError */
export type GrantHandler = (context: GrantContext, client: Client, params: Params) => Promise<TokenResponse>;
