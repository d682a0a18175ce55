import type { Person } from '../people.ts';
import type { UaePassAccounts } from './accounts.ts';
import { approve } from './authorize.ts';
import type { Requests, Transaction } from './requests.ts';

/** What the app asks its owner: which number does the browser show? */
export interface UaePassRequest {
  readonly transaction: string;
  readonly numbers: readonly string[];
}

/** The UAE PASS app on the sandbox's phone. */
export interface UaePassApp {
  /** The sign-in that a page of UAE PASS belongs to; null for any other address. */
  transactionOf(url: string, page: string): string | null;
  /** What the person would type on the login page. */
  usernameOf(person: Person): string;
  /** What was pushed to an account (mail address, mobile, Emirates ID) and waits. */
  inbox(username: string): readonly UaePassRequest[];
  /** The number that the browser shows; null when nothing waits. A real app never knows it. */
  shownNumber(transaction: string): string | null;
  /** Answers a push. False when it is over. */
  choose(transaction: string, number: string): boolean;
  cancel(transaction: string): boolean;
}

export function createApp(base: string, accounts: UaePassAccounts, requests: Requests): UaePassApp {
  return {
    transactionOf(url, page) {
      if (!url.startsWith(`${base}/`)) return null;
      return /name="transaction" value="([a-z2-7]{26})"/.exec(page)?.[1] ?? null;
    },
    usernameOf: (person) => accounts.of(person).attributes['email'] ?? '',
    inbox(username) {
      const account = accounts.find(username);
      return requests
        .waiting()
        .flatMap(({ id, standing }) =>
          standing.at === 'app' && standing.account === account ? [{ transaction: id, numbers: standing.numbers }] : [],
        );
    },
    shownNumber(transaction) {
      const standing = requests.transaction(transaction)?.standing;
      return standing?.at === 'app' ? standing.number : null;
    },
    choose: (transaction, number) =>
      answer(transaction, (found, standing) => {
        if (number === standing.number) approve(found, standing.account, requests, null);
        else found.standing = { at: 'end', answer: { error: 'access_denied' } };
      }),
    cancel: (transaction) =>
      answer(transaction, (found) => {
        found.standing = { at: 'end', answer: { error: 'cancelledOnApp' } };
      }),
  };

  function answer(
    id: string,
    how: (transaction: Transaction, standing: Extract<Transaction['standing'], { at: 'app' }>) => void,
  ): boolean {
    const transaction = requests.transaction(id);
    if (transaction === null || transaction.standing.at !== 'app') return false;
    how(transaction, transaction.standing);
    return true;
  }
}
