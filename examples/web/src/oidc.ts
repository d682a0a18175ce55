/**
 * The relying party: an ordinary OpenID Connect client that knows nothing of QR codes.
 */
import * as client from 'openid-client';
import type { LoginsUnderWay, User } from './sessions.ts';

/** What the shop asks for unless a page says otherwise. */
const SCOPE = 'openid profile email';

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
    return { clientId: login.clientId, claims: { ...userinfo, ...claims } };
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
