/** A server, and a crowd of pages that wait at it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './children.ts';
import { type Beckon, type BeckonOptions, startBeckon } from './server.ts';

export interface Waiters {
  readonly name: string;
  /** Of the package that runs. */
  readonly version: string;
  readonly url: string;
  /** The process that serves now. */
  readonly server: () => Child;
  /** Answers `make`, `join`, `leave` and `waiting`: see `crowd.ts`. */
  readonly crowd: Child;
  /** Starts the server anew on what it has stored: what making it has left in memory is gone. Nothing where nothing is stored. */
  readonly afresh: () => Promise<void>;
  stop(): Promise<void>;
}

export type PeerKind = 'ws' | 'socket.io' | 'sse';

export async function startBeckonWaiters(options: BeckonOptions): Promise<Waiters & { readonly beckon: Beckon }> {
  const beckon = await startBeckon(options);
  let serving = beckon;
  const { client_id, redirect_uri, origin } = beckon.shop;
  const crowd = await startCrowd(['beckon', beckon.url, client_id, redirect_uri, origin]);
  return {
    name: 'Beckon',
    version: '',
    url: beckon.url,
    server: () => serving.child,
    crowd,
    beckon,
    async afresh() {
      await serving.stop();
      serving = await startBeckon({ ...options, secrets: beckon.secrets });
      await crowd.ask('move', serving.url);
    },
    async stop() {
      await crowd.kill();
      await serving.stop();
    },
  };
}

export async function startPeerWaiters(kind: PeerKind): Promise<Waiters> {
  const script = new URL('../peers/waiting.ts', import.meta.url);
  const server = startChild({ name: kind, script, args: [kind], env: { NODE_ENV: 'production' } });
  const [, url = ''] = await server.said(/listening on (http\S+)/);
  const crowd = await startCrowd([kind, url]);
  return {
    name: kind === 'sse' ? 'server-sent events' : kind,
    version: kind === 'sse' ? `node ${process.versions.node}` : versionOf(kind),
    url,
    server: () => server,
    crowd,
    afresh: () => Promise.resolve(),
    async stop() {
      await crowd.kill();
      await server.kill();
    },
  };
}

async function startCrowd(args: readonly string[]): Promise<Child> {
  const child = startChild({ name: `the crowd of ${args[0]}`, script: new URL('crowd.ts', import.meta.url), args });
  await child.said(/ready/);
  return child;
}

function versionOf(name: string): string {
  const file = fileURLToPath(new URL(`../node_modules/${name}/package.json`, import.meta.url));
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
