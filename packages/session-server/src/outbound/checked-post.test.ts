import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCheckedPost, isPublic } from './checked-post.ts';

let server: Server;
let port: number;
let calls: { readonly url: string; readonly host: string | undefined; readonly body: string }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      calls.push({ url: request.url ?? '', host: request.headers.host, body });
      if (request.url === '/hangs') return;
      if (request.url === '/moved') return void response.writeHead(307, { location: '/other' }).end();
      if (request.url === '/endless') {
        const write = (): boolean => response.write('x'.repeat(65_536));
        response.on('drain', write);
        write();
        return;
      }
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const post = createCheckedPost({ timers: { limit: () => AbortSignal.timeout(300) }, allowPrivate: true });
const timers = { limit: () => AbortSignal.timeout(2_000) };

describe('FT-F31: a call to an address that a website’s developer wrote', () => {
  it('FT-F31: goes to the address that was checked, whatever the name means a moment later', async () => {
    calls = [];
    let asked = 0;
    const rebinding = createCheckedPost({
      timers,
      allowPrivate: true,
      resolve: () => {
        asked += 1;
        return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      },
    });
    expect(await rebinding(`http://hooks.example:${port}/taken`, {}, 'news')).toBe(204);
    expect(asked, 'the name is looked up once').toBe(1);
    expect(calls).toEqual([{ url: '/taken', host: `hooks.example:${port}`, body: 'news' }]);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
  ])('FT-F31: never goes to %s, by name or by number', async (address) => {
    expect(isPublic(address)).toBe(false);
    calls = [];
    const family = address.includes(':') ? 6 : 4;
    const strict = createCheckedPost({
      timers,
      allowPrivate: false,
      resolve: () =>
        Promise.resolve([
          { address: '93.184.216.34', family: 4 },
          { address, family },
        ]),
    });
    const literal = family === 6 ? `[${address}]` : address;
    for (const host of ['hooks.example', literal]) {
      await expect(strict(`http://${host}:${port}/taken`, {}, '')).rejects.toThrow('not public');
    }
    expect(calls).toEqual([]);
  });

  it('FT-F31: follows no redirect, waits no longer than its limit, and reads no endless answer', async () => {
    calls = [];
    expect(await post(`http://127.0.0.1:${port}/moved`, {}, '')).toBe(307);
    expect(calls.map(({ url }) => url)).toEqual(['/moved']);
    await expect(post(`http://127.0.0.1:${port}/hangs`, {}, '')).rejects.toThrow();
    expect(await post(`http://127.0.0.1:${port}/endless`, {}, '')).toBe(200);
  });
});
