/**
 * `pnpm start`: the session server, the example shop and the sandbox, each a process of its own,
 * until Ctrl-C, SIGTERM or the end of one of them. Nothing is left running.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addressesFrom, claimable, type Addresses } from './demo/addresses.ts';
import { DemoError, readArguments, USAGE } from './demo/arguments.ts';
import { firstPrivateAddress, lanAddresses, openGateways } from './demo/lan.ts';
import { watchLaunchers } from './demo/launchers.ts';
import { lastLines, type Service, startService } from './demo/service.ts';
import { type DemoState, openState, writeConfig } from './demo/state.ts';

const ROOT = join(import.meta.dirname, '..');
const PATIENCE_MS = 5_000;
const READY_WITHIN_MS = 60_000;
/** One Ctrl-C may reach this process twice: from the terminal, and from a package manager that passes it on. */
const SAME_KEYSTROKE_MS = 500;

try {
  const { help, portBase, lan } = readArguments(process.argv.slice(2));
  if (help) process.stdout.write(USAGE);
  else process.exitCode = await run(addressesFrom(portBase), lan && (lan.address ?? firstPrivateAddress()));
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}

/** Answers the exit code. `lan` is the address at which phones on the network take part; null where none do. */
async function run(addresses: Addresses, lan: string | null): Promise<number> {
  const missing = ['session-server', 'sandbox', 'widget'].filter(
    (name) => !existsSync(join(ROOT, 'packages', name, 'dist')),
  );
  if (missing.length > 0) throw new DemoError(`${missing.join(', ')}: not built yet. Run: pnpm build`);
  await claimable(addresses);
  const closeGateways = lan === null ? null : await openGateways(addresses.portBase, lan);
  const state = openState(addresses.portBase);
  const config = writeConfig(state, serverEnv(addresses, state, lan));

  // Listens before anything is started, so that no signal finds a half-started demo.
  const asked = askedToStop();
  const services = startServices(addresses, state, config, lan);
  process.on('exit', () => services.forEach((service) => service.kill()));

  const died = Promise.race(services.map(async (service) => ({ service, how: await service.ended })));
  const allReady = Promise.all(services.map((service) => service.ready())).then(() => 'ready' as const);
  const first = await Promise.race([asked, died, allReady, outOfTime()]);
  if (first === 'ready') console.log(table(addresses, state, lan));
  const end = first === 'ready' ? await Promise.race([asked, died]) : first;

  if (end === 'asked') console.log('\nStopping …');
  else if (end === 'late')
    console.error(`demo: not ready after ${READY_WITHIN_MS / 1000} s; see the logs in ${state.shownFolder}`);
  else console.error(`demo: the ${end.service.name} ended (${end.how}). It last said:\n\n${lastLines(end.service)}\n`);
  closeGateways?.();
  await Promise.all(services.map((service) => service.stop(PATIENCE_MS)));
  return end === 'asked' ? 0 : 1;
}

/** Where a camera is led: a phone on the network cannot reach loopback. */
function codesAt({ portBase, issuer }: Addresses, lan: string | null): string {
  return lan === null ? issuer : lanAddresses(portBase, lan).issuer;
}

/** What examples/web/beckon.config.ts reads. */
function serverEnv(addresses: Addresses, state: DemoState, lan: string | null): Readonly<Record<string, string>> {
  return {
    BECKON_SECRET: state.secret,
    BECKON_SUBJECT_SECRET: state.subjectSecret,
    BECKON_STORE: `sqlite:${join(state.folder, 'beckon.db')}`,
    BECKON_ISSUER: addresses.issuer,
    BECKON_QR_BASE_URL: `${codesAt(addresses, lan)}/Q/`,
    BECKON_ADMIN_PORT: new URL(addresses.admin).port,
    SHOP_URL: addresses.shop,
    SANDBOX_URL: addresses.sandbox,
  };
}

/** @param config the session server's configuration file */
function startServices(addresses: Addresses, state: DemoState, config: string, lan: string | null): readonly Service[] {
  const { portBase, issuer, shop, sandbox } = addresses;
  const logFile = (name: string): string => join(state.folder, `${name}.log`);
  const port = (offset: number): readonly [string, string] => ['--port', String(portBase + offset)];
  return [
    startService({
      name: 'session server',
      script: join(ROOT, 'packages/session-server/dist/cli.js'),
      args: ['start', '--config', config, ...port(0)],
      readyUrl: `${issuer}/ready`,
      logFile: logFile('session-server'),
    }),
    startService({
      name: 'sandbox',
      script: join(ROOT, 'packages/sandbox/dist/cli.js'),
      args: ['--beckon', issuer, '--codes-at', codesAt(addresses, lan), '--shop', shop, ...port(2)],
      readyUrl: `${sandbox}/phone`,
      logFile: logFile('sandbox'),
    }),
    startService({
      name: 'shop',
      script: join(ROOT, 'examples/web/src/server.ts'),
      args: ['--issuer', issuer, '--sandbox', sandbox, ...port(1)],
      readyUrl: shop,
      logFile: logFile('shop'),
    }),
  ];
}

/**
 * Resolves when the demo is asked to end: Ctrl-C, SIGTERM, a closed terminal, or the end of the
 * package manager that started it. Asked once more, it gives up waiting and ends.
 */
function askedToStop(): Promise<'asked'> {
  const { promise, resolve } = Promise.withResolvers<'asked'>();
  let askedAt: number | null = null;
  const ask = (): void => {
    if (askedAt !== null && performance.now() - askedAt > SAME_KEYSTROKE_MS) process.exit(130);
    askedAt ??= performance.now();
    resolve('asked');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  watchLaunchers(() => resolve('asked'));
  return promise;
}

function outOfTime(): Promise<'late'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('late'), READY_WITHIN_MS).unref();
  });
}

function table(
  { portBase, issuer, shop, sandbox, admin }: Addresses,
  { shownFolder }: DemoState,
  lan: string | null,
): string {
  const rows: readonly (readonly [name: string, url: string, text: string])[] = [
    ['Shop', shop, 'start here: every way to sign in'],
    ['Console', `${admin}/`, 'for operators; the token is demo-operator-token'],
    ['Gallery', `${shop}/gallery`, 'every state of the widget'],
    ['Playground', `${shop}/playground`, 'its options, and the code for them'],
    ['Phone', `${sandbox}/phone`, 'scans the code and approves'],
    ['Session server', issuer, 'the OpenID Provider'],
    ['Metrics', `${admin}/metrics`, 'for Prometheus'],
    ...(lan === null
      ? []
      : ([
          [
            'On the network',
            lanAddresses(portBase, lan).shop,
            'the shop, for a phone; its camera may scan any code too',
          ],
        ] as const)),
  ];
  const width = Math.max(...rows.map(([, url]) => url.length));
  return [
    '',
    'Beckon is ready',
    '',
    ...rows.map(([name, url, text]) => `  ${name.padEnd(16)}${url.padEnd(width + 3)}${text}`),
    '',
    `Logs and database are in ${shownFolder}. Ctrl-C stops everything.`,
    'Why did a sign-in fail? With the request ID that the page shows:',
    `  npx --yes pnpm@12 exec node packages/session-server/dist/cli.js explain ID --config ${shownFolder}/beckon.config.ts`,
    '',
  ].join('\n');
}
