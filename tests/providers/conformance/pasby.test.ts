import { createSandbox, PASBY_APP } from '../../../packages/sandbox/src/index.ts';
import { pasby, type PasbyOptions } from '../../../packages/session-server/src/connectors/pasby/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { ISSUER, phoneAt, post, textOf } from './stand-in.ts';

connectorConformance('pasby()', 'upstream', async () => {
  const sandbox = createSandbox({ beckon: { issuer: ISSUER } });
  const origin = await sandbox.listen(0);
  const phone = phoneAt(origin, 'alma');
  const { private_key } = (await (await fetch(`${origin}/pasby/sandbox`)).json()) as { private_key: string };
  const stamped = (stamp: Record<string, unknown>) => () => post(`${origin}/pasby/sandbox`, { stamp });
  return {
    configure: (options) => pasby(options as unknown as PasbyOptions),
    options: {
      apiKey: PASBY_APP.api_key,
      appSecret: PASBY_APP.app_secret,
      app: PASBY_APP.app,
      organisation: PASBY_APP.organisation,
      privateKey: private_key,
      baseUrl: `${origin}/pasby`,
    },
    mistakes: [
      { path: 'privateKey', changes: { privateKey: 'no key' } },
      { path: 'appSecret', changes: { appSecret: 'prd_of_production' } },
      { path: 'seeds', changes: { seeds: 11 } },
      { path: 'claims.0', changes: { claims: ['family'] } },
      { path: 'modes', changes: { modes: [] } },
    ],
    secrets: [PASBY_APP.api_key, PASBY_APP.app_secret, ...private_key.split('\n').filter((line) => line.length > 40)],
    person: {
      kind: 'upstream',
      answer: (started, decision) => phone(textOf(started), decision),
      expire: () => post(`${origin}/pasby/sandbox`, { end: { how: 'expired' } }),
    },
    id_tokens: false,
    lies: [
      { kind: 'forged', name: 'a stamp of another action', before: stamped({ action: 'signup' }) },
      { kind: 'forged', name: 'a stamp with another text', before: stamped({ payload: 'Send 100 coins' }) },
      { kind: 'forged', name: 'a stamp with more claims', before: stamped({ acquireClaims: ['financial.bvn'] }) },
      { kind: 'expired', name: 'a stamp that is over', before: stamped({ exp: 1 }) },
      { kind: 'replayed', name: 'the stamp of another request', before: stamped({ id: 'req_other' }) },
      { kind: 'wrong audience', name: 'a stamp for another app', before: stamped({ app: 'app_other' }) },
    ],
    impossible: {},
    // One tells it as it happens, the other when asked.
    substitutes: /^\w+ \/pasby\/api\/v2\/flow\/(sse|ping)/,
    sources: ['the document that this project began with', 'https://docs.pasby.africa'],
    reset: async () => {
      // One address asks for all cases here.
      await post(`${origin}/pasby/sandbox`, { requests_per_minute: 1_000_000, stamp: {} });
    },
    close: () => sandbox.close(),
  };
});
