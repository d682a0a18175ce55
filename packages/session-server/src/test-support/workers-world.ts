/** A server of several workers, as a process, and connections to it of which it is known which worker has them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SessionHandle, Snapshot } from '@beckon/protocol';
import { WebSocket } from 'ws';
import type { CliFolder } from './cli-folder.ts';
import { REQUEST, VERIFIER, type WalletIssuer, scanOf } from './harness.ts';
import { shownText } from './shown-text.ts';

export const SERVER_ISSUER = 'http://127.0.0.1:4400';
const SECRETS = { BECKON_SECRET: 'a'.repeat(43), BECKON_SUBJECT_SECRET: 'b'.repeat(43), SHOP_SECRET: 'c'.repeat(43) };
const FORM = 'application/x-www-form-urlencoded';
const CALLBACK = 'http://localhost:3000/callback';

/** Begins a session of the client `shop`. */
export const SESSION: Readonly<Record<string, string>> = { ...REQUEST, redirect_uri: CALLBACK, scope: 'openid' };

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
}

/** One connection, so that all of its requests are one worker's. */
export interface Connection {
  readonly worker: number;
  call<T = Record<string, unknown>>(method: string, path: string, body?: unknown, bearer?: string): Promise<Answer<T>>;
  /** Makes a WebSocket of the connection. */
  watch(session: Pick<SessionHandle, 'session_id' | 'session_secret'>): Watching;
  close(): void;
}

export interface Watching {
  readonly socket: WebSocket;
  /** When the first snapshot of that status came, by `performance.now()`. @throws Error when the socket closes before */
  until(status: string): Promise<{ readonly snapshot: Snapshot; readonly at: number }>;
}

export interface WorkersWorld {
  readonly url: string;
  /** Where the metrics are. */
  readonly admin: string;
  readonly child: ChildProcess;
  /** Every line of the log so far. */
  readonly log: readonly string[];
  readonly file: string;
  /** The newest process that has the place. */
  pidOf(worker: number): number;
  /** Waits for a line after the first `from` that has all of the texts. */
  says(texts: readonly string[], from?: number): Promise<Record<string, unknown>>;
  connect(worker: number): Promise<Connection>;
  writeClients(clients: string): Promise<void>;
  /** Runs a command of the command line beside the server, with its configuration. Answers what it said. */
  command(...args: readonly string[]): Promise<string>;
  stop(): Promise<number | null>;
}

/** A session of the client `shop`, begun at that connection. */
export async function begin(at: Connection): Promise<SessionHandle> {
  const { status, body } = await at.call<SessionHandle>('POST', '/session', SESSION);
  if (status !== 201) throw new Error(`/session answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** The phone's two calls. Answers when the second was sent, by `performance.now()`. */
export async function scan(at: Connection, session: Snapshot, token: string): Promise<string> {
  const { id, step, mac } = scanOf(shownText(session.qr));
  const { status, body } = await at.call<{ retrieval_token: string }>(
    'GET',
    `/session/${id}/information?step=${step}&mac=${mac}`,
    undefined,
    token,
  );
  if (status !== 200) throw new Error(`/information answered ${status}: ${JSON.stringify(body)}`);
  return body.retrieval_token;
}

export async function approve(
  at: Connection,
  session: Pick<Snapshot, 'session_id'>,
  token: string,
  retrieval_token: string,
  accepted_scopes: readonly string[] = ['openid'],
): Promise<number> {
  const sent = performance.now();
  const { status, body } = await at.call(
    'POST',
    `/session/${session.session_id}/update`,
    { decision: 'approve', accepted_scopes, retrieval_token },
    token,
  );
  if (status !== 200) throw new Error(`/update answered ${status}: ${JSON.stringify(body)}`);
  return sent;
}

/** Redeems the code of a confirmed snapshot. */
export async function redeem(at: Connection, snapshot: Pick<Snapshot, 'redirect_to'>): Promise<number> {
  return (await tokensOf(at, snapshot)).status;
}

/** The same, with what the token endpoint answers. */
export async function tokensOf(
  at: Connection,
  { redirect_to }: Pick<Snapshot, 'redirect_to'>,
): Promise<Answer<Readonly<Record<string, string>>>> {
  const code = new URL(redirect_to ?? '').searchParams.get('code') ?? '';
  return asShop(at, '/oauth/token', redemptionOf(code));
}

export function redemptionOf(code: string): Readonly<Record<string, string>> {
  return { grant_type: 'authorization_code', redirect_uri: CALLBACK, code, code_verifier: VERIFIER };
}

/** A form of the client `shop`, with its secret. */
export function asShop(
  at: Connection,
  path: string,
  members: Readonly<Record<string, string>>,
): Promise<Answer<Readonly<Record<string, string>>>> {
  const own = { client_id: 'shop', client_secret: SECRETS.SHOP_SECRET };
  return at.call('POST', path, new URLSearchParams({ ...own, ...members }));
}

/** A code that has `offline_access`: the browser is at one worker, the phone at the other. */
export async function codeAcross(browser: Connection, phone: Connection, token: string): Promise<string> {
  const scopes = ['openid', 'offline_access'];
  const begun = await browser.call<SessionHandle>('POST', '/session', { ...SESSION, scope: scopes.join(' ') });
  if (begun.status !== 201) throw new Error(`/session answered ${begun.status}: ${JSON.stringify(begun.body)}`);
  const { session_id, session_secret } = begun.body;
  const retrieval = await scan(phone, begun.body, token);
  const path = `/session/${session_id}/status`;
  const { body: scanned } = await browser.call<Snapshot>('GET', path, undefined, session_secret);
  // Asked before the phone approves: the phone waits for a screen that has heard of it.
  const watch = `${path}?after=${scanned.version}&wait=25`;
  const held = browser.call<Snapshot>('GET', watch, undefined, session_secret);
  await approve(phone, begun.body, token, retrieval, scopes);
  const { body } = await held;
  return new URL(body.redirect_to ?? '').searchParams.get('code') ?? '';
}

export function tokenOf(wallet: WalletIssuer): Promise<string> {
  return wallet.token({ claims: { aud: `${SERVER_ISSUER}/session` } });
}

export interface WorkersWorldOptions {
  readonly workers: number;
  readonly wallet: WalletIssuer;
  /** More members of the configuration, as source. */
  readonly config?: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Of the test that starts it. */
  readonly name: string;
  /** The store's file. Default: one in a folder of the test's own. */
  readonly file?: string;
  /** Hears each line of the log as it comes, also before the server serves. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

export async function startWorkersWorld(
  { folder, nodeArgs, cli }: CliFolder,
  { workers, wallet, config = '', name, port = 0, file: given, onLine }: WorkersWorldOptions,
): Promise<WorkersWorld> {
  const place = join(folder, name);
  await mkdir(place, { recursive: true });
  const file = given ?? join(place, 'beckon.db');
  const admin = await freePort();
  await writeFile(
    join(place, 'beckon.config.mjs'),
    `import { defineConfig, wallet } from '@beckon/session-server';
     import { clients } from './clients.mjs';
     export default defineConfig({
       issuer: '${SERVER_ISSUER}',
       store: 'sqlite:${file}',
       secret: process.env.BECKON_SECRET,
       subjectSecret: process.env.BECKON_SUBJECT_SECRET,
       clients,
       admin: { port: ${admin} },
       connectors: [wallet({ issuers: [{ issuer: '${wallet.issuer}', clientIds: ['phone'] }] })],
       ${config}
     });`,
  );
  const writeClients = (clients: string): Promise<void> =>
    writeFile(join(place, 'clients.mjs'), `export const clients = ${clients};`);
  await writeClients(`[${clientSource('shop')}]`);
  const child = spawn(
    process.execPath,
    [
      ...nodeArgs,
      cli,
      'start',
      '--port',
      String(port),
      '--workers',
      String(workers),
      '--config',
      join(place, 'beckon.config.mjs'),
    ],
    { cwd: folder, env: { PATH: process.env['PATH'], ...SECRETS }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log: string[] = [];
  let rest = '';
  child.stderr.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    log.push(...lines);
    for (const each of lines) onLine?.(each, child);
  });
  const gone = once(child, 'close') as Promise<[number | null]>;
  const line = await Promise.race([once(child.stdout, 'data'), gone.then(() => null)]);
  // Its words alone: no stack of this test.
  // eslint-disable-next-line no-throw-literal
  if (line === null) throw [...log, rest].join('\n');
  const url = /served on (\S+)/.exec(String(line[0]))?.[1] ?? '';

  const says = async (texts: readonly string[], from = 0): Promise<Record<string, unknown>> => {
    for (const end = Date.now() + 15_000; Date.now() < end;) {
      const found = log.slice(from).find((each) => texts.every((text) => each.includes(text)));
      if (found !== undefined) return JSON.parse(found) as Record<string, unknown>;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`the log does not say ${texts.join(' and ')}:\n${log.join('\n')}`);
  };

  return {
    url,
    admin: `http://127.0.0.1:${admin}`,
    child,
    log,
    file,
    writeClients,
    says,
    pidOf(worker) {
      const found = log.findLast((each) => each.includes('"a worker starts"') && each.includes(`"worker":${worker},`));
      return (JSON.parse(found ?? '{}') as { pid: number }).pid;
    },
    async connect(worker) {
      for (;;) {
        const connection = await connectTo(url, says);
        if (connection.worker === worker) return connection;
        connection.close();
      }
    },
    async command(...args) {
      const words = [...nodeArgs, cli, ...args, '--config', join(place, 'beckon.config.mjs')];
      const env = { PATH: process.env['PATH'], ...SECRETS };
      return (await promisify(execFile)(process.execPath, words, { cwd: folder, env })).stdout;
    },
    async stop() {
      child.kill('SIGTERM');
      return (await gone)[0];
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

/** A client, as the configuration is written. */
export function clientSource(id: string): string {
  return `{ client_id: '${id}', client_name: 'A', client_secret: process.env.SHOP_SECRET, redirect_uris: ['${CALLBACK}'],
    scope: 'openid offline_access', cross_device: { verification: 'none', scope: 'openid offline_access' } }`;
}

let asked = 0;

async function connectTo(url: string, says: WorkersWorld['says']): Promise<Connection> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = new URL(url);
  const call = <T>(method: string, path: string, body?: unknown, bearer?: string, id?: string): Promise<Answer<T>> =>
    new Promise((resolve, reject) => {
      const isForm = body instanceof URLSearchParams;
      const headers = {
        ...(body === undefined ? {} : { 'content-type': isForm ? FORM : 'application/json' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(id === undefined ? {} : { 'x-request-id': id }),
      };
      const sent = request({ hostname, port, agent, method, path, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          // A page has no members.
          const answered = text.startsWith('{') ? (JSON.parse(text) as T) : ({} as T);
          resolve({ status: response.statusCode ?? 0, body: answered });
        });
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : isForm ? body.toString() : JSON.stringify(body));
    });
  asked += 1;
  const id = `connection-${process.pid}-${asked}`;
  await call('GET', '/health', undefined, undefined, id);
  const { worker } = await says([id]);
  return {
    worker: Number(worker),
    call,
    watch(session) {
      const socket = new WebSocket(`ws://${hostname}:${port}/session/events`, 'beckon.v1', { agent });
      return watching(socket, session);
    },
    close: () => agent.destroy(),
  };
}

function watching(
  socket: WebSocket,
  { session_id, session_secret }: Pick<SessionHandle, 'session_id' | 'session_secret'>,
): Watching {
  const heard: { readonly snapshot: Snapshot; readonly at: number }[] = [];
  let news = (): void => {};
  socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret })));
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { readonly type: string } & Snapshot;
    if (message.type === 'session') heard.push({ snapshot: message, at: performance.now() });
    news();
  });
  socket.on('error', () => {});
  socket.on('close', () => news());
  return {
    socket,
    async until(status) {
      for (;;) {
        const found = heard.find(({ snapshot }) => snapshot.status === status);
        if (found !== undefined) return found;
        if (socket.readyState >= WebSocket.CLOSING) throw new Error(`closed before ${status}`);
        await new Promise<void>((resolve) => {
          news = resolve;
        });
      }
    },
  };
}
