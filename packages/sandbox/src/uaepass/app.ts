import { SandboxError } from '../http/errors.ts';
import type { Person } from '../people.ts';
import type { UaePassAccounts } from './accounts.ts';
import { approve } from './authorize.ts';
import type { Requests } from './requests.ts';

/** What was pushed to a person's app: which of these numbers does the browser show? */
export interface UaePassRequest {
  readonly transaction: string;
  /** The service provider's. */
  readonly origin: string;
  readonly scope: readonly string[];
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** The UAE PASS app on the sandbox's phone. */
export interface UaePassApp {
  /** What the person would type on the login page. */
  usernameOf(person: Person): string;
  /** What was pushed to an account (mail address, mobile, Emirates ID) and waits. */
  inbox(username: string): readonly UaePassRequest[];
  /**
   * Answers a push: with the number that the browser shows, or null to cancel. False when the number
   * was another, which ends the request like a refusal. @throws SandboxError `handle_not_found` when it is over
   */
  answer(transaction: string, number: string | null): boolean;
}

export function createApp(accounts: UaePassAccounts, requests: Requests): UaePassApp {
  return {
    usernameOf: (person) => accounts.of(person).attributes['email'] ?? '',
    inbox(username) {
      const account = accounts.find(username);
      return requests
        .waiting()
        .filter(({ standing }) => account !== null && standing.at === 'app' && standing.account === account)
        .map(({ id, authorization, until }) => ({
          transaction: id,
          origin: new URL(authorization.redirectUri).origin,
          scope: authorization.scope,
          expiresAt: Math.floor(until / 1000),
        }));
    },
    answer(id, number) {
      const transaction = requests.transaction(id);
      if (transaction === null || transaction.standing.at !== 'app')
        throw new SandboxError('handle_not_found', 'handle: UAE PASS does not wait for this answer any more');
      const { standing } = transaction;
      if (number === standing.number) {
        approve(transaction, standing.account, requests, null);
        return true;
      }
      transaction.standing = { at: 'end', answer: { error: number === null ? 'cancelledOnApp' : 'access_denied' } };
      return false;
    },
  };
}
