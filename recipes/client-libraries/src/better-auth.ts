import { betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;

const auth = betterAuth({
  baseURL: SITE,
  secret: COOKIE_SECRET,
  plugins: [
    genericOAuth({
      config: [
        {
          providerId: 'beckon',
          discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          scopes: ['openid', 'profile', 'email'],
        },
      ],
    }),
  ],
});

export async function handler(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith('/api/auth/')) return auth.handler(request);
  if (pathname === '/login') {
    const body = { provider: 'beckon', callbackURL: '/' };
    const { headers, response } = await auth.api.signInSocial({ body, headers: request.headers, returnHeaders: true });
    headers.set('location', response.url ?? '/');
    return new Response(null, { status: 302, headers });
  }
  if (pathname === '/logout' && request.method === 'POST') {
    // Here and at Beckon, whose address the library has from the discovery document.
    const body = { callbackURL: '/' };
    const { headers, response } = await auth.api.signOut({ body, headers: request.headers, returnHeaders: true });
    headers.set('location', response.url ?? '/');
    return new Response(null, { status: 303, headers });
  }
  const session = await auth.api.getSession({ headers: request.headers });
  return new Response(`Hello ${session?.user.name}`);
}
