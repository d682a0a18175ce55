import type { AuditType, Recording } from '../audit/index.ts';
import {
  BESIDE,
  clientAt,
  type ClientRegistry,
  MOST_CLIENTS,
  registrationAt,
  type StoredClient,
  type StoredSecret,
  type StoredSwitch,
  TEMPORARY_MEMBERS,
  type TemporaryMember,
} from '../clients/index.ts';
import {
  clientOfRegistration,
  type ConfigWarning,
  type Registration,
  registrationIssues,
  registrationWarnings,
  type RegistrationContext,
} from '../config/index.ts';
import { hashSecret } from '../secrets/index.ts';
import type { Client } from '../session/index.ts';
import type { Row, Write } from '../store/store.ts';
import { type Operator, told } from './by.ts';
import { OperatorError } from './operator-error.ts';

/** Secrets of a client that count at a time: the one in use, and the next. */
const MOST_SECRETS = 2;
/** Addresses with an end that a client may have of each member, those of the past left out. */
const MOST_TEMPORARY = 16;
/** The longest time until the end of what ends by itself, in ms. */
const LONGEST_MS = 400 * 86_400_000;

/** A client as an operator sees it. No secret and no hash of one is in it. */
export interface ShownClient {
  readonly client_id: string;
  readonly source: 'file' | 'store';
  /** For a change: it holds only where it is still this. Null for a client of the file. */
  readonly version: number | null;
  /** Stored, and not served, because a client of the file has the same id. */
  readonly hidden: boolean;
  /** Null: it is on. Times are ms since the epoch. */
  readonly disabled: Pick<StoredSwitch, 'at' | 'by' | 'reason'> | null;
  /** Every member with its default, in the names of the configuration file. */
  readonly client: Readonly<Record<string, unknown>>;
  /** Only the members that were written; null for a client of the file. */
  readonly registration: Registration | null;
  readonly secrets: readonly Omit<StoredSecret, 'hash'>[];
  /** Addresses with an end; those that are over are left out. They are in `client` too. */
  readonly temporary: StoredClient['temporary'];
  /** Ms since the epoch; null for a client of the file. */
  readonly created_at: number | null;
  readonly changed_at: number | null;
}

export interface Changed {
  readonly client: ShownClient;
  /** What is allowed and may surprise, in the words of `check`. */
  readonly warnings: readonly ConfigWarning[];
}

/** Shown once: the server keeps its hash alone. */
export interface WithSecret extends Changed {
  /** Null for a public client. */
  readonly secret: string | null;
}

export interface ClientChange {
  /** As it was seen. */
  readonly version: number;
  /** Members that get another value; null takes one out. */
  readonly members: Readonly<Record<string, unknown>>;
}

export interface TemporaryChange {
  readonly version: number;
  readonly member: TemporaryMember;
  readonly value: string;
  /** Ms since the epoch; null takes the address out now. */
  readonly until: number | null;
}

export interface ClientActs {
  /** Those of the file in its order, then those of the store by id. */
  list(): Promise<readonly ShownClient[]>;
  /** @throws OperatorError `not_found` */
  show(client_id: string): Promise<ShownClient>;
  /** Makes a client, with a secret unless `token_endpoint_auth_method` is `none`. @throws OperatorError `mistakes`, `taken` */
  create(registration: Registration, by: Operator): Promise<WithSecret>;
  /** @throws OperatorError `mistakes`, `changed_meanwhile`, `read_only`, `not_found` */
  change(client_id: string, change: ClientChange, by: Operator): Promise<Changed>;
  /** A redirect URI or an origin that counts until a time. @throws OperatorError as `change` */
  changeTemporary(client_id: string, change: TemporaryChange, by: Operator): Promise<Changed>;
  /** From then on nothing of it counts; its sign-ins' tokens are refused, and end by themselves. @throws OperatorError */
  remove(client_id: string, version: number, by: Operator): Promise<void>;
  /**
   * A second secret, while a first is in use.
   * @param earlierUntil when the earlier one counts no more, ms since the epoch; null: until it is removed
   * @throws OperatorError `not_possible` with two already, or for a public client
   */
  addSecret(client_id: string, earlierUntil: number | null, by: Operator): Promise<WithSecret>;
  /** @throws OperatorError `not_possible` for the last one, `not_found` */
  removeSecret(client_id: string, n: number, by: Operator): Promise<Changed>;
}

export interface ClientActsDependencies {
  readonly registry: ClientRegistry;
  /** The clients of the file that are in force. */
  readonly fileClients: () => readonly Client[];
  readonly context: RegistrationContext;
  readonly recording: Recording;
  /** What the client's webhook is owed for `client.changed`, in the same commit as the row beside which it lies. */
  readonly owed: (client: Client, act: AuditType, beside: string, now: number) => readonly Write[];
  /** 32 random bytes, base64url. */
  readonly newSecret: () => string;
  /** Ms since the epoch. */
  readonly now: () => number;
}

export function createClientActs(deps: ClientActsDependencies): ClientActs {
  const { registry, fileClients, context, recording, owed, newSecret } = deps;
  const resolve = (registration: Registration, hashes: readonly string[]): Client =>
    clientOfRegistration(registration, hashes, context);

  const inFile = (client_id: string): Client | undefined =>
    fileClients().find((client) => client.client_id === client_id);

  const assertNotInFile = (client_id: string): void => {
    if (inFile(client_id) !== undefined)
      throw new OperatorError('read_only', 'this client is written in the configuration file: change it there');
  };

  /** What is stored beside a change. */
  const beside = (
    type: AuditType,
    client: Client,
    by: Operator,
    now: number,
    more: Readonly<Record<string, string | number>> = {},
  ): readonly Write[] => {
    const { by: name, data } = told(by);
    const event = { type, client_id: client.client_id, by: name ?? null, data: { ...data, ...more } };
    return [...recording.writes(BESIDE, null, [event], now), ...owed(client, type, BESIDE, now)];
  };

  const assertGood = (stored: StoredClient, now: number): void => {
    const hasSecret = stored.secrets.length > 0;
    const lasting = registrationIssues(stored.registration, hasSecret, context);
    // What ends by itself must not be what holds the rest up.
    const issues = lasting.length > 0 ? lasting : registrationIssues(registrationAt(stored, now), hasSecret, context);
    if (issues.length > 0) throw new OperatorError('mistakes', 'the client has mistakes', issues);
  };

  const shownOf = (row: Row<StoredClient>, off: StoredSwitch | null): ShownClient => {
    const now = deps.now();
    const { registration, secrets, temporary, created_at, changed_at } = row.value;
    const isLive = ({ until }: { readonly until: number | null }): boolean => until === null || now < until;
    return {
      client_id: registration.client_id,
      source: 'store',
      version: row.version,
      hidden: inFile(registration.client_id) !== undefined,
      disabled: disabledOf(off),
      client: {
        ...membersOf(clientAt(row.value, resolve, now)),
        ...('jwks' in registration ? { jwks: registration['jwks'] } : {}),
      },
      registration: shownRegistration(registration),
      secrets: secrets.filter(isLive).map(({ n, added_at, until }) => ({ n, added_at, until })),
      temporary: temporary.filter(isLive),
      created_at,
      changed_at,
    };
  };
  const shownOfFile = (client: Client, off: StoredSwitch | null): ShownClient => ({
    client_id: client.client_id,
    source: 'file',
    version: null,
    hidden: false,
    disabled: disabledOf(off),
    client: membersOf(client),
    registration: null,
    secrets: [],
    temporary: [],
    created_at: null,
    changed_at: null,
  });

  const changed = async (row: Row<StoredClient>): Promise<Changed> => {
    const client_id = row.value.registration.client_id;
    const off = await registry.switched('client', client_id);
    const warnings = registrationWarnings(clientAt(row.value, resolve, deps.now()), context);
    return { client: shownOf(row, off), warnings };
  };

  /** @param version as it was seen; null for an act that goes with any */
  const edit = async (
    client_id: string,
    version: number | null,
    by: Operator,
    type: AuditType,
    made: (stored: StoredClient, now: number) => { readonly next: StoredClient; readonly data?: Told },
  ): Promise<Changed> => {
    assertNotInFile(client_id);
    const row = await registry.changeClient(client_id, (found, now) => {
      const stored = sameVersion(found, version);
      const { next, data } = made(stored, now);
      const tidy = withoutPast({ ...next, changed_at: now }, now);
      assertGood(tidy, now);
      const client = clientAt(tidy, resolve, now);
      return { value: tidy, also: beside(type, client, by, now, data) };
    });
    if (row === null) throw notFound();
    return changed(row);
  };

  return {
    async list() {
      const off = new Map((await registry.switches()).map((each) => [`${each.what} ${each.id}`, each]));
      const offOf = (client_id: string): StoredSwitch | null => off.get(`client ${client_id}`) ?? null;
      return [
        ...fileClients().map((client) => shownOfFile(client, offOf(client.client_id))),
        ...(await registry.clients()).map((row) => shownOf(row, offOf(row.value.registration.client_id))),
      ];
    },
    async show(client_id) {
      const off = await registry.switched('client', client_id);
      const own = inFile(client_id);
      if (own !== undefined) return shownOfFile(own, off);
      const row = await registry.client(client_id);
      if (row === null) throw notFound();
      return shownOf(row, off);
    },
    async create(registration, by) {
      const isPublic = registration['token_endpoint_auth_method'] === 'none';
      const secret = isPublic ? null : newSecret();
      const issues = registrationIssues(registration, !isPublic, context);
      const client_id = registration['client_id'];
      if (issues.length > 0 || typeof client_id !== 'string')
        throw new OperatorError('mistakes', 'the client has mistakes', issues);
      // Said in so many words: a client whose secrets have all ended must not become a public one.
      const method = registration['token_endpoint_auth_method'] ?? 'client_secret_basic';
      const written = { ...registration, client_id, token_endpoint_auth_method: method };
      if (inFile(client_id) !== undefined) throw taken('the configuration file');
      const row = await registry.changeClient(client_id, (found, now, head) => {
        if (found !== null) throw taken('the store');
        if (head.clients >= MOST_CLIENTS)
          throw new OperatorError('not_possible', `the store has ${MOST_CLIENTS} clients, and takes no more`);
        const value: StoredClient = {
          registration: written,
          secrets: secret === null ? [] : [{ n: 1, hash: hashSecret(secret), added_at: now, until: null }],
          temporary: [],
          next_secret: secret === null ? 1 : 2,
          created_at: now,
          changed_at: now,
        };
        return { value, also: beside('client.created', clientAt(value, resolve, now), by, now) };
      });
      if (row === null) throw notFound();
      return { ...(await changed(row)), secret };
    },
    change: (client_id, { version, members }, by) =>
      edit(client_id, version, by, 'client.changed', (stored) => {
        const fixed = Object.keys(members).find((name) => isFixed(name, members[name], stored));
        if (fixed !== undefined) {
          const message = 'cannot be changed: create another client';
          throw new OperatorError('mistakes', 'the client has mistakes', [{ path: fixed, message }]);
        }
        const kept = Object.entries({ ...stored.registration, ...members }).filter(([, value]) => value !== null);
        const registration = { ...Object.fromEntries(kept), client_id };
        const names = Object.keys(members).filter((name) => !isSame(members[name], stored.registration[name]));
        return { next: { ...stored, registration }, data: { members: names.toSorted().join(' ') } };
      }),
    changeTemporary: (client_id, { version, member, value, until }, by) =>
      edit(client_id, version, by, 'client.changed', (stored, now) => {
        if (!TEMPORARY_MEMBERS.includes(member)) throw new OperatorError('not_possible', `${member} has no end`);
        const others = stored.temporary.filter((each) => each.member !== member || each.value !== value);
        if (until === null) {
          if (others.length === stored.temporary.length)
            throw new OperatorError('not_found', 'there is no such address with an end');
          return { next: { ...stored, temporary: others }, data: { members: member } };
        }
        assertEnd(until, now);
        const own = stored.registration[member];
        if (Array.isArray(own) && own.includes(value))
          throw new OperatorError('not_possible', 'the address is registered without an end: take it out there first');
        if (others.filter((each) => each.member === member && now < each.until).length >= MOST_TEMPORARY)
          throw new OperatorError('not_possible', `there are ${MOST_TEMPORARY} such addresses: take one out`);
        const temporary = [...others, { member, value, until }];
        return { next: { ...stored, temporary }, data: { members: member, until: new Date(until).toISOString() } };
      }),
    async remove(client_id, version, by) {
      const stored = await registry.client(client_id);
      // A client that the file hides can go from the store.
      if (stored === null) assertNotInFile(client_id);
      await registry.changeClient(client_id, (found, now) => {
        const value = sameVersion(found, version);
        return { value: null, also: beside('client.removed', clientAt(value, resolve, now), by, now) };
      });
    },
    async addSecret(client_id, earlierUntil, by) {
      const secret = newSecret();
      const done = await edit(client_id, null, by, 'client.secret_added', (stored, now) => {
        const live = withoutPast(stored, now).secrets;
        if (stored.registration['token_endpoint_auth_method'] === 'none')
          throw new OperatorError('not_possible', 'this is a public client: it has no secret');
        if (live.length >= MOST_SECRETS)
          throw new OperatorError('not_possible', 'it has two secrets: remove the one that is not in use any more');
        if (earlierUntil !== null) assertEnd(earlierUntil, now);
        const n = stored.next_secret;
        const earlier = live.map((each) => (earlierUntil === null ? each : { ...each, until: earlierUntil }));
        const secrets = [...earlier, { n, hash: hashSecret(secret), added_at: now, until: null }];
        return { next: { ...stored, secrets, next_secret: n + 1 }, data: { secret: n } };
      });
      return { ...done, secret };
    },
    removeSecret: (client_id, n, by) =>
      edit(client_id, null, by, 'client.secret_removed', (stored, now) => {
        const live = withoutPast(stored, now).secrets;
        const secrets = live.filter((each) => each.n !== n);
        if (secrets.length === live.length) throw new OperatorError('not_found', 'it has no secret of that number');
        // One with an end is no secret to stay with.
        if (!secrets.some(({ until }) => until === null))
          throw new OperatorError('not_possible', 'it is the last one that has no end: add another one first');
        return { next: { ...stored, secrets }, data: { secret: n } };
      }),
  };
}

/** What another value of would make another client. */
function isFixed(name: string, value: unknown, { registration }: StoredClient): boolean {
  if (name === 'client_id') return value !== registration.client_id;
  if (name !== 'token_endpoint_auth_method') return false;
  return value === null || (value === 'none') !== (registration[name] === 'none');
}

type Told = Readonly<Record<string, string | number>>;

/** @throws OperatorError */
function sameVersion(found: Row<StoredClient> | null, version: number | null): StoredClient {
  if (found === null) throw notFound();
  if (version !== null && found.version !== version)
    throw new OperatorError(
      'changed_meanwhile',
      `the client was changed meanwhile: it is version ${found.version} now, look at it again`,
    );
  return found.value;
}

/** What has ended is stored no longer. */
function withoutPast(stored: StoredClient, now: number): StoredClient {
  const isLive = ({ until }: { readonly until: number | null }): boolean => until === null || now < until;
  return { ...stored, secrets: stored.secrets.filter(isLive), temporary: stored.temporary.filter(isLive) };
}

function assertEnd(until: number, now: number): void {
  if (!Number.isSafeInteger(until) || until <= now || until > now + LONGEST_MS)
    throw new OperatorError('not_possible', 'the end must be a time to come, within 400 days');
}

function disabledOf(off: StoredSwitch | null): ShownClient['disabled'] {
  return off === null ? null : { at: off.at, by: off.by, reason: off.reason };
}

/** A client in the names and forms of the configuration file. */
function membersOf(client: Client): Readonly<Record<string, unknown>> {
  const {
    client_secret_hashes: _hashes,
    scope,
    cross_device,
    id_token_encrypted_response: id_token,
    userinfo_encrypted_response: userinfo,
    webhook,
    ...members
  } = client;
  const all = {
    ...members,
    scope: scope.join(' '),
    // How many secrets there are, and none of them.
    webhook: webhook === null ? null : { ...webhook, secrets: webhook.secrets.map(() => 'whsec_…') },
    cross_device: { ...cross_device, scope: cross_device.scope?.join(' ') ?? null },
    id_token_encrypted_response_alg: id_token?.alg ?? null,
    id_token_encrypted_response_enc: id_token?.enc ?? null,
    userinfo_encrypted_response_alg: userinfo?.alg ?? null,
    userinfo_encrypted_response_enc: userinfo?.enc ?? null,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

/** Without the secrets of a webhook. */
function shownRegistration(registration: Registration): Registration {
  const { webhook } = registration as { readonly webhook?: { readonly secrets?: readonly unknown[] } };
  if (webhook === undefined || webhook === null) return registration;
  return { ...registration, webhook: { ...webhook, secrets: webhook.secrets?.map(() => 'whsec_…') } };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

function notFound(): OperatorError {
  return new OperatorError('not_found', 'there is no such client');
}

function taken(where: string): OperatorError {
  return new OperatorError('taken', `the id is used by a client of ${where}: choose another`);
}
