/** The session server's configuration in these stories: the demo's clients, and a store of its own. */
import { defineConfig, wallet } from '@beckon/session-server';
import type { ServerSettings } from './world.ts';

const { base, store, secret, subject_secret, lifetimes } = JSON.parse(
  process.env['E2E_SERVER'] ?? '{}',
) as ServerSettings;
const shop = `http://localhost:${base + 1}`;
const sandbox = `http://127.0.0.1:${base + 2}`;

const confidential = {
  redirect_uris: [`${shop}/callback`],
  allowed_origins: [shop],
  scope: 'openid profile email',
  id_token_signed_response_alg: 'ES256',
} as const;

export default defineConfig({
  issuer: `http://127.0.0.1:${base}`,
  store: `sqlite:${store}`,
  secret,
  subject_secret,
  lifetimes,
  // Every story comes from one address.
  rate_limit_factor: 100,
  clients: [
    { ...confidential, client_id: 'shop', client_name: 'Morrow Coffee', client_secret: 'demo-shop-secret' },
    {
      ...confidential,
      client_id: 'shop-strict',
      client_name: 'Morrow Coffee',
      client_secret: 'demo-shop-strict-secret',
      cross_device: { verification: 'number' },
    },
    {
      client_id: 'spa',
      client_name: 'Morrow Coffee',
      redirect_uris: [`${shop}/spa/callback`],
      allowed_origins: [shop],
      scope: 'openid profile email',
      id_token_signed_response_alg: 'ES256',
    },
  ],
  connectors: [
    wallet({ name: 'Sandbox Wallet', issuers: [{ issuer: `${sandbox}/wallet`, client_ids: ['sandbox-phone'] }] }),
  ],
});
