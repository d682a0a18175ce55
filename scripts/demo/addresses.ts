import { createServer } from 'node:net';
import { DemoError } from './arguments.ts';

/** Where everything is: four ports in a row. */
export interface Addresses {
  readonly portBase: number;
  readonly issuer: string;
  /** By another name than the issuer, so that to a browser it is another site and the embed truly third-party. */
  readonly shop: string;
  readonly sandbox: string;
  readonly admin: string;
}

export function addressesFrom(portBase: number): Addresses {
  return {
    portBase,
    issuer: `http://127.0.0.1:${portBase}`,
    shop: `http://localhost:${portBase + 1}`,
    sandbox: `http://127.0.0.1:${portBase + 2}`,
    admin: `http://127.0.0.1:${portBase + 3}`,
  };
}

/** @throws DemoError naming every port that another program has, and what to do */
export async function claimable({ portBase, issuer, shop, sandbox, admin }: Addresses): Promise<void> {
  const problems: string[] = [];
  for (const [name, url] of Object.entries({ 'session server': issuer, shop, sandbox, admin })) {
    const port = Number(new URL(url).port || 80);
    // A browser asks `localhost` on IPv6 first: a program that listens there would answer for the shop.
    const hosts = url === shop ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
    for (const host of hosts) {
      const code = await tryPort(port, host);
      if (code === 'EADDRINUSE') problems.push(`port ${port} on ${host} (${name}) is in use`);
      if (code === 'EACCES') problems.push(`port ${port} (${name}) needs more rights than you have`);
    }
  }
  if (problems.length === 0) return;
  const other = portBase < 60_000 ? portBase + 1000 : 4400;
  throw new DemoError(
    `${problems.join('\n')}\nStop what runs there, or use other ports: pnpm start --port-base ${other}`,
  );
}

/** The error code that listening there gives; null when it works. */
function tryPort(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(null)));
  });
}
