/** How soon a started server is ready, what it holds at rest, and what `--version` takes; beside Node with nothing to do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { get } from 'node:http';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Bound, Peer, Row, Spread } from '../bench.ts';
import { endWithUs } from '../world/children.ts';
import { ROOT } from '../world/root.ts';
import { builtServer, startBeckon } from '../world/server.ts';
import { freePort } from '../world/ports.ts';
import { interleave } from '../world/spread.ts';

/** What the server still does after its first answer is over by then, in ms. */
const REST_MS = 10_000;
/** How often the server is asked whether it is ready, in ms. */
const ASKED_EVERY_MS = 2;
/** A server that is not ready by then is a failure, in ms. */
const PATIENCE_MS = 30_000;

type Figures = Readonly<Record<'ready' | 'cpu' | 'version' | 'rest', Spread>>;

export const start: Bench = {
  name: 'start',
  title: 'Start, and memory at rest',
  async run({ quick, folder, against, say }) {
    const checkouts = [ROOT, ...(against === null ? [] : [against])];
    const installed = await Promise.all(checkouts.map((checkout, n) => install(checkout, join(folder, String(n)))));
    const rest_ms = quick ? 1_000 : REST_MS;
    const rounds = quick ? 3 : 9;
    const [nothing, ...figures] = await interleave(
      [
        { name: 'node -e 0', round: nodeAlone },
        ...installed.map((server, n) => ({
          name: `start of ${basename(checkouts[n] ?? '')}`,
          round: () => startOnce(server, rest_ms),
        })),
      ],
      { rounds, say },
    );
    const [ours, other] = figures;
    if (nothing === undefined || ours === undefined) throw new Error('nothing was measured');
    const row = (of: keyof Figures, given: Pick<Row, 'id' | 'title' | 'unit' | 'must' | 'aim' | 'note'>): Row => {
      const node: Peer = { name: 'Node with nothing to do', version: process.versions.node, value: nothing[of] };
      const before: Peer[] =
        other === undefined ? [] : [{ name: 'Beckon', version: `at ${basename(against ?? '')}`, value: other[of] }];
      return { ...given, ours: ours[of], peers: [...before, node] };
    };
    return [
      row('ready', {
        id: 'start-ready',
        title: 'start until the first 200 of /ready',
        unit: 'ms',
        must: atMost(300, 'ms'),
        aim: atMost(250, 'ms'),
        note: 'One connector, and a store that is there already.',
      }),
      row('cpu', {
        id: 'start-cpu',
        title: 'CPU until then, of all threads',
        unit: 'ms',
        must: null,
        aim: null,
        note: 'It hardly depends on what else the machine does, as the time does.',
      }),
      row('rest', {
        id: 'start-rest',
        title: `resident memory ${rest_ms / 1_000} s later`,
        unit: 'MB',
        must: atMost(85, 'MB'),
        aim: atMost(80, 'MB'),
        note: 'Half of it is the code of Node itself, which all its processes share.',
      }),
      row('version', {
        id: 'start-version',
        title: 'beckon-server --version',
        unit: 'ms',
        must: atMost(120, 'ms'),
        aim: atMost(100, 'ms'),
      }),
    ];
  },
};

function atMost(limit: number, unit: string): Bound {
  return { text: `≤ ${limit} ${unit}`, limit };
}

interface Installed {
  readonly cli: string;
  readonly config: string;
}

/** Started once, so that the store and its keys are there. */
async function install(checkout: string, folder: string): Promise<Installed> {
  const server = await startBeckon({ folder, checkout });
  await server.stop();
  return { cli: join(builtServer(checkout), 'cli.js'), config: join(folder, 'beckon.config.mjs') };
}

async function startOnce({ cli, config }: Installed, rest_ms: number): Promise<Record<keyof Figures, number>> {
  const version = await timeOf([cli, '--version']);
  const port = await freePort();
  const began = performance.now();
  const child = startBare([cli, 'start', '--config', config, '--port', String(port), '--log-level', 'error']);
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`beckon-server start ended with ${child.exitCode}`);
      if (performance.now() - began > PATIENCE_MS) throw new Error('beckon-server start is not ready');
      await sleep(ASKED_EVERY_MS);
    }
    const ready = performance.now() - began;
    const { cpu } = usageOf(child);
    await sleep(rest_ms);
    const { rest } = usageOf(child);
    return { ready, cpu, version, rest };
  } finally {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
}

async function nodeAlone(): Promise<Record<keyof Figures, number>> {
  const took = await timeOf(['-e', '0']);
  const child = startBare(['-e', 'setTimeout(() => {}, 60_000)']);
  try {
    await sleep(1_000);
    const { cpu, rest } = usageOf(child);
    return { ready: took, version: took, cpu, rest };
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}

/** With nothing loaded into it but what an operator's start loads. */
function startBare(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  endWithUs(child);
  return child;
}

/** ms until the process is over. */
async function timeOf(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = startBare(args);
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`node ${args.join(' ')} ended with ${child.exitCode}`);
  return performance.now() - began;
}

/** CPU in ms of all threads, and resident memory in MB: as Linux tells them, because nothing may be loaded into the process. */
function usageOf({ pid = 0 }: ChildProcess): { readonly cpu: number; readonly rest: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rss = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return { cpu: threads.reduce((sum, ns) => sum + ns, 0) / 1e6, rest: rss / 1_024 };
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/ready', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}
