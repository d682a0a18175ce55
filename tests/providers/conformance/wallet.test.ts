import { createSandbox } from '../../../packages/sandbox/src/index.ts';
import { wallet, type WalletOptions } from '../../../packages/session-server/src/connectors/wallet/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { ISSUER, post } from './stand-in.ts';

connectorConformance('wallet()', 'wallet', async () => {
  const sandbox = createSandbox({ beckon: { issuer: ISSUER } });
  const origin = await sandbox.listen(0);
  const issuer = `${origin}/wallet`;
  let overrides: Record<string, unknown> = {};
  const issued = (changes: Record<string, unknown>) => () => {
    overrides = changes;
    return Promise.resolve();
  };
  return {
    configure: (options) => wallet(options as unknown as WalletOptions),
    options: {
      names: { en: 'Example Wallet' },
      issuers: [{ issuer, clientIds: ['sandbox-phone'] }],
      appLink: `${origin}/phone#text={text}`,
      installUrl: `${origin}/phone`,
    },
    mistakes: [
      { path: 'issuers.0.issuer', changes: { issuers: [{ issuer: 'http://wallet.example', clientIds: ['x'] }] } },
      { path: 'issuers.0.clientIds', changes: { issuers: [{ issuer, clientIds: [] }] } },
      { path: 'appLink', changes: { appLink: 'https://wallet.example/open' } },
      { path: 'iosAppIds.0', changes: { iosAppIds: ['nope'] } },
    ],
    secrets: [],
    person: {
      kind: 'wallet',
      token: async () => String((await post(`${issuer}/token`, { person: 'alma', overrides }))['access_token']),
    },
    id_tokens: false,
    lies: [
      { kind: 'forged', name: 'a token by a stranger’s key', before: issued({ alg: 'RS256' }) },
      { kind: 'forged', name: 'a token without a signature', before: issued({ alg: 'none' }) },
      { kind: 'forged', name: 'an HMAC under the public key', before: issued({ alg: 'HS256' }) },
      { kind: 'forged', name: 'a token of another issuer', before: issued({ iss: 'https://evil.example' }) },
      { kind: 'expired', name: 'a token that is over', before: issued({ exp: 1_700_000_000 }) },
      { kind: 'expired', name: 'a token that never ends', before: issued({ exp: null }) },
      { kind: 'wrong audience', name: 'a token for another server', before: issued({ aud: 'https://other.example' }) },
      { kind: 'wrong audience', name: 'a token by another app', before: issued({ client_id: 'third-party' }) },
      { kind: 'wrong audience', name: 'an id_token', before: issued({ typ: 'JWT' }) },
    ],
    impossible: {
      replayed: 'an access token may be shown until it ends (RFC 6750); a session is claimed once, which flow sees to',
    },
    sources: ['RFC 9068', 'OpenID Connect Core §5.3'],
    reset: issued({}),
    close: () => sandbox.close(),
  };
});
