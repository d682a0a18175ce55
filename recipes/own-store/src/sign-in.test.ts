import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SessionServer, createSessionServer } from '@beckon/session-server';
import { type ConnectorConfig, NO_CAPABILITIES } from '@beckon/session-server/connector';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { journal } from './index.ts';
import { SHOP, begin, redeem, watch } from './relying-party.ts';

/** An app that everybody approves with as soon as `approve` is called. */
function exampleApp(): { readonly config: ConnectorConfig; readonly approve: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    approve: resolve,
    config: {
      id: 'example',
      issues: [],
      open: async () => ({
        ...NO_CAPABILITIES,
        id: 'example',
        names: { en: 'Example app' },
        button: null,
        modes: ['qr'],
        verifies: { number: false, network: false },
        upstream: {
          start: async () => ({
            qr: { texts: ['https://app.example/r/1'], interval_ms: 60_000 },
            link: null,
            expires_at: null,
            providerState: null,
          }),
          async *follow(_kept, _start, signal) {
            const aborted = new Promise((resolveAborted) => signal.addEventListener('abort', resolveAborted));
            await Promise.race([promise, aborted]);
            if (signal.aborted) return;
            const identity = { subject: 'ada', claims: { name: 'Ada Lovelace' }, acr: null, amr: [], auth_time: null };
            yield { status: 'confirmed', identity, tokens: null };
          },
          cancel: async () => undefined,
        },
      }),
    },
  };
}

it('keeps a sign-in over a restart of the server', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'beckon-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const secrets = {
    secret: randomBytes(32).toString('base64url'),
    subjectSecret: randomBytes(32).toString('base64url'),
  };
  const app = exampleApp();
  const lines: string[] = [];
  const logger = pino({ name: 'beckon' }, { write: (line: string) => void lines.push(line) });
  const start = async (): Promise<{ server: SessionServer; url: string }> => {
    const server = await createSessionServer({
      issuer: 'http://127.0.0.1:4400',
      store: journal({ path: join(folder, 'beckon.journal') }),
      logger,
      ...secrets,
      clients: [SHOP],
      connectors: [app.config],
    });
    return { server, url: await server.listen(0) };
  };

  const before = await start();
  const session = await begin(before.url);
  const waiting = await watch(before.url, session, ({ qr }) => qr !== null);
  expect(waiting.status).toBe('initialized');
  await before.server.close();

  const after = await start();
  onTestFinished(() => after.server.close());
  expect(await after.server.ready()).toBe(true);
  app.approve();
  const confirmed = await watch(after.url, session, ({ status }) => status !== 'initialized' && status !== 'retrieved');
  expect(confirmed.status).toBe('confirmed');
  expect(await redeem(after.url, confirmed)).toMatchObject({ aud: 'shop', nonce: 'the-nonce', name: 'Ada Lovelace' });
  expect(await after.server.metrics()).toContain('beckon_redemptions_total{outcome="redeemed"} 1');
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({ name: 'beckon', msg: 'request', route: '/oauth/token', status: 200 }),
  );
});
