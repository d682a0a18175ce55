import { Auth, type AuthConfig } from '@auth/core';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;

/** What the library's cookie, which it seals, keeps of Beckon's tokens. */
interface Kept {
  readonly accessToken?: string;
  readonly refreshToken?: string | undefined;
  readonly idToken?: string | undefined;
  /** When the access token is over, in seconds. */
  readonly expiresAt?: number;
  readonly error?: 'RefreshTokenError';
}

/** The library's guide has it: https://authjs.dev/guides/refresh-token-rotation */
async function refreshed(kept: Kept): Promise<Kept> {
  const body = new URLSearchParams({
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    grant_type: 'refresh_token',
    refresh_token: kept.refreshToken ?? '',
  });
  const response = await fetch(`${ISSUER}/oauth/token`, { method: 'POST', body });
  // The sign-in is over: the pages ask the person to sign in again.
  if (!response.ok) return { refreshToken: undefined, error: 'RefreshTokenError' };
  const tokens = (await response.json()) as {
    readonly access_token: string;
    readonly expires_in: number;
    readonly refresh_token: string;
    readonly id_token: string;
  };
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    idToken: tokens.id_token,
    expiresAt: Math.floor(Date.now() / 1000 + tokens.expires_in),
  };
}

const config: AuthConfig = {
  providers: [
    {
      id: 'beckon',
      name: 'Beckon',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      authorization: { params: { scope: 'openid profile email offline_access' } },
    },
  ],
  callbacks: {
    async jwt({ token, account }) {
      if (account !== undefined && account !== null) {
        const { access_token, refresh_token, id_token, expires_at } = account;
        return {
          ...token,
          accessToken: access_token,
          refreshToken: refresh_token,
          idToken: id_token,
          expiresAt: expires_at,
        };
      }
      const kept = token as Kept;
      if (kept.refreshToken === undefined || Date.now() < (kept.expiresAt ?? 0) * 1000) return token;
      return { ...token, ...(await refreshed(kept)) };
    },
    session({ session, token }) {
      // No token: scripts of the page can read the session.
      return { ...session, error: (token as Kept).error };
    },
  },
  events: {
    // Ends the tokens at Beckon, from here: the browser need not go there, for Beckon keeps none signed in.
    async signOut(message) {
      const { idToken } = ('token' in message ? (message.token ?? {}) : {}) as Kept;
      if (idToken !== undefined) {
        await fetch(`${ISSUER}/oauth/logout`, {
          method: 'POST',
          body: new URLSearchParams({ id_token_hint: idToken }),
        });
      }
    },
  },
  secret: COOKIE_SECRET,
  basePath: '/auth',
  trustHost: true,
};

export async function handler(request: Request): Promise<Response> {
  if (new URL(request.url).pathname.startsWith('/auth/')) return Auth(request, config);
  return Auth(new Request(`${SITE}/auth/session`, { headers: request.headers }), config);
}
