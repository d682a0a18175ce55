/**
 * The shop's own browser sessions: a random cookie that names an entry in memory. A shop with more
 * than one process would keep the same in its database.
 */
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';

/** What must be remembered from leaving for the issuer until the callback. */
export interface Login {
  readonly clientId: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Who is signed in: the id_token's claims, what userinfo added to them, and the tokens. */
export interface User {
  readonly clientId: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly tokens: Tokens;
  /** What the last refresh changed; null before the first. */
  readonly changed: readonly string[] | null;
}

/** They stay in the shop: no page is given one. */
export interface Tokens {
  readonly access: string;
  /** Unix seconds. */
  readonly access_until: number;
  readonly scope: string;
  /** Null where the sign-in cannot be refreshed. */
  readonly refresh: string | null;
  readonly id: string;
}

export interface Session {
  readonly logins: LoginsUnderWay;
  user: User | null;
  /** Where "try again" leads: the login page that this browser saw last. */
  loginPage: string;
}

const SESSION_LIFE_MS = 8 * 60 * 60 * 1000;
const SESSIONS_AT_MOST = 10_000;
/** Longer than the issuer keeps a pushed request, waits for a scan and for the approval, all together. */
const LOGIN_LIFE_MS = 20 * 60 * 1000;
const LOGINS_AT_MOST = 30;

export class Sessions {
  readonly #cookie: string;
  readonly #secure: boolean;
  readonly #now: () => number;
  readonly #live: Expiring<Session>;

  constructor(shopUrl: string, now: () => number) {
    const { protocol, port } = new URL(shopUrl);
    // Cookies do not see ports: without it, two shops on one host would sign each other's people out.
    this.#cookie = `shop_session${port && `_${port}`}`;
    this.#secure = protocol === 'https:';
    this.#now = now;
    this.#live = new Expiring(SESSION_LIFE_MS, SESSIONS_AT_MOST, now);
  }

  /** This browser's session; a new one where it has none. */
  open(req: Request, res: Response): Session {
    const id = this.#idOf(req);
    const found = id && this.#live.get(id);
    if (found) return found;
    const session: Session = { logins: new LoginsUnderWay(this.#now), user: null, loginPage: '/script-tag' };
    this.#start(session, res);
    return session;
  }

  /** Signs this browser in, under a fresh id, so that an id that an attacker planted before is worth nothing after. */
  signIn(req: Request, res: Response, session: Session, user: User): void {
    this.#forget(req);
    session.user = user;
    this.#start(session, res);
  }

  end(req: Request, res: Response): void {
    this.#forget(req);
    res.clearCookie(this.#cookie);
  }

  /** Signs every browser out that this sign-in of the issuer's signed in (`sid`). */
  endSignIn(sid: string): void {
    for (const session of this.#live.values()) {
      if (session.user?.claims['sid'] === sid) session.user = null;
    }
  }

  #start(session: Session, res: Response): void {
    const id = randomBytes(32).toString('base64url');
    this.#live.set(id, session);
    // Lax: the cookie must come along when the issuer's page leads back to the callback.
    res.cookie(this.#cookie, id, { httpOnly: true, sameSite: 'lax', secure: this.#secure, maxAge: SESSION_LIFE_MS });
  }

  #forget(req: Request): void {
    const id = this.#idOf(req);
    if (id) this.#live.take(id);
  }

  #idOf(req: Request): string | undefined {
    const cookies = req.headers.cookie?.split('; ') ?? [];
    return cookies.find((cookie) => cookie.startsWith(`${this.#cookie}=`))?.slice(this.#cookie.length + 1);
  }
}

/** The sign-ins that one browser has begun, by `state`: each of its tabs may have one. */
export class LoginsUnderWay {
  readonly #live: Expiring<Login>;
  constructor(now: () => number) {
    this.#live = new Expiring(LOGIN_LIFE_MS, LOGINS_AT_MOST, now);
  }

  add(login: Login): void {
    this.#live.set(login.state, login);
  }

  /** The login that this `state` belongs to, once. */
  take(state: string): Login | undefined {
    return this.#live.take(state);
  }
}

/** A map whose entries end with time, and whose oldest makes room when it is full. */
class Expiring<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();
  readonly #life: number;
  readonly #most: number;
  readonly #now: () => number;

  constructor(lifeMs: number, most: number, now: () => number) {
    this.#life = lifeMs;
    this.#most = most;
    this.#now = now;
  }

  set(key: string, value: T): void {
    this.#entries.set(key, { value, until: this.#now() + this.#life });
    for (const [oldest, { until }] of this.#entries) {
      if (this.#entries.size <= this.#most && until > this.#now()) break;
      this.#entries.delete(oldest);
    }
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.until > this.#now() ? entry.value : undefined;
  }

  values(): readonly T[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }

  take(key: string): T | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }
}
