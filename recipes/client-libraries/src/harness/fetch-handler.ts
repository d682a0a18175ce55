/** Serves what is written for the web's `Request` and `Response`, as frameworks do. */
import type { IncomingMessage, RequestListener } from 'node:http';
import { Readable } from 'node:stream';

export function listenerOf(handler: (request: Request) => Promise<Response>): RequestListener {
  return (incoming, outgoing) => {
    void (async () => {
      const response = await handler(requestOf(incoming)).catch(
        (error: unknown) => new Response(String(error), { status: 500 }),
      );
      outgoing.statusCode = response.status;
      for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
      outgoing.end(await response.text());
    })();
  };
}

function requestOf(incoming: IncomingMessage): Request {
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  const body = hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' as const } : {};
  return new Request(`https://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers,
    ...body,
  });
}
