import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A client's `backchannel_logout_uri`: it takes every logout token. */
export interface LogoutListener {
  readonly uri: string;
  /** Resolves when the next request has come. Call it before. */
  next(): Promise<Heard>;
  close(): Promise<void>;
}

export interface Heard {
  readonly method: string | undefined;
  readonly type: string | undefined;
  readonly form: URLSearchParams;
}

export async function startLogoutListener(): Promise<LogoutListener> {
  let waiting: ((request: Heard) => void)[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, headers } = request;
      const one = { method, type: headers['content-type'], form: new URLSearchParams(body) };
      response.writeHead(200, { 'cache-control': 'no-store' }).end();
      for (const resolve of waiting) resolve(one);
      waiting = [];
      return null;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/backchannel_logout`,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
