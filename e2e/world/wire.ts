import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What is done to the next request that begins like this, for example `/^GET \/callback\//`. */
interface Trap {
  readonly line: RegExp;
  /** Before the request is passed on. */
  readonly before: () => Promise<void>;
  /** In place of the answer, once it is there; null lets it through. */
  readonly instead: (() => Promise<void>) | null;
}

/**
 * The wire between everybody and one server, so that a story can cut it. It tells a WebSocket's
 * connection from the others by its first line, and passes bytes on as they are.
 */
export class Wire {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  readonly #webSockets = new Set<Socket>();
  readonly #host: string | null;
  #socketsPass = true;
  #trap: Trap | null = null;

  /** `host`: what the server is called in place of the wire, where it answers to its own name alone. */
  constructor(to: number, host: string | null = null) {
    this.#host = host;
    this.#server = createServer((near) => {
      this.#ends.add(near);
      near.once('data', (first: Buffer) => {
        const isWebSocket = /^GET \/session\/events[ ?]/.test(first.toString('latin1'));
        if (isWebSocket && !this.#socketsPass) {
          near.destroy();
          return;
        }
        if (isWebSocket) this.#webSockets.add(near);
        const far = connect(to, '127.0.0.1');
        this.#ends.add(far);
        far.pipe(near);
        near.on('data', (chunk: Buffer) => void this.#pass(chunk, near, far));
        near.on('end', () => far.end());
        void this.#pass(first, near, far);
        for (const [end, other] of [
          [near, far],
          [far, near],
        ] as const) {
          // A reset is what a cut looks like from the other side.
          end.on('error', () => other.destroy());
          end.on('close', () => {
            other.destroy();
            this.#ends.delete(end);
            this.#webSockets.delete(end);
          });
        }
      });
      near.on('error', () => near.destroy());
    });
  }

  /** A request is a chunk of its own: no client here sends the next one before the answer, nor one in pieces. */
  async #pass(chunk: Buffer, near: Socket, far: Socket): Promise<void> {
    near.pause();
    const text = chunk.toString('latin1');
    const trap = this.#trap?.line.test(text) === true ? this.#trap : null;
    if (trap !== null) {
      this.#trap = null;
      await trap.before();
      const { instead } = trap;
      if (instead !== null) {
        far.unpipe(near);
        far.once('data', () => void instead().finally(() => near.destroy()));
        far.resume();
      }
    }
    const isHead = this.#host !== null && / HTTP\/1\.1\r\n/.test(text);
    const sent = isHead ? Buffer.from(text.replace(/^host: .*$/im, `Host: ${this.#host}`), 'latin1') : chunk;
    if (far.destroyed || far.write(sent)) near.resume();
    else far.once('drain', () => near.resume());
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** How many WebSockets are open. */
  get webSockets(): number {
    return this.#webSockets.size;
  }

  /** Cuts every WebSocket and lets none through until `mend()`. Answers how many it cut. */
  cut(): number {
    this.#socketsPass = false;
    const open = [...this.#webSockets];
    for (const socket of open) socket.resetAndDestroy();
    return open.length;
  }

  mend(): void {
    this.#socketsPass = true;
  }

  /** The next request that begins like this waits. Answers what lets it go. */
  hold(line: RegExp): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#trap = { line, before: () => promise, instead: null };
    return resolve;
  }

  /** The next request that begins like this is answered, and the answer is lost after `meanwhile`. Resolves then. */
  lose(line: RegExp, meanwhile: () => Promise<void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const instead = (): Promise<void> => meanwhile().then(resolve, reject);
    this.#trap = { line, before: () => Promise.resolve(), instead };
    return promise;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const end of this.#ends) end.destroy();
    await closed;
  }
}
