/** Plays what a session server said, as it was recorded, to the widget's own client. */
import {
  createSignIn,
  type Mode,
  type SignIn,
  type SignInEnvironment,
  type SignInOptions,
  type Snapshot,
} from '@beckon/widget';
import { clock, settled } from './clock.ts';

/** One thing that the browser heard: the answer to a call, or a message of the socket. */
export interface Heard {
  readonly of: 'create' | 'connector' | 'renew' | 'cancel' | 'confirm' | 'socket';
  /** 0: nothing came back. */
  readonly status: number;
  readonly request_id: string | null;
  /** Seconds. */
  readonly retry_after?: number;
  readonly body: object;
}

interface Choice {
  readonly connector: string;
  readonly mode: Mode;
  readonly typed?: string;
}

export interface Playing {
  readonly heard: readonly Heard[];
  readonly options?: Partial<SignInOptions>;
  /** What the person asked for where the answer does not say it: it was refused. */
  readonly choice?: Choice;
  /** Which app this browser used last. */
  readonly lastUsed?: string;
  readonly phone?: boolean;
}

export interface Player {
  readonly signIn: SignIn;
  /** Goes through all that was heard, doing what the person did for it. */
  play(): Promise<void>;
  /** The network is gone. */
  cut(): void;
}

/** A client that is refused asks five times, with up to 8 s between. */
const MOST_TURNS = 60;
const SERVER = 'https://id.example.com';

export function createPlayer({ heard, options, choice, lastUsed, phone = false }: Playing): Player {
  /** What is yet to be heard. */
  const rest = [...heard];
  const sockets = new Set<RecordedSocket>();
  let current: object | null = null;
  let cut = false;
  let refused = false;

  function take(of: Heard['of']): Heard | null {
    if (rest[0]?.of !== of) return null;
    const next = rest.shift()!;
    if ('session_id' in next.body) current = next.body;
    refused = next.status === 0 || next.status >= 400;
    const { server_time_ms } = next.body as Partial<Snapshot>;
    if (server_time_ms !== undefined) clock.set(server_time_ms);
    return next;
  }

  function answer(url: string, signal: AbortSignal | null | undefined): Promise<Response> {
    const of = url === `${SERVER}/session` ? 'create' : (url.split('/').at(-1) as Heard['of']);
    const next = cut ? null : take(of);
    if (cut || next?.status === 0) return Promise.reject(new TypeError('Failed to fetch'));
    if (next === null) return untilAborted(signal);
    const headers = new Headers({ 'content-type': 'application/json' });
    if (next.request_id !== null) headers.set('x-request-id', next.request_id);
    if (next.retry_after !== undefined) headers.set('retry-after', String(next.retry_after));
    return Promise.resolve(new Response(JSON.stringify(next.body), { status: next.status, headers }));
  }

  class RecordedSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    readyState = RecordedSocket.CONNECTING;
    constructor() {
      super();
      sockets.add(this);
      queueMicrotask(() => {
        this.readyState = RecordedSocket.OPEN;
        this.dispatchEvent(new Event(cut ? 'error' : 'open'));
      });
    }
    send(): void {
      this.hear(current ?? {});
    }
    hear(body: object): void {
      const data = JSON.stringify({ type: 'session', ...body });
      queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })));
    }
    close(): void {
      sockets.delete(this);
    }
  }

  const environment: SignInEnvironment = {
    fetch: (url, init) => answer(url as string, init?.signal),
    WebSocket: RecordedSocket as unknown as typeof WebSocket,
    now: clock.now,
    deviceNow: clock.now,
    random: () => 0.5,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    isVisible: () => true,
    window: null,
    isPhone: () => phone,
    storage: () => keeps(lastUsed ?? null),
    tabStorage: () => keeps(null),
  };
  const request = { requestUri: 'urn:recorded' };
  const signIn = createSignIn({ server: SERVER, clientId: 'shop', request, ...options }, environment);

  return {
    signIn,
    async play() {
      signIn.start();
      await settled();
      for (let turn = 0; rest.length > 0; turn += 1) {
        if (turn > MOST_TURNS) throw new Error(`the widget never asked for: ${rest[0]!.of}`);
        const before = rest.length;
        act(signIn, rest[0]!, choice);
        await settled();
        if (rest[0]?.of === 'socket') {
          const { body } = take('socket')!;
          for (const socket of sockets) socket.hear(body);
          await settled();
        }
        // A client that was refused asks again after a while.
        if (rest.length === before && refused) await clock.pass(1_000);
      }
    },
    cut() {
      cut = true;
      for (const socket of sockets) socket.dispatchEvent(new CloseEvent('close', { code: 1006 }));
    },
  };
}

/** What the person did so that the server said the next thing. */
function act(signIn: SignIn, next: Heard, choice: Choice | undefined): void {
  const { phase } = signIn.getSnapshot();
  if (next.of === 'connector' && (phase === 'choosing' || phase === 'qr')) {
    const { connector, mode } = next.body as Partial<Snapshot>;
    const { typed, ...wanted } = choice ?? { connector, mode, typed: mode === 'direct' ? '10000000001' : undefined };
    if (wanted.connector && wanted.mode) signIn.choose(wanted.connector, wanted.mode, typed);
  }
  if (next.of === 'cancel') signIn.cancel();
  if (next.of === 'confirm') signIn.confirm();
}

function untilAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
}

const keeps = (text: string | null): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> => ({
  getItem: (key) => (key.startsWith('beckon.last-used') ? text : null),
  setItem() {},
  removeItem() {},
});
