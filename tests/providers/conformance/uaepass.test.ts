import { createSandbox } from '../../../packages/sandbox/src/index.ts';
import { uaepass, type UaePassOptions } from '../../../packages/session-server/src/connectors/uaepass/index.ts';
import { connectorConformance } from '../../../packages/session-server/src/testing/index.ts';
import { decideAtUaePass, ISSUER } from './stand-in.ts';

connectorConformance('uaepass()', 'redirect', async () => {
  let ahead = 0;
  const sandbox = createSandbox({ beckon: { issuer: ISSUER }, now: () => Date.now() + ahead });
  const origin = await sandbox.listen(0);
  return {
    configure: (options) => uaepass(options as unknown as UaePassOptions),
    options: {
      clientId: 'sandbox_stage',
      clientSecret: 'sandbox_stage',
      baseUrl: `${origin}/uaepass/idshub`,
      minimumLevel: 'SOP1',
    },
    mistakes: [
      { path: 'clientId', changes: { clientId: 'with:colon' } },
      { path: 'extraScope.0', changes: { extraScope: ['openid'] } },
      { path: 'minimumLevel', changes: { minimumLevel: 'SOP4' } },
      { path: 'environment', changes: { environment: 'test' } },
    ],
    // Its staging secret is its staging client's name, which is in every address.
    secrets: [],
    person: {
      kind: 'redirect',
      answer: (location, decision) => decideAtUaePass(origin, location, decision, 'ben@example.com'),
    },
    id_tokens: false,
    lies: [
      {
        kind: 'expired',
        name: 'a code of 11 s',
        during: () => {
          ahead += 11_000;
          return Promise.resolve();
        },
      },
    ],
    impossible: {
      forged: 'UAE PASS signs nothing: what it says counts because its endpoints were asked over TLS',
      replayed: 'there is no nonce; the code counts once and for one verifier, which the callback cases try',
      'wrong audience': 'an access token says nothing of whom it is for; it comes for our code and our secret',
    },
    sources: ['the document that this project began with', 'https://docs.uaepass.ae'],
    reset: () => {
      ahead = 0;
      return Promise.resolve();
    },
    close: () => sandbox.close(),
  };
});
