import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawResponse {
  readonly status: number;
  /** By lower-case name; several of one name are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends exactly these bytes to a local port, and reads until the server closes: for what no HTTP
 * client would send. The request must ask for that (`Connection: close`), or be one that is refused.
 */
export function rawRequest(port: number, bytes: string | Uint8Array): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(read(Buffer.concat(chunks).toString('utf8'))));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close before it has read all: what it said by then is the answer.
      if (chunks.length === 0) reject(error);
    });
    socket.write(bytes);
  });
}

/** A request head with `Host` and `Connection: close`, and the body's length where there is one. */
export function requestText(options: {
  readonly method?: string;
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}): Buffer {
  const { method = 'GET', target, headers = [], body = '' } = options;
  const bytes = Buffer.from(body);
  const length = bytes.length > 0 ? [`Content-Length: ${bytes.length}`] : [];
  const head = [`${method} ${target} HTTP/1.1`, 'Host: id.example', 'Connection: close', ...headers, ...length];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

function read(text: string): RawResponse {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).toLowerCase();
    const value = line.slice(at + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status: Number(first.split(' ')[1]), headers, body: text.slice(end + 4) };
}
