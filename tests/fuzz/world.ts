/** A started server for a fuzz, the sandbox's providers, a wallet issuer, and a website that is told of ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../../packages/sandbox/src/index.ts';
import { type WalletIssuer, startWalletIssuer } from '../../packages/session-server/src/test-support/harness.ts';
import type { FuzzClient } from './grammar.ts';
import type { ServerOptions, ToParent, ToServer } from './server-messages.ts';

export const CONNECTORS = ['wallet', 'pasby', 'didit', 'krdpass', 'uaepass', 'paswad', 'oidc'] as const;
/** Of the person that the wallet knows. */
export const PERSON: Readonly<Record<string, string>> = {
  name: 'Zebulon Quartermain',
  email: 'zebulon@quartermain.example',
};

export interface FuzzWorld {
  readonly issuer: string;
  readonly port: number;
  readonly clients: readonly FuzzClient[];
  /** By name; each must stay where it is. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly webhookSecret: string;
  /** Beginnings of addresses that an answer may lead to. */
  readonly targets: readonly string[];
  walletToken(): Promise<string>;
  /** Hears each line of the log. */
  onLine(hear: (line: string) => void): void;
  /** What the server's heap takes after a collection, in bytes. */
  heap(): Promise<number>;
  /** Null while the process goes on, else how it ended. */
  ended(): string | null;
  /** Resolves with the exit code. */
  stop(): Promise<number | null>;
}

export async function startFuzzWorld({ rateLimitFactor }: { readonly rateLimitFactor: number }): Promise<FuzzWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'beckon-fuzz-'));
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const sandbox = createSandbox({ beckon: { issuer, shop: 'https://shop.example' } });
  const sandboxUrl = await sandbox.listen(0);
  const wallet: WalletIssuer = await startWalletIssuer({ now: Date.now });
  wallet.person = { sub: 'zeb', ...PERSON, email_verified: true };
  const website = await startWebsite();
  const clients = clientsOf(website.url);
  const secret = (): string => randomBytes(32).toString('base64url');
  const own = { secret: secret(), subjectSecret: secret(), webhookSecret: `whsec_${secret()}` };
  const options: ServerOptions = {
    issuer,
    file: join(folder, 'beckon.db'),
    sandbox: sandboxUrl,
    wallet: wallet.issuer,
    clients: clients.map(({ configured }) => configured),
    rateLimitFactor,
    secrets: own,
  };
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--conditions=@beckon/source', join(import.meta.dirname, 'server.ts')],
    {
      env: { PATH: process.env['PATH'], FUZZ_SERVER: JSON.stringify(options) },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    },
  );
  let hear = (_line: string): void => {};
  const last: string[] = [];
  let rest = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      last.push(line);
      if (last.length > 20) last.shift();
      hear(line);
    }
  });
  let ended: string | null = null;
  let stopped: Promise<number | null> | null = null;
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  void exited.then(([code, signal]) => (ended = `${signal ?? `exit code ${code}`}\n${[...last, rest].join('\n')}`));
  const begun = await Promise.race([once(child, 'message'), exited.then(() => null)]);
  if (begun === null) throw new Error(`the server did not start: ${[...last, rest].join('\n')}`);

  return {
    issuer,
    port,
    clients: clients.map(({ client }) => client),
    webhookSecret: own.webhookSecret,
    secrets: {
      ...own,
      // What is configured of the providers.
      'didit’s': 'sandbox-didit-secret',
      'paswad’s': 'sk_live_sandbox',
      'oidc’s': 'sandbox-oidc-secret',
      ...Object.fromEntries(
        clients.flatMap(({ client }) =>
          client.client_secret === null ? [] : [[client.client_id, client.client_secret]],
        ),
      ),
    },
    targets: [
      `${issuer}/`,
      `${sandboxUrl}/`,
      'https://wallet.example/',
      ...clients.flatMap(({ client }) => [client.redirect_uri, client.post_logout_redirect_uri]),
    ],
    walletToken: () =>
      wallet.token({
        claims: { aud: `${issuer}/session`, sub: 'zeb', jti: secret(), auth_time: Math.floor(Date.now() / 1000) },
      }),
    onLine: (hears) => void (hear = hears),
    heap: () => ask(child, 'memory'),
    ended: () => ended,
    stop: () => (stopped ??= stop()),
  };

  async function stop(): Promise<number | null> {
    if (ended === null) child.send('stop' satisfies ToServer);
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const [code] = await exited;
    clearTimeout(late);
    await sandbox.close();
    await wallet.close();
    website.close();
    await rm(folder, { recursive: true });
    return code;
  }
}

async function ask(child: ChildProcess, message: ToServer): Promise<number> {
  const answered = once(child, 'message') as Promise<[ToParent]>;
  child.send(message);
  const [answer] = await answered;
  return 'heap_bytes' in answer ? answer.heap_bytes : 0;
}

function clientsOf(website: string): readonly {
  readonly client: FuzzClient;
  readonly configured: ServerOptions['clients'][number];
}[] {
  return ['shop', 'strict', 'spa', 'old', 'api', 'sector'].map((client_id) => {
    const isPublic = client_id === 'spa';
    const client: FuzzClient = {
      client_id,
      client_secret: isPublic ? null : randomBytes(32).toString('base64url'),
      redirect_uri: `https://${client_id}.example/callback`,
      origin: `https://${client_id}.example`,
      scope: 'openid profile email offline_access',
      post_logout_redirect_uri: `https://${client_id}.example/bye`,
    };
    const { client_secret, redirect_uri, origin, post_logout_redirect_uri, scope } = client;
    return {
      client,
      configured: {
        client_id,
        client_name: `${client_id} & <Söhne>`,
        ...(client_secret === null ? {} : { client_secret }),
        redirect_uris: [redirect_uri],
        allowed_origins: [origin],
        post_logout_redirect_uris: [post_logout_redirect_uri],
        scope,
        cross_device: {
          verification: client_id === 'strict' ? 'number' : 'none',
          network: 'allow',
          scope,
          direct: !isPublic,
          confirm_person: client_id === 'strict',
        },
        ...(client_id === 'old' ? { require_pkce: false } : {}),
        ...(client_id === 'api' ? { introspects: ['https://api.example'] } : {}),
        ...(client_id === 'shop'
          ? { audience: ['https://api.example'], backchannel_logout_uri: `${website}/backchannel` }
          : {}),
        ...(client_id === 'sector' ? { subject_type: 'pairwise', sector_identifier_uri: `${website}/sector` } : {}),
      },
    };
  });
}

/** Answers a notice in each way that a website may, and the sector's list as it should be every other time. */
async function startWebsite(): Promise<{ readonly url: string; close(): void }> {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    asked += 1;
    if (request.url === '/sector') {
      response
        .setHeader('content-type', 'application/json')
        .end(asked % 2 === 0 ? '["https://sector.example/callback"]' : '<html>');
    } else if (asked % 4 === 0) response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else if (asked % 4 === 1) response.writeHead(500).end('x'.repeat(100_000));
    else if (asked % 4 === 2) response.destroy();
    else response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
