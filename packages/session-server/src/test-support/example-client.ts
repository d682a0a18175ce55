import type { Client } from '../session/index.ts';

/** A public client at `https://shop.example`, with the configuration's defaults, and no check of the phone. */
export function exampleClient(changes: Partial<Client> = {}): Client {
  return {
    client_id: 'shop',
    client_name: 'Shop',
    logo_uri: null,
    application_type: 'web',
    client_secret_hashes: [],
    token_endpoint_auth_method: 'none',
    redirect_uris: ['https://shop.example/callback'],
    allowed_origins: ['https://shop.example'],
    post_logout_redirect_uris: [],
    backchannel_logout_uri: null,
    subject_type: 'public',
    sector_identifier_uri: null,
    scope: ['openid', 'profile', 'email'],
    connectors: ['wallet'],
    id_token_signed_response_alg: 'ES256',
    id_token_encrypted_response: null,
    userinfo_signed_response_alg: null,
    userinfo_encrypted_response: null,
    id_token_claims: false,
    upstream_tokens: false,
    audience: [],
    introspects: [],
    access_token_lifetime: 3600,
    id_token_lifetime: 3600,
    refresh_token_lifetime: 2_592_000,
    refresh_token_idle_lifetime: 1_209_600,
    require_pkce: true,
    require_pushed_authorization_requests: false,
    cross_device: { verification: 'none', network: 'allow', scope: null, confirm_person: false, direct: false },
    ...changes,
  };
}
