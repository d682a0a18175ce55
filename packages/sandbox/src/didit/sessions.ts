import { customRandom } from 'nanoid';
import type { Person } from '../people.ts';

/** A session's words as Didit writes them: `Cancelled` is capitalised. */
export type DiditStatus = 'initialized' | 'retrieved' | 'confirmed' | 'declined' | 'expired' | 'Cancelled';

/** What was asked at the authorize endpoint. */
export interface Authorization {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | null;
  readonly nonce: string | null;
  readonly challenge: string | null;
}

export interface Session {
  readonly id: string;
  /** Both in the QR code and what the status is asked with (docs.didit.me, "Authorize"). */
  readonly token: string;
  readonly authorization: Authorization;
  readonly until: number;
  status: DiditStatus;
  /** The person who opened it, and then what they shared. */
  person: Person | null;
  accepted: readonly string[];
  /** The newest code; asking for the status again makes another and voids this one. */
  code: string | null;
}

export interface Code {
  readonly session: Session;
  readonly until: number;
}

export interface AccessToken {
  readonly person: Person;
  readonly scopes: readonly string[];
  readonly issuedAt: number;
  readonly until: number;
}

/** How long anybody may take to scan and decide, in ms. Didit does not say. */
export const SESSION_LIFETIME_MS = 120_000;
const CODE_LIFETIME_MS = 60_000;
export const TOKEN_LIFETIME_S = 3600;
/** At most this many of each are kept; the oldest go first. */
const LIMIT = 1000;

export interface Sessions {
  begin(authorization: Authorization): Session;
  byId(id: string): Session | null;
  byToken(token: string): Session | null;
  newest(): Session | null;
  /** `initialized → retrieved`, for one person. False when it is not the time for it. */
  retrieve(session: Session, person: Person): boolean;
  /** `retrieved → confirmed` or `declined`, by the same person. */
  decide(session: Session, person: Person, accepted: readonly string[] | null): boolean;
  /** Ends it from outside. False when it is over already. */
  end(session: Session, status: 'expired' | 'Cancelled'): boolean;
  statusOf(session: Session): DiditStatus;
  newCode(session: Session): string;
  /** Once only. */
  redeem(code: string): Code | null;
  token(person: Person, scopes: readonly string[]): string;
  accessToken(token: string): AccessToken | null;
  refreshToken(person: Person, scopes: readonly string[]): string;
  /** Once only: the answer brings a new one. */
  refresh(token: string): AccessToken | null;
  /** Tells about every change of a status until the returned function is called. */
  listen(session: Session, listener: (status: DiditStatus) => void): () => void;
}

export function createSessions(now: () => number, random: (bytes: number) => Uint8Array): Sessions {
  // 32 letters to the power of 26 are 130 bit.
  const secret = customRandom('abcdefghijklmnopqrstuvwxyz234567', 26, random);
  const hex = customRandom('0123456789abcdef', 32, random);
  const sessions = new Map<string, Session>();
  const codes = new Map<string, Code>();
  const tokens = new Map<string, AccessToken>();
  const refreshTokens = new Map<string, AccessToken>();
  const listeners = new Map<string, Set<(status: DiditStatus) => void>>();

  const statusOf = (session: Session): DiditStatus =>
    (session.status === 'initialized' || session.status === 'retrieved') && session.until <= now()
      ? 'expired'
      : session.status;
  const move = (session: Session, from: readonly DiditStatus[], to: DiditStatus): boolean => {
    if (!from.includes(statusOf(session))) return false;
    session.status = to;
    for (const listener of listeners.get(session.id) ?? []) listener(to);
    return true;
  };

  return {
    begin(authorization) {
      const id = hex().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      const session: Session = {
        id,
        token: secret(),
        authorization,
        until: now() + SESSION_LIFETIME_MS,
        status: 'initialized',
        person: null,
        accepted: [],
        code: null,
      };
      keep(sessions, id, session);
      return session;
    },
    byId: (id) => sessions.get(id) ?? null,
    byToken: (token) => [...sessions.values()].find((session) => session.token === token) ?? null,
    newest: () => [...sessions.values()].at(-1) ?? null,
    retrieve(session, person) {
      if (session.person === person && statusOf(session) === 'retrieved') return true;
      if (!move(session, ['initialized'], 'retrieved')) return false;
      session.person = person;
      return true;
    },
    decide(session, person, accepted) {
      if (session.person !== person) return false;
      if (!move(session, ['retrieved'], accepted === null ? 'declined' : 'confirmed')) return false;
      session.accepted = accepted ?? [];
      return true;
    },
    end: (session, status) => move(session, ['initialized', 'retrieved'], status),
    statusOf,
    newCode(session) {
      if (session.code !== null) codes.delete(session.code);
      const code = secret();
      session.code = code;
      keep(codes, code, { session, until: now() + CODE_LIFETIME_MS });
      return code;
    },
    redeem(code) {
      const found = codes.get(code);
      codes.delete(code);
      return found === undefined || found.until <= now() ? null : found;
    },
    token(person, scopes) {
      const token = `dat_${secret()}`;
      keep(tokens, token, { person, scopes, issuedAt: now(), until: now() + TOKEN_LIFETIME_S * 1000 });
      return token;
    },
    accessToken(token) {
      const found = tokens.get(token);
      return found === undefined || found.until <= now() ? null : found;
    },
    refreshToken(person, scopes) {
      const token = `drt_${secret()}`;
      keep(refreshTokens, token, { person, scopes, issuedAt: now(), until: Infinity });
      return token;
    },
    refresh(token) {
      const found = refreshTokens.get(token) ?? null;
      refreshTokens.delete(token);
      return found;
    },
    listen(session, listener) {
      const all = listeners.get(session.id) ?? new Set();
      listeners.set(session.id, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0) listeners.delete(session.id);
      };
    },
  };
}

function keep<T>(all: Map<string, T>, key: string, value: T): void {
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > LIMIT && oldest !== undefined) all.delete(oldest);
}
