import { createSandbox, OIDC_CLIENT } from '../../../packages/sandbox/src/index.ts';
import { formWith } from '../../../packages/sandbox/src/phone/provider-pages.ts';
import { oidc, type OidcOptions } from '../../../packages/session-server/src/connectors/oidc/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { browserAt, ISSUER, leftOf } from './stand-in.ts';

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
    sources: ['OpenID Connect Core 1.0', 'OpenID Connect Discovery 1.0', 'RFC 6749, 7009, 7636, 9207'],
    close: () => sandbox.close(),
  };
});
