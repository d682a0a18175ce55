import { generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, Provider } from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Browser, createBrowser } from '../../packages/sandbox/src/phone/browser/index.ts';
import type {
  Connector,
  RedirectOutcome,
  RedirectStart,
  UpstreamTokens,
} from '../../packages/session-server/src/connectors/connector.ts';
import { type OidcOptions, oidc } from '../../packages/session-server/src/connectors/oidc/index.ts';
import {
  beginAt,
  finishWith,
  openConnector,
  redirectStart,
} from '../../packages/session-server/src/test-support/connector-calls.ts';

/** The connector for any provider, against npm's `oidc-provider`, a certified one that we did not write. */

const CALLBACK = 'https://id.example.com/callback/example';
const SECRET = 'a secret with : and + in it';

let server: Server;
let base = '';
let provider: Provider;
/** Ahead of the system's clock, in ms: the connector's, for what takes time. */
let ahead = 0;

beforeEach(async () => {
  ahead = 0;
  // It says at every start that it is not for production.
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.spyOn(console, 'info').mockReturnValue();
  server = createServer((req, res) => void provider.callback()(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  provider = create([key()]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function key(alg: 'RS256' | 'ES256' = 'RS256'): JsonWebKey {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomUUID() };
}

function create(
  keys: readonly JsonWebKey[],
  client: Partial<NonNullable<Configuration['clients']>[number]> = {},
  changes: Partial<Configuration> = {},
): Provider {
  return new Provider(base, {
    clients: [
      {
        client_id: 'beckon',
        client_secret: SECRET,
        redirect_uris: [CALLBACK],
        post_logout_redirect_uris: ['https://shop.example/bye'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        ...client,
      },
    ],
    jwks: { keys: [...keys] },
    cookies: { keys: ['only for this test'] },
    claims: { openid: ['sub'], profile: ['name', 'birthdate'], email: ['email', 'email_verified'] },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
    },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        name: 'Ada Example',
        birthdate: '1815-12-10',
        email: 'ada@example.com',
        email_verified: true,
      }),
    }),
    ...changes,
  });
}

function open(options: Partial<OidcOptions> = {}): Promise<Connector> {
  const config = oidc({
    id: 'example',
    names: { en: 'Example ID' },
    issuer: base,
    clientId: 'beckon',
    clientSecret: SECRET,
    ...options,
  });
  return openConnector(config, { now: () => Date.now() + ahead });
}

/** Goes through its pages: log in with any name and password, then agree. @returns the callback */
async function logIn(location: string, browser: Browser = tab()): Promise<string> {
  await browser.visit(location);
  for (let pages = 0; browser.page.left === null && pages < 5; pages += 1) {
    const [form] = browser.page.forms;
    if (form === undefined) throw new Error(`no form: ${String(browser.page.status)} ${browser.page.html}`);
    await browser.submit(form, undefined, form.inputs.includes('login') ? { login: 'ada', password: 'any' } : {});
  }
  return browser.page.left ?? '';
}

function tab(): Browser {
  return createBrowser({ now: Date.now, origins: [base] });
}

async function signIn(connector: Connector, start: RedirectStart = redirectStart(CALLBACK)): Promise<RedirectOutcome> {
  return finishWith(connector, start, await logIn(await beginAt(connector, start)));
}

async function tokensOf(connector: Connector): Promise<UpstreamTokens> {
  const outcome = await signIn(connector);
  if (outcome.type !== 'identity' || outcome.tokens === null) throw new Error('no tokens');
  return outcome.tokens;
}

const ADA = { name: 'Ada Example', birthdate: '1815-12-10', email: 'ada@example.com', email_verified: true };

describe('signing in', () => {
  it('with discovery, PKCE, state, nonce, iss and userinfo', async () => {
    expect(await signIn(await open())).toMatchObject({ type: 'identity', identity: { subject: 'ada', claims: ADA } });
  });

  it('with ES256, without userinfo, and the secret in the form', async () => {
    const client = { id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'client_secret_post' } as const;
    provider = create([key('ES256')], client, { conformIdTokenClaims: false });
    const connector = await open({
      userinfoEndpoint: null,
      idTokenSignedResponseAlg: 'ES256',
      tokenEndpointAuthMethod: 'client_secret_post',
    });
    expect(await signIn(connector)).toMatchObject({ identity: { subject: 'ada', claims: ADA } });
  });

  it('with a pushed authorization request', async () => {
    const connector = await open({ pushRequests: true });
    const start = redirectStart(CALLBACK);
    const location = await beginAt(connector, start);
    expect([...new URL(location).searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);
    expect(await finishWith(connector, start, await logIn(location))).toMatchObject({ identity: { subject: 'ada' } });
  });

  it('with max_age, which brings auth_time', async () => {
    const outcome = await signIn(await open(), redirectStart(CALLBACK, { max_age: 60, prompt: ['login'] }));
    expect(outcome).toMatchObject({ identity: { auth_time: expect.any(Number) as number } });
  });

  it('FT-A5a: who is signed in there goes through with one tap, unless we ask that they log in again', async () => {
    const connector = await open();
    const browser = tab();
    await logIn(await beginAt(connector, redirectStart(CALLBACK)), browser);
    const silent = { ...redirectStart(CALLBACK), reauthenticate: false };
    expect((await browser.visit(await beginAt(connector, silent))).left, 'its browser session answers').toContain(
      'code=',
    );
    const anew = redirectStart(CALLBACK);
    const begun_s = Math.floor(Date.now() / 1000);
    const location = await beginAt(connector, anew);
    expect((await browser.visit(location)).forms[0]?.inputs).toContain('login');
    const outcome = await finishWith(connector, anew, await logIn(location, browser));
    const auth_time = outcome.type === 'identity' ? outcome.identity.auth_time : null;
    expect(auth_time).toBeGreaterThanOrEqual(begun_s);
  });

  it('a person who aborts is declined', async () => {
    const connector = await open();
    const start = redirectStart(CALLBACK);
    const browser = tab();
    const page = await browser.visit(await beginAt(connector, start));
    const cancel = page.links.find(({ label }) => /cancel/i.test(label));
    if (cancel === undefined) throw new Error('its page has no way out');
    const { left } = await browser.follow(cancel);
    expect(await finishWith(connector, start, left ?? '')).toEqual({ type: 'declined', message: null });
  });

  it('another sign-in’s nonce, verifier or iss is refused', async () => {
    const connector = await open();
    const start = redirectStart(CALLBACK);
    const callback = async (): Promise<string> => logIn(await beginAt(connector, start));
    const refused = { code: 'callback_refused' };
    const other = redirectStart(CALLBACK);
    await expect(finishWith(connector, { ...start, nonce: other.nonce }, await callback())).rejects.toMatchObject(
      refused,
    );
    await expect(
      finishWith(connector, { ...start, code_verifier: other.code_verifier }, await callback()),
    ).rejects.toMatchObject(refused);
    const foreign = new URL(await callback());
    foreign.searchParams.set('iss', 'https://other.example');
    await expect(finishWith(connector, start, foreign.href)).rejects.toMatchObject(refused);
    foreign.searchParams.delete('iss');
    await expect(finishWith(connector, start, foreign.href)).rejects.toMatchObject(refused);
  });

  it('an id_token signed otherwise than pinned is refused', async () => {
    const connector = await open({ idTokenSignedResponseAlg: 'ES256' });
    await expect(signIn(connector)).rejects.toMatchObject({ code: 'callback_refused' });
  });
});

describe('keys', () => {
  it('that rotate are found', async () => {
    const connector = await open();
    await signIn(connector);
    provider = create([key()]);
    ahead = 6_000;
    expect(await signIn(connector)).toMatchObject({ identity: { subject: 'ada' } });
  });
});

describe('tokens', () => {
  it('refresh, and the id_token that comes with it', async () => {
    const connector = await open();
    const tokens = await tokensOf(connector);
    const renewed = await connector.tokens?.refresh(tokens);
    expect(renewed?.access_token).not.toBe(tokens.access_token);
    expect(renewed?.refresh_token).not.toBe(tokens.refresh_token);
    await expect(connector.tokens?.refresh(tokens)).rejects.toMatchObject({ code: 'token_refused' });
  });

  it('end when they are revoked', async () => {
    const connector = await open();
    const tokens = await tokensOf(connector);
    await connector.tokens?.revoke?.(tokens);
    await expect(connector.tokens?.refresh(tokens)).rejects.toMatchObject({ code: 'token_refused' });
    const userinfo = await fetch(`${base}/me`, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
    expect(userinfo.status).toBe(401);
  });
});

it('logout leads to its end of session, which knows where to go back to', async () => {
  const connector = await open();
  const { id_token } = await tokensOf(connector);
  const url = await connector.logout?.url({
    return_to: 'https://shop.example/bye',
    state: { cart: '7' },
    id_token_hint: id_token,
  });
  const browser = tab();
  const [form] = (await browser.visit(url ?? '')).forms;
  if (form === undefined) throw new Error('its page asks nothing');
  expect((await browser.submit(form)).left).toBe('https://shop.example/bye?state=cart%3D7');
});
