import { AsyncLocalStorage } from 'node:async_hooks';

/** What a request turned out to be about, for its log line. Filled in while the request is answered. */
export interface RequestFacts {
  readonly request_id: string;
  /** A session's id: the logger writes a keyed hash of it. */
  session: string | null;
  client_id: string | null;
  connector: string | null;
  /** The code that the request was refused with. */
  error: string | null;
  /** Why, where the code stands for several things. */
  reason: string | null;
  /** For the operator, in our own words. */
  detail: string | null;
  /** The refusal was a page. */
  page: boolean;
  /** It was answered: what still happens in its name, a timer for example, is not its doing. */
  over: boolean;
}

/** Which session a request is about, as the code that finds the session says it. */
export interface Met {
  readonly session: string;
  readonly client_id: string;
  readonly connector: string | null;
  /** The request began this session: it is about no other. */
  readonly begun: boolean;
}

/** The facts of the request that is being answered, wherever its code runs. */
export interface RequestTrace {
  /** Does `work` as a part of this request. */
  follow(facts: RequestFacts, work: () => void): void;
  /** A request is about the first session that it meets, and about the one that it begins. */
  met(found: Met): void;
  /** The id of the request that is answered right now and is about this session; else null. */
  requestOf(session: string): string | null;
  /** The id of the request that is answered right now; null where none is. */
  requestId(): string | null;
}

export function factsOf(request_id: string): RequestFacts {
  return {
    request_id,
    session: null,
    client_id: null,
    connector: null,
    error: null,
    reason: null,
    detail: null,
    page: false,
    over: false,
  };
}

export function createRequestTrace(): RequestTrace {
  const storage = new AsyncLocalStorage<RequestFacts>();
  const current = (): RequestFacts | null => {
    const facts = storage.getStore();
    return facts === undefined || facts.over ? null : facts;
  };
  return {
    follow: (facts, work) => storage.run(facts, work),
    met({ session, client_id, connector, begun }) {
      const facts = current();
      if (facts === null || (!begun && facts.session !== null && facts.session !== session)) return;
      facts.session = session;
      facts.client_id = client_id;
      facts.connector = connector;
    },
    requestOf(session) {
      const facts = current();
      return facts?.session === session ? facts.request_id : null;
    },
    requestId: () => current()?.request_id ?? null,
  };
}
