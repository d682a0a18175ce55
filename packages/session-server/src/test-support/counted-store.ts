import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { Sealer, Store } from '../store/store.ts';

/** What requests cost the store and its sealer, in calls. */
export interface Cost {
  readonly commits: number;
  /** `get`, `list` and `find`. */
  readonly reads: number;
  /** Questions for the time alone. */
  readonly nows: number;
  readonly hits: number;
  readonly seals: number;
  readonly opens: number;
}

export interface CountedStore {
  readonly storeOver: (store: Store) => Store;
  readonly sealerOver: (sealer: Sealer) => Sealer;
  /** What was counted since the last time, by the path of the request that caused it. */
  take(): ReadonlyMap<string, Cost>;
  close(): void;
}

const NOTHING: Cost = { commits: 0, reads: 0, nows: 0, hits: 0, seals: 0, opens: 0 };

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
 * Counts what the requests of this process's servers ask of a store. What no request causes, such as
 * the jobs' rounds, is left out: each call is known by the request in whose async context it is made.
 */
export function createCountedStore(): CountedStore {
  const cause = new AsyncLocalStorage<string>();
  let counted = new Map<string, Cost>();
  const begun = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    // Without the query, and with the session's id left out: what the route is called.
    const path = new URL(request.url ?? '', 'http://localhost').pathname.replace(/[0-9A-Z]{26,}/, '{id}');
    cause.enterWith(`${request.method} ${path}`);
  };
  subscribe('http.server.request.start', begun);
  const over = <T extends Store | Sealer>(inner: T): T =>
    new Proxy(inner, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        const count = COUNTED_AS[name as keyof Store | keyof Sealer];
        if (typeof member !== 'function' || count === undefined) return member;
        return (...given: readonly unknown[]): unknown => {
          const by = cause.getStore();
          if (by !== undefined) {
            const sofar = counted.get(by) ?? NOTHING;
            counted.set(by, { ...sofar, [count]: sofar[count] + 1 });
          }
          return Reflect.apply(member, target, given);
        };
      },
    });
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
    },
  };
}

/** All of it together. */
export function totalOf(costs: Iterable<Cost>): Cost {
  const total: Record<keyof Cost, number> = { ...NOTHING };
  for (const cost of costs) for (const name of Object.keys(total) as (keyof Cost)[]) total[name] += cost[name];
  return total;
}
