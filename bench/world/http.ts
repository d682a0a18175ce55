/** Calls over connections that stay open, at as little CPU of the caller's as Node allows. */
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Caller {
  /** @throws Error where the status is another than `expected`. */
  call(given: {
    readonly method: 'GET' | 'POST';
    /** Begins with a slash. */
    readonly path: string;
    readonly headers?: OutgoingHttpHeaders;
    readonly body?: string;
    readonly expected: number;
  }): Promise<Answered>;
  /** Closes its connections. */
  close(): void;
}

/** @param url of the server, with no trailing slash. */
export function createCaller(url: string): Caller {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return {
    call: ({ method, path, headers = {}, body, expected }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
        const sent = request(
          { agent, hostname, port, method, path, headers: { ...headers, ...length } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () => {
              const status = response.statusCode ?? 0;
              const text = Buffer.concat(chunks).toString();
              if (status === expected) resolve({ status, headers: response.headers, text });
              else reject(new Error(`${method} ${path}: ${status} ${text}`));
            });
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' } as const;
export const JSON_BODY = { 'content-type': 'application/json' } as const;
export const basic = (id: string, secret: string): { readonly authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
export const bearer = (token: string): { readonly authorization: string } => ({ authorization: `Bearer ${token}` });
