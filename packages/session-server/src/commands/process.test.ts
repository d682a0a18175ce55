import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type Server, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createCliFolder } from '../test-support/cli-folder.ts';

/** The command line as a process: exit codes, signals, and what a person reads. */
const SECRETS = { BECKON_SECRET: 'a'.repeat(43), BECKON_SUBJECT_SECRET: 'b'.repeat(43), SHOP_SECRET: 'c'.repeat(43) };

// Each starts a process or two, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let nodeArgs: readonly string[];
let cli: string;

beforeAll(async () => {
  ({ folder, nodeArgs, cli } = await createCliFolder('cli'));
});
afterAll(() => {
  vi.resetConfig();
  return rm(folder, { recursive: true });
});

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [...nodeArgs, cli, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(args: readonly string[], env?: Record<string, string>) {
  const child = start(args, env);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

const NO_STACK = /\n\s+at /;

it.each<[string, number, RegExp]>([
  ['start --help', 0, /^usage: beckon-server COMMAND/],
  ['strat', 2, /^beckon-server: there is no command "strat"\n\nusage/],
])('beckon-server %s', async (line, expected, says) => {
  const { code, out, err } = await run(line.split(' ').filter((word) => word !== ''));
  expect(code).toBe(expected);
  expect(expected === 0 ? out : err).toMatch(says);
  expect(
    expected === 0 ? err : out,
    'what is wrong goes to standard error, what was asked for to standard output',
  ).toBe('');
  expect(err).not.toMatch(NO_STACK);
});

it('a reader that reads no further, as `head` does, ends a command quietly', async () => {
  const child = start(['help']);
  child.stdout?.destroy();
  let err = '';
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

it('a configuration that Node takes for CommonJS, because of what `npm init` wrote, hears of the name that helps', async () => {
  const project = join(folder, 'commonjs');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "type": "commonjs" }');
  const config = "import { defineConfig } from '@beckon/session-server'; export default defineConfig({});";
  await writeFile(join(project, 'beckon.config.ts'), config);
  const { code, err } = await run(['check', '--config', join(project, 'beckon.config.ts')]);
  expect(code).toBe(1);
  expect(err).toMatch(/could not be read: .*"type": "commonjs", name the file beckon\.config\.mjs/);
});

it('what init writes passes check, with the secrets beside it; without them check names each', async () => {
  expect((await run(['init'])).code).toBe(0);
  expect(await run(['check'])).toMatchObject({ code: 0, err: '' });
  const short = await run(['check'], { BECKON_SECRET: 'short' });
  expect(short.err, 'the environment counts more than the file').toContain('  secret: ');
  await rm(join(folder, 'beckon.secrets.env'));
  const { code, err } = await run(['check']);
  expect(code).toBe(1);
  for (const name of ['secret', 'subjectSecret', 'clients[0].client_secret']) expect(err).toContain(`  ${name}: `);
});

it('a file of secrets that cannot be read is named', async () => {
  await mkdir(join(folder, 'beckon.secrets.env'));
  const { code, err } = await run(['check']);
  await rm(join(folder, 'beckon.secrets.env'), { recursive: true });
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(
      /beckon\.secrets\.env could not be read(?: \(E[A-Z]+\))?: make it a file of NAME=value lines/,
    ) as string,
  });
});

it('an older Node reads one sentence', async () => {
  const older = join(folder, 'older.mjs');
  await writeFile(
    older,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.17.1' } });`,
  );
  const child = spawn(process.execPath, ['--import', older, cli, 'start'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, err }).toEqual({
    code: 1,
    err: 'beckon-server: needs Node 22.18 or newer, and this is 22.17.1\n',
  });
});

it('--log-level leaves out what is less, and knows its levels', async () => {
  const wrong = await run(['start', '--log-level', 'loud'], SECRETS);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('--log-level must be one of debug, info, warn, error, silent, not "loud"');
  for (const [level, lines] of [
    ['info', 1],
    ['error', 0],
  ] as const) {
    const child = start(['start', '--port', '0', '--log-level', level], SECRETS);
    let err = '';
    child.stderr?.on('data', (chunk) => (err += String(chunk)));
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    await fetch(`${/served on (\S+)/.exec(String(line))?.[1] ?? ''}/health`);
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(
      err.split('\n').filter((each) => each.includes('"/health"')),
      `at ${level}`,
    ).toHaveLength(lines);
  }
});

it.each<[string, readonly string[], string]>([
  ['in use', ['--port', 'USED'], 'is in use: stop what listens there, or choose another with --port'],
  ['of another machine', ['--port', '0', '--host', '203.0.113.1'], '203.0.113.1 is no address of this machine'],
])('start says so where the address is %s', async (_what, args, says) => {
  const other: Server = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const used = String((other.address() as { port: number }).port);
  const { code, err } = await run(['start', ...args.map((arg) => arg.replace('USED', used))], SECRETS);
  other.close();
  expect(err).toContain(says);
  expect(code).toBe(1);
  expect(err).not.toMatch(NO_STACK);
});

it('SIGTERM ends it within a moment, whatever is still connected', async () => {
  const child = start(['start', '--port', '0'], SECRETS);
  child.stderr?.resume();
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const url = /served on (\S+)/.exec(String(line))?.[1] ?? '';
  const created = await fetch(`${url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: 'shop',
      response_type: 'code',
      redirect_uri: 'http://localhost:3000/callback',
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }),
  });
  const { session_id, session_secret, version } = (await created.json()) as Record<string, string>;

  const socket = new WebSocket(`${url.replace('http', 'ws')}/session/events`, 'beckon.v1');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret }));
  await once(socket, 'message');
  const poll = fetch(`${url}/session/${session_id}/status?after=${version}&wait=25`, {
    headers: { authorization: `Bearer ${session_secret}` },
  });
  const half = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
  half.write('POST /session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{');
  // The poll is held once a later request was answered.
  await fetch(`${url}/ready`);

  const begun = performance.now();
  child.kill('SIGTERM');
  const [[code], [closeCode], polled] = await Promise.all([once(child, 'close'), once(socket, 'close'), poll]);
  expect(code).toBe(0);
  expect(closeCode, 'a watcher that is told 1001 comes back by itself').toBe(1001);
  expect(polled.status, 'a held poll is answered, not cut').toBe(200);
  expect(performance.now() - begun, 'the operator must not have to kill it').toBeLessThan(2_500);
});

it('FT-C5n: SIGHUP reads the configuration, what it imports and the secrets beside it anew; with a mistake the old one stays', async () => {
  const project = join(folder, 'hangup');
  await mkdir(project);
  const file = join(project, 'beckon.config.mjs');
  const write = (clients: string): Promise<void> =>
    writeFile(join(project, 'clients.mjs'), `export const clients = [${clients}];`);
  const client = (id: string, secret: string): string =>
    `{ client_id: '${id}', client_name: 'A', client_secret: process.env['${secret}'], redirect_uris: ['http://localhost:3000/callback'] }`;
  const secrets = (lines: Record<string, string>): Promise<void> =>
    writeFile(
      join(project, 'beckon.secrets.env'),
      Object.entries({ ...SECRETS, ...lines })
        .map((pair) => pair.join('='))
        .join('\n'),
    );
  await writeFile(
    file,
    `import { defineConfig, wallet } from '@beckon/session-server';
     import { clients } from './clients.mjs';
     export default defineConfig({
       issuer: 'http://127.0.0.1:4400',
       store: 'sqlite::memory:',
       secret: process.env.BECKON_SECRET,
       subjectSecret: process.env.BECKON_SUBJECT_SECRET,
       clients,
       connectors: [wallet({ issuers: [{ issuer: 'https://wallet.example', clientIds: ['app'] }] })],
     });`,
  );
  await write(client('first', 'SHOP_SECRET'));
  await secrets({});
  const child = start(['start', '--port', '0', '--config', file]);
  const lines: string[] = [];
  child.stderr?.on('data', (chunk) => lines.push(...String(chunk).split('\n')));
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const listening = await vi.waitFor(() => {
    const found = lines.find((each) => each.includes('"event":"listening"'));
    return JSON.parse(found ?? '') as { readonly pid: number };
  });
  expect(listening.pid, 'the process that a signal reaches').toBe(child.pid);
  const url = /served on (\S+)/.exec(String(line))?.[1] ?? '';
  /** Sends the signal, and waits until the log has another line with the text. */
  const hangUp = async (says: string): Promise<string> => {
    const known = lines.length;
    child.kill('SIGHUP');
    return vi.waitFor(() => {
      const found = lines.slice(known).find((each) => each.includes(says));
      if (found === undefined) throw new Error(`the log does not say: ${says}`);
      return found;
    }, 10_000);
  };
  const statusOf = async (id: string, secret: string): Promise<number> => {
    const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
    const body = new URLSearchParams({ grant_type: 'authorization_code', code: 'none' });
    return (await fetch(`${url}/oauth/token`, { method: 'POST', headers, body })).status;
  };
  const [FIRST, SECOND] = [SECRETS.SHOP_SECRET, 'd'.repeat(43)] as const;
  // 401: no such client, or another secret. 400: the code alone is wrong.
  expect([await statusOf('first', FIRST), await statusOf('second', SECOND)]).toEqual([400, 401]);

  await write(`${client('first', 'SHOP_SECRET')}, ${client('second', 'SECOND_SECRET')}`);
  await secrets({ SECOND_SECRET: SECOND });
  await hangUp('configuration reloaded');
  expect([await statusOf('first', FIRST), await statusOf('second', SECOND)]).toEqual([400, 400]);

  await secrets({ SHOP_SECRET: 'e'.repeat(43) });
  expect(await hangUp('it has a mistake'), 'a variable that is not in the file any more').toContain(
    'clients[1].client_secret',
  );
  expect([await statusOf('first', FIRST), await statusOf('second', SECOND)]).toEqual([400, 400]);

  await write('{');
  expect(await hangUp('it has a mistake')).toContain('could not be read');
  await write(client('first', 'SHOP_SECRET'));
  await secrets({ BECKON_SECRET: 'f'.repeat(43) });
  expect(await hangUp('needs a restart')).toContain('"name":"secret"');
  expect(await statusOf('second', SECOND), 'the old one is in force, all of it').toBe(400);

  await secrets({ SHOP_SECRET: 'e'.repeat(43) });
  await hangUp('configuration reloaded');
  expect([
    await statusOf('first', FIRST),
    await statusOf('first', 'e'.repeat(43)),
    await statusOf('second', SECOND),
  ]).toEqual([401, 400, 401]);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

it('SIGHUP warns of a changed line of the secrets that the environment hides, by its name', async () => {
  const project = join(folder, 'hidden');
  await mkdir(project);
  const file = join(project, 'beckon.config.mjs');
  await writeFile(
    file,
    `import { defineConfig, wallet } from '@beckon/session-server';
     export default defineConfig({
       issuer: 'http://127.0.0.1:4400',
       store: 'sqlite::memory:',
       secret: process.env.BECKON_SECRET,
       subjectSecret: process.env.BECKON_SUBJECT_SECRET,
       clients: [{ client_id: 'shop', client_name: 'Shop', client_secret: process.env.SHOP_SECRET, redirect_uris: ['http://localhost:3000/callback'] }],
       connectors: [wallet({ issuers: [{ issuer: 'https://wallet.example', clientIds: ['app'] }] })],
     });`,
  );
  const secrets = (lines: Record<string, string>): Promise<void> =>
    writeFile(
      join(project, 'beckon.secrets.env'),
      Object.entries(lines)
        .map((pair) => pair.join('='))
        .join('\n'),
    );
  await secrets(SECRETS);
  // As `EnvironmentFile=` and `--env-file` do: the process has the file's lines already.
  const child = start(['start', '--port', '0', '--config', file], SECRETS);
  const lines: string[] = [];
  child.stderr?.on('data', (chunk) => lines.push(...String(chunk).split('\n')));
  await once(child.stdout!, 'data');
  const hangUp = async (): Promise<readonly unknown[]> => {
    lines.length = 0;
    child.kill('SIGHUP');
    await vi.waitFor(() => expect(lines.join()).toContain('configuration reloaded'), 10_000);
    return lines.filter((line) => line.includes('"event":"configuration"')).map((line) => JSON.parse(line) as unknown);
  };
  expect(await hangUp(), 'nothing was changed').toEqual([]);
  const CHANGED = 'n'.repeat(43);
  await secrets({ ...SECRETS, SHOP_SECRET: CHANGED });
  const warned = await hangUp();
  expect(warned).toEqual([
    expect.objectContaining({
      level: 'warn',
      name: 'SHOP_SECRET',
      detail: expect.stringContaining('was changed in beckon.secrets.env') as string,
    }),
  ]);
  expect(JSON.stringify(warned), 'no word of the value').not.toContain(CHANGED);
  await secrets(SECRETS);
  expect(await hangUp(), 'it was put back').toEqual([]);
  child.kill('SIGTERM');
  await once(child, 'close');
});
