/**
 * The relying party: an ordinary OpenID Connect client that knows nothing of QR codes.
 */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import type { LoginsUnderWay, Tokens, User } from './sessions.ts';

/** What the shop asks for unless a page says otherwise. */
const SCOPE = 'openid profile email offline_access';
/** What a logout token is about (OpenID Connect Back-Channel Logout 1.0 §2.4). */
const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';

export interface ShopClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** The callback names a sign-in that this browser did not begin, or began too long ago. */
export class UnknownLogin extends Error {}

export class RelyingParty {
  readonly #issuer: URL;
  readonly #clients: readonly ShopClient[];
  readonly #redirectUri: string;
  #keys: ReturnType<typeof createRemoteJWKSet> | undefined;
  readonly #discovered = new Map<string, Promise<client.Configuration>>();

  constructor(issuer: string, clients: readonly ShopClient[], redirectUri: string) {
    this.#issuer = new URL(issuer);
    this.#clients = clients;
    this.#redirectUri = redirectUri;
  }

  /**
   * The URL at the issuer that a browser is sent to. The request is pushed first (RFC 9126), so that
   * no other party can make one up.
   */
  async authorizationUrl(clientId: string, logins: LoginsUnderWay, scope = SCOPE): Promise<URL> {
    const config = await this.#configuration(clientId);
    return client.buildAuthorizationUrlWithPAR(config, { ...(await this.#begin(clientId, logins)), scope });
  }

  /** The same request for the widget, which is given no more than its `request_uri`. */
  async push(clientId: string, logins: LoginsUnderWay): Promise<string> {
    return (await this.authorizationUrl(clientId, logins)).searchParams.get('request_uri')!;
  }

  /**
   * What the callback does: redeems the code, checks the id_token and reads userinfo.
   * @throws UnknownLogin, and openid-client's errors: `AuthorizationResponseError` where the issuer answered with an error
   */
  async finish(callback: URL, logins: LoginsUnderWay): Promise<User> {
    const login = logins.take(callback.searchParams.get('state') ?? '');
    if (!login) throw new UnknownLogin('no sign-in of this browser has this state');
    const config = await this.#configuration(login.clientId);
    const tokens = await client.authorizationCodeGrant(config, callback, {
      expectedState: login.state,
      expectedNonce: login.nonce,
      pkceCodeVerifier: login.codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    return {
      clientId: login.clientId,
      claims: { ...userinfo, ...claims },
      tokens: tokensOf(tokens),
      changed: null,
    };
  }

  /**
   * New tokens for the same sign-in, and what changed.
   * @throws openid-client's `ResponseBodyError` once the sign-in is over
   */
  async refresh({ clientId, claims: before, tokens: old }: User): Promise<User> {
    if (old.refresh === null) throw new UnknownLogin('this sign-in cannot be refreshed');
    const config = await this.#configuration(clientId);
    const tokens = await client.refreshTokenGrant(config, old.refresh);
    const claims: User['claims'] = { ...before, ...tokens.claims() };
    const now = tokensOf(tokens, old);
    const differs = Object.keys(claims).filter((name) => JSON.stringify(claims[name]) !== JSON.stringify(before[name]));
    const replaced = [
      ...(now.access === old.access ? [] : ['access token']),
      ...(now.refresh === old.refresh ? [] : ['refresh token']),
    ];
    return { clientId, claims, tokens: now, changed: [...replaced, ...differs] };
  }

  /** Where a browser goes to end the sign-in at the issuer, too; it comes back to `returnTo`. */
  async endSessionUrl({ clientId, tokens }: User, returnTo: string): Promise<URL> {
    const config = await this.#configuration(clientId);
    return client.buildEndSessionUrl(config, { id_token_hint: tokens.id, post_logout_redirect_uri: returnTo });
  }

  /**
   * The sign-in that a logout token says is over.
   * @throws for a token that the issuer did not sign for one of the shop's clients, or that is about something else
   */
  async signInOf(logoutToken: string): Promise<string> {
    const [{ client_id }] = this.#clients as readonly [ShopClient];
    const { jwks_uri = '', issuer } = (await this.#configuration(client_id)).serverMetadata();
    this.#keys ??= createRemoteJWKSet(new URL(jwks_uri));
    const { payload } = await jwtVerify(logoutToken, this.#keys, {
      issuer,
      audience: this.#clients.map((each) => each.client_id),
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'exp', 'jti', 'sid'],
    });
    const { events, sid, nonce } = payload;
    const isLogout = typeof events === 'object' && events !== null && LOGOUT in events;
    if (!isLogout || typeof sid !== 'string' || nonce !== undefined) throw new Error('this is no logout token');
    return sid;
  }

  async #begin(clientId: string, logins: LoginsUnderWay): Promise<Record<string, string>> {
    const login = {
      clientId,
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    };
    logins.add(login);
    return {
      redirect_uri: this.#redirectUri,
      state: login.state,
      nonce: login.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(login.codeVerifier),
      code_challenge_method: 'S256',
    };
  }

  #configuration(clientId: string): Promise<client.Configuration> {
    const found = this.#discovered.get(clientId);
    if (found) return found;
    const discovering = this.#discover(clientId);
    this.#discovered.set(clientId, discovering);
    // An issuer that was away is asked again next time.
    discovering.catch(() => this.#discovered.delete(clientId));
    return discovering;
  }

  #discover(clientId: string): Promise<client.Configuration> {
    const secret = this.#clients.find(({ client_id }) => client_id === clientId)!.client_secret;
    return client.discovery(
      this.#issuer,
      clientId,
      { id_token_signed_response_alg: 'ES256' },
      client.ClientSecretBasic(secret),
      {
        execute:
          this.#issuer.protocol === 'http:'
            ? // The demo's issuer is http on loopback, which openid-client refuses unless told. There is
              // no TLS to vouch for the token endpoint either, so the id_token's signature is checked.
              // With an https issuer neither line is needed.
              [client.allowInsecureRequests, client.enableNonRepudiationChecks]
            : [],
      },
    );
  }
}

/** @param old what a refresh does not give anew */
function tokensOf(answer: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers, old?: Tokens): Tokens {
  const { access_token, refresh_token, id_token, scope } = answer;
  return {
    access: access_token,
    access_until: Math.floor(Date.now() / 1000) + (answer.expiresIn() ?? 0),
    scope: scope ?? old?.scope ?? '',
    refresh: refresh_token ?? old?.refresh ?? null,
    id: id_token ?? old?.id ?? '',
  };
}
