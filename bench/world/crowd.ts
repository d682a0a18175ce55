/**
 * A crowd of pages that wait, in a process of its own: as many connections to one server, each with what its page sends
 * and answers. Those of Beckon behave as the widget does.
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, get } from 'node:http';
import { WebSocket } from 'ws';
import { createCaller, JSON_BODY } from './http.ts';
import { answer } from './probe.ts';
import { inParallel } from './sign-in.ts';

const [, , kind = '', address = '', client_id = '', redirect_uri = '', origin = ''] = process.argv;
const AT_ONCE = 64;
/** The widget asks after this much silence (`packages/widget/src/transport/socket.ts`). */
const SILENCE_MS = 45_000;

interface Page {
  end(): void;
  /** Asks whether it is heard, where pages do. */
  ask?(now: number): void;
}
interface Session {
  readonly session_id: string;
  readonly session_secret: string;
  readonly version: number;
}

let url = address;
const made: Session[] = [];
const pages = new Set<Page>();
let lost = 0;
let messages = 0;

/** The server was started anew. */
answer('move', (to: string) => void (url = to));
/** Ahead of those who watch them: what a session costs is not what a watcher costs. */
answer('make', async (count: number) => {
  if (kind !== 'beckon') return;
  const caller = createCaller(url);
  const body = JSON.stringify({
    client_id,
    response_type: 'code',
    redirect_uri,
    scope: 'openid email',
    state: 'state',
    nonce: 'nonce',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  await inParallel(count, AT_ONCE, async () => {
    const headers = { ...JSON_BODY, origin };
    const { text } = await caller.call({ method: 'POST', path: '/session', headers, body, expected: 201 });
    made.push(JSON.parse(text) as Session);
  });
  caller.close();
});
answer('join', (count: number) => inParallel(count, AT_ONCE, async () => pages.add(await join())));
answer('leave', () => {
  for (const page of pages) page.end();
  pages.clear();
});
/** Connections that are open, those that were lost, and messages that came after the first of each. */
answer('waiting', () => ({ open: pages.size - lost, lost, messages }));

setInterval(() => {
  const now = performance.now();
  for (const page of pages) page.ask?.(now);
}, 1_000);

function join(): Promise<Page> {
  if (kind === 'beckon') return watch();
  if (kind === 'sse') return stream();
  return kind === 'socket.io' ? joinSocketIo() : joinWs();
}

async function watch(): Promise<Page> {
  const session = made.pop();
  if (session === undefined) throw new Error('there are more pages than sessions');
  const { session_id, session_secret } = session;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/session/events`, 'beckon.v1', {
    origin,
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret }));
  const [first] = (await once(socket, 'message')) as [Buffer];
  const { version } = JSON.parse(first.toString()) as Session;
  let heard = performance.now();
  socket.on('message', (data: Buffer) => {
    heard = performance.now();
    if (!data.includes('"unchanged"')) messages += 1;
  });
  return {
    ...ending(socket),
    ask(now) {
      if (now - heard < SILENCE_MS) return;
      heard = now;
      socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret, after: version }));
    },
  };
}

async function joinWs(): Promise<Page> {
  const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(`page-${pages.size}`);
  await once(socket, 'message');
  return ending(socket);
}

/** Engine.IO 4 over WebSocket: it is pinged by `2` and answers `3`; Socket.IO's connection is `40`. */
async function joinSocketIo(): Promise<Page> {
  const where = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(where, { perMessageDeflate: false });
  const joined = Promise.withResolvers<void>();
  socket.on('error', joined.reject);
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    if (text.startsWith('0')) socket.send('40');
    else if (text === '2') socket.send('3');
    else if (text.startsWith('42')) joined.resolve();
  });
  await joined.promise;
  return ending(socket);
}

const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
async function stream(): Promise<Page> {
  const [response] = (await once(get(`${url}/events`, { agent }), 'response')) as [IncomingMessage];
  await once(response, 'data');
  response.resume();
  let ended = false;
  response.on('close', () => (lost += ended ? 0 : 1));
  response.on('error', () => undefined);
  return { end: () => ((ended = true), response.destroy()) };
}

function ending(socket: WebSocket): Page {
  let ended = false;
  socket.on('error', () => undefined);
  socket.on('close', () => (lost += ended ? 0 : 1));
  return { end: () => ((ended = true), socket.terminate()) };
}

process.stdout.write('ready\n');
