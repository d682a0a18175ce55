import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { WebSocket } from 'ws';
import type { Sealer, Store } from '../store/store.ts';

/** What requests cost, in calls of the store, of its sealer, and of Node. */
export interface Cost {
  readonly commits: number;
  /** `get`, `list` and `find`. */
  readonly reads: number;
  /** Questions for the time alone. */
  readonly nows: number;
  readonly hits: number;
  readonly seals: number;
  readonly opens: number;
  /** `createHmac`, but for those of `hits`. */
  readonly hmacs: number;
  /** `JSON.parse`, bodies of requests included. */
  readonly parses: number;
}

export interface CountedStore {
  readonly storeOver: (store: Store) => Store;
  readonly sealerOver: (sealer: Sealer) => Sealer;
  /** What was counted since the last time, by the path of the request that caused it, or `SOCKETS`. */
  take(): ReadonlyMap<string, Cost>;
  close(): void;
}

/** What is asked when a page says something over its WebSocket: there is no request to it. */
export const SOCKETS = 'WebSocket';

const NOTHING: Cost = { commits: 0, reads: 0, nows: 0, hits: 0, seals: 0, opens: 0, hmacs: 0, parses: 0 };

const COUNTED_AS: Readonly<Partial<Record<keyof Store | keyof Sealer, keyof Cost>>> = {
  commit: 'commits',
  get: 'reads',
  list: 'reads',
  find: 'reads',
  now: 'nows',
  increment: 'hits',
  seal: 'seals',
  open: 'opens',
};

/**
 * Counts what the requests of this process's servers ask of a store, and the messages of their WebSockets. What neither
 * causes, such as the jobs' rounds and what the test does itself, is left out: each call is known by the async context in
 * which it is made.
 */
export function createCountedStore(): CountedStore {
  const cause = new AsyncLocalStorage<string>();
  let counted = new Map<string, Cost>();
  let sharing = false;
  const begun = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    // Without the query, and with the session's id left out: what the route is called.
    const path = new URL(request.url ?? '', 'http://localhost').pathname.replace(/[0-9A-Z]{26,}/, '{id}');
    cause.enterWith(`${request.method} ${path}`);
  };
  subscribe('http.server.request.start', begun);
  const sockets: { emit: (this: WebSocket, name: string | symbol, ...rest: unknown[]) => boolean } =
    WebSocket.prototype;
  const { emit } = sockets;
  sockets.emit = function emitting(name, ...rest) {
    const told = (): boolean => emit.call(this, name, ...rest);
    // Only the ends that pages have know an address.
    return (this as { readonly url?: string }).url === undefined ? cause.run(SOCKETS, told) : told();
  };
  const count = (name: keyof Cost): void => {
    const by = cause.getStore();
    if (by === undefined) return;
    const sofar = counted.get(by) ?? NOTHING;
    counted.set(by, { ...sofar, [name]: sofar[name] + 1 });
  };
  const over = <T extends Store | Sealer>(inner: T): T =>
    new Proxy(inner, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        const counts = COUNTED_AS[name as keyof Store | keyof Sealer];
        if (typeof member !== 'function' || counts === undefined) return member;
        return (...given: readonly unknown[]): unknown => {
          count(counts);
          // The keyed hashes of counts come with them, as many as there are limits.
          sharing = counts === 'hits';
          try {
            return Reflect.apply(member, target, given) as unknown;
          } finally {
            sharing = false;
          }
        };
      },
    });
  const { createHmac } = crypto;
  crypto.createHmac = (...given) => {
    if (!sharing) count('hmacs');
    return createHmac(...given);
  };
  syncBuiltinESMExports();
  const { parse } = JSON;
  JSON.parse = (...given) => {
    count('parses');
    return parse(...given) as unknown;
  };
  return {
    storeOver: over,
    sealerOver: over,
    take() {
      const taken = counted;
      counted = new Map();
      return taken;
    },
    close: () => {
      unsubscribe('http.server.request.start', begun);
      crypto.createHmac = createHmac;
      syncBuiltinESMExports();
      JSON.parse = parse;
      sockets.emit = emit;
    },
  };
}

/** All of it together. */
export function totalOf(costs: Iterable<Cost>): Cost {
  const total: Record<keyof Cost, number> = { ...NOTHING };
  for (const cost of costs) for (const name of Object.keys(total) as (keyof Cost)[]) total[name] += cost[name];
  return total;
}
