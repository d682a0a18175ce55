/** For tests: a sign-in that is in whatever state it is put in, and remembers what it was asked to do. */
import type { ConnectorOffer } from '@beckon/protocol';
import type { SessionView, SignIn, SignInState } from '../session/index.ts';

export const WALLET: ConnectorOffer = {
  id: 'wallet',
  names: { en: 'Demo Wallet' },
  button: null,
  mark: null,
  scan_with: 'app',
  modes: ['qr', 'same_device'],
};
export const PASBY: ConnectorOffer = {
  id: 'pasby',
  names: { en: 'pasby' },
  button: null,
  mark: null,
  scan_with: 'app',
  modes: ['qr', 'direct'],
};
/** Ms since the epoch; every state's clock. */
export const NOW = 1_773_600_010_000;

export const SESSION: SessionView = {
  sessionId: 'session-1',
  clientName: 'Shop',
  logoUri: null,
  connectors: [WALLET],
  connector: WALLET,
  mode: 'qr',
  words: null,
  lastUsed: null,
  expiresAt: NOW + 102_000,
  clockOffset: 0,
};

type StateOf = { readonly [P in SignInState['phase']]: Extract<SignInState, { readonly phase: P }> };

/** One of each state that a person can see. */
export const STATES: StateOf = {
  idle: { phase: 'idle', connection: 'none' },
  starting: { phase: 'starting', connection: 'none', session: null, slow: false },
  choosing: {
    phase: 'choosing',
    connection: 'socket',
    session: { ...SESSION, connectors: [WALLET, PASBY], connector: null, mode: null },
    unavailable: null,
    requestId: null,
  },
  busy: { phase: 'busy', connection: 'socket', session: SESSION, retryAt: NOW + 20_000 },
  identifier: {
    phase: 'identifier',
    connection: 'socket',
    session: { ...SESSION, connector: PASBY, mode: 'direct' },
    problem: null,
  },
  qr: {
    phase: 'qr',
    connection: 'socket',
    session: SESSION,
    qr: {
      order: 'timed',
      prefix: 'HTTPS://ID.EXAMPLE/Q/A.',
      step: 0,
      from_ms: NOW,
      interval_ms: 2000,
      macs: ['TAER4V2JVJK353MBBBRALLR3BY', 'ZIZD22IPFGTM3GL3UNUD6BZ6XI'],
    },
    renews: false,
  },
  same_device: {
    phase: 'same_device',
    connection: 'socket',
    session: { ...SESSION, mode: 'same_device' },
    url: 'https://id.example/q/a',
  },
  direct: {
    phase: 'direct',
    connection: 'socket',
    session: { ...SESSION, connector: PASBY, mode: 'direct', words: 'amber river' },
  },
  retrieved: { phase: 'retrieved', connection: 'socket', session: SESSION, number: '42' },
  confirmed: {
    phase: 'confirmed',
    connection: 'socket',
    session: SESSION,
    redirectTo: 'https://shop.example/cb?code=1',
    person: null,
    confirmPerson: false,
    slow: false,
  },
  completed: { phase: 'completed', connection: 'none', session: SESSION, elsewhere: false },
  declined: {
    phase: 'declined',
    connection: 'none',
    session: SESSION,
    reason: null,
    requestId: null,
    redirectTo: 'https://shop.example/cb?error=x',
  },
  expired: {
    phase: 'expired',
    connection: 'none',
    session: SESSION,
    redirectTo: null,
    canRenew: true,
    noAnswer: false,
  },
  cancelled: {
    phase: 'cancelled',
    connection: 'none',
    session: SESSION,
    redirectTo: 'https://shop.example/cb?error=x',
  },
  failed: {
    phase: 'failed',
    connection: 'none',
    session: null,
    code: 'network',
    redirectTo: null,
    canRetry: true,
    requestId: null,
  },
};

export interface FakeSignIn extends SignIn {
  become(state: SignInState): void;
  /** How many listen. */
  listeners(): number;
  /** What was asked, for example `choose wallet qr`. */
  readonly asked: string[];
}

export function fakeSignIn(state: SignInState): FakeSignIn {
  const listeners = new Set<() => void>();
  const asked: string[] = [];
  let current = state;
  const ask = (what: string) => () => void asked.push(what);
  return {
    asked,
    getSnapshot: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: ask('start'),
    arm: ask('arm'),
    renew: ask('renew'),
    cancel: ask('cancel'),
    confirm: ask('confirm'),
    close: ask('close'),
    choose: (...choice) => void asked.push(['choose', ...choice].join(' ').trim()),
    become(next) {
      current = next;
      for (const listener of listeners) listener();
    },
    listeners: () => listeners.size,
  };
}
