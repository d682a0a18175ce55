import { randomBytes } from 'node:crypto';
import type { SessionHandle, Snapshot } from '@beckon/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BeckonConfig, resolveConfig } from '../config/index.ts';
import type { Operator, OperatorError } from '../operator/index.ts';
import { type Harness, REQUEST, VERIFIER, WIDGET, scanOf } from '../test-support/harness.ts';
import { shownText } from '../test-support/shown-text.ts';
import { startTwoServers, type TwoServers } from '../test-support/two-servers.ts';
import { composeServer } from './compose.ts';
import { type OperatorActs } from '../operator/index.ts';

/** Two servers on one file, and an operator at a third process. What one of them changes counts at all within a second. */
const WITHIN_MS = 1_000;
const BY: Operator = { name: 'ops', via: 'command' };
const NEW = 'https://new.example';
const NEW_CLIENT = {
  client_name: 'New',
  redirect_uris: [`${NEW}/callback`],
  allowed_origins: [NEW],
  scope: 'openid email offline_access',
  cross_device: { verification: 'none', scope: 'openid email offline_access' },
};

let harness: Harness;
let servers: readonly string[];
let acts: OperatorActs;
let config: BeckonConfig;
let otherLog: readonly string[];
let world: TwoServers;
beforeAll(async () => {
  world = await startTwoServers();
  ({ harness, config, servers, operator: acts, otherLog } = world);
});
afterAll(() => world.close());

/** What every server answers, once all agree that it holds; fails where one does not within a second. */
async function everywhere<T>(ask: (server: string) => Promise<T>, holds: (answer: T) => boolean): Promise<void> {
  const until = performance.now() + WITHIN_MS;
  for (;;) {
    const answers = await Promise.all(servers.map(ask));
    if (answers.every(holds)) return;
    if (performance.now() > until) throw new Error(`after a second: ${JSON.stringify(answers)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : { text } };
}
const post = async (server: string, path: string, members: Readonly<Record<string, string>>): Promise<Answer> =>
  read(await fetch(server + path, { method: 'POST', body: new URLSearchParams(members) }));
const push = (server: string, client_id: string, client_secret: string, redirect_uri = `${NEW}/callback`) =>
  post(server, '/oauth/par', { ...REQUEST, redirect_uri, client_id, client_secret });
const begin = async (server: string, client_id: string, redirect_uri: string, origin = new URL(redirect_uri).origin) =>
  read(
    await fetch(`${server}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ ...REQUEST, scope: 'openid email offline_access', client_id, redirect_uri }),
    }),
  );
const begun = async (server: string, client_id: string, redirect_uri: string): Promise<SessionHandle> =>
  (await begin(server, client_id, redirect_uri)).body as unknown as SessionHandle;
const statusOf = async (server: string, session: SessionHandle) =>
  (await fetch(`${server}/session/${session.session_id}/status`, {
    headers: { authorization: `Bearer ${session.session_secret}` },
  }).then((response) => response.json())) as Snapshot;

async function scanned(
  server: string,
  session: SessionHandle,
): Promise<{ decide: () => Promise<Answer>; scan: Answer }> {
  const { id, step, mac } = scanOf(shownText(session.qr));
  const headers = {
    authorization: `Bearer ${await harness.wallet.token({ claims: { scope: 'openid email offline_access beckon:approve' } })}`,
    'content-type': 'application/json',
  };
  const scan = await read(await fetch(`${server}/session/${id}/information?step=${step}&mac=${mac}`, { headers }));
  return {
    scan,
    decide: async () => {
      const decision = {
        decision: 'approve',
        accepted_scopes: ['openid', 'email', 'offline_access'],
        retrieval_token: scan.body['retrieval_token'],
      };
      return read(
        await fetch(`${server}/session/${id}/update`, { method: 'POST', headers, body: JSON.stringify(decision) }),
      );
    },
  };
}

let made = 0;
async function newClient(
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ id: string; secret: string; version: number }> {
  made += 1;
  const id = `new-${made}`;
  const { secret, client } = await acts.clients.create({ ...NEW_CLIENT, client_id: id, ...more }, BY);
  await everywhere(
    (server) => push(server, id, secret ?? ''),
    ({ status }) => status === 201,
  );
  return { id, secret: secret ?? '', version: client.version ?? 0 };
}

async function tokensOf(id: string, secret: string): Promise<Readonly<Record<string, string>>> {
  const session = await begun(servers[0]!, id, `${NEW}/callback`);
  const phone = await scanned(servers[1]!, session);
  expect((await phone.decide()).status).toBe(200);
  const { redirect_to } = await statusOf(servers[0]!, session);
  const code = new URL(redirect_to ?? '').searchParams.get('code') ?? '';
  const { status, body } = await post(servers[1]!, '/oauth/token', {
    client_id: id,
    client_secret: secret,
    grant_type: 'authorization_code',
    redirect_uri: `${NEW}/callback`,
    code,
    code_verifier: VERIFIER,
  });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Readonly<Record<string, string>>;
}

describe('clients of the store', () => {
  it('FT-F20a: a client that is created signs people in at every process within a second, with no restart', async () => {
    const { id, secret } = await newClient();
    expect(await tokensOf(id, secret)).toMatchObject({ token_type: 'Bearer' });
    const shown = await acts.clients.show(id);
    expect(shown).toMatchObject({
      source: 'store',
      version: 1,
      client: { client_name: 'New', id_token_claims: false },
    });
    expect(JSON.stringify([shown, harness.log, otherLog]), 'a secret, or its hash').not.toContain(secret);
    expect(JSON.stringify(shown)).not.toContain('hash');
  });

  it('FT-F20b: what is wrong with a client is said in the words of `check`, and nothing is stored', async () => {
    const wrong = {
      client_id: 'wrong',
      client_name: '',
      redirect_uris: ['http://shop.example/callback#x'],
      scopes: 'openid',
      connectors: ['pasby'],
    };
    const mistakes = await acts.clients.create(wrong, BY).then(
      () => [],
      (error: unknown) => (error as OperatorError).issues,
    );
    let checked: readonly { path: string; message: string }[] = [];
    try {
      resolveConfig({ ...config, clients: [wrong] });
    } catch (error) {
      checked = (error as { issues: typeof checked }).issues;
    }
    expect(checked.length).toBeGreaterThanOrEqual(4);
    expect(mistakes).toEqual(checked.map(({ path, message }) => ({ path: path.replace('clients[0].', ''), message })));
    await expect(acts.clients.show('wrong')).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      acts.clients.create({ ...NEW_CLIENT, client_id: 'x', client_secret: 'y'.repeat(43) }, BY),
    ).rejects.toMatchObject({
      issues: [{ path: 'client_secret' }],
    });
  });

  it('FT-F21a: an id that the file or the store has is refused, and a client of the file is not changed', async () => {
    const { id } = await newClient();
    for (const client_id of ['shop', id])
      await expect(acts.clients.create({ ...NEW_CLIENT, client_id }, BY)).rejects.toMatchObject({ code: 'taken' });
    const change = { version: 1, members: { client_name: 'Other' } };
    await expect(acts.clients.change('shop', change, BY)).rejects.toMatchObject({ code: 'read_only' });
    await expect(acts.clients.addSecret('shop', null, BY)).rejects.toMatchObject({ code: 'read_only' });
    await expect(acts.clients.remove('shop', 1, BY)).rejects.toMatchObject({ code: 'read_only' });
  });

  it('FT-F21b: a reload that brings the id of a stored client says so, and the file’s client is the one', async () => {
    const { id, secret } = await newClient();
    const own = randomBytes(32).toString('base64url');
    const file = { ...NEW_CLIENT, client_id: id, client_secret: own } as BeckonConfig['clients'][number];
    expect(await harness.server.reload({ ...config, clients: [...config.clients, file] })).toEqual({ applied: true });
    expect(harness.log.join('\n')).toMatch(/a client of the store is not served: a client of the file has the same id/);
    expect((await push(servers[0]!, id, secret)).status).toBe(401);
    expect((await push(servers[0]!, id, own)).status).toBe(201);
    const log: string[] = [];
    const atStart = resolveConfig({ ...config, clients: [...config.clients, file] });
    const third = await composeServer(atStart, {
      widget: WIDGET,
      log: (line) => log.push(line),
      now: harness.clock.now,
    });
    await third.close();
    expect(log.join('\n'), 'a start says so too').toMatch(/a client of the store is not served/);
    await harness.server.reload(config);
    expect((await push(servers[0]!, id, secret)).status, 'the stored one is back').toBe(201);
  });

  it('FT-F22a: of two operators who change a client at once one is told so, and nothing is lost', async () => {
    const { id, version } = await newClient();
    const results = await Promise.allSettled([
      acts.clients.change(id, { version, members: { client_name: 'One' } }, BY),
      acts.clients.change(id, { version, members: { scope: 'openid' } }, BY),
      acts.clients.remove(id, version, BY),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as OperatorError).code] : [],
    );
    expect(codes.filter((code) => code !== 'changed_meanwhile' && code !== 'not_found')).toEqual([]);
  });

  it('FT-F22b: a change counts at every process within a second, and members that it does not name stay', async () => {
    const { id, secret, version } = await newClient();
    const members = { redirect_uris: [`${NEW}/other`], policy_uri: `${NEW}/policy` };
    const { client } = await acts.clients.change(id, { version, members }, BY);
    expect(client).toMatchObject({ version: 2, client: { scope: NEW_CLIENT.scope, policy_uri: `${NEW}/policy` } });
    await everywhere(
      (server) => push(server, id, secret),
      ({ status }) => status === 400,
    );
    await everywhere(
      (server) => push(server, id, secret, `${NEW}/other`),
      ({ status }) => status === 201,
    );
    const bad = { version: 2, members: { redirect_uris: [] } };
    await expect(acts.clients.change(id, bad, BY)).rejects.toMatchObject({
      code: 'mistakes',
      issues: [{ path: 'redirect_uris' }],
    });
    await expect(
      acts.clients.change(id, { version: 2, members: { token_endpoint_auth_method: 'none' } }, BY),
      'a client with a secret must not become a public one',
    ).rejects.toMatchObject({ code: 'mistakes' });
  });

  it('FT-F23a: a second secret counts beside the first, which ends at its time or when it is removed', async () => {
    const { id, secret } = await newClient();
    const day = 86_400_000;
    const second = await acts.clients.addSecret(id, harness.clock.now() + day, BY);
    await everywhere(
      (server) => push(server, id, second.secret ?? ''),
      ({ status }) => status === 201,
    );
    expect((await push(servers[0]!, id, secret)).status).toBe(201);
    await expect(acts.clients.addSecret(id, null, BY)).rejects.toMatchObject({ code: 'not_possible' });
    await expect(acts.clients.removeSecret(id, 2, BY), 'only the one with an end would be left').rejects.toMatchObject({
      code: 'not_possible',
    });
    harness.clock.advance(day);
    expect((await push(servers[0]!, id, secret)).status, 'at once, with no look at the store').toBe(401);
    expect((await push(servers[1]!, id, secret)).status).toBe(401);
    expect((await push(servers[1]!, id, '')).status, 'it is no public client').toBe(401);
    const third = await acts.clients.addSecret(id, null, BY);
    await acts.clients.removeSecret(id, 2, BY);
    await everywhere(
      (server) => push(server, id, second.secret ?? ''),
      ({ status }) => status === 401,
    );
    await everywhere(
      (server) => push(server, id, third.secret ?? ''),
      ({ status }) => status === 201,
    );
    await expect(acts.clients.removeSecret(id, 3, BY)).rejects.toMatchObject({ code: 'not_possible' });
  });

  it('FT-F24a: a redirect URI and an origin with an end count until then, at every process', async () => {
    const { id, secret } = await newClient();
    const preview = 'https://pr-7.new.example';
    const until = harness.clock.now() + 3_600_000;
    const uri = { version: 1, member: 'redirect_uris', value: `${preview}/callback`, until } as const;
    const { client } = await acts.clients.changeTemporary(id, uri, BY);
    await acts.clients.changeTemporary(
      id,
      { version: client.version ?? 0, member: 'allowed_origins', value: preview, until },
      BY,
    );
    await everywhere(
      (server) => begin(server, id, `${preview}/callback`),
      ({ status }) => status === 201,
    );
    await expect(
      acts.clients.changeTemporary(id, { ...uri, version: 3, value: 'http://pr-8.new.example/x' }, BY),
      'the same checks',
    ).rejects.toMatchObject({ code: 'mistakes' });
    harness.clock.advance(3_600_000);
    for (const server of servers) {
      expect((await begin(server, id, `${preview}/callback`)).body['error']).toBe('origin_not_allowed');
      expect((await push(server, id, secret, `${preview}/callback`)).status).toBe(400);
    }
    expect((await acts.clients.show(id)).temporary).toEqual([]);
  });

  it('FT-F25a: a client that is removed is unknown at every process within a second', async () => {
    const { id, secret, version } = await newClient();
    const { access_token } = await tokensOf(id, secret);
    await acts.clients.remove(id, version, BY);
    await everywhere(
      (server) => push(server, id, secret),
      ({ status }) => status === 401,
    );
    const headers = { authorization: `Bearer ${access_token}` };
    for (const server of servers) expect((await fetch(`${server}/oauth/userinfo`, { headers })).status).toBe(401);
  });
});

describe('the kill switch of a client', () => {
  it('FT-F26a: a disabled client is refused everywhere within a second, with the reason, and enabled it goes on', async () => {
    const { id, secret } = await newClient();
    const tokens = await tokensOf(id, secret);
    await acts.switches.disable('client', id, 'it leaked its secret', BY);
    await everywhere(
      (server) => push(server, id, secret),
      ({ status }) => status === 401,
    );
    for (const server of servers) {
      const refused = await push(server, id, secret);
      expect(refused.body['error_description']).toMatch(/disabled by the operator/);
      const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token']! };
      expect(await post(server, '/oauth/token', { ...refresh, client_id: id, client_secret: secret })).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
      const answer = await begin(server, id, `${NEW}/callback`);
      expect(answer.body['error']).toBe('unauthorized_client');
      expect(answer.body['error_description']).toMatch(/disabled by the operator/);
      const query = new URLSearchParams({ ...REQUEST, client_id: id, redirect_uri: `${NEW}/callback` });
      const page = await fetch(`${server}/authorize?${query.toString()}`, { redirect: 'manual' });
      expect(page.status, 'no redirect').toBe(400);
      const headers = { authorization: `Bearer ${tokens['access_token']}` };
      expect((await fetch(`${server}/oauth/userinfo`, { headers })).status).toBe(401);
    }
    await acts.switches.enable('client', id, BY);
    await everywhere(
      (server) => push(server, id, secret),
      ({ status }) => status === 201,
    );
    const headers = { authorization: `Bearer ${tokens['access_token']}` };
    expect((await fetch(`${servers[0]}/oauth/userinfo`, { headers })).status).toBe(200);
  });

  it('FT-F26b: a running sign-in of a disabled client ends, and its phone cannot approve', async () => {
    const { id } = await newClient();
    const [first, second] = [
      await begun(servers[0]!, id, `${NEW}/callback`),
      await begun(servers[0]!, id, `${NEW}/callback`),
    ];
    const phone = await scanned(servers[1]!, second);
    expect(phone.scan.status).toBe(200);
    await acts.switches.disable('client', id, null, BY);
    await everywhere(
      (server) => begin(server, id, `${NEW}/callback`),
      ({ body }) => body['error'] === 'unauthorized_client',
    );
    await everywhere(
      (server) => statusOf(server, first),
      ({ status, error }) => status === 'failed' && error?.error === 'temporarily_unavailable',
    );
    expect(await phone.decide()).toMatchObject({
      status: 409,
      body: { error: 'invalid_transition', error_description: expect.stringContaining('the operator has disabled') },
    });
    expect(await statusOf(servers[0]!, second)).toMatchObject({
      status: 'failed',
      redirect_to: expect.stringContaining('error='),
    });
  });

  it('FT-F26c: introspection says that tokens of a disabled client are not active, at every process within a second', async () => {
    const { id, secret } = await newClient({ audience: ['https://api.example'] });
    const api = await newClient({ introspects: ['https://api.example'] });
    const { access_token = '' } = await tokensOf(id, secret);
    const ask = (server: string) =>
      post(server, '/oauth/introspect', { client_id: api.id, client_secret: api.secret, token: access_token });
    await everywhere(ask, ({ body }) => body['active'] === true);
    await acts.switches.disable('client', id, null, BY);
    await everywhere(ask, ({ body }) => body['active'] === false);
    expect((await ask(servers[0]!)).body).toEqual({ active: false });
  });

  it('FT-F26d: a client of the file is disabled too, and one that there is not is refused', async () => {
    await acts.switches.disable('client', 'spa', null, BY);
    await everywhere(
      (server) => begin(server, 'spa', 'https://spa.example/cb'),
      ({ body }) => body['error'] === 'unauthorized_client',
    );
    await acts.switches.enable('client', 'spa', BY);
    await everywhere(
      (server) => begin(server, 'spa', 'https://spa.example/cb'),
      ({ status }) => status === 201,
    );
    await expect(acts.switches.disable('client', 'unknown', null, BY)).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('FT-F27a: a disabled connector begins nothing, a sign-in with it does not confirm, and its watcher hears so', async () => {
  const session = await begun(servers[0]!, 'spa', 'https://spa.example/cb');
  const phone = await scanned(servers[1]!, session);
  expect(phone.scan.status).toBe(200);
  const headers = { authorization: `Bearer ${session.session_secret}` };
  const known = (await statusOf(servers[0]!, session)).version;
  const held = fetch(`${servers[0]}/session/${session.session_id}/status?after=${known}&wait=10`, { headers });
  await acts.switches.disable('connector', 'wallet', 'the issuer’s keys leaked', BY);
  const at = performance.now();
  expect(await (await held).json(), 'a held poll is told').toMatchObject({ status: 'failed', connectors: [] });
  expect(performance.now() - at).toBeLessThan(WITHIN_MS);
  expect((await phone.decide()).status).toBe(409);
  await everywhere(
    (server) => begin(server, 'spa', 'https://spa.example/cb'),
    ({ status, body }) => status === 502 && body['error'] === 'connector_unavailable',
  );
  await acts.switches.enable('connector', 'wallet', BY);
  await everywhere(
    (server) => begin(server, 'spa', 'https://spa.example/cb'),
    ({ status }) => status === 201,
  );
  await expect(acts.switches.disable('connector', 'unknown', null, BY)).rejects.toMatchObject({ code: 'not_found' });
});

it('FT-F28a: each act of an operator has its event in the audit trail, with their name, and no secret', async () => {
  const { id, version, secret } = await newClient();
  await acts.clients.change(id, { version, members: { client_name: 'Other' } }, BY);
  const second = await acts.clients.addSecret(id, null, BY);
  await acts.clients.removeSecret(id, 1, BY);
  await acts.switches.disable('client', id, null, BY);
  await acts.switches.disable('client', id, null, BY);
  await acts.switches.enable('client', id, BY);
  await acts.clients.remove(id, (await acts.clients.show(id)).version ?? 0, BY);
  const { items: own } = await acts.audit.list({ client_id: id });
  expect(new Set(own.map(({ by }) => by))).toEqual(new Set([BY.name]));
  expect(own.map(({ type }) => type).toSorted()).toEqual(
    [
      'client.created',
      'client.changed',
      'client.secret_added',
      'client.secret_removed',
      'client.disabled',
      'client.enabled',
      'client.removed',
    ].toSorted(),
  );
  for (const text of [secret, second.secret ?? 'none']) expect(JSON.stringify(own)).not.toContain(text);
});
