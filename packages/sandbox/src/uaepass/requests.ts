import { customRandom } from 'nanoid';
import type { UaePassAccount } from './accounts.ts';

/** A request to the authorize endpoint that was found good. */
export interface Authorization {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: readonly string[];
  readonly state: string | null;
  readonly challenge: string | null;
  readonly language: 'en' | 'ar';
}

/** Where a sign-in stands. `number`s are what the app offers; the browser shows the right one. */
export type Standing =
  | { readonly at: 'login' }
  | {
      readonly at: 'app';
      readonly account: UaePassAccount;
      readonly number: string;
      readonly numbers: readonly string[];
    }
  | { readonly at: 'end'; readonly answer: { readonly code: string } | { readonly error: string } };

export interface Transaction {
  readonly id: string;
  readonly authorization: Authorization;
  readonly until: number;
  standing: Standing;
}

export interface Code {
  readonly authorization: Authorization;
  readonly account: UaePassAccount;
  readonly until: number;
}

export interface AccessToken {
  readonly clientId: string;
  readonly scope: readonly string[];
  readonly account: UaePassAccount;
  readonly issuedAt: number;
  readonly until: number;
}

/** A code must be redeemed within this many ms (docs.uaepass.ae, FAQ). */
export const CODE_LIFETIME_MS = 10_000;
export const TOKEN_LIFETIME_S = 3600;
/** How long a sign-in may take, in ms. UAE PASS does not say. */
const TRANSACTION_LIFETIME_MS = 5 * 60_000;
/** An expired code is remembered for this long, in ms, to say that it expired. */
const CODE_MEMORY_MS = 10 * 60_000;
/** At most this many of each are kept; the oldest go first. */
const LIMIT = 1000;

export interface Requests {
  begin(authorization: Authorization): Transaction;
  transaction(id: string): Transaction | null;
  /** The living sign-ins that wait for a person's app. */
  waiting(): readonly Transaction[];
  code(authorization: Authorization, account: UaePassAccount): string;
  /** Once only. `expired` when it was there, but too long ago. */
  redeem(code: string): Code | 'expired' | null;
  token(code: Code): string;
  accessToken(token: string): AccessToken | null;
  /** A browser's session: who is signed in. */
  signIn(account: UaePassAccount): string;
  signedIn(session: string): UaePassAccount | null;
  signOut(session: string): void;
  /** Three different two-digit numbers, the right one first. */
  numbers(): readonly [string, string, string];
}

export function createRequests(now: () => number, random: (bytes: number) => Uint8Array): Requests {
  // 32 letters to the power of 26 are 130 bit.
  const secret = customRandom('abcdefghijklmnopqrstuvwxyz234567', 26, random);
  const hex = customRandom('0123456789abcdef', 32, random);
  const transactions = new Map<string, Transaction>();
  const codes = new Map<string, Code>();
  const tokens = new Map<string, AccessToken>();
  const sessions = new Map<string, UaePassAccount>();

  return {
    begin(authorization) {
      const transaction: Transaction = {
        id: secret(),
        authorization,
        until: now() + TRANSACTION_LIFETIME_MS,
        standing: { at: 'login' },
      };
      keep(transactions, transaction.id, transaction);
      return transaction;
    },
    transaction(id) {
      const found = transactions.get(id);
      return found === undefined || found.until <= now() ? null : found;
    },
    waiting: () => [...transactions.values()].filter(({ until, standing }) => until > now() && standing.at === 'app'),
    code(authorization, account) {
      const code = secret();
      keep(codes, code, { authorization, account, until: now() + CODE_LIFETIME_MS });
      return code;
    },
    redeem(code) {
      const found = codes.get(code);
      codes.delete(code);
      if (found === undefined || found.until + CODE_MEMORY_MS <= now()) return null;
      return found.until <= now() ? 'expired' : found;
    },
    token({ authorization, account }) {
      const token = hex().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      keep(tokens, token, {
        clientId: authorization.clientId,
        scope: authorization.scope,
        account,
        issuedAt: now(),
        until: now() + TOKEN_LIFETIME_S * 1000,
      });
      return token;
    },
    accessToken(token) {
      const found = tokens.get(token);
      return found === undefined || found.until <= now() ? null : found;
    },
    signIn(account) {
      const session = secret();
      keep(sessions, session, account);
      return session;
    },
    signedIn: (session) => sessions.get(session) ?? null,
    signOut: (session) => void sessions.delete(session),
    numbers() {
      const [byte = 0] = random(1);
      const two = (number: number): string => String(number % 100).padStart(2, '0');
      return [two(byte), two(byte + 37), two(byte + 71)];
    },
  };
}

function keep<T>(all: Map<string, T>, key: string, value: T): void {
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > LIMIT && oldest !== undefined) all.delete(oldest);
}
