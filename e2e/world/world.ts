/**
 * The whole demo, each part in a process of its own as it would be in earnest: session server,
 * shop, sandbox. Every world has its own ports and its own store, so worlds do not meet.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePortBase } from './ports.ts';
import { ServerProcess } from './process.ts';
import { Wire } from './wire.ts';

export interface World {
  /** The session server's issuer, `http://127.0.0.1:…`. */
  readonly issuer: string;
  /** Another site than the issuer: `http://localhost:…`. */
  readonly shop: string;
  readonly sandbox: string;
  readonly server: ServerProcess;
  /** Between the issuer's port and the server. */
  readonly wire: Wire;
  /** The file that the session server's store rests in. */
  readonly store: string;
  stop(): Promise<void>;
}

export interface Lifetimes {
  readonly unscanned_s?: number;
  readonly request_uri_s?: number;
}

/** What `beckon.config.ts` is told. */
export interface ServerSettings {
  readonly base: number;
  readonly store: string;
  readonly secret: string;
  readonly subject_secret: string;
  readonly lifetimes: Lifetimes;
}

export async function startWorld(lifetimes: Lifetimes = {}): Promise<World> {
  const base = await freePortBase(4);
  const folder = await mkdtemp(join(tmpdir(), 'beckon-e2e-'));
  const [issuer, shop, sandbox] = [
    `http://127.0.0.1:${base}`,
    `http://localhost:${base + 1}`,
    `http://127.0.0.1:${base + 2}`,
  ];
  const settings: ServerSettings = {
    base,
    store: join(folder, 'beckon.db'),
    secret: randomBytes(32).toString('base64url'),
    subject_secret: randomBytes(32).toString('base64url'),
    lifetimes,
  };
  const behind = base + 3;
  const wire = new Wire(behind);
  await wire.listen(base);
  const server = new ServerProcess({
    name: 'session server',
    args: [
      'packages/session-server/dist/cli.js',
      'start',
      '--config',
      'e2e/world/beckon.config.ts',
      '--port',
      String(behind),
    ],
    env: { E2E_SERVER: JSON.stringify(settings) },
    ready: `http://127.0.0.1:${behind}/ready`,
  });
  const parts = [
    server,
    new ServerProcess({
      name: 'shop',
      args: ['examples/web/src/server.ts', '--port', String(base + 1), '--issuer', issuer, '--sandbox', sandbox],
      ready: `${shop}/`,
    }),
    new ServerProcess({
      name: 'sandbox',
      args: ['packages/sandbox/dist/cli.js', '--port', String(base + 2), '--beckon', issuer, '--shop', shop],
      ready: `${sandbox}/phone`,
    }),
  ];
  const stop = async (): Promise<void> => {
    await Promise.all(parts.map((part) => part.stop()));
    await wire.close();
    await rm(folder, { recursive: true, force: true });
  };
  const started = await Promise.allSettled(parts.map((part) => part.start()));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { issuer, shop, sandbox, server, wire, store: settings.store, stop };
}
