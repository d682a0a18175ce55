import type { QrCode } from '@beckon/protocol';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCliFolder } from '../test-support/cli-folder.ts';
import { init } from './init.ts';
import { shownText } from '../test-support/shown-text.ts';

/** What `init` writes, used as it says: two processes, and a person with a browser and a phone. */
const SANDBOX = fileURLToPath(new URL('../../../sandbox', import.meta.url));
const FILES = ['beckon.config.mjs', 'try.mjs'];

vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let nodeArgs: readonly string[];
let cli: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  ({ folder, nodeArgs, cli } = await createCliFolder('try'));
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || !child.kill('SIGTERM')) continue;
    await once(child, 'close');
  }
  await rm(folder, { recursive: true });
});

/** Resolves with what it has said once that has `expected` in it, or once it has ended. */
async function start(args: readonly string[], expected: string): Promise<string> {
  const child = spawn(process.execPath, [...nodeArgs, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  return new Promise((resolve) => {
    const hear = (chunk: Buffer): void => {
      said += String(chunk);
      if (said.includes(expected)) resolve(said);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', () => resolve(said));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The files as `init` wrote them, but for the ports, which a test may not take for itself. */
async function onOtherPorts(): Promise<readonly [number, number, number]> {
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  for (const name of FILES) {
    let text = await readFile(join(folder, name), 'utf8');
    for (const [i, port] of ['4400', '3000', '4402'].entries()) text = text.replaceAll(port, String(ports[i]));
    await writeFile(join(folder, name), text);
  }
  return ports;
}

async function json<T>(url: string, request: RequestInit = {}): Promise<T> {
  const response = await fetch(url, request);
  expect(response.ok, `${url} answered ${response.status}`).toBe(true);
  return (await response.json()) as T;
}

function post(body: object, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}

interface Watched {
  readonly verification: { readonly number: string };
  readonly redirect_to: string;
}

interface Begun {
  readonly session_id: string;
  readonly session_secret: string;
  readonly qr: QrCode;
}

it('FT-C3m: what init writes signs a person in, with nothing edited', async () => {
  const io = {
    folder,
    out: () => undefined,
    random: randomBytes,
    stopped: Promise.resolve(),
    onReload: () => undefined,
  };
  await init.run([], io);
  const [server, website, phone] = (await onOtherPorts()).map((port) => `http://127.0.0.1:${port}`);
  const shop = String(website).replace('127.0.0.1', 'localhost');

  expect(await start(['try.mjs'], 'Install it')).toContain('the phone is in the package @beckon/sandbox');
  await symlink(SANDBOX, join(folder, 'node_modules/@beckon/sandbox'));
  expect(await start(['try.mjs'], 'Ctrl-C')).toContain(`website  ${shop}`);
  const early = await fetch(shop);
  expect({ status: early.status, text: await early.text() }).toEqual({
    status: 503,
    text: expect.stringContaining('Run <code>npx beckon-server start</code>, and reload') as string,
  });
  expect(await start([cli, 'start'], 'is served on')).toContain(`${server} is served on`);
  expect(await (await fetch(shop)).text()).toContain('<beckon-signin request-url="/login/request">');

  // The browser, with its cookie, and the widget in it.
  const begun = await fetch(`${shop}/login/request`, { method: 'POST' });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const pushed = (await begun.json()) as object;
  const { session_id, session_secret, qr } = await json<Begun>(`${server}/session`, post(pushed, { origin: shop }));
  const watch = (): Promise<Watched> =>
    json(`${server}/session/${session_id}/status`, { headers: { authorization: `Bearer ${session_secret}` } });

  // The phone.
  const { handle } = await json<{ handle: string }>(`${phone}/phone/scan`, post({ text: shownText(qr) }));
  const { verification } = await watch();
  expect(verification.number).toMatch(/^\d\d$/);
  await json(`${phone}/phone/approve`, post({ handle, verification: verification.number }));

  const { redirect_to } = await watch();
  const other = await fetch(redirect_to, { headers: { cookie: `login=${'x'.repeat(43)}` } });
  expect(other.status, 'the callback is for the browser that began').toBe(400);
  const page = await (await fetch(redirect_to, { headers: { cookie } })).text();
  expect(page).toContain('<h1>You are signed in as Alma Exempel</h1>');
  expect(page).toContain('alma@example.com');
  expect((await fetch(redirect_to, { headers: { cookie } })).status, 'and for one time').toBe(400);
});
