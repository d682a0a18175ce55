import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type GenerateKeyPairResult,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  exportJWK,
  generateKeyPair,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WalletCapability } from '../connector.ts';
import { connectorContext } from '../../testing/index.ts';
import { createLimitedFetch } from '../shared/limited-fetch.ts';
import { wallet } from './index.ts';

const beckon = 'https://id.example.com';
const now = 1_700_000_000_000;
const seconds = now / 1000;
const keys = await generateKeyPair('ES256');
const strangers = await generateKeyPair('ES256');

let server: Server;
let issuer = '';
/** What the issuer answers next at userinfo. */
let userinfo: { status: number; body: string } = { status: 200, body: '' };
const jwkOf = async ({ publicKey }: GenerateKeyPairResult, kid: string): Promise<Record<string, unknown>> => ({
  ...(await exportJWK(publicKey)),
  kid,
  alg: 'ES256',
  use: 'sig',
});
/** The keys that the issuer publishes. */
let published: readonly Record<string, unknown>[] = [];

beforeAll(async () => {
  published = [await jwkOf(keys, 'k1')];
  server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (request.url === '/.well-known/openid-configuration') {
      answer(200, { issuer, jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/userinfo` });
    } else if (request.url === '/jwks') answer(200, { keys: published });
    else answer(userinfo.status, userinfo.body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function open(extra: Partial<Parameters<typeof wallet>[0]> = {}): Promise<WalletCapability> {
  const config = wallet({ issuers: [{ issuer, client_ids: ['wallet-app'] }], ...extra });
  const connector = await config.open(
    connectorContext({ issuer: beckon, now: () => now, fetch: createLimitedFetch() }),
  );
  if (connector.wallet === null) throw new Error('a wallet connector without its capability');
  return connector.wallet;
}

interface Changes {
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: GenerateKeyPairResult['privateKey'];
}
function token({ claims = {}, header = {}, key = keys.privateKey }: Changes = {}): Promise<string> {
  const good = {
    iss: issuer,
    aud: `${beckon}/session`,
    sub: 'ada',
    client_id: 'wallet-app',
    scope: 'openid beckon:approve',
    iat: seconds,
    exp: seconds + 600,
  };
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(key);
}

describe('which tokens count', () => {
  it('trusts the wallet app of a configured issuer', async () => {
    expect(await (await open()).authenticate(await token())).toEqual({ issuer, subject: 'ada' });
  });

  it.each<[string, () => Promise<string> | string]>([
    ['an id_token', () => token({ header: { typ: 'JWT' } })],
    ['a token with no type', () => token({ header: { typ: undefined as unknown as string } })],
    ['a token for another server', () => token({ claims: { aud: 'https://other.example/session' } })],
    ['a token for this server, but not for sessions', () => token({ claims: { aud: beckon } })],
    ['a token without the approving scope', () => token({ claims: { scope: 'openid profile' } })],
    ['a scope that only begins alike', () => token({ claims: { scope: 'beckon:approved' } })],
    ["a third party's client of the same issuer", () => token({ claims: { client_id: 'third-party' } })],
    ['a token of another issuer', () => token({ claims: { iss: 'https://evil.example' } })],
    ['a token that names no subject', () => token({ claims: { sub: '' } })],
    ['an expired token', () => token({ claims: { exp: seconds - 60 } })],
    ['a token that never expires', () => token({ claims: { exp: undefined as unknown as number } })],
    ['a token that is not valid yet', () => token({ claims: { nbf: seconds + 120 } })],
    ['a forged signature', () => token({ key: strangers.privateKey })],
    ['an unknown key', () => token({ header: { kid: 'k2' } })],
    [
      'an unsigned token',
      () =>
        `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: issuer })).toString('base64url')}.`,
    ],
    [
      'an HMAC under the public key',
      () => new SignJWT({ iss: issuer }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(Buffer.alloc(32, 1)),
    ],
    ['text', () => 'not a token'],
    ['a very long token', () => 'a'.repeat(100_000)],
  ])('refuses %s', async (_name, make) => {
    await expect((await open()).authenticate(await make())).rejects.toMatchObject({ code: 'wallet_not_trusted' });
  });

  it('FT-B5b: a key that the issuer has begun to use since the last look is found', async () => {
    const connector = await open();
    await connector.authenticate(await token());
    const before = published;
    const next = await generateKeyPair('ES256');
    published = [...before, await jwkOf(next, 'k-next')];
    const signed = await token({ key: next.privateKey, header: { kid: 'k-next' } });
    await expect(connector.authenticate(signed)).resolves.toMatchObject({ subject: 'ada' });
    published = before;
  });

  it('says that the issuer cannot be reached, and asks it again the next time', async () => {
    let down = true;
    const flaky: typeof fetch = (input, init) => (down ? Promise.reject(new TypeError('refused')) : fetch(input, init));
    const connector = await wallet({ issuers: [{ issuer, client_ids: ['wallet-app'] }] }).open(
      connectorContext({ issuer: beckon, now: () => now, fetch: flaky }),
    );
    const good = await token();
    await expect(connector.wallet?.authenticate(good)).rejects.toMatchObject({ code: 'connector_unavailable' });
    down = false;
    await expect(connector.wallet?.authenticate(good)).resolves.toMatchObject({ subject: 'ada' });
  });
});

describe('where claims come from', () => {
  const identify = async (status: number, body: unknown): Promise<unknown> => {
    userinfo = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
    return (await open()).identify(
      await token({ claims: { acr: 'high', auth_time: seconds, name: 'From the token' } }),
      { issuer, subject: 'ada' },
      [],
    );
  };

  it("takes them from the issuer's userinfo, without the token's own members", async () => {
    expect(await identify(200, { sub: 'ada', name: 'Ada', email: 'ada@example.com', iss: 'x' })).toEqual({
      subject: JSON.stringify([issuer, 'ada']),
      claims: { name: 'Ada', email: 'ada@example.com' },
      acr: 'high',
      amr: [],
      auth_time: seconds,
    });
  });

  it.each<[string, number, unknown, string]>([
    ['an answer about somebody else', 200, { sub: 'eve' }, 'connector_unavailable'],
    ['HTML', 200, '<html>', 'connector_unavailable'],
    ['a list', 200, [], 'connector_unavailable'],
    ['an error', 500, {}, 'connector_unavailable'],
    ['a refusal', 401, {}, 'wallet_not_trusted'],
    ['a body of 2 MB', 200, `{"sub":"ada","x":"${'a'.repeat(2_000_000)}"}`, 'connector_unavailable'],
  ])('refuses %s', async (_name, status, body, code) => {
    await expect(identify(status, body)).rejects.toMatchObject({ code });
  });

  it('takes them from the signed token where the issuer has no userinfo', async () => {
    const capability = await open({ issuers: [{ issuer, client_ids: ['wallet-app'], jwks_uri: `${issuer}/jwks` }] });
    const identity = await capability.identify(
      await token({ claims: { name: 'Ada' } }),
      { issuer, subject: 'ada' },
      [],
    );
    expect(identity.claims).toEqual({ name: 'Ada' });
  });
});

it('reports every mistake in its options', () => {
  const { issues } = wallet({
    id: 'Wallet!',
    issuers: [{ issuer: 'http://wallet.example', client_ids: [] }],
    app_link: 'https://wallet.example/open',
    ios_app_ids: ['nope'],
  });
  expect(issues.map(({ path }) => path)).toEqual([
    'id',
    'issuers.0.issuer',
    'issuers.0.client_ids',
    'app_link',
    'ios_app_ids.0',
  ]);
});

it('hands the text over in a link, whatever characters it has', async () => {
  const capability = await open({ app_link: 'https://wallet.example/open#text={text}' });
  expect(capability.handOver('https://id.example.com/q/A.1.B?$&')).toBe(
    'https://wallet.example/open#text=https%3A%2F%2Fid.example.com%2Fq%2FA.1.B%3F%24%26',
  );
  expect((await open()).handOver('x')).toBeNull();
});
