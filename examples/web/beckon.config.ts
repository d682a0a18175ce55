/**
 * The demo's session server. Secrets and addresses come from the environment, as they would in
 * production; `pnpm start` sets them.
 */
import { defineConfig, wallet } from '@beckon/session-server';

const {
  BECKON_ISSUER: issuer = 'http://127.0.0.1:4400',
  BECKON_STORE: store = 'sqlite:./beckon.db',
  BECKON_ADMIN_PORT: adminPort = '4403',
  SHOP_URL: shop = 'http://localhost:4401',
  SANDBOX_URL: sandbox = 'http://127.0.0.1:4402',
} = process.env;

const shopClient = {
  redirect_uris: [`${shop}/callback`],
  allowed_origins: [shop],
  scope: 'openid profile email phone address',
  id_token_signed_response_alg: 'ES256',
} as const;

export default defineConfig({
  issuer,
  store,
  secret: process.env.BECKON_SECRET,
  subject_secret: process.env.BECKON_SUBJECT_SECRET,
  admin: { port: Number(adminPort) },
  clients: [
    { ...shopClient, client_id: 'shop', client_secret: 'demo-shop-secret', client_name: 'Morrow Coffee' },
    {
      ...shopClient,
      client_id: 'shop-strict',
      client_secret: 'demo-shop-strict-secret',
      client_name: 'Morrow Coffee',
      // After the scan the browser shows two digits, which the person types on the phone.
      cross_device: { verification: 'number' },
    },
    // A public client: no secret, PKCE alone.
    { ...shopClient, client_id: 'spa', client_name: 'Morrow Coffee', redirect_uris: [`${shop}/spa/callback`] },
  ],
  connectors: [
    wallet({
      name: 'Sandbox Wallet',
      issuers: [{ issuer: `${sandbox}/wallet`, client_ids: ['sandbox-phone'] }],
      app_link: `${sandbox}/phone#text={text}`,
    }),
  ],
  // Everybody in the demo has one address; a shop's people do not.
  rate_limit_factor: 20,
});
