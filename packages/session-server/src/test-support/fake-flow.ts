import type { Snapshot } from '@beckon/protocol';
import type { Change } from '../bus/index.ts';
import { type BrowserPort, FlowError, type SessionCredentials } from '../flow/index.ts';
import { exampleSession } from '../testing/index.ts';

/** What `realtime/` needs of a flow, over sessions that a test writes itself. */
export interface FakeFlow extends Pick<BrowserPort, 'snapshot' | 'statusFor' | 'look' | 'subscribe' | 'clientOf'> {
  /** Makes a session; its secret is `secret of <id>`, its client `client of <id>`. */
  add(session_id: string, parts?: Partial<Snapshot>): SessionCredentials;
  /** A change: the version grows by one and subscribers are told. */
  change(session_id: string, parts?: Partial<Snapshot>): void;
  /** A message of the change feed that carries the session as it was at that version. */
  tell(session_id: string, version: number): void;
  /** What the next look sees, without a change. */
  set(session_id: string, parts: Partial<Snapshot>): void;
  remove(session_id: string): void;
  /** What a look throws instead of answering; null answers again. */
  failWith(error: Error | null): void;
  /** While held, looks wait; `release` lets the waiting ones go on. */
  hold(): () => void;
  readonly looks: number;
  /** The version that each look was given; null: it asked the store. */
  readonly given: readonly (number | null)[];
  readonly listeners: number;
}

const TEMPLATE: Snapshot = {
  session_id: '',
  version: 1,
  status: 'initialized',
  connector: 'wallet',
  mode: 'qr',
  connectors: [],
  created_at: 1_000,
  expires_at: 1_120,
  server_time_ms: 1_000_000,
  client: { name: 'Shop', logo_uri: null },
  qr: null,
  same_device: null,
  typed_code: null,
  verification: null,
  person: null,
  confirm_person: false,
  redirect_to: null,
  error: null,
};

export function createFakeFlow(): FakeFlow {
  const sessions = new Map<string, Snapshot>();
  const listeners = new Map<
    symbol,
    { readonly session_id: string; readonly listener: Parameters<BrowserPort['subscribe']>[1] }
  >();
  const given: (number | null)[] = [];
  let failure: Error | null = null;
  let gate: Promise<void> = Promise.resolve();

  const find = ({ session_id, session_secret }: SessionCredentials): Snapshot => {
    const session = sessions.get(session_id);
    if (session === undefined || session_secret !== `secret of ${session_id}`) {
      throw new FlowError('session_not_found', 'there is no such session');
    }
    return session;
  };
  const set = (session_id: string, parts: Partial<Snapshot>): void => {
    sessions.set(session_id, { ...(sessions.get(session_id) ?? TEMPLATE), ...parts, session_id });
  };

  const look = async (credentials: SessionCredentials, change: Change | null = null): Promise<Snapshot> => {
    given.push(change?.session.version ?? null);
    await gate;
    if (failure !== null) throw failure;
    const found = find(credentials);
    return change === null ? found : { ...found, version: change.session.version };
  };

  return {
    add(session_id, parts = {}) {
      set(session_id, parts);
      return { session_id, session_secret: `secret of ${session_id}` };
    },
    change(session_id, parts = {}) {
      set(session_id, { ...parts, version: (sessions.get(session_id)?.version ?? 0) + 1 });
      for (const one of listeners.values()) if (one.session_id === session_id) one.listener(null);
    },
    tell(session_id, version) {
      const session = { ...exampleSession(0), id: session_id, version };
      for (const one of listeners.values()) if (one.session_id === session_id) one.listener({ session, now: 0 });
    },
    set,
    remove: (session_id) => void sessions.delete(session_id),
    failWith: (error) => void (failure = error),
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    get looks() {
      return given.length;
    },
    given,
    get listeners() {
      return listeners.size;
    },
    snapshot: look,
    statusFor: (session_id) => look({ session_id, session_secret: `secret of ${session_id}` }),
    look,
    async clientOf(credentials) {
      await gate;
      if (failure !== null) throw failure;
      return `client of ${find(credentials).session_id}`;
    },
    subscribe(session_id, listener) {
      const key = Symbol(session_id);
      listeners.set(key, { session_id, listener });
      return () => listeners.delete(key);
    },
  };
}

/** Timed frames of 2 s each, from a server time on. */
export function framesAt(server_time_ms: number, count: number): NonNullable<Snapshot['qr']> {
  const macs = Array.from({ length: count }, (_, index) => `MAC${index}`);
  return { order: 'timed', prefix: 'FRAME.', step: 0, from_ms: server_time_ms, interval_ms: 2_000, macs };
}

/** Lets everything run that waits for nothing but its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
