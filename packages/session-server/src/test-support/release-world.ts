/**
 * A server whose secrets, wallet issuer and providers are the same in every run, so that a store
 * which one release wrote can be opened by another. Not published.
 */
import { createServer } from 'node:http';
import { type JWK, SignJWT, importJWK } from 'jose';
import type { BeckonConfig } from '../config/index.ts';
import { type Connector, type ConnectorConfig, NO_CAPABILITIES } from '../connectors/connector.ts';
import type { Identity } from '../session/index.ts';
import { walletOfThisMachine } from './wallet-of-this-machine.ts';

/** A port that no other test listens on, outside the range of free ports: the issuer is part of what rests. */
const WALLET_HOST = '127.0.0.1';
const WALLET_PORT = 24_871;
const RELEASE_WALLET: string = `http://${WALLET_HOST}:${WALLET_PORT}`;
export const RELEASE_ISSUER = 'https://id.example';
export const RELEASE_ORIGIN = 'https://shop.example';

/** Public, as everything here: it signs nothing but this test's tokens. */
const WALLET_KEY: JWK = {
  kty: 'EC',
  crv: 'P-256',
  alg: 'ES256',
  kid: 'release',
  x: '8RNkgd8w7Trin1w1cSP4qXmIWoCM28KIjWPpQCF3Gk8',
  y: 'CMrWWX0Oj3pYKLFiTNmDbGeko7ySqfh6ORVp1NrY4rU',
  d: 'ElNFO4HNfHA938ZX99-ZPZh3LpJxRFynJOEjtFE8wEk',
};

/** RFC 7636 appendix B. */
export const RELEASE_VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const RELEASE_REQUEST: { readonly redirect_uri: string; readonly client_id: string } & Record<string, string> = {
  client_id: 'shop',
  response_type: 'code',
  redirect_uri: `${RELEASE_ORIGIN}/callback`,
  scope: 'openid email',
  state: 'the-state',
  nonce: 'the-nonce',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};

const PERSON: Identity = {
  subject: 'ada',
  claims: { email: 'ada@example.com', name: 'Ada Lovelace' },
  acr: null,
  amr: [],
  auth_time: null,
};

export function releaseConfig(file: string): BeckonConfig {
  return {
    issuer: RELEASE_ISSUER,
    store: `sqlite:${file}`,
    secret: 'rsRVPPo4Xg-oNOpCfsjm9QfpmmyI7lCZ1gfME0T_C1o',
    subjectSecret: 'zn3-vG3XsYtOPYCkD7RLfIyPdoRkgeCzt4TO3hueqwQ',
    clients: [
      {
        client_id: 'shop',
        client_name: 'Shop',
        client_secret: '3WGc5N-Sb02pr7BpVFnQ5G65u6bKD9P_kYn3qof9FAI',
        redirect_uris: [`${RELEASE_ORIGIN}/callback`],
        allowed_origins: [RELEASE_ORIGIN],
        scope: 'openid profile email',
        cross_device: { verification: 'none' },
      },
    ],
    connectors: [
      walletOfThisMachine({ issuers: [{ issuer: RELEASE_WALLET, clientIds: ['phone'] }] }),
      scripted({ id: 'redirects', modes: ['qr', 'same_device'], redirect: REDIRECT }),
      scripted({ id: 'follows', modes: ['qr'], upstream: UPSTREAM }),
    ],
  };
}

/** What the provider of `follows` says from now on; a test sets it once its store is open. */
export const provider: { confirms: boolean } = { confirms: false };

const REDIRECT: NonNullable<Connector['redirect']> = {
  reauthenticates: 'never',
  begin: ({ state }) =>
    Promise.resolve({ location: `https://provider.example/?state=${state}`, providerState: { step: 1 } }),
  finish: () => Promise.resolve({ type: 'identity', identity: PERSON, tokens: null }),
};

const UPSTREAM: NonNullable<Connector['upstream']> = {
  start: () =>
    Promise.resolve({
      qr: { texts: ['HTTPS://FOLLOWED.EXAMPLE/1'], interval_ms: 1000 },
      link: null,
      expires_at: null,
      providerState: { reference: 'the-reference' },
    }),
  async *follow(_kept, _start, signal) {
    if (provider.confirms) yield { status: 'confirmed', identity: PERSON, tokens: null };
    else await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  },
  cancel: () => Promise.resolve(),
};

function scripted({ id, ...capabilities }: Pick<Connector, 'id' | 'modes'> & Partial<Connector>): ConnectorConfig {
  const connector: Connector = {
    ...NO_CAPABILITIES,
    id,
    names: { en: id },
    button: null,
    verifies: { number: true, network: true },
    ...capabilities,
  };
  return { id, issues: [], open: () => Promise.resolve(connector) };
}

/** The wallet's issuer: its keys and its userinfo, for one person. */
export async function startReleaseWallet(): Promise<{ readonly close: () => Promise<void> }> {
  const { d: _, ...publicKey } = WALLET_KEY;
  const answers: Readonly<Record<string, unknown>> = {
    '/.well-known/openid-configuration': {
      issuer: RELEASE_WALLET,
      jwks_uri: `${RELEASE_WALLET}/jwks`,
      userinfo_endpoint: `${RELEASE_WALLET}/userinfo`,
    },
    '/jwks': { keys: [publicKey] },
    '/userinfo': { sub: PERSON.subject, ...PERSON.claims },
  };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? ''] ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(WALLET_PORT, WALLET_HOST, resolve);
  });
  return {
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** A wallet access token. `now`: ms since the epoch. */
export async function releaseWalletToken(now: number): Promise<string> {
  const claims = { sub: PERSON.subject, client_id: 'phone', scope: 'openid email beckon:approve' };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'release', typ: 'at+jwt' })
    .setIssuer(RELEASE_WALLET)
    .setAudience(`${RELEASE_ISSUER}/session`)
    .setExpirationTime(Math.floor(now / 1000) + 3600)
    .sign(await importJWK(WALLET_KEY, 'ES256'));
}
