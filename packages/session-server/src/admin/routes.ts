/** The admin API as a table: what each call takes, answers and does. Its document is made of it. */
import { STATUSES } from '@beckon/protocol';
import { z } from 'zod';
import { AUDIT_TYPES } from '../audit/index.ts';
import type { Algorithm, Keys } from '../keys/index.ts';
import { type Operator, type OperatorActs, OperatorError, type ShownClient, whyIn } from '../operator/index.ts';
import * as shapes from './shapes.ts';
import { SECONDS } from './shapes.ts';

/** What the API works on. */
export interface ApiDesk {
  readonly operator: OperatorActs;
  readonly keys: Pick<Keys, 'list' | 'rotate'>;
  /** The ids of the configured identity apps. */
  readonly connectors: readonly string[];
  /** Tells the audit trail of a rotation. */
  readonly onRotated: (by: Operator, alg: Algorithm, kid: string) => Promise<void>;
}

/** A call that was let in, with its parts checked. */
export interface ApiCall<Q, B> {
  readonly by: Operator;
  readonly id: string;
  readonly n: string;
  readonly query: Q;
  readonly body: B;
  /** Of `If-Match`; null where it is missing or is no version. */
  readonly version: number | null;
}

export interface ApiRoute {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** `{id}` and `{n}` are its parts. */
  readonly path: string;
  readonly scope: 'read' | 'write';
  readonly summary: string;
  readonly query: z.ZodObject;
  /** Null: it takes none. */
  readonly body: z.ZodType | null;
  /** Whether it needs `If-Match`. */
  readonly isVersioned: boolean;
  readonly status: 200 | 201 | 204;
  readonly answer: z.ZodType;
  readonly run: (desk: ApiDesk, call: ApiCall<never, never>) => Promise<unknown>;
}

/** Longest of an id or a name that is asked for, in characters. */
const TEXT = z.string().min(1).max(500);
const CURSOR = z.string().max(500).describe('`next` of the page before');

/** A whole number in a query. */
const wholeIn = (most: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().max(most));

const PAGE = { limit: wholeIn(500).optional(), cursor: CURSOR.optional() };
const PERSON = { sub: TEXT.optional(), connector: TEXT.optional(), subject: TEXT.optional() };

const SessionsQuery = z.strictObject({
  client_id: TEXT.optional(),
  status: z.enum(STATUSES).optional(),
  after: wholeIn(1e11).optional(),
  ...PERSON,
  ...PAGE,
});
const GrantsQuery = z.strictObject({
  client_id: TEXT.optional(),
  state: z.enum(['active', 'revoked', 'ended']).optional(),
  ...PERSON,
  ...PAGE,
});
const AuditQuery = z.strictObject({
  request_id: TEXT.optional(),
  session: TEXT.optional(),
  client_id: TEXT.optional(),
  type: z.enum(AUDIT_TYPES).optional(),
  after: wholeIn(1e11).optional(),
  ...PERSON,
  ...PAGE,
});
const DeliveriesQuery = z.strictObject({
  client_id: TEXT.optional(),
  state: z.enum(['waiting', 'dead']).optional(),
  ...PAGE,
});
const NoQuery = z.strictObject({});

const PersonBody = z.strictObject(PERSON);
const RegistrationBody = z.looseObject({ client_id: TEXT }).describe('A client, in the members of the configuration');
const MembersBody = z
  .record(z.string().max(100), z.unknown())
  .describe('Members that get another value; null takes one out');
const AddressBody = z.strictObject({
  member: z.enum(['redirect_uris', 'allowed_origins', 'post_logout_redirect_uris']),
  value: z.string().max(2048),
  until: SECONDS.nullable().describe('Unix seconds; null takes the address out now'),
});
const SecretBody = z.strictObject({
  earlier_until: SECONDS.nullable().default(null).describe('When the earlier secret ends; null: until it is removed'),
});
const SwitchBody = z.strictObject({ reason: z.string().max(200).nullable().default(null) });
const RotateBody = z.strictObject({
  alg: z.enum(['RS256', 'ES256', 'PS256', 'EdDSA']).optional().describe('Default: every algorithm that has a key'),
  haste: z.enum(['soon', 'now']).default('soon'),
});

function route<Q extends z.ZodObject = typeof NoQuery, B extends z.ZodType = z.ZodNull>(options: {
  readonly does: `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`;
  readonly summary: string;
  readonly scope?: 'read' | 'write';
  readonly query?: Q;
  readonly body?: B;
  readonly isVersioned?: boolean;
  readonly status?: 200 | 201 | 204;
  readonly answer: z.ZodType;
  readonly run: (desk: ApiDesk, call: ApiCall<z.output<Q>, z.output<B>>) => Promise<unknown>;
}): ApiRoute {
  const { does, summary, query, body, isVersioned = false, status = 200, answer, run } = options;
  const [method = '', path = ''] = does.split(' ');
  return {
    method: method.toLowerCase() as ApiRoute['method'],
    path,
    scope: options.scope ?? (method === 'GET' ? 'read' : 'write'),
    summary,
    query: query ?? NoQuery,
    body: body ?? null,
    isVersioned,
    status,
    answer,
    run,
  };
}

type PersonAsked = {
  readonly sub?: string | undefined;
  readonly connector?: string | undefined;
  readonly subject?: string | undefined;
};

/** Who is meant; undefined where none is named. A connector alone names no person. */
function personOf({ sub, connector, subject }: PersonAsked) {
  if (sub !== undefined && subject !== undefined)
    throw new OperatorError('invalid', 'sub and subject name a person each: give one');
  if (sub !== undefined) return { sub };
  if (subject === undefined) return undefined;
  if (connector === undefined) throw new OperatorError('invalid', 'subject needs connector: at which identity app');
  return { connector, subject };
}

function somePerson(asked: PersonAsked) {
  const person = personOf(asked);
  if (person === undefined) throw new OperatorError('invalid', 'say who: sub, or connector and subject');
  return person;
}

function versionOf({ version }: { readonly version: number | null }): number {
  if (version === null) throw new OperatorError('invalid', 'If-Match is missing: send the version that you changed');
  return version;
}

const secondsOf = (ms: number): number => Math.floor(ms / 1000);
const orNull = (ms: number | null): number | null => (ms === null ? null : secondsOf(ms));

function clientOf(shown: ShownClient) {
  const { client_id, source, version, hidden, disabled, client, secrets, temporary, created_at, changed_at } = shown;
  return {
    client_id,
    source,
    version,
    hidden,
    disabled: disabled === null ? null : disabledOf(disabled),
    client,
    secrets: secrets.map(({ n, added_at, until }) => ({ n, added_at: secondsOf(added_at), until: orNull(until) })),
    temporary: temporary.map(({ member, value, until }) => ({ member, value, until: secondsOf(until) })),
    created_at: orNull(created_at),
    changed_at: orNull(changed_at),
  };
}

function disabledOf({ at, by, reason }: { readonly at: number; readonly by: string; readonly reason: string | null }) {
  return { at: secondsOf(at), by, reason };
}

export const ROUTES: readonly ApiRoute[] = [
  route({
    does: 'GET /api/sessions',
    summary: 'Lists sign-ins that go on, or ended within the last hour',
    query: SessionsQuery,
    answer: shapes.SessionsPage,
    run: ({ operator }, { query: { client_id, status, after, limit, cursor, ...asked } }) =>
      operator.sessions.list({
        client_id,
        connector: asked.subject === undefined ? asked.connector : undefined,
        status,
        after,
        limit,
        cursor: cursor ?? null,
        person: personOf(asked.subject === undefined ? { sub: asked.sub } : asked),
      }),
  }),
  route({
    does: 'GET /api/sessions/{id}',
    summary: 'Tells one sign-in whole; the id is a session’s, or what the log calls it',
    answer: shapes.StoryShape,
    async run({ operator }, { id }) {
      const { record, grant, events, story } = await operator.sessions.show(id);
      return { record, grant, events, why: whyIn(story) };
    },
  }),
  route({
    does: 'POST /api/sessions/{id}/revoke',
    summary: 'Ends one sign-in, whatever it has come to',
    answer: shapes.EndedSession,
    run: ({ operator }, { by, id }) => operator.sessions.revoke(by, id),
  }),
  route({
    does: 'GET /api/grants',
    summary: 'Lists what people agreed to',
    query: GrantsQuery,
    answer: shapes.GrantsPage,
    run: ({ operator }, { query: { client_id, state, limit, cursor, ...asked } }) =>
      operator.grants.list({ client_id, state, limit, cursor: cursor ?? null, person: personOf(asked) }),
  }),
  route({
    does: 'POST /api/grants/{id}/revoke',
    summary: 'Ends a grant with all of its tokens',
    answer: shapes.EndedGrant,
    run: ({ operator }, { by, id }) => operator.grants.revoke(by, id),
  }),
  route({
    does: 'POST /api/persons/revoke',
    summary: 'Ends what a person agreed to, at every website',
    body: PersonBody,
    answer: shapes.ProgressShape,
    run: ({ operator }, { by, body }) => operator.persons.revoke(by, somePerson(body)),
  }),
  route({
    does: 'POST /api/persons/export',
    summary: 'Answers all that the store has of a person, claims included',
    body: PersonBody,
    answer: shapes.ExportShape,
    run: ({ operator }, { by, body }) => operator.persons.export(by, somePerson(body)),
  }),
  route({
    does: 'POST /api/persons/erase',
    summary: 'Ends what a person agreed to, and removes what is kept of them',
    body: PersonBody,
    answer: shapes.ProgressShape,
    run: ({ operator }, { by, body }) => operator.persons.erase(by, somePerson(body)),
  }),
  route({
    does: 'GET /api/clients',
    summary: 'Lists the clients of the file and of the store',
    answer: shapes.ClientsShape,
    run: async ({ operator }) => ({ items: (await operator.clients.list()).map(clientOf) }),
  }),
  route({
    does: 'POST /api/clients',
    summary: 'Registers a client',
    body: RegistrationBody,
    status: 201,
    answer: shapes.ClientWithSecret,
    async run({ operator }, { by, body }) {
      const { client, warnings, secret } = await operator.clients.create(body, by);
      return { client: clientOf(client), warnings, client_secret: secret };
    },
  }),
  route({
    does: 'GET /api/clients/{id}',
    summary: 'Answers one client',
    answer: shapes.ClientShape,
    run: async ({ operator }, { id }) => clientOf(await operator.clients.show(id)),
  }),
  route({
    does: 'PATCH /api/clients/{id}',
    summary: 'Changes members of a client of the store',
    body: MembersBody,
    isVersioned: true,
    answer: shapes.ChangedClient,
    async run({ operator }, call) {
      const change = { version: versionOf(call), members: call.body };
      const { client, warnings } = await operator.clients.change(call.id, change, call.by);
      return { client: clientOf(client), warnings };
    },
  }),
  route({
    does: 'POST /api/clients/{id}/addresses',
    summary: 'Registers an address with an end, of a preview deployment for example',
    body: AddressBody,
    isVersioned: true,
    answer: shapes.ChangedClient,
    async run({ operator }, call) {
      const { member, value, until } = call.body;
      const change = { version: versionOf(call), member, value, until: until === null ? null : until * 1000 };
      const { client, warnings } = await operator.clients.changeTemporary(call.id, change, call.by);
      return { client: clientOf(client), warnings };
    },
  }),
  route({
    does: 'DELETE /api/clients/{id}',
    summary: 'Removes a client of the store',
    isVersioned: true,
    status: 204,
    answer: shapes.NothingShape,
    run: async ({ operator }, call) => {
      await operator.clients.remove(call.id, versionOf(call), call.by);
      return null;
    },
  }),
  route({
    does: 'POST /api/clients/{id}/secrets',
    summary: 'Adds a second secret, and answers it once',
    body: SecretBody,
    status: 201,
    answer: shapes.ClientWithSecret,
    async run({ operator }, { by, id, body: { earlier_until } }) {
      const until = earlier_until === null ? null : earlier_until * 1000;
      const { client, warnings, secret } = await operator.clients.addSecret(id, until, by);
      return { client: clientOf(client), warnings, client_secret: secret };
    },
  }),
  route({
    does: 'DELETE /api/clients/{id}/secrets/{n}',
    summary: 'Removes a secret by its number',
    answer: shapes.ChangedClient,
    async run({ operator }, { by, id, n }) {
      if (!/^\d{1,9}$/.test(n)) throw new OperatorError('not_found', 'there is no such secret');
      const { client, warnings } = await operator.clients.removeSecret(id, Number(n), by);
      return { client: clientOf(client), warnings };
    },
  }),
  ...(['client', 'connector'] as const).flatMap((what) => [
    route({
      does: `POST /api/${what}s/{id}/disable`,
      summary: `Switches ${what === 'client' ? 'a client' : 'an identity app'} off, at every process within a second`,
      body: SwitchBody,
      answer: shapes.SwitchShape,
      async run({ operator }, { by, id, body: { reason } }) {
        return { id, disabled: disabledOf(await operator.switches.disable(what, id, reason, by)) };
      },
    }),
    route({
      does: `POST /api/${what}s/{id}/enable`,
      summary: `Switches ${what === 'client' ? 'a client' : 'an identity app'} on again`,
      answer: shapes.SwitchShape,
      async run({ operator }, { by, id }) {
        await operator.switches.enable(what, id, by);
        return { id, disabled: null };
      },
    }),
  ]),
  route({
    does: 'GET /api/connectors',
    summary: 'Lists the identity apps, and which are off',
    answer: shapes.ConnectorsShape,
    async run({ operator, connectors }) {
      const off = (await operator.switches.list()).filter(({ what }) => what === 'connector');
      return {
        items: connectors.map((id) => {
          const found = off.find((each) => each.id === id);
          return { id, disabled: found === undefined ? null : disabledOf(found) };
        }),
      };
    },
  }),
  route({
    does: 'GET /api/webhooks',
    summary: 'Lists the news that websites have not taken yet',
    query: DeliveriesQuery,
    answer: shapes.DeliveriesPage,
    run: ({ operator }, { query: { cursor, ...filter } }) =>
      operator.webhooks.list({ ...filter, cursor: cursor ?? null }),
  }),
  route({
    does: 'POST /api/webhooks/{id}/redeliver',
    summary: 'Sends one again at once',
    answer: shapes.DeliveryShape,
    run: ({ operator }, { by, id }) => operator.webhooks.redeliver(by, id),
  }),
  route({
    does: 'GET /api/keys',
    summary: 'Lists the signing keys',
    answer: shapes.KeysShape,
    run: async ({ keys }) => ({ items: (await keys.list()).map(keyOf) }),
  }),
  route({
    does: 'POST /api/keys/rotate',
    summary: 'Publishes new keys, which sign in ten minutes, or with `now` in five seconds',
    body: RotateBody,
    answer: shapes.KeysShape,
    async run({ keys, onRotated }, { by, body: { alg, haste } }) {
      const known = [...new Set((await keys.list()).map((key) => key.alg))];
      const items = [];
      for (const each of alg === undefined ? known : [alg]) {
        const key = await keys.rotate(each, haste);
        await onRotated(by, each, key.kid);
        items.push(keyOf(key));
      }
      return { items };
    },
  }),
  route({
    does: 'GET /api/audit',
    summary: 'Lists what happened, the newest first',
    query: AuditQuery,
    answer: shapes.EventsPage,
    run: ({ operator }, { query: { request_id, session, client_id, type, after, limit, cursor, ...asked } }) =>
      operator.audit.list({
        request_id,
        session,
        client_id,
        type,
        after,
        limit,
        cursor: cursor ?? null,
        person: personOf(asked),
      }),
  }),
  route({
    does: 'GET /api/audit/verify',
    summary: 'Says whether the audit trail is whole, and names the first broken link of each chain',
    answer: shapes.VerificationShape,
    run: ({ operator }) => operator.audit.verify(),
  }),
];

function keyOf({
  alg,
  kid,
  state,
  created_at,
  signs_from,
  retired_at,
  removed_at,
}: Awaited<ReturnType<Keys['list']>>[number]) {
  return {
    alg,
    kid,
    state,
    created_at: secondsOf(created_at),
    signs_from: secondsOf(signs_from),
    retired_at: orNull(retired_at),
    removed_at: orNull(removed_at),
  };
}
