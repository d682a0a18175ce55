import { once } from 'node:events';
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/** The first of `count` ports in a row that nothing listens on. */
export async function freePortBase(count: number): Promise<number> {
  for (;;) {
    // Below those that the system gives away, and above those that fetch refuses (10080 is the last).
    const base = randomInt(2_400, 6_000) * 5;
    const ports = Array.from({ length: count }, (_, i) => base + i);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return base;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
