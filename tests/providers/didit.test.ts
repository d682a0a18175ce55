import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import type {
  UpstreamCapability,
  UpstreamStart,
  UpstreamStarted,
  UpstreamStatus,
} from '../../packages/session-server/src/connectors/connector.ts';
import { didit, type DiditOptions } from '../../packages/session-server/src/connectors/didit/index.ts';
import { openUpstream, upstreamStart } from '../../packages/session-server/src/test-support/connector-calls.ts';
import { ISSUER, post, textOf } from './conformance/stand-in.ts';

/** The connector and the stand-in, over HTTP: what the one says of the contract is what the other does. */

let sandbox: Sandbox;
let origin = '';
let base = '';
let abort: AbortController;
let logged: string[];

beforeEach(async () => {
  sandbox = createSandbox({ beckon: { issuer: ISSUER } });
  origin = await sandbox.listen(0);
  base = `${origin}/didit`;
  abort = new AbortController();
  logged = [];
});
afterEach(async () => {
  abort.abort();
  await sandbox.close();
});

const start = upstreamStart();

function open(options: Partial<DiditOptions> = {}): Promise<UpstreamCapability> {
  const config = didit({
    clientId: 'sandbox-didit',
    clientSecret: 'sandbox-didit-secret',
    baseUrl: base,
    issuer: base,
    jwksUri: `${base}/jwks.json`,
    pollWithoutPushMilliseconds: 50,
    ...options,
  });
  return openUpstream(config, { issuer: ISSUER, log: (detail) => logged.push(detail) });
}

const misbehave = (faults: unknown): Promise<unknown> => post(`${base}/sandbox`, faults);
const scan = async (started: UpstreamStarted, person = 'alma'): Promise<string> =>
  (await post(`${origin}/phone/scan`, { text: textOf(started), person }))['handle'] as string;
const approve = (handle: string): Promise<unknown> => post(`${origin}/phone/approve`, { handle });
const follow = (upstream: UpstreamCapability, started: UpstreamStarted): AsyncIterator<UpstreamStatus, void> =>
  told(upstream, started, start)[Symbol.asyncIterator]();
/** What people see of it: what is kept is for the next follower. */
async function* told(
  upstream: UpstreamCapability,
  { providerState }: UpstreamStarted,
  request: UpstreamStart,
): AsyncGenerator<UpstreamStatus, void> {
  for await (const status of upstream.follow(providerState, request, abort.signal))
    if (status.status !== 'provider_state') yield status;
}
/** The next status; fails the test when there is none. */
async function next(statuses: AsyncIterator<UpstreamStatus, void>): Promise<UpstreamStatus> {
  const result = await statuses.next();
  if (result.done === true) throw new Error('it ended without a status');
  return result.value;
}
/** Everything up to who came. */
async function signIn(upstream: UpstreamCapability, request: UpstreamStart = start): Promise<UpstreamStatus> {
  const started = await upstream.start(request);
  await approve(await scan(started));
  for await (const status of told(upstream, started, request)) if (status.status !== 'retrieved') return status;
  throw new Error('it ended without a status');
}

describe('a sign-in', () => {
  it('shows the session URL, hears of the scan and the approval by socket, and learns who came', async () => {
    // With this interval only the socket can be what tells.
    const upstream = await open({ pollMilliseconds: 60_000, pollWithoutPushMilliseconds: 60_000 });
    const started = await upstream.start(start);
    expect(started.qr?.texts).toEqual([expect.stringMatching(/\/didit\/app\/authorize\/[a-z2-7]{26}$/)]);
    expect(started).toMatchObject({ link: null, expires_at: null });
    const statuses = follow(upstream, started);
    const [handle, first] = await Promise.all([socketUp().then(() => scan(started)), next(statuses)]);
    expect(first).toEqual({ status: 'retrieved' });
    const [, second] = await Promise.all([approve(handle), next(statuses)]);
    expect(second).toEqual({
      status: 'confirmed',
      tokens: {
        access_token: expect.any(String) as string,
        token_type: 'Bearer',
        refresh_token: null,
        expires_at: expect.any(Number) as number,
        scope: expect.stringContaining('email') as string,
        id_token: expect.any(String) as string,
      },
      identity: {
        subject: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        claims: {
          name: 'Alma Exempel',
          given_name: 'Alma',
          family_name: 'Exempel',
          email: 'alma@example.com',
          email_verified: true,
          birthdate: '1990-04-17',
          didit: {
            names: { first_name: 'Alma', family_name: 'Exempel', full_name: 'Alma Exempel', is_verified: true },
            email: { email: 'alma@example.com', is_verified: true, is_primary: true },
            birthdate: { birthdate: '1990-04-17', is_verified: true },
          },
        },
        acr: null,
        amr: [],
        auth_time: expect.any(Number) as number,
      },
    });
    expect((await statuses.next()).done).toBe(true);
  });

  it('links to the same URL on one device', async () => {
    const upstream = await open();
    const started = await upstream.start({ ...start, mode: 'same_device' });
    expect(started.qr).toBeNull();
    expect(started.link).toMatch(/\/didit\/app\/authorize\//);
    await approve(await scan(started, 'ben'));
    const statuses = follow(upstream, started);
    expect(await next(statuses)).toMatchObject({ status: 'confirmed', identity: { claims: { name: 'Ben Sample' } } });
  });

  it.each<[string, Partial<DiditOptions>]>([
    ['without a socket', { notificationsEndpoint: null }],
    ['with a socket that is refused', { notificationsEndpoint: 'ws://127.0.0.1:9/' }],
    ['with PKCE', { pkce: true }],
    ['with introspection', { introspectionEndpoint: `BASE/auth/v2/introspect` }],
    ['without userinfo', { userinfoEndpoint: null }],
    ['with keys that the operator did not name', { jwksUri: null }],
  ])('goes on %s', async (_name, { introspectionEndpoint, ...options }) => {
    const introspection = introspectionEndpoint?.replace('BASE', base);
    const upstream = await open({
      ...options,
      ...(introspection === undefined ? {} : { introspectionEndpoint: introspection }),
    });
    expect(await signIn(upstream)).toMatchObject({ status: 'confirmed' });
  });

  it('takes the mail address from introspection where there is no other', async () => {
    const upstream = await open({ userinfoEndpoint: null, introspectionEndpoint: `${base}/auth/v2/introspect` });
    expect(await signIn(upstream)).toMatchObject({ identity: { claims: { email: 'alma@example.com' } } });
  });

  it.each(['redirect_uri', 'code', 'redirect'])('takes a code that comes as %s', async (confirmed_by) => {
    await misbehave({ confirmed_by });
    expect(await signIn(await open())).toMatchObject({ status: 'confirmed' });
  });

  it('asks for what the relying party asked for, by an operator’s table where there is one', async () => {
    const upstream = await open({ scopes: { profile: ['names'], shop: ['is_over_18'] } });
    const request = { ...start, request: { ...start.request, scope: ['openid', 'profile', 'email', 'shop'] } };
    expect(await signIn(upstream, request)).toMatchObject({
      identity: { claims: { name: 'Alma Exempel', didit: { names: expect.anything() as unknown, is_over_18: true } } },
    });
  });

  it('uses an operator’s mapping', async () => {
    const upstream = await open({
      mapClaims: (raw) => ({ nickname: `has names: ${Object.keys(raw).includes('names')}` }),
    });
    expect(await signIn(upstream)).toMatchObject({ identity: { claims: { nickname: 'has names: true' } } });
  });

  it('is taken up by another node where it stands', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    const handle = await scan(started);
    const died = new AbortController();
    const first = upstream.follow(started.providerState, start, died.signal)[Symbol.asyncIterator]();
    expect(await next(first)).toEqual({ status: 'retrieved' });
    died.abort();
    expect((await first.next()).done).toBe(true);
    await approve(handle);
    const other = await open();
    expect(await next(follow(other, started))).toMatchObject({ status: 'confirmed' });
  });

  it('is told apart from others: the same person has the same subject, another has not', async () => {
    const upstream = await open();
    const subjects = [];
    for (const person of ['alma', 'alma', 'ben']) {
      const started = await upstream.start(start);
      await approve(await scan(started, person));
      const status = await next(follow(upstream, started));
      subjects.push(status.status === 'confirmed' ? status.identity.subject : null);
    }
    expect(subjects[0]).toBe(subjects[1]);
    expect(subjects[0]).not.toBe(subjects[2]);
  });
});

describe('an end', () => {
  it('is told when the person declines', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    await post(`${origin}/phone/decline`, { handle: await scan(started) });
    const statuses = follow(upstream, started);
    expect(await next(statuses)).toEqual({ status: 'declined' });
    expect((await statuses.next()).done).toBe(true);
  });

  it('is told when Didit cancels, whatever the case of its word', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    await misbehave({ end: { status: 'Cancelled' } });
    expect(await next(follow(upstream, started))).toEqual({ status: 'declined' });
  });

  it('is told when time runs out after the scan', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    await scan(started);
    const statuses = follow(upstream, started);
    expect(await next(statuses)).toEqual({ status: 'retrieved' });
    await misbehave({ end: { status: 'expired' } });
    expect(await next(statuses)).toEqual({ status: 'expired' });
  });

  it('before the scan is none: a new session takes its place, and can be signed in with', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    const statuses = follow(upstream, started);
    await misbehave({ end: { status: 'expired' } });
    const status = await next(statuses);
    if (status.status !== 'restarted') throw new Error(status.status);
    expect(textOf(status.started)).not.toBe(textOf(started));
    await expect(scan(started)).rejects.toThrow('409');
    await approve(await scan(status.started));
    const seen = [await next(statuses), (await statuses.next()).value].map((each) => each?.status);
    expect(seen).toContain('confirmed');
  });

  it('of ours ends the listening at once', async () => {
    const upstream = await open({ pollWithoutPushMilliseconds: 60_000 });
    const statuses = follow(upstream, await upstream.start(start));
    const waiting = statuses.next();
    setImmediate(() => abort.abort());
    expect((await waiting).done).toBe(true);
  });

  it('of ours is told to Didit where a call for it is configured', async () => {
    const cancelEndpoint = `${base}/auth/v2/session/{session_id}/cancel/`;
    const upstream = await open({ cancelEndpoint });
    const started = await upstream.start(start);
    await upstream.cancel(started.providerState);
    await expect(scan(started)).rejects.toThrow('Cancelled');
    await expect(upstream.cancel(started.providerState), 'a second time').resolves.toBeUndefined();
  });

  it('of ours is nothing to Didit by default: it documents no such call', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    await upstream.cancel(started.providerState);
    await expect(scan(started)).resolves.toEqual(expect.any(String));
  });
});

describe('what goes wrong', () => {
  const failure = async (options: Partial<DiditOptions> = {}): Promise<unknown> =>
    signIn(await open(options)).then(
      (status) => status,
      (cause: unknown) => cause,
    );

  // With keys, the conformance suite proves the same.
  it.each<[string, unknown]>([
    ['another nonce', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: null } }],
    ['another audience', { claims: { aud: 'somebody-else' } }],
    ['another authorized party', { claims: { azp: 'somebody-else' } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['an exp that is over', { claims: { exp: 1_700_000_000 } }],
    ['no exp', { claims: { exp: null } }],
    ['an iat that is to come', { claims: { iat: 4_000_000_000, exp: 4_000_003_600 } }],
    ['an nbf that is to come', { claims: { nbf: 4_000_000_000 } }],
    ['no subject', { claims: { sub: null } }],
    ['an empty subject', { claims: { sub: '' } }],
    ['no signature', { signature: 'none' }],
    ['an HMAC under the public key', { signature: 'hmac' }],
  ])('an id_token with %s is refused without keys too', async (_name, id_token) => {
    await misbehave({ id_token });
    expect(await failure({ jwksUri: null })).toMatchObject({ code: 'callback_refused' });
  });

  it('an id_token about another person than userinfo is refused', async () => {
    await misbehave({ id_token: { claims: { sub: 'somebody-else' } } });
    expect(await failure()).toMatchObject({ name: 'ConnectorError' });
  });

  it('an access token that does not count is refused', async () => {
    await misbehave({ inactive: true });
    const introspectionEndpoint = `${base}/auth/v2/introspect`;
    expect(await failure({ introspectionEndpoint })).toMatchObject({ code: 'callback_refused' });
  });

  it('a confirmed status without a code names the option for it', async () => {
    await misbehave({ confirmed_by: 'nothing' });
    expect(await failure()).toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringContaining('fieldNames') as string,
    });
  });

  it('a wrong secret says so to the operator', async () => {
    const error = await failure({ clientSecret: 'wrong-secret' });
    expect(error).toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringContaining('clientSecret') as string,
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('wrong-secret');
  });

  it('a client that Didit does not know cannot start', async () => {
    const upstream = await open({ clientId: 'nobody' });
    await expect(upstream.start(start)).rejects.toMatchObject({ code: 'connector_unavailable' });
  });

  it('a limit at the start is passed on with its time', async () => {
    await misbehave({ rate_limit: 1 });
    const upstream = await open();
    await expect(upstream.start(start)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 1 });
  });

  it('a limit in between is waited for', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    await misbehave({ rate_limit: 1 });
    await scan(started);
    expect(await next(follow(upstream, started))).toEqual({ status: 'retrieved' });
  });

  it('an unknown status ends nothing while it may pass, and is told to the operator once', async () => {
    const upstream = await open({ pollMilliseconds: 50 });
    const started = await upstream.start(start);
    await scan(started);
    await misbehave({ status: { word: 'In Review', times: 2 } });
    expect(await next(follow(upstream, started))).toEqual({ status: 'retrieved' });
    expect(logged).toEqual([expect.stringContaining('Didit: status')]);
  });

  it('a session token that Didit does not know any more ends it', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    const providerState = { ...(started.providerState as object), session_token: 'another' };
    await expect(next(follow(upstream, { ...started, providerState }))).rejects.toMatchObject({
      code: 'callback_refused',
    });
  });

  it('a session that Didit does not know any more is replaced', async () => {
    const upstream = await open();
    const started = await upstream.start(start);
    const providerState = { ...(started.providerState as object), session_id: 'another' };
    expect(await next(follow(upstream, { ...started, providerState }))).toMatchObject({ status: 'restarted' });
  });
});

/** The stand-in says how many sockets listen. */
async function socketUp(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (Number((await post(`${base}/sandbox`, {}))['sockets']) > 0) return;
  }
  throw new Error('no socket came');
}
