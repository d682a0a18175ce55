/**
 * The demo's session server. Secrets and addresses come from the environment, as they would in
 * production; `pnpm start` sets them.
 */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KRDPASS_CLIENT, PASBY_APP } from '@beckon/sandbox';
import { defineConfig, didit, krdpass, oidc, pasby, paswad, uaepass, wallet } from '@beckon/session-server';

const {
  BECKON_ISSUER: issuer = 'http://127.0.0.1:4400',
  BECKON_QR_BASE_URL: qrBaseUrl,
  BECKON_STORE: store = 'sqlite:./beckon.db',
  BECKON_ADMIN_PORT: adminPort = '4403',
  SHOP_URL: shop = 'http://localhost:4401',
  SANDBOX_URL: sandbox = 'http://127.0.0.1:4402',
} = process.env;

/** Drawn for the sandbox's apps: none of them is a provider's logo. */
const mark = (name: string): { readonly light: URL; readonly dark: URL } => ({
  light: new URL(`./marks/${name}.svg`, import.meta.url),
  dark: new URL(`./marks/${name}-dark.svg`, import.meta.url),
});

const bean = readFileSync(new URL('./public/bean.svg', import.meta.url), 'base64');

const shopClient = {
  logo_uri: `data:image/svg+xml;base64,${bean}`,
  policy_uri: `${shop}/privacy`,
  redirect_uris: [`${shop}/callback`],
  allowed_origins: [shop],
  // The last three are the providers' own claims, each under its provider's name.
  scope: 'openid profile email phone address pasby uaepass krdpass',
  id_token_signed_response_alg: 'ES256',
} as const;

/** The clients of the shop's backend, which ends its own sessions. */
const loggedOut = {
  post_logout_redirect_uris: [`${shop}/`],
  backchannel_logout_uri: `${shop}/logout/backchannel`,
};

/** Phone and browser are one machine here: comparing their networks would say nothing. */
const network = 'allow';

export default defineConfig({
  issuer,
  qrBaseUrl,
  store,
  secret: process.env.BECKON_SECRET,
  subjectSecret: process.env.BECKON_SUBJECT_SECRET,
  admin: {
    port: Number(adminPort),
    // The token is public: `demo-operator-token`. `beckon-server secret --operator NAME` makes one for a real server.
    tokens: [{ name: 'demo', hash: 'YREkkdBGw_b4q4AfFw2bLQxzShfO_2De6SEj-1B8_D8', scope: 'write' }],
  },
  // The shop is on this machine too.
  webhooks: { allowPrivateAddresses: true },
  helpUrl: `${shop}/help`,
  // On the hosted page, a link beneath each code to the phone that is on this machine too.
  sandboxPhone: `${sandbox}/phone`,
  clients: [
    {
      ...shopClient,
      // The shop shows what it hears at /webhooks. Its secret is public, as everything in the demo.
      webhook: { uri: `${shop}/webhooks`, secrets: ['whsec_ZGVtby13ZWJob29rLXNlY3JldC1vZi10aGUtc2hvcCE='] },
      client_id: 'shop',
      client_secret: 'demo-shop-secret',
      client_name: 'Morrow Coffee',
      scope: `${shopClient.scope} offline_access`,
      ...loggedOut,
      // As little as can be asked (left out it is 'auto': the number wherever the connector can ask it), and a
      // push to the phone of a number that was typed: only in requests that the shop's backend pushed.
      // Refresh tokens after a scan, too.
      cross_device: { verification: 'none', network, direct: true, scope: `${shopClient.scope} offline_access` },
    },
    {
      ...shopClient,
      client_id: 'shop-strict',
      client_secret: 'demo-shop-strict-secret',
      client_name: 'Morrow Coffee',
      ...loggedOut,
      // After the scan the browser shows two digits, which the person types on the phone.
      cross_device: { verification: 'number', network, direct: true },
    },
    // A public client: no secret, PKCE alone.
    {
      ...shopClient,
      client_id: 'spa',
      client_name: 'Morrow Coffee',
      redirect_uris: [`${shop}/spa/callback`],
      cross_device: { verification: 'none', network },
    },
  ],
  // In the order in which people see them. Each stands in for itself in the sandbox: in production the
  // addresses are left out, and the credentials are the provider's own.
  connectors: [
    wallet({
      names: { en: 'Sandbox Wallet' },
      issuers: [{ issuer: `${sandbox}/wallet`, clientIds: ['sandbox-phone'] }],
      appLink: `${sandbox}/phone#text={text}`,
      mark: mark('wallet'),
    }),
    pasby({
      mark: mark('pasby'),
      baseUrl: `${sandbox}/pasby`,
      apiKey: PASBY_APP.api_key,
      appSecret: PASBY_APP.app_secret,
      app: PASBY_APP.app,
      organisation: PASBY_APP.organisation,
      privateKey: createPrivateKey({ key: PASBY_APP.private_key, format: 'jwk' })
        .export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    }),
    didit({
      mark: mark('didit'),
      baseUrl: `${sandbox}/didit`,
      issuer: `${sandbox}/didit`,
      clientId: 'sandbox-didit',
      clientSecret: 'sandbox-didit-secret',
    }),
    krdpass({
      ...KRDPASS_CLIENT,
      mark: mark('krdpass'),
      casUrl: `${sandbox}/krdpass/cas`,
      appUrl: `${sandbox}/krdpass/app`,
    }),
    uaepass({
      mark: mark('uaepass'),
      baseUrl: `${sandbox}/uaepass/idshub`,
      clientId: 'sandbox_stage',
      clientSecret: 'sandbox_stage',
      // Everybody in the sandbox, Alma with her SOP1 too.
      minimumLevel: 'SOP1',
      visitors: true,
    }),
    paswad({
      mark: mark('paswad'),
      apiUrl: `${sandbox}/paswad/api`,
      issuer: `${sandbox}/paswad/id`,
      clientId: 'app_live_sandbox',
      clientSecret: 'sk_live_sandbox',
      webhookSecret: 'whsec_sandbox',
    }),
    oidc({
      id: 'oidc',
      names: { en: 'Example ID' },
      mark: mark('example-id'),
      issuer: `${sandbox}/oidc`,
      clientId: 'beckon',
      clientSecret: 'sandbox-oidc-secret',
    }),
  ],
  // Everybody in the demo has one address; a shop's people do not.
  rateLimitFactor: 20,
});
