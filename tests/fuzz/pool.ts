/** What the server has answered so far, and what requests are made of. */
import type { Random } from './random.ts';

export interface Session {
  readonly id: string;
  readonly secret: string;
  readonly client_id: string;
  /** `{id}.{step}.{mac}`; '' where none was shown. */
  link: string;
  /** The ticket of the link on the same device; ''. */
  ticket: string;
  /** `BrowserKeys`' and `ScreenKeys`' cookies. */
  readonly cookies: Map<string, string>;
  form_token: string;
  retrieval_token: string;
}

/** Each is a list of texts of one kind, the newest last. */
export const KINDS = [
  'request_uri',
  'code',
  'access_token',
  'refresh_token',
  'id_token',
  'wallet_token',
  'retrieval_token',
  'state',
  'handle',
  'link',
  'ticket',
  'form_token',
  'session_secret',
  'event',
  /** The id of a session that a phone approved. */
  'approved',
] as const;
export type Kind = (typeof KINDS)[number];

/** Who a text was given to. */
export interface Held {
  readonly text: string;
  readonly client_id: string;
  /** Of a `state`. */
  readonly connector: string;
  readonly session: Session | null;
}

export interface Pool {
  add(kind: Kind, text: string, about?: Partial<Omit<Held, 'text'>>): void;
  /** Mostly a new one, sometimes an old one; one that cannot be where there is none yet. */
  take(kind: Kind): Held;
  /** Mostly one that was not taken before: for what can be used once. */
  fresh(kind: Kind): Held;
  addSession(session: Session): void;
  /** Mostly a new one; null where there is none yet. */
  session(client_id?: string): Session | null;
  sessionOf(id: string): Session | null;
  /** Any text of any kind. */
  any(): string;
}

/** So many of each kind; the oldest go. */
const MOST = 100;

export function createPool(random: Random): Pool {
  const held = new Map<Kind, Held[]>(KINDS.map((kind) => [kind, []]));
  const unused = new Map<Kind, Held[]>(KINDS.map((kind) => [kind, []]));
  const sessions: Session[] = [];
  const near = <T>(list: readonly T[]): T | undefined =>
    list.length === 0
      ? undefined
      : random.chance(0.75)
        ? list.at(-1 - random.int(Math.min(6, list.length)))
        : random.pick(list);
  const keep = <T>(list: T[], one: T): void => {
    list.push(one);
    if (list.length > MOST) list.shift();
  };
  const take = (kind: Kind): Held =>
    near(held.get(kind)!) ?? { text: 'none-yet', client_id: 'shop', connector: 'oidc', session: null };
  return {
    add(kind, text, { client_id = 'shop', connector = '', session = null } = {}) {
      // Many are given again: the same code to who looks twice.
      if (held.get(kind)!.some((each) => each.text === text)) return;
      const one = { text, client_id, connector, session };
      keep(held.get(kind)!, one);
      keep(unused.get(kind)!, one);
    },
    fresh: (kind) => (random.chance(0.8) ? unused.get(kind)!.pop() : undefined) ?? take(kind),
    take,
    addSession: (session) => keep(sessions, session),
    session: (client_id) =>
      near(client_id === undefined ? sessions : sessions.filter((each) => each.client_id === client_id)) ?? null,
    sessionOf: (id) => sessions.findLast((each) => each.id === id) ?? null,
    any() {
      const all = KINDS.filter((kind) => held.get(kind)!.length > 0);
      return all.length === 0 ? 'none-yet' : random.pick(held.get(random.pick(all))!).text;
    },
  };
}
