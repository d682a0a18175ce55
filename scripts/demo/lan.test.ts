import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { freePortBase } from '../../e2e/world/ports.ts';
import { openGateways } from './lan.ts';

/** Every address of 127.0.0.0/8 is this machine's own: on Linux the second stands for one in a network. */
const HOST = '127.0.0.2';
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

interface Heard {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A demo whose three parts repeat what they hear, and answer with addresses of their own. */
async function demo(): Promise<{ readonly base: number; readonly heard: readonly Heard[] }> {
  const heard: Heard[] = [];
  const servers: Server[] = [];
  const base = await freePortBase(3);
  for (const offset of [0, 1, 2]) {
    const server = createServer((request, response) => {
      void (async () => {
        let body = '';
        for await (const part of request) body += String(part);
        heard.push({ url: request.url, headers: request.headers, body });
        response
          .writeHead(200, {
            'Content-Type': 'text/html',
            'Content-Security-Policy': `connect-src http://127.0.0.1:${base} ws://127.0.0.1:${base}`,
            Location: `http://localhost:${base + 1}/callback?iss=${encodeURIComponent(`http://127.0.0.1:${base}`)}`,
          })
          .end(`<a href="http://127.0.0.1:${base + 2}/phone#text=HTTP%3A%2F%2F127.0.0.1%3A${base}">x</a>`);
      })();
    });
    server.listen(base + offset, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
  }
  closing.push(() => servers.forEach((server) => server.close().closeAllConnections()));
  closing.push(await openGateways(base, HOST));
  return { base, heard };
}

test('a phone reads addresses of the network, and what it sends arrives with those of the demo', async () => {
  const { base, heard } = await demo();
  const lan = `http://${HOST}:${base}`;
  const response = await fetch(`http://${HOST}:${base + 2}/phone?from=${encodeURIComponent(lan)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: `http://${HOST}:${base + 2}` },
    body: JSON.stringify({ text: `HTTP://${HOST}:${base}/Q/X`, shop: `http://${HOST}:${base + 1}` }),
    redirect: 'manual',
  });
  expect(await response.text()).toBe(
    `<a href="http://${HOST}:${base + 2}/phone#text=HTTP%3A%2F%2F${HOST}%3A${base}">x</a>`,
  );
  expect(response.headers.get('content-security-policy')).toBe(`connect-src ${lan} ws://${HOST}:${base}`);
  expect(response.headers.get('location')).toBe(`http://${HOST}:${base + 1}/callback?iss=${encodeURIComponent(lan)}`);
  expect(heard).toMatchObject([
    {
      url: `/phone?from=${encodeURIComponent(`http://127.0.0.1:${base}`)}`,
      headers: { host: `127.0.0.1:${base + 2}`, origin: `http://127.0.0.1:${base + 2}` },
      body: JSON.stringify({ text: `HTTP://127.0.0.1:${base}/Q/X`, shop: `http://localhost:${base + 1}` }),
    },
  ]);
});

/** Sends bytes as no browser does, and reads until the other side closes. */
function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, HOST);
  socket.write(bytes);
  return text(socket);
}

test.each(['http://127.0.0.1:PORT/inside', '//127.0.0.1:PORT/inside', '/\\127.0.0.1:PORT/inside'])(
  'a gateway leads to its own part of the demo alone, whatever host the path names: %s',
  async (target) => {
    const inside = createServer((_request, response) => response.end('of this machine alone')).listen(0, '127.0.0.1');
    await once(inside, 'listening');
    closing.push(() => inside.close());
    const { base, heard } = await demo();
    const path = target.replace('PORT', String((inside.address() as { port: number }).port));
    const answer = await raw(base, `GET ${path} HTTP/1.1\r\nHost: ${HOST}:${base}\r\nConnection: close\r\n\r\n`);
    expect(answer).not.toContain('of this machine alone');
    expect(heard).toMatchObject([{ url: path }]);
  },
);

test('a phone that goes away while it asks for a WebSocket does not end the demo', async () => {
  const { base, heard } = await demo();
  const head = `GET / HTTP/1.1\r\nHost: ${HOST}:${base}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`;
  for (let n = 0; n < 300; n += 1) {
    const socket = connect(base, HOST).on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(head + 'x'.repeat(20_000), () => socket.resetAndDestroy());
    await once(socket, 'close');
  }
  expect((await fetch(`http://${HOST}:${base}/`)).status).toBe(200);
  expect(heard).toHaveLength(1);
});

test('a demo that does not answer is said to be gone', async () => {
  const base = await freePortBase(3);
  closing.push(await openGateways(base, HOST));
  const response = await fetch(`http://${HOST}:${base}/`);
  expect(response.status).toBe(502);
});

test('an address that is not this machine’s is named', async () => {
  await expect(openGateways(await freePortBase(3), '203.0.113.1')).rejects.toThrow('http://203.0.113.1:');
});
