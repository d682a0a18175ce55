/** The session server of a fuzz, as a process of its own: with each connector, on a store on disk. Ends with its parent. */
import { PASBY_APP, KRDPASS_CLIENT } from '../../packages/sandbox/src/index.ts';
import { createPrivateKey } from 'node:crypto';
import { resolveConfig } from '../../packages/session-server/src/config/index.ts';
import { didit } from '../../packages/session-server/src/connectors/didit/index.ts';
import { krdpass } from '../../packages/session-server/src/connectors/krdpass/index.ts';
import { oidc } from '../../packages/session-server/src/connectors/oidc/index.ts';
import { pasby } from '../../packages/session-server/src/connectors/pasby/index.ts';
import { paswad } from '../../packages/session-server/src/connectors/paswad/index.ts';
import { uaepass } from '../../packages/session-server/src/connectors/uaepass/index.ts';
import { composeServer } from '../../packages/session-server/src/server/compose.ts';
import { WIDGET } from '../../packages/session-server/src/test-support/harness.ts';
import { walletOfThisMachine } from '../../packages/session-server/src/test-support/wallet-of-this-machine.ts';
import type { ServerOptions, ToParent, ToServer } from './server-messages.ts';

const options = JSON.parse(process.env['FUZZ_SERVER'] ?? '{}') as ServerOptions;
const { issuer, sandbox, secrets, clients } = options;
const server = await composeServer(
  resolveConfig({
    issuer,
    store: `sqlite:${options.file}`,
    secret: secrets['secret']!,
    subjectSecret: secrets['subjectSecret']!,
    clients,
    rateLimitFactor: options.rateLimitFactor,
    trustedProxies: ['127.0.0.1'],
    // Short, so that what was begun is over while the fuzz goes on.
    lifetimes: { unscannedSeconds: 20, scannedSeconds: 20, codeSeconds: 20, requestUriSeconds: 30 },
    connectors: [
      walletOfThisMachine({
        names: { en: 'Wallet' },
        issuers: [{ issuer: options.wallet, clientIds: ['phone'] }],
        appLink: 'https://wallet.example/open?uri={text}',
        iosAppIds: ['ABCDE12345.example.wallet'],
      }),
      pasby({
        baseUrl: `${sandbox}/pasby`,
        apiKey: PASBY_APP.api_key,
        appSecret: PASBY_APP.app_secret,
        app: PASBY_APP.app,
        organisation: PASBY_APP.organisation,
        privateKey: createPrivateKey({ key: PASBY_APP.private_key, format: 'jwk' })
          .export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      }),
      didit({
        baseUrl: `${sandbox}/didit`,
        issuer: `${sandbox}/didit`,
        clientId: 'sandbox-didit',
        clientSecret: 'sandbox-didit-secret',
      }),
      krdpass({ ...KRDPASS_CLIENT, casUrl: `${sandbox}/krdpass/cas`, appUrl: `${sandbox}/krdpass/app` }),
      uaepass({
        baseUrl: `${sandbox}/uaepass/idshub`,
        clientId: 'sandbox_stage',
        clientSecret: 'sandbox_stage',
        minimumLevel: 'SOP1',
        visitors: true,
      }),
      paswad({
        apiUrl: `${sandbox}/paswad/api`,
        issuer: `${sandbox}/paswad/id`,
        clientId: 'app_live_sandbox',
        clientSecret: 'sk_live_sandbox',
        webhookSecret: secrets['webhookSecret']!,
      }),
      oidc({
        id: 'oidc',
        names: { en: 'Example ID' },
        issuer: `${sandbox}/oidc`,
        clientId: 'beckon',
        clientSecret: 'sandbox-oidc-secret',
      }),
    ],
  }),
  { widget: WIDGET, logLevel: 'debug' },
);

const tell = (message: ToParent): void => void process.send?.(message);
process.on('message', (message: ToServer) => {
  if (message === 'stop') {
    void server.close().then(() => process.disconnect());
    return;
  }
  // Twice: what the first frees may hold more.
  for (let n = 0; n < 2; n += 1) globalThis.gc?.();
  tell({ heap_bytes: process.memoryUsage().heapUsed, sockets_open: process.getActiveResourcesInfo().length });
});
process.on('disconnect', () => process.exit());
tell({ url: await server.listen(Number(new URL(issuer).port)) });
