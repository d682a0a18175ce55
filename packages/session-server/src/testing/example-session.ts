import {
  type InitializedSession,
  type Lifetimes,
  type Device,
  type SessionStart,
  initialSession,
} from '../session/index.ts';

/** The lifetimes of the documentation's example configuration, in ms. */
export const EXAMPLE_LIFETIMES: Lifetimes = { unscanned_ms: 120_000, scanned_ms: 300_000, code_ms: 60_000 };

export const EXAMPLE_BROWSER: Device = {
  address: '192.0.2.10',
  comparable: true,
  user_agent: 'Example Browser',
  origin: 'https://shop.example',
};

/** A session as it begins at `now`, with what the test cares about changed. */
export function exampleSession(now: number, changes: Partial<SessionStart> = {}): InitializedSession {
  const start: SessionStart = {
    id: 'K3M9X7QPWN4RTBVC2D6FGH8JYZ',
    secret_hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    request_id: 'R3M9X7QPWN4RTBVC2D6FGH8JYZ',
    request: {
      client_id: 'shop',
      redirect_uri: 'https://shop.example/callback',
      response_mode: 'query',
      scope: ['openid', 'profile', 'email'],
      state: 'af0ifjsldkj',
      nonce: 'n-0S6_WzA2Mj',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      prompt: [],
      max_age: null,
      linking: false,
      login_hint: null,
      ui_locales: [],
      acr_values: [],
      client_authenticated: false,
      connector: null,
    },
    client_name: 'Shop',
    logo_uri: null,
    offers: [{ id: 'wallet', names: { en: 'Wallet' }, button: null, scan_with: 'app', modes: ['qr', 'same_device'] }],
    policy: { verification: 'none', network: 'allow', scope: null, confirm_person: false, direct: false },
    browser: EXAMPLE_BROWSER,
  };
  return initialSession({ ...start, ...changes }, now, EXAMPLE_LIFETIMES);
}
