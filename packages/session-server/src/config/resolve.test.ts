import { describe, expect, it } from 'vitest';
import { wallet } from '../connectors/wallet/index.ts';
import type { BeckonConfig } from './beckon-config.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { resolveConfig } from './resolve.ts';

const secret = 'a'.repeat(43);
const good: BeckonConfig = {
  issuer: 'https://id.example.com',
  secret,
  subject_secret: secret,
  clients: [
    {
      client_id: 'shop',
      client_name: 'Shop',
      client_secret: 'a good secret',
      redirect_uris: ['https://shop.example/callback'],
    },
  ],
  connectors: [wallet({ issuers: [{ issuer: 'https://wallet.example', client_ids: ['app'] }] })],
};

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

it('fills in every default', () => {
  const settings = resolveConfig(good);
  expect(settings).toMatchObject({
    qrBaseUrl: 'https://id.example.com/Q/',
    store: { type: 'sqlite', path: './beckon.db' },
    lifetimes: { unscanned_ms: 120_000, scanned_ms: 300_000, code_ms: 60_000, request_uri_ms: 600_000, frame_ms: 2000 },
    admin: null,
  });
  expect(settings.clients[0]).toMatchObject({
    token_endpoint_auth_method: 'client_secret_basic',
    connectors: ['wallet'],
    scope: ['openid'],
    require_pkce: true,
    cross_device: { verification: 'none', network: 'warn', scope: ['openid'] },
  });
});

it('keeps no client secret in the clear', () => {
  expect(JSON.stringify(resolveConfig(good))).not.toContain('a good secret');
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
    lifetimes: { unscanned_s: 0 },
    colour: 'blue',
    clients: [
      { ...good.clients[0], redirect_uris: ['/callback'], connectors: ['nobody'] },
      { ...good.clients[0], client_secret: undefined, token_endpoint_auth_method: 'client_secret_post' },
    ],
    connectors: [wallet({ issuers: [] })],
  };
  expect(pathsOf(config).toSorted()).toEqual(
    [
      'issuer',
      'issuer',
      'secret',
      'lifetimes.unscanned_s',
      'colour',
      'clients[0].redirect_uris[0]',
      'clients[1].client_secret',
      'clients[1].client_id',
      'connectors[0].issuers',
      'clients[0].connectors[0]',
    ].toSorted(),
  );
});

describe('one mistake', () => {
  it.each<[string, unknown, string]>([
    ['nothing at all', undefined, ''],
    ['a list', [], ''],
    ['no secret', { ...good, secret: undefined }, 'secret'],
    ['a secret that is no base64url', { ...good, secret: `${secret}!` }, 'secret'],
    ['a list with a short secret', { ...good, secret: [secret, 'short'] }, 'secret[1]'],
    ['no subject secret', { ...good, subject_secret: undefined }, 'subject_secret'],
    ['an issuer with a path', { ...good, issuer: 'https://example.com/id' }, 'issuer'],
    ['a QR base without its slash', { ...good, qr_base_url: 'https://id.example.com/Q' }, 'qr_base_url'],
    ['an unknown store', { ...good, store: 'mysql://x' }, 'store'],
    ['a proxy that is no range', { ...good, trusted_proxies: ['10.0.0.0/99'] }, 'trusted_proxies[0]'],
    ['no client', { ...good, clients: [] }, 'clients'],
    ['a code that lives too long', { ...good, lifetimes: { code_s: 61 } }, 'lifetimes.code_s'],
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
      withClient({ client_secret: undefined, require_pkce: false }),
      'clients[0].require_pkce',
    ],
    ['a logo over http', withClient({ logo_uri: 'http://shop.example/logo.png' }), 'clients[0].logo_uri'],
  ])('%s is named', (_name, config, path) => {
    expect(new Set(pathsOf(config))).toEqual(new Set([path]));
  });
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
