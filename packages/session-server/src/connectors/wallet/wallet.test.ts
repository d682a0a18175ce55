import {
  type GenerateKeyPairResult,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  exportJWK,
  generateKeyPair,
} from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AnsweringProvider, startAnsweringProvider } from '../../test-support/answering-provider.ts';
import { openConnector } from '../../test-support/connector-calls.ts';
import type { WalletCapability } from '../connector.ts';
import { wallet } from './index.ts';

/**
 * What concerns wallets alone. Forged, expired and misdirected tokens, broken answers and mistakes in the options are
 * the conformance suite's (`tests/providers/conformance/wallet.test.ts`).
 */

const beckon = 'https://id.example.com';
const now = 1_700_000_000_000;
const seconds = now / 1000;
const keys = await generateKeyPair('ES256');

let provider: AnsweringProvider;
/** Another host. */
let strange: AnsweringProvider;
let issuer = '';
let elsewhere = '';
const jwkOf = async ({ publicKey }: GenerateKeyPairResult, kid: string): Promise<Record<string, unknown>> => ({
  ...(await exportJWK(publicKey)),
  kid,
  alg: 'ES256',
  use: 'sig',
});

beforeAll(async () => {
  provider = await startAnsweringProvider();
  strange = await startAnsweringProvider();
  issuer = provider.base;
  elsewhere = strange.base;
});
beforeEach(async () => {
  const published = { body: { keys: [await jwkOf(keys, 'k1')] } };
  provider.reset({ '/jwks': published });
  strange.reset({ '/jwks': published, '/userinfo': { body: { sub: 'ada', name: 'Ada' } } });
  discovered();
});
afterAll(() => Promise.all([provider.close(), strange.close()]));

/** What its discovery document says, with this in place of the usual. */
function discovered(changes: Record<string, string> = {}): void {
  const body = { issuer, jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/userinfo`, ...changes };
  provider.answers['/.well-known/openid-configuration'] = { body };
}

async function open(extra: Partial<Parameters<typeof wallet>[0]> = {}): Promise<WalletCapability> {
  const config = wallet({ issuers: [{ issuer, clientIds: ['wallet-app'] }], ...extra });
  const connector = await openConnector(config, { issuer: beckon, now: () => now });
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

describe('SEC-TOKEN-TYPES: which tokens count', () => {
  it('trusts the wallet app of a configured issuer', async () => {
    expect(await (await open()).authenticate(await token())).toEqual({ issuer, subject: 'ada' });
  });

  it.each<[string, () => Promise<string> | string]>([
    ['an id_token', () => token({ header: { typ: 'JWT' } })],
    ["a third party's client of the same issuer", () => token({ claims: { client_id: 'third-party' } })],
    ['a token of another issuer', () => token({ claims: { iss: 'https://evil.example' } })],
    ['a token with no type', () => token({ header: { typ: undefined as unknown as string } })],
    ['a token for this server, but not for sessions', () => token({ claims: { aud: beckon } })],
    ['a token without the approving scope', () => token({ claims: { scope: 'openid profile' } })],
    ['a scope that only begins alike', () => token({ claims: { scope: 'beckon:approved' } })],
    ['a token that names no subject', () => token({ claims: { sub: '' } })],
    ['a token that is not valid yet', () => token({ claims: { nbf: seconds + 120 } })],
    ['an unknown key', () => token({ header: { kid: 'k2' } })],
    ['text', () => 'not a token'],
    ['a very long token', () => 'a'.repeat(100_000)],
  ])('refuses %s', async (_name, make) => {
    await expect((await open()).authenticate(await make())).rejects.toMatchObject({ code: 'wallet_not_trusted' });
  });

  it('FT-B5b: a key that the issuer has begun to use since the last look is found', async () => {
    const connector = await open();
    await connector.authenticate(await token());
    const next = await generateKeyPair('ES256');
    provider.answers['/jwks'] = { body: { keys: [await jwkOf(keys, 'k1'), await jwkOf(next, 'k-next')] } };
    const signed = await token({ key: next.privateKey, header: { kid: 'k-next' } });
    await expect(connector.authenticate(signed)).resolves.toMatchObject({ subject: 'ada' });
  });

  it('says that the issuer cannot be reached, and asks it again a second later', async () => {
    let down = true;
    const flaky: typeof fetch = (input, init) => (down ? Promise.reject(new TypeError('refused')) : fetch(input, init));
    let time = now;
    const config = wallet({ issuers: [{ issuer, clientIds: ['wallet-app'] }] });
    const connector = await openConnector(config, { issuer: beckon, now: () => time, fetch: flaky });
    const good = await token();
    await expect(connector.wallet?.authenticate(good)).rejects.toMatchObject({ code: 'connector_unavailable' });
    down = false;
    time += 1000;
    await expect(connector.wallet?.authenticate(good)).resolves.toMatchObject({ subject: 'ada' });
  });
});

describe('SEC-CLAIMS-SOURCE: where claims come from', () => {
  const identify = async (status: number, body: unknown): Promise<unknown> => {
    provider.answers['/userinfo'] = { status, body };
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
    ['an answer about another person', 200, { sub: 'eve' }, 'connector_unavailable'],
    ['a refusal', 401, {}, 'wallet_not_trusted'],
  ])('refuses %s', async (_name, status, body, code) => {
    await expect(identify(status, body)).rejects.toMatchObject({ code });
  });

  it('takes them from the signed token where the issuer has no userinfo', async () => {
    const capability = await open({ issuers: [{ issuer, clientIds: ['wallet-app'], jwksUri: `${issuer}/jwks` }] });
    const identity = await capability.identify(
      await token({ claims: { name: 'Ada' } }),
      { issuer, subject: 'ada' },
      [],
    );
    expect(identity.claims).toEqual({ name: 'Ada' });
  });
});

describe('FT-A9a: what an issuer’s discovery document may name', () => {
  const hostOf = (address: string): string => new URL(address).host;

  it.each<[string, () => Record<string, string>]>([
    ['keys', () => ({ jwks_uri: `${elsewhere}/jwks` })],
    ['userinfo', () => ({ userinfo_endpoint: `${elsewhere}/userinfo` })],
  ])('no other host for its %s: nothing is fetched there, and the log says which', async (_name, changes) => {
    discovered(changes());
    const [member = ''] = Object.keys(changes());
    const outcome = (await open()).authenticate(await token());
    await expect(outcome).rejects.toMatchObject({
      code: 'connector_unavailable',
      message: 'the wallet issuer cannot be reached right now',
      detail: `${issuer}: discovery: its ${member} is on a host that is not in allowedHosts`,
    });
    expect(strange.paths).toEqual([]);
  });

  it('but a host that the operator allowed', async () => {
    discovered({ jwks_uri: `${elsewhere}/jwks`, userinfo_endpoint: `${elsewhere}/userinfo` });
    const allowedHosts = [hostOf(elsewhere)];
    const capability = await open({ issuers: [{ issuer, clientIds: ['wallet-app'], allowedHosts }] });
    const holder = await capability.authenticate(await token());
    expect((await capability.identify(await token(), holder, [])).claims).toEqual({ name: 'Ada' });
    expect(strange.paths).toEqual(['/jwks', '/userinfo']);
  });

  it('nor the issuer’s own, where the operator allowed only others', async () => {
    const capability = await open({
      issuers: [{ issuer, clientIds: ['wallet-app'], allowedHosts: [hostOf(elsewhere)] }],
    });
    await expect(capability.authenticate(await token())).rejects.toMatchObject({ code: 'connector_unavailable' });
  });

  it.each([
    ['https://wallet.example'],
    ['wallet.example/path'],
    ['WALLET.example'],
    ['a@wallet.example'],
    ['*.example'],
    [''],
  ])('%j is no host', (host) => {
    const { issues } = wallet({ issuers: [{ issuer, clientIds: ['wallet-app'], allowedHosts: [host] }] });
    expect(issues.map(({ path }) => path)).toEqual(['issuers.0.allowedHosts.0']);
  });
});

describe('FT-A9b: what an issuer says of a person', () => {
  it('of 400 kB is refused', async () => {
    const body = { sub: 'ada', picture: 'javascript:alert(1)', x: 'a'.repeat(400_000) };
    provider.answers['/userinfo'] = { body };
    await expect((await open()).identify(await token(), { issuer, subject: 'ada' }, [])).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: `${issuer}: userinfo answered more than 262144 bytes`,
    });
  });

  it('comes through as far as it has the form that it should have, and the log says what has not', async () => {
    const said = {
      sub: 'ada',
      name: 'Ada',
      picture: 'javascript:alert(1)',
      email: 'a\r\nb@example.com',
      address: 'here',
    };
    provider.answers['/userinfo'] = { body: { ...said, zoneinfo: 'x'.repeat(5000) } };
    const logged: string[] = [];
    const config = wallet({ issuers: [{ issuer, clientIds: ['wallet-app'] }] });
    const log = (detail: string): void => void logged.push(detail);
    const connector = await openConnector(config, { issuer: beckon, now: () => now, log });
    const identity = await connector.wallet?.identify(await token(), { issuer, subject: 'ada' }, []);
    expect(identity?.claims).toEqual({ name: 'Ada' });
    expect(logged.join()).toMatch(/picture.*email.*address.*zoneinfo/);
    expect(logged.join()).not.toContain('javascript');
  });
});

it('says what an old spelling is now', () => {
  const former = {
    name: 'Wallet',
    app_link: 'https://wallet.example/open?uri={text}',
    issuers: [{ issuer: 'https://wallet.example', client_ids: ['app'], jwks_uri: 'https://wallet.example/jwks' }],
    android_apps: [],
  };
  const { issues } = wallet(former as unknown as Parameters<typeof wallet>[0]);
  expect(issues.map(({ path, message }) => `${path} ${message}`).toSorted()).toEqual([
    'android_apps is now `androidApps`',
    'app_link is now `appLink`',
    'issuers.0.client_ids is now `clientIds`',
    'issuers.0.jwks_uri is now `jwksUri`',
    'name is now `names`',
  ]);
});

it('is called what the operator says, in each language', async () => {
  const names = { en: 'Purse', ar: 'محفظة' };
  const config = wallet({ names, issuers: [{ issuer, clientIds: ['wallet-app'] }] });
  expect((await openConnector(config)).names).toEqual(names);
  expect(wallet({ names: 'Purse' as never, issuers: [{ issuer, clientIds: ['a'] }] }).issues).toEqual([
    { path: 'names', message: "must be texts by language, for example { en: 'Example' }" },
  ]);
});

it('hands the text over in a link, whatever characters it has', async () => {
  const capability = await open({ appLink: 'https://wallet.example/open#text={text}' });
  expect(capability.handOver('https://id.example.com/q/A.1.B?$&')).toBe(
    'https://wallet.example/open#text=https%3A%2F%2Fid.example.com%2Fq%2FA.1.B%3F%24%26',
  );
  expect((await open()).handOver('x')).toBeNull();
});
