import { Auth, type AuthConfig } from '@auth/core';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;

const config: AuthConfig = {
  providers: [
    {
      id: 'beckon',
      name: 'Beckon',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
    },
  ],
  secret: COOKIE_SECRET,
  basePath: '/auth',
  trustHost: true,
};

export async function handler(request: Request): Promise<Response> {
  if (new URL(request.url).pathname.startsWith('/auth/')) return Auth(request, config);
  const answer = await Auth(new Request(`${SITE}/auth/session`, { headers: request.headers }), config);
  const session = (await answer.json()) as { user?: { name?: string } } | null;
  return new Response(`Hello ${session?.user?.name}`);
}
