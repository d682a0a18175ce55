import type { Connector, UpstreamTokens } from '../connectors/connector.ts';

export interface ForgetTokens {
  /**
   * Gives a refresh token that the provider issued unasked back to it: Beckon keeps none, and one that is
   * good for months in a provider's books is of use to a thief alone. The sign-in waits for nothing of it,
   * and a failure ends nothing. An access token with no refresh token runs out by itself.
   */
  forget(session_id: string, connector: Connector, tokens: UpstreamTokens | null): void;
  /** When everything that is under way is over; each call has the server's time limit. */
  settled(): Promise<void>;
}

/** @param onFailure hears of tokens that were not revoked; for the log */
export function createForgetTokens(
  onFailure: (session_id: string, connector: string, error: unknown) => void,
): ForgetTokens {
  const running = new Set<Promise<void>>();
  return {
    forget(session_id, { id, tokens: capability }, tokens) {
      if (capability === null || tokens === null || tokens.refresh_token === null) return;
      const work = capability
        .revoke(tokens)
        .catch((cause: unknown) => onFailure(session_id, id, cause))
        .finally(() => running.delete(work));
      running.add(work);
    },
    async settled() {
      await Promise.all(running);
    },
  };
}
