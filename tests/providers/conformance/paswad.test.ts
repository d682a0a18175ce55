import { createHmac } from 'node:crypto';
import { createSandbox, PASWAD_CLIENT, PASWAD_WEBHOOK_SECRET } from '../../../packages/sandbox/src/index.ts';
import { formWith } from '../../../packages/sandbox/src/phone/provider-pages.ts';
import { paswad, type PaswadOptions } from '../../../packages/session-server/src/connectors/paswad/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { browserAt, ISSUER, leftOf } from './stand-in.ts';

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
      async answer(location, decision) {
        const browser = browserAt(origin);
        await browser.visit(location);
        const form = formWith(browser.page, 'decision', decision);
        if (form === undefined) throw new Error(`no form: ${browser.page.title}`);
        await browser.submit(
          form,
          { name: 'decision', value: decision },
          decision === 'approve' ? { person: 'alma' } : {},
        );
        return leftOf(browser);
      },
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
