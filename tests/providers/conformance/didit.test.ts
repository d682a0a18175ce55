import { createSandbox } from '../../../packages/sandbox/src/index.ts';
import { didit, type DiditOptions } from '../../../packages/session-server/src/connectors/didit/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { ISSUER, phoneAt, post, textOf } from './stand-in.ts';

connectorConformance('didit()', 'upstream', async () => {
  const sandbox = createSandbox({ beckon: { issuer: ISSUER } });
  const origin = await sandbox.listen(0);
  const base = `${origin}/didit`;
  const phone = phoneAt(origin);
  return {
    configure: (options) => didit(options as unknown as DiditOptions),
    options: {
      clientId: 'sandbox-didit',
      clientSecret: 'sandbox-didit-secret',
      baseUrl: base,
      issuer: base,
      jwksUri: `${base}/jwks.json`,
      introspectionEndpoint: `${base}/auth/v2/introspect`,
      cancelEndpoint: `${base}/auth/v2/session/{session_id}/cancel/`,
    },
    mistakes: [
      { path: 'clientId', changes: { clientId: 'a:b' } },
      { path: 'statusEndpoint', changes: { statusEndpoint: 'https://apx.didit.me/status' } },
      { path: 'notificationsEndpoint', changes: { notificationsEndpoint: 'https://apx.didit.me/ws' } },
      { path: 'pollMilliseconds', changes: { pollMilliseconds: 1 } },
      { path: 'fieldNames.code', changes: { fieldNames: { code: [] } } },
      { path: 'scopes.profile.0', changes: { scopes: { profile: ['two words'] } } },
    ],
    secrets: ['sandbox-didit-secret'],
    person: {
      kind: 'upstream',
      answer: (started, decision) => phone(textOf(started), decision),
      expire: () => post(`${base}/sandbox`, { end: { status: 'expired' } }),
    },
    id_tokens: true,
    lies: [
      {
        kind: 'forged',
        name: 'a token that does not count',
        before: () => post(`${base}/sandbox`, { inactive: true }),
      },
      {
        kind: 'replayed',
        name: 'the state of another sign-in',
        rewrite: (_endpoint, answer) =>
          JSON.parse(JSON.stringify(answer).replace(/([?&]state=)[\w-]+/, '$1of-another-sign-in')) as unknown,
      },
    ],
    impossible: {},
    sources: ['the document that this project began with', 'https://docs.didit.me/auth-and-data'],
    reset: async () => {
      await post(`${base}/sandbox`, { inactive: false });
    },
    close: () => sandbox.close(),
  };
});
