import { createHmac } from 'node:crypto';
import { createSandbox, PASWAD_CLIENT, PASWAD_WEBHOOK_SECRET } from '../../../packages/sandbox/src/index.ts';
import { paswad, type PaswadOptions } from '../../../packages/session-server/src/connectors/paswad/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { decideAt, ISSUER } from './stand-in.ts';

connectorConformance('paswad()', 'redirect', async () => {
  const sandbox = createSandbox({ beckon: { issuer: ISSUER } });
  const origin = await sandbox.listen(0);
  return {
    configure: (options) => paswad(options as unknown as PaswadOptions),
    options: {
      clientId: PASWAD_CLIENT.id,
      clientSecret: PASWAD_CLIENT.secret,
      webhookSecret: PASWAD_WEBHOOK_SECRET,
      issuer: `${origin}/paswad/id`,
      apiUrl: `${origin}/paswad/api`,
    },
    mistakes: [
      { path: 'webhookSecret', changes: { webhookSecret: 'short' } },
      { path: 'scope', changes: { scope: ['profile'] } },
      { path: 'prompt', changes: { prompt: 'none' } },
    ],
    secrets: [PASWAD_CLIENT.secret, PASWAD_WEBHOOK_SECRET],
    person: {
      kind: 'redirect',
      answer: (location, decision) => decideAt(origin, location, decision),
    },
    id_tokens: true,
    lies: [],
    impossible: {},
    // The example of Paswad's documentation.
    delivery: () => {
      const event = {
        id: 'evt_4tP0aZ',
        type: 'consent.revoked',
        created: 1_773_600_000,
        data: { sub: 'usr_2Hk9c1qZ' },
      };
      const body = Buffer.from(JSON.stringify(event));
      const signature = createHmac('sha256', PASWAD_WEBHOOK_SECRET).update(body).digest('hex');
      return Promise.resolve({ headers: { 'paswad-signature': signature }, body });
    },
    sources: ['the document that this project began with', 'https://docs.paswad.com'],
    close: () => sandbox.close(),
  };
});
