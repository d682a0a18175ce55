import { customRandom } from 'nanoid';
import { SandboxError } from '../http/errors.ts';
import type { Person } from '../people.ts';
import { CLIENT } from './client.ts';
import type { Session, Sessions } from './sessions.ts';
import { SCOPES } from './user-data.ts';

/** What the app asks its owner. */
export interface DiditQuestion {
  readonly session: string;
  readonly client: string;
  readonly redirectUri: string;
  readonly scopes: readonly { readonly scope: string; readonly claims: readonly string[] }[];
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** The Didit app on the sandbox's phone. */
export interface DiditApp {
  /** The token in a session URL; null for any other text. */
  read(text: string): string | null;
  /** `initialized → retrieved`. @throws SandboxError `app_refused` */
  open(token: string, person: Person): DiditQuestion;
  /** What the person shares; null declines. @throws SandboxError `app_refused` when it is over */
  decide(session: string, person: Person, accepted: readonly string[] | null): void;
  /** A user's access token of Didit's own organisation, with which the real app calls `information` and `update`. */
  token(person: Person): string;
  personOf(token: string): Person | null;
}

export function createApp(base: string, sessions: Sessions, random: (bytes: number) => Uint8Array): DiditApp {
  const secret = customRandom('abcdefghijklmnopqrstuvwxyz234567', 26, random);
  const people = new Map<string, Person>();
  const own = [base, base.replace('//127.0.0.1', '//localhost')];

  const found = (session: Session | null): Session => {
    if (session !== null) return session;
    throw new SandboxError('app_refused', 'Didit knows no such session');
  };

  return {
    read(text) {
      const url = URL.parse(text.trim());
      if (url === null || !own.some((each) => url.href.startsWith(`${each}/app/authorize/`))) return null;
      return /\/app\/authorize\/([a-z2-7]{26})$/.exec(url.pathname)?.[1] ?? null;
    },
    open(token, person) {
      const session = found(sessions.byToken(token));
      if (!sessions.retrieve(session, person))
        throw new SandboxError('app_refused', `Didit: the session is ${sessions.statusOf(session)}`);
      const { redirectUri, scopes } = session.authorization;
      return {
        session: session.id,
        client: CLIENT.name,
        redirectUri,
        scopes: scopes.map((scope) => ({ scope, claims: SCOPES.get(scope) ?? [] })),
        expiresAt: Math.floor(session.until / 1000),
      };
    },
    decide(id, person, accepted) {
      const session = found(sessions.byId(id));
      if (!sessions.decide(session, person, accepted))
        throw new SandboxError('app_refused', `Didit: the session is ${sessions.statusOf(session)}`);
    },
    token(person) {
      const token = secret();
      people.set(token, person);
      return token;
    },
    personOf: (token) => people.get(token) ?? null,
  };
}
