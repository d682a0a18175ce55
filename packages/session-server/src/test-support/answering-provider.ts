/** A provider for tests of connectors: over real HTTP it answers what a test wants, above all what it never should. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text as it is, anything else as JSON. Default `{}`. */
  readonly body?: unknown;
}
/** `cut` breaks the connection; a function chooses when it is asked, or answers by itself. */
export type Answer = Reply | 'cut' | ((call: Call, response: ServerResponse) => Answer | void | Promise<void>);

export interface Call {
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface AnsweringProvider {
  /** Without a slash at its end. */
  readonly base: string;
  readonly server: Server;
  /** What a path (or a path with its query) answers; 404 where nothing stands. */
  answers: Record<string, Answer>;
  /** Since the last `reset`. */
  readonly calls: readonly Call[];
  /** The paths of `calls`, without their queries. */
  readonly paths: readonly string[];
  /** Forgets the calls, and answers this from now on. */
  reset(answers?: Record<string, Answer>): void;
  close(): Promise<void>;
}

/** @param respond in place of `answers`, for one that tells its endpoints apart in another way */
export async function startAnsweringProvider(respond?: (call: Call) => Answer | undefined): Promise<AnsweringProvider> {
  let calls: Call[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const call = { url: request.url ?? '', headers: request.headers, body: await textOf(request) };
      calls.push(call);
      const chosen = respond?.(call) ?? provider.answers[call.url] ?? provider.answers[pathOf(call)];
      await answer(chosen ?? { status: 404 }, call, response);
    })();
  });
  const base = await listenOnLoopback(server);
  const provider: AnsweringProvider = {
    base,
    server,
    answers: {},
    get calls() {
      return calls;
    },
    get paths() {
      return calls.map(pathOf);
    },
    reset(answers = {}) {
      calls = [];
      provider.answers = answers;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return provider;
}

/** @returns the server's address, without a slash at its end */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function answer(chosen: Answer, call: Call, response: ServerResponse): Promise<void> {
  if (typeof chosen === 'function') {
    const later = await chosen(call, response);
    if (later !== undefined) await answer(later, call, response);
    return;
  }
  if (chosen === 'cut') {
    response.destroy();
    return;
  }
  const { status = 200, headers, body = {} } = chosen;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

function pathOf({ url }: Call): string {
  return url.replace(/\?.*/, '');
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
