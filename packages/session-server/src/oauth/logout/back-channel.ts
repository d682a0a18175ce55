import { RETRIES_MS, type Worker } from '../../jobs/index.ts';
import type { Keys } from '../../keys/index.ts';
import type { Client, ClientDirectory } from '../../session/index.ts';
import { collectionOf, inserting } from '../../store/collection.ts';
import type { Row, Store, Write } from '../../store/store.ts';
import { encryptedFor } from '../encrypt.ts';
import { LOGOUT_NOTICE, type LogoutNotice } from '../kinds.ts';

/** A notice that is not taken is given up when it is this old, in ms. */
const NOTICE_RETENTION_MS = 2 * 86_400_000;
/** A logout token is good for this long, in s (OpenID Connect Back-Channel Logout 1.0 §2.4 recommends two minutes at most). */
const TOKEN_LIFETIME_S = 120;
/** A process that dies over a notice gives it back after this long, in ms: longer than a call may take. */
const LEASE_MS = 15_000;

/** A client that did not take a notice is told of no other one for so long, in ms; then of one at a time, until it takes one. */
const REST_MS = 5_000;

/** What is owed to a client that wants to hear of it: its sign-in `sid` is over. */
export function logoutNotice(
  { client_id, backchannel_logout_uri }: Client,
  { sid, sub }: { readonly sid: string; readonly sub: string },
  now: number,
): readonly Write[] {
  if (backchannel_logout_uri === null) return [];
  // A sign-in ends once, so its id serves the notice as well.
  const value = { client_id, sid, sub, attempts: 0 };
  return [inserting(LOGOUT_NOTICE, sid, { value, expires_at: now + NOTICE_RETENTION_MS, due_at: now })];
}

export interface BackChannelDependencies {
  readonly issuer: string;
  readonly clients: ClientDirectory;
  readonly keys: Pick<Keys, 'sign'>;
  readonly store: Store;
  /** With limits of its own: time, size, no redirect. */
  readonly fetch: typeof fetch;
  /** Ms of a clock that never goes back. */
  readonly elapsed: () => number;
  /** Hears of a notice that was not taken; `last` where it is given up. For the log. */
  readonly onUntold: (notice: LogoutNotice, last: boolean, error: unknown) => void;
}

/**
 * Tells clients that a sign-in is over (OpenID Connect Back-Channel Logout 1.0 §2.5). A notice is a row under a lease:
 * it outlives a process, and is sent again, later each time, until the client takes it.
 */
export function backChannelWorker(deps: BackChannelDependencies): Worker {
  const { issuer, clients, keys, store, onUntold } = deps;
  const notices = collectionOf(store, LOGOUT_NOTICE);
  /** Clients that took no notice the last time, by id. Else one that is slow would have all calls, and the others would wait. */
  const failing = new Map<string, { readonly until: number; isTried: boolean }>();

  /** Whether a client may be called now. */
  const isUp = (client_id: string): boolean => {
    const last = failing.get(client_id);
    if (last === undefined) return true;
    if (last.isTried || deps.elapsed() < last.until) return false;
    last.isTried = true;
    return true;
  };

  const tell = async (client: Client, to: string, { sid, sub }: LogoutNotice, now: number): Promise<void> => {
    const iat = Math.floor(now / 1000);
    const signed = await keys.sign(
      client.id_token_signed_response_alg,
      {
        iss: issuer,
        aud: client.client_id,
        iat,
        exp: iat + TOKEN_LIFETIME_S,
        // The same at each attempt: a client that did take it knows it again.
        jti: `logout-${sid}`,
        sub,
        sid,
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      },
      'logout+jwt',
    );
    // §2.6: a client that was promised encrypted id_tokens refuses a logout token that is not.
    const logout_token = await encryptedFor(client.id_token_encrypted_response, signed);
    const response = await deps.fetch(to, { method: 'POST', body: new URLSearchParams({ logout_token }) });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the client answered with status ${response.status}`);
  };

  return {
    kind: LOGOUT_NOTICE.name,
    concurrency: 50,
    lease_ms: LEASE_MS,
    renew_ms: null,
    async handle({ id }) {
      const { row, now } = await notices.get(id);
      if (row === null) return;
      const client = await clients.registered(row.value.client_id);
      const to = client?.backchannel_logout_uri ?? null;
      let failure: unknown = null;
      // A client that is gone, or wants to hear nothing any more, is owed nothing.
      if (client !== null && to !== null) {
        try {
          if (!isUp(client.client_id)) throw new Error('the client has just not taken another notice');
          await tell(client, to, row.value, now).catch((cause: unknown) => {
            failing.set(client.client_id, { until: deps.elapsed() + REST_MS, isTried: false });
            throw cause;
          });
          failing.delete(client.client_id);
        } catch (cause) {
          failure = cause;
        }
      }
      await (failure === null ? notices.remove(row) : again(row, failure));
    },
  };

  async function again(row: Row<LogoutNotice>, failure: unknown): Promise<void> {
    const { value, expires_at } = row;
    const wait = RETRIES_MS[value.attempts];
    onUntold(value, wait === undefined, failure);
    if (wait === undefined) {
      await notices.remove(row);
      return;
    }
    // Unless another process was handed it, and has counted its own attempt.
    await store.commit((now) => [
      notices.swapping(row, { value: { ...value, attempts: value.attempts + 1 }, expires_at, due_at: now + wait }),
    ]);
  }
}
