import { createSandbox, OIDC_CLIENT } from '../../../packages/sandbox/src/index.ts';
import { oidc, type OidcOptions } from '../../../packages/session-server/src/connectors/oidc/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { decideAt, ISSUER } from './stand-in.ts';

connectorConformance('oidc()', 'redirect', async () => {
  const sandbox = createSandbox({ beckon: { issuer: ISSUER } });
  const origin = await sandbox.listen(0);
  return {
    configure: (options) => oidc(options as unknown as OidcOptions),
    options: {
      id: 'example',
      names: { en: 'Example ID' },
      issuer: `${origin}/oidc`,
      clientId: OIDC_CLIENT.id,
      clientSecret: OIDC_CLIENT.secret,
    },
    mistakes: [
      { path: 'issuer', changes: { issuer: 'id.example.com' } },
      { path: 'scope', changes: { scope: ['profile'] } },
      { path: 'prompt', changes: { prompt: 'none' } },
    ],
    secrets: [OIDC_CLIENT.secret],
    person: {
      kind: 'redirect',
      answer: (location, decision) => decideAt(origin, location, decision),
    },
    id_tokens: true,
    lies: [],
    impossible: {},
    sources: ['OpenID Connect Core 1.0', 'OpenID Connect Discovery 1.0', 'RFC 6749, 7009, 7636, 9207'],
    close: () => sandbox.close(),
  };
});
