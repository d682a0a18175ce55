import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
// These go on when a test has its own clock.
import { clearInterval, setInterval } from 'node:timers';

type Answer = (response: ServerResponse) => void;

const json =
  (body: string, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };

/** What only the provider said: it may be in no error. */
const TOLD = 'Ada Lovelace, 19121212-1212';
const problem = (error: string): string =>
  JSON.stringify({ error, error_description: TOLD, detail: TOLD, reason: TOLD });

/** What a provider may answer besides what it should. Each ends in `connector_unavailable`, a limit in `rate_limited`. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  'nothing, ever': () => {},
  'one byte at a time, for ever': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  },
  'a broken connection': (response) => response.destroy(),
  'half an answer': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"a":');
    setImmediate(() => response.destroy());
  },
  'an empty body': json(''),
  'a page': (response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><h1 title="${TOLD}">Maintenance</h1>`);
  },
  'broken JSON': json('{"a":'),
  'a list': json('[]'),
  null: json('null'),
  'a server error': json(problem('server_error'), 500),
  'a page as server error': (response) => {
    response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Service Unavailable</h1>');
  },
  'a refusal in its own words': json(problem(`${TOLD}!`), 400),
  '10 MB': json(`{"a":"${'a'.repeat(10_000_000)}"}`),
  'a redirect': json('{}', 302, { location: '/trap' }),
  'a redirect that keeps the method': json('{}', 307, { location: '/trap' }),
  'a limit with its time': json(problem('rate_limited'), 429, { 'retry-after': '7' }),
  'a limit in plain text': (response) => {
    response.writeHead(429, { 'content-type': 'text/plain' }).end('Too many requests');
  },
};
export const MISBEHAVIOURS: readonly string[] = [...Object.keys(ANSWERS), 'no TLS'];

export interface MisbehavingProvider {
  /** Where a call gets this answer. */
  url(misbehaviour: string): string;
  /** Whether a caller followed a redirect. */
  readonly trapped: boolean;
  close(): Promise<void>;
}

/** A real server that answers what no provider should. */
export async function startMisbehavingProvider(): Promise<MisbehavingProvider> {
  let trapped = false;
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    response.on('error', () => {});
    trapped ||= request.url === '/trap';
    request.resume();
    ANSWERS[name]?.(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    // What is no TLS on the other side ends the handshake, as a wrong certificate does.
    url: (misbehaviour) =>
      misbehaviour === 'no TLS' ? `https://${host}/` : `http://${host}/${encodeURIComponent(misbehaviour)}`,
    get trapped() {
      return trapped;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
