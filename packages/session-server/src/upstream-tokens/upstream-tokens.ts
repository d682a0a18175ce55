import { type Connector, isConnectorError, unavailable, type UpstreamTokens } from '../connectors/connector.ts';
import type { Timers, Worker } from '../jobs/index.ts';
import { collectionOf } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import type { Row, Store } from '../store/store.ts';
import { type KeptTokens, RETENTION_MS, UPSTREAM_TOKENS } from './kinds.ts';
import { soundTokens } from './sound-tokens.ts';
import { upstreamTokenWorkers, type WantedUntil } from './workers.ts';

/** Tokens whose end is this near are renewed before they are handed out, in ms; … */
const NEAR_MS = 60_000;
/** … but with a quarter of their life left at most, where that is short. */
const NEAR_PART = 4;
/** A process that dies while it renews loses its turn after this long, in ms: longer than the provider's calls may take. */
const TURN_MS = 45_000;
/** A caller waits this long for tokens that another one renews, in ms, … */
const PATIENCE_MS = 15_000;
/** … and looks this often, where that is another process. */
const LOOK_MS = 200;
/** A caller begins so many at most: more than one only where another process was faster. */
const RENEWALS = 3;
/** A provider that failed is asked again after this long, in ms, unless it says when. */
const REST_MS = 5_000;
/** A code that is redeemed at the last moment is redeemed by then, in ms. */
const GRACE_MS = 60_000;
/** Renewed tokens that could not be stored are stored again, this often in all, … */
const STORES = 3;
/** … after this long, in ms: a refresh token that rotated is not to be had twice. */
const STORE_AGAIN_MS = 200;

/** What a sign-in has of its provider's tokens. */
export type ReadTokens =
  | { readonly type: 'tokens'; readonly connector: string; readonly tokens: UpstreamTokens; readonly now: number }
  /** The provider has refused to renew them, or they ran out and cannot be renewed. */
  | { readonly type: 'over' }
  /** There are none. */
  | { readonly type: 'none' };

/** The sign-in that tokens came with. */
export interface Holder {
  readonly id: string;
  /** When its session is over. Ms since the epoch. */
  readonly expires_at: number;
  /** Whether its client uses the provider's tokens. */
  readonly upstream_tokens?: true;
}

export interface UpstreamTokensPort {
  /**
   * The one way in: what a connector handed over with an identity. Kept for a client that uses it; any other
   * gets no token, and a refresh token that came unasked goes back at once, for which nothing waits.
   * @returns by which id they are kept; null where they are not
   */
  take(holder: Holder, connector: Connector, tokens: UpstreamTokens | null): Promise<string | null>;
  /** No sign-in came of it: what was kept is due at once. Throws nothing. */
  drop(id: string | null): Promise<void>;
  /**
   * The tokens, renewed first where their end is near. Of any number of callers, in any number of processes, one renews.
   * @throws ConnectorError `connector_unavailable`, `rate_limited` where they are over and the provider cannot be had
   */
  read(id: string): Promise<ReadTokens>;
  /** Renews them where their end is near. Nothing waits for it, and it throws nothing. */
  keepAlive(id: string): void;
  /** What is done later: tokens of sign-ins that are over are revoked. */
  workers(wantedUntil: WantedUntil): readonly Worker[];
  /** When everything that is under way is over; each call has the server's time limit. */
  settled(): Promise<void>;
}

export interface UpstreamTokensDependencies {
  readonly store: Store;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly timers: Pick<Timers, 'sleep'>;
  /** 26 random characters. */
  readonly newId: () => string;
  /** How long a session may last after it was confirmed, in ms. */
  readonly confirmed_ms: number;
  /** Hears of tokens that could not be revoked. For the log. */
  readonly onUnrevoked: (session_id: string, connector: string, error: unknown) => void;
  /** Hears of tokens that could not be renewed. For the log. */
  readonly onUnrenewed: (session_id: string, connector: string, error: unknown) => void;
}

export function createUpstreamTokens(deps: UpstreamTokensDependencies): UpstreamTokensPort {
  const { store, connectors, timers } = deps;
  const rows = collectionOf(store, UPSTREAM_TOKENS);
  const running = new Set<Promise<void>>();
  /** What this process renews, by id: the others of it wait for the same. */
  const renewals = new Map<string, Promise<void>>();

  const inBackground = (work: Promise<void>): void => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  /** Beckon keeps none of them: one that is good for months in a provider's books is of use to a thief alone. */
  const giveBack = (session_id: string, { id, tokens: capability }: Connector, tokens: UpstreamTokens): void => {
    if (capability === null || capability.revoke === null) return;
    const { revoke } = capability;
    const work = (async () => revoke(tokens))();
    inBackground(work.catch((cause: unknown) => deps.onUnrevoked(session_id, id, cause)));
  };

  /** Stores what became of a renewal, unless its turn was over and another process has one. */
  const settle = async (
    id: string,
    turn: number,
    change: (value: KeptTokens, now: number) => Partial<KeptTokens>,
  ): Promise<boolean> => {
    for (let tries = 1; ; tries += 1) {
      try {
        let isOurs = false;
        await rows.update(id, (row, now) => {
          isOurs = row !== null && row.value.renewing_until === turn;
          if (row === null || !isOurs) return null;
          return { ...row, value: { ...row.value, renewing_until: 0, ...change(row.value, now) } };
        });
        return isOurs;
      } catch (cause) {
        if (tries >= STORES) throw cause;
        await timers.sleep(STORE_AGAIN_MS);
      }
    }
  };

  /** Renews, where no other process was faster. What comes of it is in the row. */
  const renew = async (row: Row<KeptTokens>, connector: Connector, tokens: UpstreamTokens): Promise<void> => {
    const { id, value } = row;
    const taken = await rows.attempt(row, (before, now) => ({
      ...before,
      value: { ...before.value, renewing_until: now + TURN_MS },
    }));
    if (taken?.row == null || connector.tokens === null) return;
    const turn = taken.row.value.renewing_until;
    try {
      const renewed = soundTokens(await connector.tokens.refresh(tokens));
      if (renewed === null) throw unavailable('the connector answered tokens that cannot be used');
      const isKept = await settle(id, turn, (_, now) => ({ tokens: renewed, issued_at: now, rest_until: 0 }));
      if (!isKept) giveBack(value.session_id, connector, renewed);
    } catch (cause) {
      deps.onUnrenewed(value.session_id, value.connector, cause);
      const isRefused = isConnectorError(cause) && cause.code === 'token_refused';
      const rest_ms = (isConnectorError(cause) ? (cause.retry_after_s ?? 0) * 1000 : 0) || REST_MS;
      await settle(id, turn, (_, now) => (isRefused ? { tokens: null } : { rest_until: now + rest_ms }));
    }
  };
  const renewOnce = (row: Row<KeptTokens>, connector: Connector, tokens: UpstreamTokens): Promise<void> => {
    const begun = renewals.get(row.id);
    if (begun !== undefined) return begun;
    const work = renew(row, connector, tokens).finally(() => renewals.delete(row.id));
    renewals.set(row.id, work);
    // A caller whose patience ends leaves it running.
    inBackground(work.catch(() => undefined));
    return work;
  };

  const read: UpstreamTokensPort['read'] = async (id) => {
    for (let looks = 0, renewals_begun = 0; ; looks += 1) {
      const { row, now } = await rows.get(id);
      if (row === null) return { type: 'none' };
      const { tokens, connector: name, issued_at, renewing_until, rest_until } = row.value;
      if (tokens === null) return { type: 'over' };
      const end = tokens.expires_at ?? Number.POSITIVE_INFINITY;
      const here = { type: 'tokens', connector: name, tokens, now } as const;
      if (end - now > Math.min(NEAR_MS, (end - issued_at) / NEAR_PART)) return here;
      const connector = connectors.get(name);
      const isRenewed = connector !== undefined && connector.tokens !== null && tokens.refresh_token !== null;
      if (!isRenewed) return end > now ? here : { type: 'over' };
      if (now < rest_until) {
        if (end > now) return here;
        throw unavailable(`${name}: its tokens could not be renewed a moment ago`);
      }
      if (looks * LOOK_MS >= PATIENCE_MS) throw unavailable(`${name}: its tokens are being renewed, which takes long`);
      if (now < renewing_until && !renewals.has(id)) {
        await timers.sleep(LOOK_MS);
        continue;
      }
      renewals_begun += 1;
      if (renewals_begun > RENEWALS) throw unavailable(`${name}: its renewed tokens are over at once`);
      const over = new AbortController();
      const late = timers.sleep(PATIENCE_MS, over.signal).then(() => true);
      const isLate = await Promise.race([renewOnce(row, connector, tokens).then(() => false), late]);
      over.abort();
      if (isLate) throw unavailable(`${name}: its tokens are being renewed, which takes long`);
    }
  };

  return {
    read,
    async take({ id: session_id, expires_at, upstream_tokens }, connector, given) {
      const tokens = soundTokens(given);
      if (tokens === null) return null;
      if (upstream_tokens !== true) {
        // An access token with no refresh token runs out by itself.
        if (tokens.refresh_token !== null) giveBack(session_id, connector, tokens);
        return null;
      }
      const id = partitionOf(session_id) + deps.newId();
      // By then its session is over, or its code was redeemed.
      const due_at = expires_at + deps.confirmed_ms + GRACE_MS;
      try {
        await rows.insert(id, (now) => ({
          value: {
            session_id,
            connector: connector.id,
            tokens,
            issued_at: now,
            renewing_until: 0,
            rest_until: 0,
            attempts: 0,
          },
          expires_at: due_at + RETENTION_MS,
          due_at,
        }));
      } catch (cause) {
        giveBack(session_id, connector, tokens);
        throw cause;
      }
      return id;
    },
    async drop(id) {
      if (id === null) return;
      // Where the store fails, the row comes due by itself.
      await rows.update(id, (row, now) => row && { ...row, due_at: now }).catch(() => undefined);
    },
    keepAlive(id) {
      // What fails is told by the renewal itself.
      inBackground(
        read(id).then(
          () => undefined,
          () => undefined,
        ),
      );
    },
    workers: (wantedUntil) => upstreamTokenWorkers(deps, wantedUntil),
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
