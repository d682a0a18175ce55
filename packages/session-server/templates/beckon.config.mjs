import { defineConfig, wallet } from '@beckon/session-server';

export default defineConfig({
  // Where people reach this server: an https origin with no path. http is for this machine only.
  issuer: 'http://127.0.0.1:4400',

  // Where sessions, requests and keys are stored, encrypted under `secret`.
  store: 'sqlite:./beckon.db',

  // From beckon.secrets.env. A list rotates `secret`: the first seals and signs, all open and verify.
  secret: process.env.BECKON_SECRET,
  // Every `sub` is derived from it: keep a copy, and never change it.
  subjectSecret: process.env.BECKON_SUBJECT_SECRET,

  // Proxies whose X-Forwarded-For the server uses, for example ['10.0.0.0/8'].
  trustedProxies: [],

  // To try it: the server's own sign-in page links to the phone of `node try.mjs`. Leave it out with an https issuer.
  sandboxPhone: 'http://127.0.0.1:4402/phone',

  // The websites that people sign in to.
  clients: [
    {
      client_id: 'shop',
      client_name: 'Shop',
      client_secret: process.env.SHOP_SECRET,
      redirect_uris: ['http://localhost:3000/callback'],
      // Pages that embed the widget or the frame.
      allowed_origins: ['http://localhost:3000'],
      scope: 'openid profile email',
      // After the scan the browser shows two digits, and the person types them on the phone. 'auto': where
      // the identity app can ask for them. 'number': with no other app.
      cross_device: { verification: 'auto', network: 'warn' },
    },
  ],

  // The identity apps that people sign in with.
  connectors: [
    // To try it: a phone that is a page on this machine (`node try.mjs`). It signs in as anyone, so the server
    // refuses it with an https issuer. Then write your own app here: wallet, pasby, didit, krdpass, uaepass,
    // paswad or oidc.
    wallet({
      names: { en: 'Sandbox Wallet' },
      // Access tokens of these issuers' wallet apps may approve sign-ins.
      issuers: [{ issuer: 'http://127.0.0.1:4402/wallet', clientIds: ['sandbox-phone'] }],
      // Where a phone's browser opens the app.
      appLink: 'http://127.0.0.1:4402/phone#text={text}',
      // installUrl: 'https://wallet.example.com/get',
    }),
  ],
});
