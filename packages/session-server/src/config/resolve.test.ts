import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { oidc } from '../connectors/oidc/index.ts';
import { type WalletOptions, wallet } from '../connectors/wallet/index.ts';
import type { BeckonConfig, ClientConfig } from './beckon-config.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { resolveConfig } from './resolve.ts';

const drawn = (): string => randomBytes(32).toString('base64url');
const secret = drawn();
const subjectSecret = drawn();
const client_secret = drawn();
const good: BeckonConfig = {
  issuer: 'https://id.example.com',
  secret,
  subjectSecret,
  clients: [
    {
      client_id: 'shop',
      client_name: 'Shop',
      client_secret,
      redirect_uris: ['https://shop.example/callback'],
    },
  ],
  connectors: [wallet({ issuers: [{ issuer: 'https://wallet.example', clientIds: ['app'] }] })],
};

const issuers = [{ issuer: 'https://wallet.example', clientIds: ['app'] }];
const unknownOption = wallet({ issuers, colour: 'blue' } as unknown as WalletOptions);
const noIssuer = wallet({ issuers: [{ clientIds: ['app'] }] } as unknown as WalletOptions);

function issuesOf(config: unknown): readonly ConfigIssue[] {
  try {
    resolveConfig(config as BeckonConfig);
    return [];
  } catch (cause) {
    if (cause instanceof ConfigError) return cause.issues;
    throw cause;
  }
}
const pathsOf = (config: unknown): readonly string[] => issuesOf(config).map(({ path }) => path);
const withClient = (change: object): unknown => ({ ...good, clients: [{ ...good.clients[0], ...change }] });

it.each([0, 1.5, 3651])('refuses to keep what happened for %s days', (retentionDays) => {
  expect(pathsOf({ ...good, audit: { retentionDays } })).toEqual(['audit.retentionDays']);
  for (const forward of [
    { url: 'ftp://logs.example' },
    { url: 'https://user:word@logs.example' },
    { syslog: 'tcp://logs.example' },
    { syslog: 'https://logs.example:514' },
    { syslog: 'udp://logs.example:514/path' },
  ])
    expect(pathsOf({ ...good, audit: { forward } })).not.toEqual([]);
  const forward = { syslog: 'tls://[2001:db8::1]:6514' };
  expect(resolveConfig({ ...good, audit: { forward } }).audit.forward).toEqual(forward);
  expect(resolveConfig({ ...good, audit: { retentionDays: 400 } }).audit.retention_ms).toBe(400 * 86_400_000);
});

it('fills in every default', () => {
  const settings = resolveConfig(good);
  expect(settings).toMatchObject({
    qrBaseUrl: 'https://id.example.com/Q/',
    store: { type: 'sqlite', path: './beckon.db' },
    lifetimes: { unscanned_ms: 120_000, scanned_ms: 300_000, code_ms: 60_000, request_uri_ms: 600_000, frame_ms: 2000 },
    admin: null,
    audit: { retention_ms: 30 * 86_400_000, forward: null },
  });

  expect(settings.clients[0]).toMatchObject({
    token_endpoint_auth_method: 'client_secret_basic',
    connectors: ['wallet'],
    scope: ['openid'],
    require_pkce: true,
    id_token_claims: false,
    upstream_tokens: false,
    post_logout_redirect_uris: [],
    backchannel_logout_uri: null,
    webhook: null,
    subject_type: 'public',
    client_uri: null,
    policy_uri: null,
    tos_uri: null,
    sector_identifier_uri: null,
    audience: [],
    introspects: [],
    access_token_lifetime: 3600,
    id_token_lifetime: 3600,
    refresh_token_lifetime: 2_592_000,
    refresh_token_idle_lifetime: 1_209_600,
    cross_device: { verification: 'auto', network: 'warn', scope: ['openid'], confirm_person: false, direct: false },
  });
});

it('keeps no client secret in the clear', () => {
  expect(JSON.stringify(resolveConfig(good))).not.toContain(client_secret);
});

it('grants nothing long-lived across devices unless the operator says so', () => {
  const scope = 'openid offline';
  const scopeOf = (change: object): unknown =>
    resolveConfig(withClient(change) as BeckonConfig).clients[0]?.cross_device.scope;
  expect(scopeOf({ scope })).toEqual(['openid']);
  expect(scopeOf({ scope, cross_device: { scope: 'openid offline_access' } })).toEqual(['openid', 'offline_access']);
});

it('reports all mistakes at once, those of shape and those between fields', () => {
  const config = {
    ...good,
    issuer: 'http://id.example.com/',
    secret: 'short',
    lifetimes: { unscannedSeconds: 0 },
    colour: 'blue',
    clients: [
      { ...good.clients[0], redirect_uris: ['/callback'], connectors: ['unknown'] },
      { ...good.clients[0], client_secret: undefined, token_endpoint_auth_method: 'client_secret_post' },
    ],
    connectors: [wallet({ issuers: [] })],
  };
  expect(pathsOf(config).toSorted()).toEqual(
    [
      'issuer',
      'secret',
      'lifetimes.unscannedSeconds',
      'colour',
      'clients[0].redirect_uris[0]',
      'clients[1].client_secret',
      'clients[1].client_id',
      'connectors[0].issuers',
      'clients[0].connectors[0]',
    ].toSorted(),
  );
});

it('FT-A3d: mode direct is off unless a client asks for it', () => {
  const direct = (change: object): unknown =>
    resolveConfig(withClient(change) as BeckonConfig).clients[0]?.cross_device.direct;
  expect(direct({})).toBe(false);
  expect(direct({ cross_device: { direct: true } })).toBe(true);
});

it('FT-A3d: mode direct is refused for a client that cannot authenticate', () => {
  const client = withClient({ token_endpoint_auth_method: 'none', cross_device: { direct: true } });
  expect(pathsOf(client)).toContain('clients[0].cross_device.direct');
});

it.each([
  [
    'a public client, whose tokens are in a browser',
    { client_secret: undefined, token_endpoint_auth_method: 'none' },
    1,
  ],
  [
    'a client whose API is shown its tokens',
    { client_secret: 'a secret of some length', audience: ['https://api.example'] },
    1,
  ],
  ['a client with a secret alone', { client_secret: 'a secret of some length' }, 0],
])('FT-D11b: upstream_tokens of %s', (_, change, mistakes) => {
  const paths = pathsOf(withClient({ ...change, upstream_tokens: true }));
  expect(paths.filter((path) => path.endsWith('.upstream_tokens'))).toHaveLength(mistakes);
});

it('links to the sandbox’s phone only where no stranger can reach the server', () => {
  const sandboxPhone = 'http://127.0.0.1:4402/phone';
  expect(resolveConfig({ ...good, issuer: 'http://127.0.0.1:4400', sandboxPhone }).sandboxPhone).toBe(sandboxPhone);
  expect(issuesOf({ ...good, sandboxPhone })).toEqual([
    { path: 'sandboxPhone', message: 'is only for an issuer on this machine: leave it out' },
  ]);
});

it('FT-C40a: reports a picture that is not there with every other mistake', () => {
  const connectors = [wallet({ issuers: [], mark: { light: './no-such-file.svg' } })];
  expect(pathsOf({ ...good, connectors })).toEqual(['connectors[0].issuers', 'connectors[0].mark.light']);
});

describe('one mistake', () => {
  it.each<[string, unknown, string]>([
    ['nothing at all', undefined, ''],
    ['a list', [], ''],
    ['no secret', { ...good, secret: undefined }, 'secret'],
    ['a secret that is no base64url', { ...good, secret: `${secret}!` }, 'secret'],
    ['a list with a short secret', { ...good, secret: [secret, 'short'] }, 'secret[1]'],
    ['no subject secret', { ...good, subjectSecret: undefined }, 'subjectSecret'],
    ['an issuer with a path', { ...good, issuer: 'https://example.com/id' }, 'issuer'],
    ['a QR base without its slash', { ...good, qrBaseUrl: 'https://id.example.com/Q' }, 'qrBaseUrl'],
    ['an unknown store', { ...good, store: 'mysql://x' }, 'store'],
    ['a proxy that is no range', { ...good, trustedProxies: ['10.0.0.0/99'] }, 'trustedProxies[0]'],
    ['no client', { ...good, clients: [] }, 'clients'],
    ['a code that lives too long', { ...good, lifetimes: { codeSeconds: 61 } }, 'lifetimes.codeSeconds'],
    [
      'a connector that is none',
      { ...good, connectors: [{}], clients: [{ ...good.clients[0], connectors: undefined }] },
      'connectors[0]',
    ],
    ['a doubled connector', { ...good, connectors: [good.connectors[0], good.connectors[0]] }, 'connectors[1].id'],
    [
      'a redirect URI with a fragment',
      withClient({ redirect_uris: ['https://shop.example/#x'] }),
      'clients[0].redirect_uris[0]',
    ],
    [
      'a redirect URI over http',
      withClient({ redirect_uris: ['http://shop.example/'] }),
      'clients[0].redirect_uris[0]',
    ],
    ['a script as redirect URI', withClient({ redirect_uris: ['javascript:alert(1)'] }), 'clients[0].redirect_uris[0]'],
    [
      'an origin with a path',
      withClient({ allowed_origins: ['https://shop.example/'] }),
      'clients[0].allowed_origins[0]',
    ],
    ['an origin that is everybody', withClient({ allowed_origins: ['*'] }), 'clients[0].allowed_origins[0]'],
    ['a scope with two spaces', withClient({ scope: 'openid  email' }), 'clients[0].scope'],
    [
      'three client secrets',
      withClient({ client_secret: ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'] }),
      'clients[0].client_secret',
    ],
    [
      'a public client without PKCE',
      withClient({ client_secret: undefined, token_endpoint_auth_method: 'none', require_pkce: false }),
      'clients[0].require_pkce',
    ],
    [
      'a secret that did not arrive, which must not make the client a public one',
      withClient({ client_secret: undefined }),
      'clients[0].client_secret',
    ],
    ['a logo of another site', withClient({ logo_uri: 'https://cdn.example/logo.png' }), 'clients[0].logo_uri'],
    ['a connector listed twice', withClient({ connectors: ['wallet', 'wallet'] }), 'clients[0].connectors[1]'],
    ['one secret for both purposes', { ...good, subjectSecret: secret }, 'subjectSecret'],
    ['one of the secrets for both purposes', { ...good, secret: [subjectSecret, secret] }, 'subjectSecret'],
    ['an option that no connector knows', { ...good, connectors: [unknownOption] }, 'connectors[0].colour'],
    ['a mistake deep inside a connector', { ...good, connectors: [noIssuer] }, 'connectors[0].issuers[0].issuer'],
    ['a logo over http', withClient({ logo_uri: 'http://shop.example/logo.png' }), 'clients[0].logo_uri'],
  ])('%s is named', (_name, config, path) => {
    expect(new Set(pathsOf(config))).toEqual(new Set([path]));
  });
});

it.each([
  'Bank\u202e elpmaxe',
  'Shop\u2066',
  'Shop\nSign in here',
  'Shop\0',
  'a\ud800',
  '   ',
  '\u200b\u200b',
  '\u2060',
])('FT-C58a: a name that would turn or break what people read is a mistake: %j', (name) => {
  expect(pathsOf(withClient({ client_name: name }))).toEqual(['clients[0].client_name']);
});

it.each(['متجر نور', 'فروشگاه می‌خواهم', 'חנות', '👩‍👩‍👧 Family', 'A<b>&"', '!'])('FT-C58a: a name may be %j', (name) => {
  expect(pathsOf(withClient({ client_name: name }))).toEqual([]);
});

it.each([
  'https://a;script-src *.example/logo.png',
  "https://a'unsafe-inline'/logo.png",
  'https://a,b/logo.png',
  'https://*/logo.png',
  'javascript:alert(1)',
  'data:text/html,<script>',
  '//cdn.example/logo.png',
])('a logo like %s would say something else in a policy', (logo_uri) => {
  expect(pathsOf(withClient({ logo_uri }))).toEqual(['clients[0].logo_uri']);
});

it.each([
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'http://shop.example/privacy',
  'https://shop.example@evil.example/',
  'https://:secret@shop.example/',
  'shop.example/privacy',
  `https://shop.example/${'a'.repeat(2_048)}`,
])('a page to link to is on the web, and no other: %s', (link) => {
  for (const name of ['client_uri', 'policy_uri', 'tos_uri'])
    expect(pathsOf(withClient({ [name]: link }))).toEqual([`clients[0].${name}`]);
  expect(pathsOf({ ...good, helpUrl: link })).toEqual(['helpUrl']);
});

it.each([
  'https://*.example',
  'https://a;b',
  "https://a'b",
  'https://a,b',
  'HTTPS://a',
  'null',
  'https://a:443',
  'file://a',
])('an origin like %s would say something else in a policy', (origin) => {
  expect(pathsOf(withClient({ allowed_origins: [origin] }))).toEqual(['clients[0].allowed_origins[0]']);
});

it.each([
  'https://shop.example/\0',
  'https://shop.example/ü',
  ' https://shop.example/',
  'data:text/html,x',
  '//shop.example/',
])('a redirect URI like %j is refused', (uri) => {
  expect(new Set(pathsOf(withClient({ redirect_uris: [uri] })))).toEqual(new Set(['clients[0].redirect_uris[0]']));
});

it('says what is missing, and what is of the wrong type, for each setting', () => {
  const config = {
    issuer: 5,
    store: [],
    secret: {},
    clients: [null, {}],
    connectors: 'wallet',
    admin: { port: 70_000 },
    lifetimes: { codeSeconds: '60' },
    rateLimitFactor: 0,
  };
  expect(Object.fromEntries(issuesOf(config).map(({ path, message }) => [path, message]))).toMatchObject({
    issuer: 'must be a string',
    store: 'must be "sqlite:<path>", "sqlite::memory:", sqlite({ … }) or a store of your own',
    subjectSecret: expect.stringContaining('is missing') as string,
    'clients[0]': 'must be an object',
    'clients[1].client_id': expect.stringContaining('is missing: write the id') as string,
    'clients[1].redirect_uris': expect.stringContaining('is missing: write the callback addresses') as string,
    connectors: 'must be an array',
    'admin.port': 'must be at most 65535',
    'lifetimes.codeSeconds': 'must be a number',
    rateLimitFactor: 'must be more than 0',
  });
});

it('says of a secret too many that, and not what a single one would have to be', () => {
  expect(issuesOf(withClient({ client_secret: [drawn(), drawn(), drawn()] }))).toEqual([
    { path: 'clients[0].client_secret', message: 'has more than two values: write one, or two while it is rotated' },
  ]);
});

it('says what is wrong with a connector in the same words, at the setting', () => {
  const connector = oidc({
    id: 'one',
    names: { en: 'One' },
    allowedHosts: '*',
    reauthenticate: 'no',
    reauth: 1,
  } as never);
  const said = issuesOf({ ...good, connectors: [connector] }).map(({ path, message }) => `${path}: ${message}`);
  expect(said.toSorted()).toEqual([
    'connectors[0].allowedHosts: must be an array',
    'connectors[0].clientId: is missing',
    'connectors[0].issuer: is missing',
    'connectors[0].reauth: is not a known setting: take it out',
    'connectors[0].reauthenticate: must be a boolean',
  ]);
});

it.each([
  ['qr_base_url', 'qrBaseUrl'],
  ['store_limit_mb', 'storeLimitMebibytes'],
  ['trusted_proxies', 'trustedProxies'],
  ['rate_limit_factor', 'rateLimitFactor'],
  ['TrustedProxies', 'trustedProxies'],
])('says what %s is now: %s', (former, name) => {
  expect(issuesOf({ ...good, [former]: 'x' })).toEqual([{ path: former, message: `is now \`${name}\`` }]);
});

it('says what a lifetime is now, unit and all', () => {
  const lifetimes = { unscanned_s: 120, scanned_s: 300, code_s: 60, request_uri_s: 600, frame_ms: 2000, s: 1 };
  const said = issuesOf({ ...good, lifetimes }).map(({ path, message }) => `${path} ${message}`);
  expect(said).toEqual([
    'lifetimes.unscanned_s is now `unscannedSeconds`',
    'lifetimes.scanned_s is now `scannedSeconds`',
    'lifetimes.code_s is now `codeSeconds`',
    'lifetimes.request_uri_s is now `requestUriSeconds`',
    'lifetimes.frame_ms is now `frameMilliseconds`',
    'lifetimes.s is not a known setting: take it out',
  ]);
});

it('does not call missing what is there under its old name', () => {
  const { subjectSecret: given, ...rest } = good;
  expect(issuesOf({ ...rest, subject_secret: given })).toEqual([
    { path: 'subject_secret', message: 'is now `subjectSecret`' },
  ]);
});

it.each([
  ['redirectUris', 'is spelled `redirect_uris`'],
  ['clientSecret', 'is spelled `client_secret`'],
  ['requirePkce', 'is spelled `require_pkce`'],
  ['constructor', 'is not a known setting: take it out'],
])('a client is snake_case: %s %s', (key, message) => {
  const { redirect_uris, client_secret: _, ...rest } = good.clients[0] as ClientConfig;
  const client = { ...rest, [key]: redirect_uris, token_endpoint_auth_method: 'none' };
  const given = key === 'redirectUris' ? client : { ...client, redirect_uris };
  expect(issuesOf({ ...good, clients: [given] })).toEqual([{ path: `clients[0].${key}`, message }]);
});

it('so are its own members: crossDevice.confirmPerson', () => {
  expect(issuesOf(withClient({ crossDevice: {} }))).toEqual([
    { path: 'clients[0].crossDevice', message: 'is spelled `cross_device`' },
  ]);
  expect(issuesOf(withClient({ cross_device: { confirmPerson: true } }))).toEqual([
    { path: 'clients[0].cross_device.confirmPerson', message: 'is spelled `confirm_person`' },
  ]);
});

it('asks whether the environment variable is set where a key has no value', () => {
  const unset = 'is not set: is the environment variable set?';
  const { client_id: _, ...withoutId } = good.clients[0] as ClientConfig;
  const config: BeckonConfig = {
    ...good,
    issuer: undefined,
    secret: [secret, undefined],
    subjectSecret: undefined,
    trustedProxies: [undefined],
    clients: [
      {
        client_id: 'shop',
        client_name: undefined,
        client_secret: undefined,
        redirect_uris: [undefined],
        allowed_origins: undefined,
      },
      withoutId as ClientConfig,
    ],
  };
  const bytes = 'at least 32 random bytes, base64url; `beckon-server secret` prints one';
  expect(Object.fromEntries(issuesOf(config).map(({ path, message }) => [path, message]))).toEqual({
    issuer: unset,
    'secret[1]': `${unset} (${bytes})`,
    subjectSecret: `${unset} (for a new server \`beckon-server secret\` prints one)`,
    'trustedProxies[0]': unset,
    'clients[0].client_name': unset,
    'clients[0].client_secret': `${unset} Leave the line out for a public client`,
    'clients[0].redirect_uris[0]': unset,
    'clients[1].client_id': "is missing: write the id by which the website's requests name it, for example 'shop'",
  });
  expect(issuesOf(withClient({ client_secret: undefined, token_endpoint_auth_method: 'client_secret_post' }))).toEqual([
    { path: 'clients[0].client_secret', message: `${unset} (token_endpoint_auth_method is "client_secret_post")` },
  ]);
});

it('never quotes a secret', () => {
  const text = issuesOf({
    ...good,
    secret: 'my-short-secret',
    clients: [{ ...good.clients[0], client_secret: 'sssshhh' }],
  })
    .map(({ message }) => message)
    .join();
  expect(text).not.toMatch(/my-short-secret|sssshhh/);
});

it.each(['email', 'profile', 'openid', 'offline_access', 'sub', 'name', 'acr'])(
  'takes no connector called %s: as a scope or a claim it would be something else',
  (id) => {
    expect(issuesOf({ ...good, connectors: [wallet({ issuers, id })] })).toEqual([
      { path: 'connectors[0].id', message: 'is the name of a standard scope or claim: choose another' },
    ]);
  },
);

it.each([undefined, '', '__proto__', 'constructor.x', '../callback', 'two words', 'É', 'a'.repeat(33), 7])(
  'a connector of another package is not called %j: its id is a scope, a claim, and a part of addresses',
  (id) => {
    const theirs = { id, issues: [], open: () => Promise.reject(new Error('not asked')) };
    const [issue, ...others] = issuesOf({ ...good, connectors: [theirs] });
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ path: 'connectors[0].id', message: expect.stringContaining('1 to 32') });
    expect(issuesOf({ ...good, connectors: [{ ...theirs, id: 'theirs' }] })).toEqual([]);
  },
);

it('FT-C3o: a wallet issuer of this machine is refused on a public server, and taken on this machine', () => {
  const sandbox = wallet({ issuers: [...issuers, { issuer: 'http://127.0.0.1:4402/wallet', clientIds: ['app'] }] });
  const config = { ...good, connectors: [sandbox] };
  expect(issuesOf(config)).toEqual([
    {
      path: 'connectors[0].issuers[1].issuer',
      message: 'is on this machine, as the sandbox is, and no real wallet: take it out',
    },
  ]);
  expect(issuesOf({ ...config, issuer: 'http://localhost:4400' })).toEqual([]);
  expect(pathsOf({ ...config, issuer: 'id.example.com' }), 'nothing is said of an issuer that is none').not.toContain(
    'connectors[0].issuers[1].issuer',
  );
});
