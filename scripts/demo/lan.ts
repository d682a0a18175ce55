/**
 * `--lan`: lets a phone on the same network take part. The demo itself stays on loopback, where http is as good as
 * https; in front of each of its ports a gateway listens on this machine's address in the network. It changes the
 * addresses in what passes, so that a phone reads, and sends, the network's own.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import { addressesFrom } from './addresses.ts';
import { DemoError } from './arguments.ts';

/** What a phone needs: the session server, the shop and the sandbox, by the origins that it reaches them at. */
export interface LanAddresses {
  readonly issuer: string;
  readonly shop: string;
  readonly sandbox: string;
}

/** What is not text passes as it is; no text of the demo is longer than this, in bytes. */
const TEXT_LIMIT_BYTES = 4 * 1024 * 1024;

/** The same ports on `host`, an IPv4 address of this machine. */
export function lanAddresses(portBase: number, host: string): LanAddresses {
  return {
    issuer: `http://${host}:${portBase}`,
    shop: `http://${host}:${portBase + 1}`,
    sandbox: `http://${host}:${portBase + 2}`,
  };
}

/** This machine's first IPv4 address in a private network (RFC 1918). @throws DemoError where there is none */
export function firstPrivateAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal, address }) => family === 'IPv4' && !internal && isPrivate(address));
  if (found !== undefined) return found.address;
  throw new DemoError(
    '--lan: this machine has no address in a private network. Join one, or name the address: --lan 192.168.1.5',
  );
}

function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address);
}

/**
 * Opens the three gateways.
 * @returns what closes them
 * @throws DemoError where one cannot listen
 */
export async function openGateways(portBase: number, host: string): Promise<() => void> {
  const inside = addressesFrom(portBase);
  const outside = lanAddresses(portBase, host);
  const names = ['issuer', 'shop', 'sandbox'] as const;
  const outward = replacer(names.map((name) => [inside[name], outside[name]]));
  const inward = replacer(names.map((name) => [outside[name], inside[name]]));
  const servers: Server[] = [];
  const close = (): void => servers.forEach((server) => server.close().closeAllConnections());
  for (const name of names) {
    const server = createServer(
      (incoming, response) => void pass(incoming, response, inside[name], { inward, outward }),
    );
    // The widget asks by fetch where it gets no WebSocket, and that passes here.
    server.on('upgrade', (_request, socket) => {
      // A phone that went away is no reason to end.
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n');
    });
    servers.push(server);
    try {
      await listen(server, Number(new URL(outside[name]).port), host);
    } catch (error) {
      close();
      throw new DemoError(`--lan: ${outside[name]} cannot be used: ${(error as NodeJS.ErrnoException).code}`);
    }
  }
  return close;
}

type Replace = (text: string) => string;

/** Replaces origins, as they are written in pages, in addresses, and in upper case in codes. */
function replacer(pairs: readonly (readonly [from: string, to: string])[]): Replace {
  const forms = pairs.flatMap(([from, to]): readonly (readonly [string, string])[] => [
    [from, to],
    [encodeURIComponent(from), encodeURIComponent(to)],
    [encodeURIComponent(encodeURIComponent(from)), encodeURIComponent(encodeURIComponent(to))],
    [from.toUpperCase(), to.toUpperCase()],
    [encodeURIComponent(from.toUpperCase()), encodeURIComponent(to.toUpperCase())],
    // In a policy.
    [from.replace('http:', 'ws:'), to.replace('http:', 'ws:')],
    // In a Host header.
    [from.replace('http://', ''), to.replace('http://', '')],
  ]);
  return (text) => forms.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
}

/** Hands one request on, and its answer back. */
async function pass(
  incoming: IncomingMessage,
  response: ServerResponse,
  to: string,
  { inward, outward }: { readonly inward: Replace; readonly outward: Replace },
): Promise<void> {
  try {
    const body = await bodyOf(incoming);
    const sent = isText(incoming.headers) ? Buffer.from(inward(body.toString())) : body;
    const answer = await ask(
      to,
      incoming,
      headersOf(incoming.headers, sent.length, inward),
      inward(incoming.url ?? '/'),
      sent,
    );
    const received = await bodyOf(answer);
    const given = isText(answer.headers) ? Buffer.from(outward(received.toString())) : received;
    response.writeHead(answer.statusCode ?? 502, headersOf(answer.headers, given.length, outward)).end(given);
  } catch {
    if (!response.headersSent) response.writeHead(502, { 'Content-Type': 'text/plain' });
    response.end('The demo does not answer.');
  }
}

function ask(
  to: string,
  { method }: IncomingMessage,
  headers: Record<string, string | string[]>,
  path: string,
  body: Buffer,
): Promise<IncomingMessage> {
  // Beside the path, which may name a host itself (`http://…`, `//…`): a gateway leads to its own part of the demo alone.
  const { hostname, port } = new URL(to);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, resolve).on('error', reject).end(body);
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > TEXT_LIMIT_BYTES) throw new Error('too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** All headers but those of this one connection; nothing compressed, so that it can be read. */
function headersOf(
  headers: IncomingMessage['headers'],
  length: number,
  replace: Replace,
): Record<string, string | string[]> {
  const changed: Record<string, string | string[]> = { 'content-length': String(length) };
  for (const [name, value] of Object.entries(headers)) {
    if (
      value === undefined ||
      ['connection', 'transfer-encoding', 'content-length', 'accept-encoding', 'etag', 'if-none-match'].includes(name)
    )
      continue;
    changed[name] = Array.isArray(value) ? value.map(replace) : replace(value);
  }
  return changed;
}

function isText({ 'content-type': type = '' }: IncomingMessage['headers']): boolean {
  return /^(?:text\/html|text\/plain|application\/json|application\/x-www-form-urlencoded)\b/.test(type);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen({ port, host, exclusive: true }, resolve);
  });
}
