import { createSandbox, KRDPASS_CLIENT } from '../../../packages/sandbox/src/index.ts';
import { krdpass, type KrdPassOptions } from '../../../packages/session-server/src/connectors/krdpass/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { ISSUER, phoneAt } from './stand-in.ts';

connectorConformance('krdpass()', 'redirect', async () => {
  const sandbox = createSandbox({ beckon: { issuer: ISSUER } });
  const origin = await sandbox.listen(0);
  const phone = phoneAt(origin, 'ben');
  return {
    configure: (options) => krdpass(options as unknown as KrdPassOptions),
    options: {
      ...KRDPASS_CLIENT,
      casUrl: `${origin}/krdpass/cas`,
      appUrl: `${origin}/krdpass/app`,
    },
    mistakes: [
      { path: 'privateKey', changes: { privateKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' } },
      { path: 'scope', changes: { scope: ['profile'] } },
      { path: 'environment', changes: { environment: 'test' } },
    ],
    secrets: [KRDPASS_CLIENT.clientSecret],
    person: {
      kind: 'redirect',
      answer: async (location, decision) => String((await phone(location, decision))['location']),
    },
    id_tokens: true,
    lies: [],
    impossible: {},
    sources: ['the document that this project began with', 'https://github.com/ditkrg/krdpass-auth-samples'],
    close: () => sandbox.close(),
  };
});
