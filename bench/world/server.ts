/** Beckon as it is built and as an operator starts it: `beckon-server start`, with SQLite on disk. */
import { randomBytes } from 'node:crypto';
import { existsSync, globSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.ts';
import { type Child, startChild } from './children.ts';
import { type WalletIssuer, startWalletIssuer } from './wallet-issuer.ts';

/** Its name for itself and in tokens. Where it listens is another address, as behind a proxy. */
const ISSUER = 'http://127.0.0.1:4400';
export const SHOP = {
  client_id: 'shop',
  client_secret: randomBytes(32).toString('base64url'),
  redirect_uri: 'https://shop.example/callback',
  origin: 'https://shop.example',
} as const;

export interface BeckonOptions {
  /** Where the store and the configuration are kept. */
  readonly folder: string;
  /** Default: this one. */
  readonly checkout?: string;
  /** Further arguments of `start`, for example `['--workers', '2']`. */
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  /** Where it listens. Default: a free port. With one, that address is its issuer, as a browser's own pages need it. */
  readonly port?: number;
  /** Those of a store that is there already. Default: new ones. */
  readonly secrets?: Secrets;
  /** Further options of `defineConfig`, as JSON. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A module whose `timed` makes the store that the server sees of the one of SQLite. */
  readonly storeOver?: URL;
  /** Where the wallet's issuer says who a person is. Default `userinfo`: the server asks it at each approval. */
  readonly claims?: 'userinfo' | 'token';
}

export interface Secrets {
  readonly secret: string;
  readonly subjectSecret: string;
}

export interface Beckon {
  readonly child: Child;
  /** Where it listens, with no trailing slash. */
  readonly url: string;
  readonly issuer: string;
  readonly wallet: WalletIssuer;
  /** The website that is its client. */
  readonly shop: typeof SHOP;
  /** The store's database. */
  readonly file: string;
  readonly secrets: Secrets;
  /** Stops the server and the wallet's issuer. */
  stop(): Promise<void>;
}

/** @throws Error if the checkout is not built, or its sources were changed since. */
export function builtServer(checkout = ROOT): string {
  const dist = join(checkout, 'packages/session-server/dist');
  const built = join(dist, 'cli.js');
  if (!existsSync(built)) throw new Error(`${checkout} is not built: run "pnpm build" there first`);
  const { mtimeMs } = statSync(built);
  const newer = globSync('packages/{protocol,session-server,widget}/src/**/*.{ts,tsx}', { cwd: checkout }).find(
    (file) => !/\.test\.|test-support/.test(file) && statSync(join(checkout, file)).mtimeMs > mtimeMs,
  );
  if (newer !== undefined) throw new Error(`${newer} is newer than the build: run "pnpm build" in ${checkout}`);
  return dist;
}

/** With its normal settings, but for the limits: a bench is one visitor who signs in ten thousand times. */
export async function startBeckon(options: BeckonOptions): Promise<Beckon> {
  const { folder, checkout, port = 0, args = [], nodeArgs = [], config = {} } = options;
  const issuer = port === 0 ? ISSUER : `http://127.0.0.1:${port}`;
  const dist = builtServer(checkout);
  await mkdir(folder, { recursive: true });
  const wallet = await startWalletIssuer(options.claims);
  const file = join(folder, 'store.db');
  const secret = (): string => randomBytes(32).toString('base64url');
  const { secrets = { secret: secret(), subjectSecret: secret() } } = options;
  const settings = {
    issuer,
    store: `sqlite:${file}`,
    ...secrets,
    rateLimitFactor: 100_000,
    clients: [
      {
        client_id: SHOP.client_id,
        client_secret: SHOP.client_secret,
        client_name: 'Shop',
        redirect_uris: [SHOP.redirect_uri],
        allowed_origins: [SHOP.origin],
        scope: 'openid profile email',
        id_token_signed_response_alg: 'ES256',
        cross_device: { verification: 'none' },
      },
    ],
    ...config,
  };
  const app = { names: { en: 'Wallet' }, issuers: [{ issuer: wallet.issuer, clientIds: [wallet.clientId] }] };
  const configFile = join(folder, 'beckon.config.mjs');
  await writeFile(
    configFile,
    `import { defineConfig, sqlite, wallet } from ${JSON.stringify(pathToFileURL(join(dist, 'index.js')).href)};
${options.storeOver === undefined ? '' : `import { timed } from ${JSON.stringify(options.storeOver.href)};`}
const store = ${options.storeOver === undefined ? JSON.stringify(settings.store) : `timed(sqlite({ path: ${JSON.stringify(file)} }))`};
export default defineConfig({ ...${JSON.stringify(settings)}, store, connectors: [wallet(${JSON.stringify(app)})] });
`,
    { mode: 0o600 },
  );
  const child = startChild({
    name: 'beckon-server',
    script: join(dist, 'cli.js'),
    args: ['start', '--config', configFile, '--port', String(port), '--log-level', 'info', ...args],
    nodeArgs,
    cwd: folder,
    env: { NODE_ENV: 'production' },
  });
  try {
    const [, url = ''] = await child.said(/ is served on (http\S+)/);
    return {
      child,
      url,
      issuer,
      wallet,
      shop: SHOP,
      file,
      secrets,
      async stop() {
        await child.stop();
        await wallet.close();
      },
    };
  } catch (error) {
    await wallet.close();
    throw error;
  }
}
