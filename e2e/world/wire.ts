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
  /** Of browsers alone: other clients of the server have another network. By the browser's end, the server's. */
  readonly #browsers = new Map<Socket, Socket>();
  #socketsPass = true;
  #refusesBrowsers = false;
  /** Resolves once the bytes of browsers pass again, unless their connections are forgotten. */
  #silence: PromiseWithResolvers<void> | null = null;
  /** The browsers' ends that are not heard, nor how they close, until that promise resolves. */
  readonly #unheard = new Map<Socket, Promise<void>>();
  #trap: Trap | null = null;

  /** `host`: what the server is called in place of the wire, where it answers to its own name alone. */
  constructor(to: number, host: string | null = null) {
    this.#host = host;
    this.#server = createServer((near) => {
      this.#ends.add(near);
      near.once('data', (first: Buffer) => {
        const head = first.toString('latin1');
        const isWebSocket = /^GET \/session\/events[ ?]/.test(head);
        const isBrowser = /^user-agent: mozilla/im.test(head);
        if (isBrowser && this.#refusesBrowsers) {
          near.resetAndDestroy();
          return;
        }
        if (isWebSocket && !this.#socketsPass) {
          near.destroy();
          return;
        }
        if (isWebSocket) this.#webSockets.add(near);
        const far = connect(to, '127.0.0.1');
        this.#ends.add(far);
        if (isBrowser) {
          this.#browsers.set(near, far);
          if (this.#silence !== null) this.#unheard.set(near, this.#silence.promise);
        }
        far.pipe(near);
        near.on('data', (chunk: Buffer) => void this.#pass(chunk, near, far));
        near.on('end', () => this.#unheard.has(near) || far.end());
        void this.#pass(first, near, far);
        for (const [end, other] of [
          [near, far],
          [far, near],
        ] as const) {
          // A reset is what a cut looks like from the other side.
          end.on('error', () => end.destroy());
          end.on('close', () => {
            this.#ends.delete(end);
            this.#webSockets.delete(end);
            if (this.#unheard.has(end)) return;
            this.#browsers.delete(end);
            other.destroy();
          });
        }
      });
      near.on('error', () => near.destroy());
    });
  }

  /** A request is a chunk of its own: no client here sends the next one before the answer, nor one in pieces. */
  async #pass(chunk: Buffer, near: Socket, far: Socket): Promise<void> {
    near.pause();
    await this.#unheard.get(near);
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

  /** From now on no byte of any browser passes, either way, and nothing is closed: as where the network is gone. */
  silence(): void {
    this.#silence = Promise.withResolvers();
    for (const [near, far] of this.#browsers) {
      this.#unheard.set(near, this.#silence.promise);
      far.pause();
    }
  }

  /** Resets every connection of a browser, and each new one. */
  refuse(): void {
    this.#refusesBrowsers = true;
    for (const near of this.#browsers.keys()) near.resetAndDestroy();
  }

  /**
   * Browsers are served again. `former`: what was sent while nothing passed comes now, or its connections
   * stay silent for ever, as behind a router that has forgotten them.
   */
  serve(former: 'come through' | 'are forgotten' = 'come through'): void {
    this.#refusesBrowsers = false;
    const silence = this.#silence;
    this.#silence = null;
    if (former === 'are forgotten' || silence === null) return;
    for (const [near, promise] of this.#unheard) {
      if (promise !== silence.promise) continue;
      this.#unheard.delete(near);
      const far = this.#browsers.get(near);
      if (near.destroyed) this.#browsers.delete(near);
      if (near.destroyed) far?.destroy();
      else far?.resume();
    }
    silence.resolve();
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
