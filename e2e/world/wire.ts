import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * The wire between everybody and the session server, so that a story can cut it. It tells a
 * WebSocket's connection from the others by its first line, and passes bytes on as they are.
 */
export class Wire {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  readonly #webSockets = new Set<Socket>();
  #socketsPass = true;

  constructor(to: number) {
    this.#server = createServer((near) => {
      this.#ends.add(near);
      near.once('data', (first: Buffer) => {
        near.pause();
        const isWebSocket = /^GET \/session\/events[ ?]/.test(first.toString('latin1'));
        if (isWebSocket && !this.#socketsPass) {
          near.destroy();
          return;
        }
        if (isWebSocket) this.#webSockets.add(near);
        const far = connect(to, '127.0.0.1');
        this.#ends.add(far);
        far.write(first);
        near.pipe(far).pipe(near);
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

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const end of this.#ends) end.destroy();
    await closed;
  }
}
