import type { AuthorizationRequest } from '../session/index.ts';
import type { Row, Store } from '../store/store.ts';
import { FlowError } from './flow.ts';

const URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';
/** A burned or expired request is remembered this much longer, so that it can never serve a second code, in ms. */
const RETENTION_MS = 3_600_000;

interface PushedRequest {
  readonly request: AuthorizationRequest;
  /** Ms since the epoch. */
  readonly expires_at: number;
  /** The session whose code burned it; null while it may still be used. */
  readonly burned_by: string | null;
}

/** Authorization requests at rest (RFC 9126): opened and renewed as often as it takes, burned by the first code. */
export interface PushedRequests {
  push(request: AuthorizationRequest): Promise<{ readonly request_uri: string; readonly expires_in: number }>;
  /** @throws FlowError `request_expired` when unknown, over, burned or another client's */
  open(
    client_id: string,
    request_uri: string,
  ): Promise<{ readonly id: string; readonly request: AuthorizationRequest }>;
  /** As `open`, for a session that already serves it. */
  reopen(id: string): Promise<AuthorizationRequest>;
  /** Claims the request for this session's codes; false when another session's code was first. */
  burn(id: string, session_id: string): Promise<boolean>;
}

export function createPushedRequests(store: Store, lifetime_ms: number, newId: () => string): PushedRequests {
  const usable = async (id: string): Promise<PushedRequest> => {
    const row = await store.get<PushedRequest>('request', id);
    if (row === null || row.value.burned_by !== null || (await store.now()) >= row.value.expires_at) {
      throw new FlowError('request_expired', 'the authorization request is over: start again at the website');
    }
    return row.value;
  };
  return {
    async push(request) {
      const expires_at = (await store.now()) + lifetime_ms;
      const value: PushedRequest = { request, expires_at, burned_by: null };
      const id = newId();
      const row: Row = { id, version: 1, expires_at: expires_at + RETENTION_MS, due_at: null, value };
      if (!(await store.commit([{ op: 'insert', kind: 'request', row }])))
        throw new Error('a request id was drawn twice');
      return { request_uri: URI_PREFIX + id, expires_in: Math.floor(lifetime_ms / 1000) };
    },
    async open(client_id, request_uri) {
      const id = request_uri.startsWith(URI_PREFIX) ? request_uri.slice(URI_PREFIX.length) : '';
      const { request } = await usable(id);
      // Another client's request is as good as none: nothing is said about it.
      if (request.client_id !== client_id) {
        throw new FlowError('request_expired', 'the authorization request is over: start again at the website');
      }
      return { id, request };
    },
    async reopen(id) {
      return (await usable(id)).request;
    },
    async burn(id, session_id) {
      for (;;) {
        const row = await store.get<PushedRequest>('request', id);
        // Gone: it was over long ago, so no other session can have begun with it since.
        if (row === null) return true;
        if (row.value.burned_by !== null) return row.value.burned_by === session_id;
        const burned = { ...row, version: row.version + 1, value: { ...row.value, burned_by: session_id } };
        if (await store.commit([{ op: 'swap', kind: 'request', row: burned }])) return true;
      }
    },
  };
}
