import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../jobs/index.ts';
import { asConnectorError } from '../openid-client/index.ts';
import { CERTIFICATES } from '../test-support/certificates.ts';
import { connectorContext } from '../testing/index.ts';
import { callJson } from './call-json.ts';
import { createLimitedFetch } from './limited-fetch.ts';
import { NETWORK_REASONS, NETWORK_WORDS, networkReasonOf } from './network-reason.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(
    () =>
      new Promise((resolve) => {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close(resolve);
      }),
  );
  return (server.address() as AddressInfo).port;
}

const answering = (listener: RequestListener): Promise<number> => listen(createHttpServer(listener));

/** A server that shows a certificate; `trusted`: as if an authority that we trust had signed it. */
async function tls(name: keyof typeof CERTIFICATES, trusted: boolean): Promise<number> {
  const before = getCACertificates('default');
  closing.push(() => Promise.resolve(setDefaultCACertificates(before)));
  if (trusted) setDefaultCACertificates([CERTIFICATES[name].cert]);
  return listen(createHttpsServer(CERTIFICATES[name], (_request, response) => response.end('{}')));
}

async function unused(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await closing.pop()?.();
  return port;
}

/** What a call comes to, as a person and the operator hear of it. */
async function failure(url: string, options: { readonly limit_ms?: number; readonly limit_bytes?: number } = {}) {
  const { limit_ms = 10_000, limit_bytes } = options;
  const timers = { ...systemTimers, limit: () => AbortSignal.timeout(limit_ms) };
  const context = connectorContext({ fetch: createLimitedFetch(timers) });
  const call = callJson(context, 'Example: token', url, limit_bytes === undefined ? {} : { limit_bytes });
  const error = asConnectorError(await call.catch((cause: unknown) => cause)) as Record<string, unknown>;
  return { code: error['code'], reason: error['reason'], detail: error['detail'], message: String(error['message']) };
}

describe('FT-C4a: a call that fails names its cause to the operator, and not to the person', () => {
  it.each([
    ['connection_refused', async () => `http://127.0.0.1:${await unused()}/`],
    ['name_not_found', () => Promise.resolve('https://no-such-host.invalid/')],
    ['certificate_self_signed', async () => `https://localhost:${await tls('good', false)}/`],
    ['certificate_host_name', async () => `https://127.0.0.1:${await tls('good', true)}/`],
    ['certificate_expired', async () => `https://localhost:${await tls('expired', true)}/`],
    ['tls_failed', async () => `https://127.0.0.1:${await answering((_request, response) => response.end())}/`],
    ['connection_lost', async () => `http://127.0.0.1:${await answering((_request, response) => response.destroy())}/`],
    [
      'redirected',
      async () =>
        `http://127.0.0.1:${await answering((_request, response) => response.writeHead(302, { location: '/x' }).end())}/`,
    ],
    [
      'too_large',
      async () => `http://127.0.0.1:${await answering((_request, response) => response.end('x'.repeat(1_048_577)))}/`,
    ],
  ] as const)('%s', async (reason, begin) => {
    const failed = await failure(await begin());
    expect(failed).toEqual({
      code: 'connector_unavailable',
      reason,
      detail: `Example: token failed: ${NETWORK_WORDS[reason]}`,
      message: 'the identity provider cannot be reached right now',
    });
  });

  it('time_limit', async () => {
    const port = await answering(() => undefined);
    const failed = await failure(`http://127.0.0.1:${port}/`, { limit_ms: 20 });
    expect(failed).toMatchObject({
      reason: 'time_limit',
      detail: `Example: token failed: ${NETWORK_WORDS.time_limit}`,
    });
  });

  it('too_large, by the limit of one call', async () => {
    const port = await answering((_request, response) => response.end('{"a":"long"}'));
    expect(await failure(`http://127.0.0.1:${port}/`, { limit_bytes: 3 })).toMatchObject({ reason: 'too_large' });
  });

  it.each([
    ['EAI_AGAIN', 'name_server_failed'],
    ['ENETUNREACH', 'unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'time_limit'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate_untrusted'],
    ['CERT_NOT_YET_VALID', 'certificate_not_yet_valid'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed'],
  ])('%s is %s', (code, reason) => {
    const cause = Object.assign(new Error('words of another program'), { code });
    expect(networkReasonOf(new TypeError('fetch failed', { cause }))).toBe(reason);
  });

  it('an error that says nothing has no reason, whatever its words', () => {
    expect(networkReasonOf(new TypeError('connect ECONNREFUSED'))).toBeNull();
    expect(networkReasonOf({ code: 404, reason: 'hunter2' })).toBeNull();
    const circle: { cause?: unknown } = {};
    circle.cause = circle;
    expect(networkReasonOf(circle)).toBeNull();
  });

  it('each reason has words', () => {
    expect(Object.keys(NETWORK_WORDS)).toEqual([...NETWORK_REASONS]);
  });
});
