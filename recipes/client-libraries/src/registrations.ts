/**
 * What the session server's configuration has for each library, besides `client_id`, `client_secret`, `client_name` and
 * `scope: 'openid profile email'`. The website is at https://shop.example here.
 */
export const REGISTRATIONS = {
  'openid-client': { redirect_uris: ['https://shop.example/callback'] },
} as const;

export type Library = keyof typeof REGISTRATIONS;
