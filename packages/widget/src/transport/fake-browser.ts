/**
 * For tests: a browser whose time stands still until it is moved, and the session server that it
 * talks to, both without a network. The server speaks what the contract says of one session.
 */
import { CLOSE_CODES, parseClientMessage, type Snapshot } from '@beckon/protocol';
import type { TransportEnvironment } from './environment.ts';
import type { Credentials, TransportEvents } from './transport.ts';

export const SERVER = 'https://id.example';
/** When every test begins, by the device's clock: ms since the epoch. */
export const BEGIN = 1_800_000_000_000;

export function fakeSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    session_id: 'session-1',
    version: 1,
    status: 'initialized',
    connector: 'wallet',
    mode: 'qr',
    connectors: [
      {
        id: 'wallet',
        names: { en: 'Wallet' },
        button: null,
        mark: null,
        scan_with: 'app',
        modes: ['qr', 'same_device'],
      },
    ],
    created_at: BEGIN / 1000,
    expires_at: BEGIN / 1000 + 120,
    server_time_ms: BEGIN,
    client: { name: 'Shop', logo_uri: null },
    qr: { order: 'timed', prefix: 'HTTPS://ID.EXAMPLE/Q/1.', step: 0, from_ms: BEGIN, interval_ms: 2_000, macs: ['A'] },
    same_device: null,
    typed_code: null,
    verification: null,
    person: null,
    confirm_person: false,
    redirect_to: null,
    error: null,
    ...changes,
  };
}

/** A device's clock and events. Counts what is left behind. */
export class FakeBrowser {
  readonly server: FakeServer = new FakeServer(this);
  readonly window: CountingTarget = new CountingTarget();
  readonly environment: TransportEnvironment;
  visible = true;
  now: number = BEGIN;
  /** How far the device's clock is ahead of the page's, in ms. */
  ahead = 0;
  /** What the dice say; 1 makes every wait its longest. */
  random = 1;
  readonly #timers: Map<number, { readonly at: number; readonly run: () => void; readonly own: boolean }> = new Map();
  #lastTimer = 0;

  constructor() {
    const { server } = this;
    this.environment = {
      fetch: (input, init) => server.fetch(input as string, init ?? {}),
      WebSocket: class extends FakeSocket {
        constructor(url: string, protocol: string) {
          super(server, url, protocol);
        }
      } as unknown as typeof WebSocket,
      now: () => this.now,
      deviceNow: () => this.now + this.ahead,
      random: () => this.random,
      setTimeout: (run, ms) => this.#addTimer(run, ms, true),
      clearTimeout: (timer) => void this.#timers.delete(timer as number),
      isVisible: () => this.visible,
      window: this.window,
    };
  }

  /** A timer of the server's, which the page does not answer for. */
  later(run: () => void, ms: number): void {
    this.#addTimer(run, ms, false);
  }

  #addTimer(run: () => void, ms: number, own: boolean): number {
    this.#lastTimer += 1;
    this.#timers.set(this.#lastTimer, { at: this.now + ms, run, own });
    return this.#lastTimer;
  }

  /** Lets `ms` pass, running what falls due, each followed by all that it promised. */
  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers].toSorted(([a, x], [b, y]) => x.at - y.at || a - b);
      if (next === undefined || next[1].at > until) break;
      this.#timers.delete(next[0]);
      this.now = Math.max(this.now, next[1].at);
      next[1].run();
      await settle();
    }
    this.now = until;
  }

  /** Timers, listeners, sockets and requests that are still there. */
  get left(): number {
    const { window, server } = this;
    const timers = [...this.#timers.values()].filter(({ own }) => own);
    return timers.length + window.listeners + server.sockets.size + server.held.size;
  }

  async show(): Promise<void> {
    this.visible = true;
    this.window.dispatchEvent(new Event('visibilitychange'));
    await settle();
  }

  async focus(): Promise<void> {
    this.window.dispatchEvent(new Event('focus'));
    await settle();
  }

  async goOnline(): Promise<void> {
    this.window.dispatchEvent(new Event('online'));
    await settle();
  }

  /** The page is left, and kept. */
  async leaveForCache(): Promise<void> {
    this.window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
    await settle();
  }

  async comeBackFromCache(): Promise<void> {
    this.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await settle();
  }
}

/** Everything that is promised and needs no time to pass. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

class CountingTarget extends EventTarget {
  readonly #heard = new Map<string, Set<unknown>>();

  get listeners(): number {
    return [...this.#heard.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }
  override addEventListener(type: string, listener: EventListener): void {
    this.#heard.set(type, (this.#heard.get(type) ?? new Set()).add(listener));
    super.addEventListener(type, listener);
  }
  override removeEventListener(type: string, listener: EventListener): void {
    this.#heard.get(type)?.delete(listener);
    super.removeEventListener(type, listener);
  }
}

export interface FakeRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly credentials: string | undefined;
  /** It is sent even if the page is left at once. */
  readonly keepalive: boolean;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class FakeServer {
  /** What the session is now; null when the server knows of none. */
  session: Snapshot | null = fakeSnapshot();
  secret = 'secret-1';
  /** Unreachable: sockets fail, requests reject. */
  down = false;
  /** A proxy in between lets no WebSocket through. */
  socketsBlocked = false;
  /** Sockets stay open but nothing comes through them any more. */
  silent = false;
  /** Takes requests and answers none. */
  hangs = false;
  /** How long it takes over anything but the status call, in ms. */
  takes = 0;
  readonly sockets: Set<FakeSocket> = new Set();
  readonly held: Set<() => void> = new Set();
  /** Every socket that was ever tried, and every request. */
  readonly attempts: string[] = [];
  readonly requests: FakeRequest[] = [];
  /** Answers anything but the status call; test suites fill it in. */
  route: (request: FakeRequest) => FakeAnswer = () => ({ status: 404, body: { error: 'session_not_found' } });
  /** Answers the status call in its place while it is not null. */
  statusAnswer: FakeAnswer | null = null;
  readonly #browser: FakeBrowser;

  constructor(browser: FakeBrowser) {
    this.#browser = browser;
  }

  /** Changes the session and tells its watchers. */
  async push(changes: Partial<Snapshot>): Promise<void> {
    const { session } = this;
    if (session === null) throw new Error('there is no session to change');
    this.session = { ...session, version: session.version + 1, server_time_ms: this.#browser.now, ...changes };
    for (const socket of this.sockets) this.tell(socket);
    for (const release of this.held) release();
    await settle();
  }

  /** Goes down, with all connections; or comes back. */
  async setDown(down: boolean): Promise<void> {
    this.down = down;
    if (down) {
      for (const socket of this.sockets) socket.end(1006);
      for (const release of this.held) release();
    }
    await settle();
  }

  tell(socket: FakeSocket): void {
    if (this.silent || !socket.subscribed || this.session === null) return;
    socket.receive({ type: 'session', ...this.session });
  }

  hear(socket: FakeSocket, text: string): void {
    if (this.silent) return;
    const message = parseClientMessage(text);
    if (message?.type !== 'subscribe') {
      socket.end(CLOSE_CODES.malformed);
    } else if (message.session_secret !== this.secret || message.session_id !== this.session?.session_id) {
      socket.receive({ type: 'error', error: 'session_not_found', session_id: message.session_id });
      socket.end(CLOSE_CODES.notAuthorised);
    } else {
      socket.subscribed = true;
      if (message.after === this.session.version) socket.receive({ type: 'unchanged', session_id: message.session_id });
      else this.tell(socket);
    }
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    const path = url.replace(SERVER, '');
    const request = {
      method: init.method ?? 'GET',
      path,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : null,
      credentials: init.credentials,
      keepalive: init.keepalive === true,
    };
    this.requests.push(request);
    this.attempts.push(path);
    await Promise.resolve();
    init.signal?.throwIfAborted();
    if (this.down) throw new TypeError('fetch failed');
    if (this.hangs) await aborted(init.signal ?? null);
    if (this.takes > 0 && !path.includes('/status')) {
      const taken = new Promise<void>((resolve) => void this.#browser.environment.setTimeout(resolve, this.takes));
      await Promise.race([taken, aborted(init.signal ?? null)]);
    }
    const answer = path.includes('/status') ? await this.#status(request, init.signal ?? null) : this.route(request);
    if (this.down) throw new TypeError('connection reset');
    return {
      ok: answer.status < 300,
      status: answer.status,
      headers: new Headers(answer.headers),
      json: async () => {
        if (answer.body === undefined) throw new SyntaxError('not JSON');
        return structuredClone(answer.body);
      },
    } as Response;
  }

  async #status({ path, headers }: FakeRequest, signal: AbortSignal | null): Promise<FakeAnswer> {
    if (this.statusAnswer !== null) return this.statusAnswer;
    const { searchParams } = new URL(path, SERVER);
    const { session } = this;
    const known = headers.get('authorization') === `Bearer ${this.secret}` && path.includes(`/${session?.session_id}/`);
    if (!known) return { status: 404, body: { error: 'session_not_found' } };
    if (searchParams.get('after') === String(session?.version)) await this.#hold(signal);
    return { status: 200, body: this.session };
  }

  #hold(signal: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const release = () => {
        this.held.delete(release);
        resolve();
      };
      this.held.add(release);
      if (!this.silent) this.#browser.later(release, 25_000);
      signal?.addEventListener('abort', () => {
        this.held.delete(release);
        reject(signal.reason as Error);
      });
    });
  }
}

function aborted(signal: AbortSignal | null): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

export class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  readonly url: string;
  readonly protocol: string;
  readyState: number = FakeSocket.CONNECTING;
  subscribed = false;
  readonly sent: string[] = [];
  readonly #server: FakeServer;

  constructor(server: FakeServer, url: string, protocol: string) {
    super();
    this.#server = server;
    this.url = url;
    this.protocol = protocol;
    server.sockets.add(this);
    server.attempts.push('socket');
    queueMicrotask(() => this.#open());
  }

  #open(): void {
    if (this.readyState !== FakeSocket.CONNECTING) return;
    if (this.#server.down || this.#server.socketsBlocked) return this.end(1006);
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }

  send(text: string): void {
    this.sent.push(text);
    queueMicrotask(() => this.readyState === FakeSocket.OPEN && this.#server.hear(this, text));
  }

  receive(message: object): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(message) }));
  }

  close(): void {
    this.readyState = FakeSocket.CLOSED;
    this.#server.sockets.delete(this);
  }

  /** The server, or the network, ends it. */
  end(code: number): void {
    this.close();
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

/** What a transport told, in short: states, `version status`, `error code`. */
export function recorder(): { readonly heard: string[]; readonly events: TransportEvents } {
  const heard: string[] = [];
  return {
    heard,
    events: {
      onSnapshot: ({ version, status }) => heard.push(`${version} ${status}`),
      onState: (state) => heard.push(state),
      onError: (code) => heard.push(`error ${code}`),
    },
  };
}

export const CREDENTIALS: Credentials = { server: SERVER, sessionId: 'session-1', sessionSecret: 'secret-1' };
