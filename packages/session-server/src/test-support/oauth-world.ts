import { randomBytes, randomInt } from 'node:crypto';
import { createInProcessBus } from '../bus/index.ts';
import { type Connector, NO_CAPABILITIES } from '../connectors/connector.ts';
import { createFlow } from '../flow/index.ts';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { createKeys, type Keys } from '../keys/index.ts';
import {
  createOAuth,
  type OAuth,
  type OAuthError,
  type Params,
  readParams,
  type TokenResponse,
  type Userinfo,
  type UserinfoAnswer,
} from '../oauth/index.ts';
import type { LogoutNotice } from '../oauth/kinds.ts';
import type { ProviderLogout } from '../oauth/logout/provider-logout.ts';
import { createSecrets, hashSecret, type Secrets } from '../secrets/index.ts';
import type { Client, ClientDirectory, Identity, Device } from '../session/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock, type FakeClock, slowStore } from '../testing/index.ts';
import { exampleClient } from './example-client.ts';
import { exampleUpstreamTokens } from './example-upstream-tokens.ts';
import { type WholeFlow, wholeFlow } from './whole-flow.ts';
import { exampleRecording } from './example-recording.ts';
import { shownText } from './shown-text.ts';

export const issuer = 'https://id.example.com';
const device: Device = { address: '192.0.2.10', comparable: true, user_agent: 'Browser', origin: null };
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const secret = (): string => randomBytes(32).toString('base64url');

const base: Client = exampleClient({
  client_secret_hashes: [hashSecret('shop-secret')],
  token_endpoint_auth_method: 'client_secret_basic',
  redirect_uris: ['https://shop.example/callback?from=beckon'],
  scope: ['openid', 'profile', 'email', 'wallet', 'offline_access'],
  audience: ['https://api.shop.example'],
  post_logout_redirect_uris: ['https://shop.example/bye', 'https://shop.example/bye?from=beckon'],
  backchannel_logout_uri: 'https://shop.example/backchannel',
});
const registered: readonly Client[] = [
  base,
  {
    ...base,
    client_id: 'other',
    client_secret_hashes: [hashSecret('other-secret')],
    audience: [],
    backchannel_logout_uri: null,
    webhook: null,
  },
  { ...base, client_id: 'rsa', id_token_signed_response_alg: 'RS256' },
  { ...base, client_id: 'pss', id_token_signed_response_alg: 'PS256' },
  { ...base, client_id: 'ed', id_token_signed_response_alg: 'EdDSA' },
  { ...base, client_id: 'greets', id_token_claims: true },
  { ...base, client_id: 'old', require_pkce: false },
  {
    ...base,
    client_id: 'spa',
    token_endpoint_auth_method: 'none',
    client_secret_hashes: [],
    scope: ['openid', 'profile', 'email', 'wallet'],
  },
  { ...base, client_id: 'pairwise', subject_type: 'pairwise' },
  { ...base, client_id: 'careful', cross_device: { ...base.cross_device, scope: ['openid', 'email'] } },
  ...['sector-a', 'sector-b'].map((client_id): Client => ({
    ...base,
    client_id,
    subject_type: 'pairwise',
    sector_identifier_uri: 'https://sector.example/uris.json',
  })),
  {
    ...base,
    client_id: 'api',
    client_secret_hashes: [hashSecret('api-secret')],
    introspects: ['https://api.shop.example'],
  },
];

export const ADA: Identity = {
  subject: 'ada-784-1990',
  claims: {
    sub: 'not-ours',
    name: 'Ada Lovelace',
    given_name: 'Ada',
    nickname: null,
    website: '',
    email: 'ada@example.com',
    email_verified: true,
    phone_number: '+4930123456',
    national_id: '784-1990',
    wallet: { level: 'high' },
  },
  acr: 'high',
  amr: ['face'],
  auth_time: 1_699_999_000,
};

function walletOf(whoComes: () => Identity): Connector {
  return {
    ...NO_CAPABILITIES,
    id: 'wallet',
    names: { en: 'Wallet' },
    button: null,
    modes: ['qr'],
    verifies: { number: true, network: true },
    wallet: {
      authenticate: () => Promise.resolve({ issuer: 'https://wallet.example', subject: whoComes().subject }),
      identify: () => Promise.resolve(whoComes()),
      handOver: () => null,
      installUrl: null,
      appleAppIds: [],
      androidApps: [],
    },
  };
}

/** Made once: an RSA key takes its time. */
const keys: Promise<Keys> = createKeys({
  store: openSqliteStore({
    path: ':memory:',
    sealer: createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes }),
    now: createFakeClock().now,
    wait: () => Promise.resolve(),
  }),
  elapsed: () => 0,
  rotateEveryDays: null,
});

export interface World {
  readonly oauth: OAuth;
  readonly flow: WholeFlow;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly clock: FakeClock;
  /** Goes from the authorization request to the code, as browser and phone do. */
  readonly signIn: (changes?: Readonly<Record<string, string>>, accepted?: readonly string[]) => Promise<string>;
  /** Does what is due at clients. */
  readonly tell: () => Promise<void>;
  /** What clients were not told. */
  readonly untold: readonly (LogoutNotice & { readonly last: boolean })[];
}

export async function world({
  slow = false,
  identity = ADA,
  answer = () => Promise.reject(new TypeError('no client listens')),
  providerLogout = { url: () => Promise.resolve(null), stateOf: () => null },
  shop = {},
}: {
  slow?: boolean;
  /** What the client `shop` registered otherwise. */
  shop?: Partial<Client>;
  /** Default: no provider has a session that can be ended. */
  providerLogout?: ProviderLogout;
  /** Who signs in; a function says it anew each time. */
  identity?: Identity | (() => Identity);
  /** What a client answers that is told of an end. Default: it is away. */
  answer?: (request: Request) => Promise<Response>;
} = {}): Promise<World> {
  const clock = createFakeClock(1_700_000_000_000);
  const secrets = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  const sqlite = openSqliteStore({ path: ':memory:', sealer: secrets, now: clock.now, wait: () => Promise.resolve() });
  const store = slow ? slowStore(sqlite, () => randomInt(5)) : sqlite;
  const find: ClientDirectory['find'] = (id) => {
    const client = registered.find(({ client_id }) => client_id === id) ?? null;
    return Promise.resolve(id === 'shop' && client !== null ? { ...client, ...shop } : client);
  };
  const clients: ClientDirectory = {
    find,
    registered: find,
    knowsOrigin: () => Promise.resolve(true),
  };
  const upstreamTokens = exampleUpstreamTokens(store, []);
  const ports = createFlow({
    settings: {
      issuer,
      qrBaseUrl: `${issuer}/Q/`,
      lifetimes: {
        unscanned_ms: 120_000,
        scanned_ms: 300_000,
        code_ms: 60_000,
        request_uri_ms: 600_000,
        frame_ms: 2000,
      },
    },
    store,
    clients,
    connectors: new Map([['wallet', walletOf(typeof identity === 'function' ? identity : () => identity)]]),
    upstreamTokens,
    secrets,
    recording: exampleRecording(),
    newId: () => randomBytes(13).toString('hex').toUpperCase(),
    randomBytes,
    randomInt: (below) => randomInt(below),
    bus: createInProcessBus(),
    timers: { sleep: () => new Promise(() => undefined) },
    elapsed: clock.now,
    patience_ms: 0,
  });
  const flow = wholeFlow(ports);
  const untold: (LogoutNotice & { readonly last: boolean })[] = [];
  const oauth = createOAuth({
    recording: exampleRecording(),
    requestId: () => null,
    issuer,
    flow,
    clients,
    keys: await keys,
    store,
    secrets,
    newId: () => randomBytes(13).toString('hex').toUpperCase(),
    upstreamTokens,
    providerLogout,
    elapsed: clock.now,
    fetch: (input, init) => answer(new Request(input, init)),
    onUntold: (notice, last) => untold.push({ ...notice, last }),
    connectors: ['wallet'],
    isOffered: () => true,
    reauthenticates: () => true,
    reaches: (_id, acr_values) => !acr_values.every((each) => each.startsWith('no-')),
  });

  const signIn: World['signIn'] = async (changes = {}, accepted) => {
    const { client, request_uri } = await oauth.begin(authorization(changes));
    const { session_id, session_secret, qr } = await flow.create(client, request_uri, device);
    const frame = shownText(qr);
    const [, step = '', mac = ''] = frame.split('/').at(-1)!.split('.');
    const consent = await flow.retrieve({ session_id, step, mac }, 'token', device);
    await flow.update(session_id, 'token', {
      decision: 'approve',
      accepted_scopes: accepted ?? consent.scopes.map(({ scope }) => scope),
      verification: null,
      retrieval_token: consent.retrieval_token,
      reason: 'user',
    });
    const { redirect_to } = await flow.snapshot({ session_id, session_secret });
    return new URL(redirect_to!).searchParams.get('code')!;
  };
  const jobs = createJobs({
    store,
    timers: systemTimers,
    workers: oauth.workers,
    failed: (error) => {
      throw error;
    },
  });
  return { oauth, flow, secrets, store, clock, signIn, tell: () => jobs.runOnce(), untold };
}

export const REQUEST = {
  client_id: 'shop',
  redirect_uri: 'https://shop.example/callback?from=beckon',
  response_type: 'code',
  scope: 'openid profile',
  state: 'the state',
  nonce: 'the-nonce',
  // That of the verifier (RFC 7636 appendix B).
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};
export type Changes = Readonly<Record<string, string>>;
export const formOf = (members: Changes): Params => readParams(new URLSearchParams(members).toString());
/** A change to the empty text leaves the parameter out. */
export const authorization = (changes: Changes = {}): Params => formOf({ ...REQUEST, ...changes });

export function redeem({ oauth }: World, code: string, changes: Changes = {}): Promise<TokenResponse> {
  const params = formOf({
    grant_type: 'authorization_code',
    code,
    client_id: 'shop',
    client_secret: 'shop-secret',
    redirect_uri: 'https://shop.example/callback?from=beckon',
    code_verifier: VERIFIER,
    ...changes,
  });
  return oauth.token({ authorization: null, params, admit: () => {} });
}

export const userinfoAnswer = (
  { oauth }: World,
  token: string,
  how: 'header' | 'body' = 'header',
): Promise<UserinfoAnswer> =>
  oauth.userinfo({
    authorization: how === 'header' ? `Bearer ${token}` : null,
    params: formOf(how === 'body' ? { access_token: token } : {}),
    tokenInQuery: false,
    admit: () => {},
  });
/** Of a client that has it as JSON. */
export async function userinfo(...call: Parameters<typeof userinfoAnswer>): Promise<Userinfo> {
  const answer = await userinfoAnswer(...call);
  if (answer.form !== 'json') throw new Error(`userinfo is ${answer.form}`);
  return answer.claims;
}

export const errorOf = (promise: Promise<unknown>): Promise<OAuthError> =>
  promise.then(
    () => Promise.reject(new Error('it was accepted')),
    (cause: OAuthError) => cause,
  );
