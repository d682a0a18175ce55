/** One connection to the server, on which exactly the given bytes are sent, and what comes back is read to the letter. */
import { type Socket, connect } from 'node:net';

export interface Answer {
  readonly status: number;
  /** By lower-case name, in the order in which they came. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
  readonly took_ms: number;
}

/** The connection ended with no answer, or none came in time, or it is none. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface Line {
  /** @throws NoAnswer */
  ask(bytes: Buffer, options: AskOptions): Promise<Answer>;
  close(): void;
}

export interface AskOptions {
  /** An answer to it has no body. */
  readonly isHead: boolean;
  /** The sending side closes after the bytes. */
  readonly ends: boolean;
  readonly within_ms: number;
}

/** Asks one after the other, on a connection that is made anew whenever the server has closed it. */
export function createLine(port: number): Line {
  let socket: Socket | null = null;
  let received = Buffer.alloc(0);
  let heard = (): void => {};
  let isOver = false;

  const open = (): Socket => {
    if (socket !== null && !isOver && socket.writable) return socket;
    socket?.destroy();
    received = Buffer.alloc(0);
    isOver = false;
    const made = connect(port, '127.0.0.1');
    made.on('data', (chunk) => {
      if (socket !== made) return;
      received = Buffer.concat([received, chunk]);
      heard();
    });
    // It says nothing that the close does not.
    made.on('error', () => {});
    made.on('close', () => {
      if (socket !== made) return;
      isOver = true;
      heard();
    });
    socket = made;
    return made;
  };

  /** @throws NoAnswer */
  const ask: Line['ask'] = async (bytes, options) => {
    const { isHead, ends, within_ms } = options;
    const wasOpen = socket !== null && !isOver;
    const used = open();
    const begun = performance.now();
    received = Buffer.alloc(0);
    if (ends) used.end(bytes);
    else used.write(bytes);
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      heard();
    }, within_ms);
    try {
      for (;;) {
        const found = read(received, isHead, isOver);
        if (found !== null) {
          if (found.closes || ends) close();
          const { status, headers, body } = found;
          return { status, headers, body, took_ms: performance.now() - begun };
        }
        // The server may close a connection that is kept at any time (RFC 9112 §9.3.1): the request is sent on another one.
        if (isOver && wasOpen && received.length === 0) {
          clearTimeout(late);
          close();
          return await ask(bytes, options);
        }
        if (isOver)
          throw new NoAnswer(
            `the connection ended after ${received.length} bytes: ${received.toString().slice(0, 200)}`,
          );
        if (isLate) throw new NoAnswer(`no whole answer in ${within_ms} ms: ${received.toString().slice(0, 200)}`);
        await new Promise<void>((resolve) => (heard = resolve));
      }
    } catch (cause) {
      close();
      throw cause;
    } finally {
      clearTimeout(late);
    }
  };
  return { ask, close };

  function close(): void {
    socket?.destroy();
    socket = null;
  }
}

/** The first answer in the bytes; null where it is not whole yet. @throws NoAnswer for what is no answer */
function read(
  bytes: Buffer,
  isHead: boolean,
  isOver: boolean,
): (Omit<Answer, 'took_ms'> & { readonly closes: boolean }) | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  if (!Number.isInteger(status)) throw new NoAnswer(`no status line: ${first}`);
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+): (.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new NoAnswer(`no header: ${line}`);
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
  if (status === 100) return read(bytes.subarray(end + 4), isHead, isOver);
  const rest = bytes.subarray(end + 4);
  const closes = headers.get('connection')?.[0]?.toLowerCase() === 'close';
  const whole = (body: Buffer) => ({ status, headers, body: body.toString(), closes });
  if (isHead || status === 204 || status === 304 || status === 101) return whole(Buffer.alloc(0));
  if (headers.get('transfer-encoding')?.[0] === 'chunked') {
    const body = unchunked(rest);
    return body === null ? null : whole(body);
  }
  const length = headers.get('content-length')?.[0];
  if (length === undefined) return isOver ? whole(rest) : null;
  if (rest.length > Number(length)) throw new NoAnswer(`${rest.length - Number(length)} bytes more than its length`);
  return rest.length < Number(length) ? null : whole(rest);
}

function unchunked(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) return null;
    const size = Number.parseInt(bytes.subarray(at, end).toString(), 16);
    if (Number.isNaN(size)) throw new NoAnswer('no chunk');
    if (bytes.length < end + 4 + size) return null;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}
