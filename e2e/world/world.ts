/**
 * The whole demo, each part in a process of its own as it would be in earnest: session server,
 * shop, sandbox. Every world has its own ports and its own store, so worlds do not meet.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePortBase } from './ports.ts';
import { ServerProcess } from './process.ts';
import { clientOf, siteAt, type Website, websiteProcess } from './websites.ts';
import { Wire } from './wire.ts';

export interface World {
  /** The session server's issuer, `http://127.0.0.1:…`. */
  readonly issuer: string;
  /** Another site than the issuer: `http://localhost:…`. */
  readonly shop: string;
  readonly sandbox: string;
  /** The operator's console; the token is the demo's. */
  readonly admin: string;
  readonly server: ServerProcess;
  /** Between the issuer's port and the server. */
  readonly wire: Wire;
  /** On the session server's way to UAE PASS's token endpoint, where `uaepass` asks for it. */
  readonly backChannel: Wire;
  /** The file that the session server's store rests in. */
  readonly store: string;
  /** Where those of `WorldOptions.websites` are. */
  readonly websites: Readonly<Partial<Record<Website, string>>>;
  stop(): Promise<void>;
}

export interface Lifetimes {
  readonly unscannedSeconds?: number;
  readonly scannedSeconds?: number;
  readonly requestUriSeconds?: number;
}

export interface WorldOptions {
  readonly lifetimes: Lifetimes;
  /** Ids of the demo's connectors that are configured. */
  readonly connectors: readonly string[] | 'all';
  /** In place of the demo's UAE PASS; null leaves it. */
  readonly uaepass: UaePassOptions | null;
  /** Added to every client's `cross_device`. */
  readonly crossDevice: Readonly<Record<string, unknown>>;
  /** Recipes whose websites are run beside the shop. */
  readonly websites: readonly Website[];
  /** Of the session server; 1 is one process. */
  readonly workers: number;
  /** Where people get each app, https. Default: not known, as in the demo. */
  readonly installUrl?: string;
}

export interface UaePassOptions {
  readonly minimumLevel?: 'SOP1' | 'SOP2' | 'SOP3';
  /** Codes are redeemed through `World.backChannel`. */
  readonly by_back_channel?: boolean;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const base = await freePortBase(6 + options.websites.length);
  const portOf = (website: Website): number => base + 6 + options.websites.indexOf(website);
  const folder = await mkdtemp(join(tmpdir(), 'beckon-e2e-'));
  const [issuer, shop, sandbox] = [
    `http://127.0.0.1:${base}`,
    `http://localhost:${base + 1}`,
    `http://127.0.0.1:${base + 2}`,
  ];
  const store = join(folder, 'beckon.db');
  const config = join(folder, 'beckon.config.mjs');
  const clients = await Promise.all(options.websites.map((website) => clientOf(website, portOf(website))));
  await writeFile(config, configuration(options, clients, `http://127.0.0.1:${base + 4}`, base + 5));
  const behind = base + 3;
  const wire = new Wire(behind);
  await wire.listen(base);
  const backChannel = new Wire(base + 2, new URL(sandbox).host);
  await backChannel.listen(base + 4);
  const server = new ServerProcess({
    name: 'session server',
    args: [
      'packages/session-server/dist/cli.js',
      'start',
      '--config',
      config,
      '--port',
      String(behind),
      '--workers',
      String(options.workers),
    ],
    env: {
      BECKON_ISSUER: issuer,
      BECKON_STORE: `sqlite:${store}`,
      BECKON_SECRET: randomBytes(32).toString('base64url'),
      BECKON_SUBJECT_SECRET: randomBytes(32).toString('base64url'),
      SHOP_URL: shop,
      SANDBOX_URL: sandbox,
    },
    ready: `http://127.0.0.1:${behind}/ready`,
  });
  const prepared = options.websites.map((website) => websiteProcess(website, { issuer, port: portOf(website) }));
  const websites = (await Promise.all(prepared)).filter((website) => website !== null);
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
    ...websites.map(({ process }) => process),
  ];
  const stop = async (): Promise<void> => {
    await Promise.all(parts.map((part) => part.stop()));
    await wire.close();
    await backChannel.close();
    await Promise.all(websites.map(({ gone }) => gone()));
    await rm(folder, { recursive: true, force: true });
  };
  const started = await Promise.allSettled(parts.map((part) => part.start()));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const addresses = Object.fromEntries(options.websites.map((website) => [website, siteAt(portOf(website))]));
  const admin = `http://127.0.0.1:${base + 5}`;
  return { issuer, shop, sandbox, admin, server, wire, backChannel, store, websites: addresses, stop };
}

/** The demo's own configuration, but for what a story is about. Every story comes from one address. */
function configuration(
  { lifetimes, connectors, uaepass, crossDevice, installUrl }: WorldOptions,
  clients: readonly object[],
  backChannel: string,
  adminPort: number,
): string {
  const urlOf = (path: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../..', path)).href);
  const ours = { lifetimes, rateLimitFactor: 100 };
  const isWanted = connectors === 'all' ? 'true' : `${JSON.stringify(connectors)}.includes(id)`;
  const { by_back_channel = false, ...rest } = uaepass ?? {};
  const changed = {
    clientId: 'sandbox_stage',
    clientSecret: 'sandbox_stage',
    minimumLevel: 'SOP1',
    visitors: true,
    ...rest,
    ...(by_back_channel ? { tokenEndpoint: `${backChannel}/uaepass/idshub/token` } : {}),
  };
  const install = JSON.stringify({ other: installUrl });
  const had = installUrl
    ? `.map((each) => ({ ...each, open: async (context) => ({ ...(await each.open(context)), install: ${install} }) }))`
    : '';
  return [
    `import demo from ${urlOf('examples/web/beckon.config.ts')};`,
    `import { uaepass } from ${urlOf('packages/session-server/dist/index.js')};`,
    'const baseUrl = `${process.env.SANDBOX_URL}/uaepass/idshub`;',
    `const changed = ${uaepass === null ? 'null' : `uaepass({ baseUrl, ...${JSON.stringify(changed)} })`};`,
    `const connectors = demo.connectors.filter(({ id }) => ${isWanted});`,
    `export default {`,
    `  ...demo, ...${JSON.stringify(ours)}, admin: { ...demo.admin, port: ${adminPort} },`,
    `  clients: [...demo.clients, ...${JSON.stringify(clients)}].map((client) => ({`,
    `    ...client, cross_device: { ...client.cross_device, ...${JSON.stringify(crossDevice)} },`,
    `  })),`,
    `  connectors: connectors.map((each) => (each.id === 'uaepass' ? (changed ?? each) : each))${had},`,
    `};`,
  ].join('\n');
}
