/** Connections to a server of several workers, of which it is known which worker has them. */
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';
import { JSON_BODY, bearer } from './http.ts';
import { type Beckon, SHOP } from './server.ts';
import type { Begun, Scanned, Seen } from './sign-in.ts';

export interface Pinned {
  readonly worker: number;
  /** The phone approves. Resolves with the answer's status. */
  approve(scanned: Scanned, token: string): Promise<number>;
  /** Makes a WebSocket of the connection. `until`: when the first snapshot of that status came, by `performance.now()`. */
  watch(begun: Begun): { until(status: string): Promise<number>; close(): void };
  close(): void;
}

/** A new connection of that worker. */
export async function connectTo(beckon: Beckon, worker: number): Promise<Pinned> {
  for (;;) {
    const connection = await connect(beckon);
    if (connection.worker === worker) return connection;
    connection.close();
  }
}

async function connect({ url, child }: Beckon): Promise<Pinned> {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = (method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request({ agent, hostname, port, method, path, headers }, (response) => {
        response.on('end', () => resolve(response.statusCode ?? 0)).resume();
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const id = randomBytes(12).toString('hex');
  await call('GET', '/health', { 'x-request-id': id });
  const [, worker] = await child.said(new RegExp(`"worker":(\\d+),"request_id":"${id}"`));
  return {
    worker: Number(worker),
    approve: ({ id: session, retrieval_token }, token) =>
      call(
        'POST',
        `/session/${session}/update`,
        { ...JSON_BODY, ...bearer(token) },
        JSON.stringify({ decision: 'approve', accepted_scopes: ['openid', 'email'], retrieval_token }),
      ),
    watch({ id: session_id, secret: session_secret }) {
      const socket = new WebSocket(`ws://${hostname}:${port}/session/events`, 'beckon.v1', {
        agent,
        origin: SHOP.origin,
      });
      const seen = new Map<string, number>();
      let news = (): void => {};
      socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret })));
      socket.on('message', (data: Buffer) => {
        const { status } = JSON.parse(data.toString()) as Seen;
        if (!seen.has(status)) seen.set(status, performance.now());
        news();
      });
      return {
        async until(status) {
          for (let at = seen.get(status); ; at = seen.get(status)) {
            if (at !== undefined) return at;
            await new Promise<void>((resolve) => {
              news = resolve;
            });
          }
        },
        close: () => socket.close(),
      };
    },
    close: () => agent.destroy(),
  };
}
