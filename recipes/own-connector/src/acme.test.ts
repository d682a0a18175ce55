import { randomBytes } from 'node:crypto';
import { createSessionServer } from '@beckon/session-server';
import { type ConnectorUnderTest, connectorConformance } from '@beckon/session-server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { acme } from './index.ts';
import type { AcmeOptions } from './options.ts';
import { SHOP, begin, redeem, watch } from './relying-party.ts';
import { startStandIn } from './stand-in.ts';

const clientId = 'beckon';
const apiKey = randomBytes(24).toString('base64url');

connectorConformance('Acme Approve', 'upstream', async (): Promise<ConnectorUnderTest> => {
  const app = await startStandIn(clientId, apiKey);
  const linkOf = (started: {
    readonly qr: { readonly texts: readonly string[] } | null;
    readonly link: string | null;
  }) => started.qr?.texts[0] ?? started.link ?? '';
  return {
    configure: (options) => acme(options as unknown as AcmeOptions),
    options: { id: 'acme', names: { en: 'Acme Approve' }, apiUrl: app.url, clientId, apiKey },
    mistakes: [
      { path: 'apiUrl', changes: { apiUrl: `${app.url}/` } },
      { path: 'apiKey', changes: { apiKey: 'short' } },
    ],
    secrets: [apiKey],
    person: {
      kind: 'upstream',
      answer: (started, decision) => app.decide(linkOf(started), decision),
      expire: async () => app.expire(),
    },
    id_tokens: true,
    lies: [],
    impossible: {},
    sources: ['README.md of this recipe'],
    close: () => app.close(),
  };
});

it('says that an environment variable is not set', () => {
  const { issues } = acme({ apiUrl: 'https://approve.acme.example', clientId, apiKey: undefined });
  expect(issues).toEqual([{ path: 'apiKey', message: expect.stringContaining('environment variable') }]);
});

it('signs an employee in', async () => {
  const app = await startStandIn(clientId, apiKey);
  onTestFinished(() => app.close());
  const server = await createSessionServer(
    {
      issuer: 'http://127.0.0.1:4400',
      store: 'sqlite::memory:',
      secret: randomBytes(32).toString('base64url'),
      subjectSecret: randomBytes(32).toString('base64url'),
      clients: [SHOP],
      connectors: [acme({ apiUrl: app.url, clientId, apiKey })],
    },
    { logLevel: 'silent' },
  );
  onTestFinished(() => server.close());
  const url = await server.listen(0);

  const session = await begin(url);
  const waiting = await watch(url, session, ({ qr }) => qr !== null);
  await app.decide(waiting.qr?.frames[0]?.text ?? '', 'approve');
  const confirmed = await watch(url, session, ({ status }) => status === 'confirmed');
  expect(await redeem(url, confirmed)).toMatchObject({ aud: 'shop', name: 'Ada Lovelace', email: 'ada@acme.example' });
});
