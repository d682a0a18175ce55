import { createServer, request, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionHandle } from '@beckon/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exampleConfig, type Harness, REQUEST, scanOf, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';

/** Both ends behind one Unix socket, as behind a proxy on the same machine. */
let harness: Harness;
let server: Server;
let folder: string;
let socketPath: string;

beforeEach(async () => {
  const [shop, ...others] = exampleConfig().clients;
  harness = await startHarness({ clients: [{ ...shop!, cross_device: { network: 'require' } }, ...others] });
  folder = await mkdtemp(join(tmpdir(), 'beckon-socket-'));
  socketPath = join(folder, 'http');
  server = createServer(harness.server.listener);
  await new Promise<void>((resolve) => {
    server.listen(socketPath, resolve);
  });
});
afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await harness.close();
  await rm(folder, { recursive: true });
});

it.each([
  ['with no header', {}],
  ['with a header, since nothing says that the peer is trusted', { 'x-forwarded-for': '192.0.2.10' }],
])('FT-A2b: `require` refuses everybody behind a Unix socket, %s', async (_, forwarded) => {
  const begun = await call('POST', '/session', { ...forwarded, origin: SHOP_ORIGIN }, REQUEST);
  expect(begun.status).toBe(201);
  const session = begun.body as SessionHandle;
  const { id, step, mac } = scanOf(shownText(session.qr));
  const authorization = `Bearer ${await harness.wallet.token()}`;
  const scanned = await call('GET', `/session/${id}/information?step=${step}&mac=${mac}`, {
    ...forwarded,
    authorization,
  });
  expect(scanned).toMatchObject({ status: 403, body: { error: 'verification_failed' } });
  const seen = await call('GET', `/session/${id}/status`, { authorization: `Bearer ${session.session_secret}` });
  expect(seen.body, 'the refused phone claimed nothing').toMatchObject({ status: 'initialized' });
});

it('FT-A2d: a server that starts with `require` and no named proxy says so in its log', () => {
  const warned = harness.log.filter((line) => line.includes('"event":"configuration"'));
  expect(warned).toHaveLength(1);
  expect(warned[0]).toContain('clients[0].cross_device.network');
});

function call(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, method, path, agent: false, headers: { ...headers, 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) as unknown }));
      },
    );
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}
