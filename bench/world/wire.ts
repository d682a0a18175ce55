/** Counts what passes between a server and those who ask it: TCP's payload in both directions, with HTTP's heads. */
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

export interface Wire {
  /** Where to ask, with no trailing slash. */
  readonly url: string;
  /** Bytes since this was last asked. */
  take(): { readonly sent: number; readonly received: number };
  close(): Promise<void>;
}

/** @param url of the server */
export async function createWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  let [sent, received] = [0, 0];
  const open = new Set<Socket>();
  const server = createServer((visitor) => {
    const inner = connect(Number(port), hostname);
    for (const [from, to] of [
      [visitor, inner],
      [inner, visitor],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => {
        if (from === visitor) sent += chunk.length;
        else received += chunk.length;
        to.write(chunk);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = { sent, received };
      [sent, received] = [0, 0];
      return taken;
    },
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
