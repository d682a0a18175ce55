/**
 * What the session server's configuration has for each library, besides `client_id`, `client_secret`, `client_name` and
 * `scope: 'openid profile email'`. The website is at https://shop.example here.
 */
export const REGISTRATIONS = {
  'openid-client': {
    redirect_uris: ['https://shop.example/callback'],
    post_logout_redirect_uris: ['https://shop.example/'],
  },
  oauth4webapi: {
    redirect_uris: ['https://shop.example/callback'],
    post_logout_redirect_uris: ['https://shop.example/'],
  },
  'auth-js': { redirect_uris: ['https://shop.example/auth/callback/beckon'], id_token_claims: true },
  'passport-openidconnect': {
    redirect_uris: ['https://shop.example/callback'],
    post_logout_redirect_uris: ['https://shop.example/'],
    id_token_claims: true,
    require_pkce: false,
  },
  'better-auth': {
    redirect_uris: ['https://shop.example/api/auth/callback/beckon'],
    post_logout_redirect_uris: ['https://shop.example/'],
  },
  'express-openid-connect': {
    redirect_uris: ['https://shop.example/callback'],
    post_logout_redirect_uris: ['https://shop.example'],
    id_token_claims: true,
  },
  'simple-oauth2': {
    redirect_uris: ['https://shop.example/callback'],
    post_logout_redirect_uris: ['https://shop.example/'],
  },
  'fastify-oauth2': {
    redirect_uris: ['https://shop.example/callback'],
    post_logout_redirect_uris: ['https://shop.example/'],
  },
} as const;

export type Library = keyof typeof REGISTRATIONS;
