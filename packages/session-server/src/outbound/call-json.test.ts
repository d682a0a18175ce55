import { createServer as createHttpServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server as TcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../jobs/index.ts';
import { connectorContext } from '../testing/index.ts';
import { type OpenIdClient, redeemCode } from '../openid-client/index.ts';
import { callJson, type JsonRequest } from './call-json.ts';
import { createLimitedFetch } from './limited-fetch.ts';
import { failureOf, waitAfter } from './retry.ts';

type Fault = (response: ServerResponse) => void;
const status =
  (code: number, headers: Record<string, string> = {}): Fault =>
  (response) => {
    response.writeHead(code, headers).end('{}');
  };
const drop: Fault = (response) => response.destroy();
const half: Fault = (response) => {
  response.writeHead(200, { 'content-length': '1000' }).write('{"a":');
  setImmediate(() => response.destroy());
};

let server: Server | TcpServer | null = null;
afterEach(async () => {
  const closing = server;
  server = null;
  if (closing === null) return;
  if ('closeAllConnections' in closing) closing.closeAllConnections();
  await new Promise((resolve) => {
    closing.close(resolve);
  });
});

async function listen(starting: Server | TcpServer): Promise<number> {
  server = starting;
  await new Promise<void>((resolve) => {
    starting.listen(0, '127.0.0.1', resolve);
  });
  return (starting.address() as AddressInfo).port;
}

const NOW = 1_700_000_000_000;
const ID_TOKEN = {
  iss: 'https://example.com',
  aud: 'beckon',
  sub: 'ada',
  nonce: 'n1',
  iat: NOW / 1000,
  exp: NOW / 1000,
};
const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const TOKENS = JSON.stringify({
  access_token: 'a1',
  token_type: 'Bearer',
  id_token: `${encoded({ alg: 'RS256' })}.${encoded(ID_TOKEN)}.c2lnbmVk`,
});
const GRANT = {
  code: 'c1',
  iss: null,
  redirect_uri: 'https://id.example.com/callback/x',
  code_verifier: null,
  nonce: 'n1',
};
/** A provider whose keys are not known. */
const clientAt = (token_endpoint: string): OpenIdClient => ({
  name: 'Example',
  server: { issuer: 'https://example.com', token_endpoint },
  authentication: { method: 'none', client_id: 'beckon' },
  keys: null,
});

/** A provider that shows these faults, one after the other, and then answers. */
async function provider(...faults: readonly Fault[]): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const answer: RequestListener = (_request, response) => {
    asked += 1;
    const fault = faults[asked - 1];
    if (fault === undefined) response.writeHead(200).end(TOKENS);
    else fault(response);
  };
  const port = await listen(createHttpServer(answer));
  return { url: `http://127.0.0.1:${port}/`, asked: () => asked };
}

/** The call, with a clock that moves only while it waits. */
function world(die = 0): { context: ReturnType<typeof connectorContext>; waits: number[] } {
  let now = NOW;
  const waits: number[] = [];
  const context = connectorContext({
    fetch: createLimitedFetch(systemTimers),
    now: () => now,
    randomBytes: () => Uint8Array.of(die),
    sleep: (duration_ms) => {
      waits.push(duration_ms);
      now += duration_ms;
      return Promise.resolve();
    },
  });
  return { context, waits };
}

const call = (url: string, repeat: JsonRequest['repeat'], context = world().context): Promise<{ status: number }> =>
  callJson(context, 'Example: userinfo', url, repeat === undefined ? {} : { repeat });

describe('FT-B3a: a call that only reads survives what passes', () => {
  it.each<[string, Fault]>([
    ['500', status(500)],
    ['502', status(502)],
    ['503', status(503)],
    ['504', status(504)],
    ['a dropped connection', drop],
    ['half an answer', half],
    ['429', status(429)],
    ['429 with a time', status(429, { 'retry-after': '2' })],
  ])('%s', async (_name, fault) => {
    const { url, asked } = await provider(fault);
    expect(await call(url, 'reads')).toMatchObject({ status: 200 });
    expect(asked()).toBe(2);
  });

  it('and waits longer each time, four tries in all', async () => {
    const { url, asked } = await provider(drop, status(500), drop, status(500));
    const { context, waits } = world();
    // Every status comes back, the last one too.
    expect(await call(url, 'reads', context)).toMatchObject({ status: 500 });
    expect(asked()).toBe(4);
    expect(waits).toEqual([100, 200, 400]);
  });

  it('for as long as the provider says, where that is within the eight seconds', async () => {
    const soon = await provider(status(503, { 'retry-after': '3' }), status(429, { 'retry-after': '4' }));
    const { context, waits } = world();
    expect(await call(soon.url, 'reads', context)).toMatchObject({ status: 200 });
    expect(waits).toEqual([3_000, 4_000]);
  });

  it('and not for longer', async () => {
    const late = await provider(status(429, { 'retry-after': '9' }));
    const { context, waits } = world();
    await expect(call(late.url, 'reads', context)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 9 });
    expect(late.asked()).toBe(1);
    expect(waits).toEqual([]);
  });

  it('but not a refusal, nor nonsense', async () => {
    const { url, asked } = await provider(status(403), status(200));
    expect(await call(url, 'reads')).toMatchObject({ status: 403 });
    expect(asked()).toBe(1);
  });

  it('and ends with the caller', async () => {
    const { url, asked } = await provider(status(500), status(500));
    const stop = new AbortController();
    const { context } = world();
    const sleep = (): Promise<void> => {
      stop.abort();
      return Promise.resolve();
    };
    const outcome = callJson({ ...context, sleep }, 'Example: keys', url, { repeat: 'reads', signal: stop.signal });
    await expect(outcome).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked()).toBe(1);
  });

  it.each([
    [1, 0, 0, 100],
    [1, 0, 255, 200],
    [3, 0, 0, 400],
    [3, 0, 255, 800],
    [1, 2, 0, 2_000],
    [1, 2, 255, 2_200],
    [1, 3, 255, 3_300],
  ])('after try %i, with %i s asked for and the die at %i, in %i ms', (tries, after_s, die, wait) => {
    expect(waitAfter(tries, after_s, die)).toBe(wait);
  });
});

describe('FT-B3b: a code exchange is repeated only where the provider surely never got it', () => {
  const exchange = (url: string): Promise<unknown> => {
    return redeemCode(world().context, clientAt(url), GRANT);
  };

  it.each<[string, Fault]>([
    ['500', status(500)],
    ['503 that names a time', status(503, { 'retry-after': '1' })],
    ['a connection dropped after sending', drop],
    ['half an answer', half],
    ['429 that names no time', status(429)],
  ])('not after %s', async (_name, fault) => {
    const { url, asked } = await provider(fault);
    await expect(exchange(url)).rejects.toMatchObject({ name: 'ConnectorError' });
    expect(asked()).toBe(1);
  });

  it('after a 429 that names a time', async () => {
    const { url, asked } = await provider(status(429, { 'retry-after': '1' }));
    expect(await exchange(url)).toMatchObject({ tokens: { access_token: 'a1' } });
    expect(asked()).toBe(2);
  });

  it('when the provider does not listen yet', async () => {
    const port = await listen(createServer());
    await new Promise((resolve) => {
      server?.close(resolve);
    });
    let opened: Promise<number> | null = null;
    const { context } = world();
    const started = createHttpServer((_request, response) => response.end(TOKENS));
    const sleep = async (): Promise<void> => {
      opened ??= new Promise((resolve) => {
        server = started.listen(port, '127.0.0.1', () => resolve(port));
      });
      await opened;
    };
    const exchanged = redeemCode({ ...context, sleep }, clientAt(`http://127.0.0.1:${port}/`), GRANT);
    expect(await exchanged).toMatchObject({ tokens: { access_token: 'a1' } });
  });

  it('when the peer hangs up during the TLS handshake', async () => {
    const hello: Socket[] = [];
    const port = await listen(
      createServer((socket) => {
        hello.push(socket);
        socket.on('error', () => {});
        socket.once('data', () => socket.end());
      }),
    );
    await expect(exchange(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'connector_unavailable' });
    expect(hello).toHaveLength(4);
  });

  it.each([
    ['ENOTFOUND', 'unsent'],
    ['EAI_AGAIN', 'unsent'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unsent'],
    ['UND_ERR_SOCKET', 'dropped'],
    ['UND_ERR_HEADERS_TIMEOUT', 'other'],
    ['CERT_HAS_EXPIRED', 'other'],
  ])('what undici calls %s is %s', (code, failure) => {
    const cause = Object.assign(new Error('of no interest'), { code });
    expect(failureOf(new TypeError('fetch failed', { cause }))).toBe(failure);
  });
});
