/** The browser's side of a session for a plain script: `ws` and fetch, as the contract writes it. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { World } from './world.ts';

/** The parts of a snapshot that these stories read. */
export interface Snapshot {
  readonly session_id: string;
  readonly version: number;
  readonly status: string;
  readonly connector: string | null;
  readonly mode: string | null;
  readonly qr:
    | {
        readonly order: 'timed';
        readonly prefix: string;
        readonly step: number;
        readonly from_ms: number;
        readonly interval_ms: number;
        readonly macs: readonly string[];
      }
    | { readonly order: 'shuffle'; readonly frames: readonly { readonly text: string }[] }
    | null;
  readonly redirect_to: string | null;
  readonly server_time_ms: number;
}
export interface SessionHandle extends Snapshot {
  readonly session_secret: string;
}

/** Asks for a code of that app. @throws Error with the answer unless it was given one */
export async function choose(world: World, session: SessionHandle, connector = 'wallet'): Promise<Snapshot> {
  const response = await askFor(world, session, connector);
  if (!response.ok) throw new Error(`connector answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Snapshot;
}

export function askFor(world: World, session: SessionHandle, connector: string): Promise<Response> {
  return fetch(`${world.issuer}/session/${session.session_id}/connector`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${session.session_secret}` },
    body: JSON.stringify({ connector, mode: 'qr' }),
  });
}

export function cancel(world: World, session: SessionHandle): Promise<Response> {
  return fetch(`${world.issuer}/session/${session.session_id}/cancel`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${session.session_secret}` },
    body: '{}',
  });
}

/** What is to be shown now. */
export function currentText({ qr, server_time_ms }: Snapshot): string {
  if (qr?.order !== 'timed') throw new Error('the snapshot has no frame for now');
  const index = Math.floor((server_time_ms - qr.from_ms) / qr.interval_ms);
  return `${qr.prefix}${qr.step + index}.${qr.macs[index]}`;
}

/** A `beckon.v1` socket that hears one session. */
export class Watching {
  readonly socket: WebSocket;
  readonly #heard: Snapshot[] = [];
  #news: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string } & Snapshot;
      if (message.type === 'session') this.#heard.push(message);
      this.#news();
    });
    socket.on('close', () => this.#news());
  }

  static async open(
    world: World,
    session: { readonly session_id: string; readonly session_secret: string },
  ): Promise<Watching> {
    const socket = new WebSocket(`${world.issuer.replace('http', 'ws')}/session/events`, 'beckon.v1');
    const watching = new Watching(socket);
    await once(socket, 'open');
    const { session_id, session_secret } = session;
    socket.send(JSON.stringify({ type: 'subscribe', session_id, session_secret }));
    return watching;
  }

  /** The first snapshot with that status. @throws Error when the socket closes before. */
  async until(status: string): Promise<Snapshot> {
    for (;;) {
      const found = this.#heard.find((snapshot) => snapshot.status === status);
      if (found !== undefined) return found;
      if (this.socket.readyState >= WebSocket.CLOSING) throw new Error(`closed before ${status}`);
      await new Promise<void>((resolve) => {
        this.#news = resolve;
      });
    }
  }

  close(): void {
    this.socket.close();
  }
}
