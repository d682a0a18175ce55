import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, KRDPASS_CLIENT, type Sandbox } from '../../packages/sandbox/src/index.ts';
import type {
  Connector,
  RedirectOutcome,
  RedirectStart,
  UpstreamTokens,
} from '../../packages/session-server/src/connectors/connector.ts';
import { krdpass, type KrdPassOptions } from '../../packages/session-server/src/connectors/krdpass/index.ts';
import {
  beginAt,
  finishWith,
  openConnector,
  redirectStart,
} from '../../packages/session-server/src/test-support/connector-calls.ts';
import { browserAt, ISSUER, leftOf, press } from './conformance/stand-in.ts';

/** The connector and the stand-in, over HTTP: what the one says of the contract is what the other does. */

let clock = 0;
let sandbox: Sandbox;
let origin = '';
let base = '';

beforeEach(async () => {
  clock = Date.now();
  sandbox = createSandbox({ beckon: { issuer: ISSUER }, now: () => clock });
  origin = await sandbox.listen(0);
  base = `${origin}/krdpass`;
});
afterEach(() => sandbox.close());

const start = redirectStart(`${ISSUER}/callback/krdpass`, { scope: ['openid', 'profile', 'email', 'krdpass'] });

function open(options: Partial<KrdPassOptions> = {}): Promise<Connector> {
  const config = krdpass({ ...KRDPASS_CLIENT, casUrl: `${base}/cas`, appUrl: `${base}/app`, ...options });
  return openConnector(config, { issuer: ISSUER, now: () => clock });
}
const begin = (connector: Connector): Promise<string> => beginAt(connector, start);
/** Answers in the app's page; where the browser goes then. */
async function answer(link: string, decision: 'approve' | 'decline' = 'approve'): Promise<string> {
  const browser = browserAt(origin);
  const { html } = await browser.visit(link);
  expect(html).toContain('Sign in with KRDPASS?');
  await (decision === 'approve' ? press(browser, 'person', 'ben') : press(browser, 'decision', 'decline'));
  return leftOf(browser);
}
const finish = (
  connector: Connector,
  callback: string,
  changes: Partial<RedirectStart> = {},
): Promise<RedirectOutcome> => finishWith(connector, { ...start, ...changes }, callback);

async function signIn(options: Partial<KrdPassOptions> = {}) {
  const connector = await open(options);
  const outcome = await finish(connector, await answer(await begin(connector)));
  if (outcome.type !== 'identity' || outcome.tokens === null) throw new Error('no person came');
  return { connector, identity: outcome.identity, tokens: outcome.tokens };
}

describe('signing in', () => {
  it('by an app link that carries a pushed request and no secret', async () => {
    const url = new URL(await begin(await open()));
    expect(`${url.origin}${url.pathname}`).toBe(`${base}/app/connect/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: KRDPASS_CLIENT.clientId,
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/),
      redirect_uri: start.callback_uri,
      state: start.state,
    });
  });

  it('tells who came: a citizen', async () => {
    const { identity } = await signIn();
    expect(identity).toMatchObject({
      subject: expect.stringMatching(/^[0-9a-f]{32}$/),
      auth_time: Math.floor(clock / 1000),
      claims: {
        given_name: 'Ben',
        middle_name: 'Tom Jack',
        family_name: 'Sample',
        name: 'Ben Sample',
        birthdate: '1978-11-02',
        gender: 'male',
        picture: expect.stringMatching(/^https:/),
        krdpass: {
          upn: expect.stringMatching(/^\d{13}$/),
          upns: [expect.stringMatching(/^\d{13}$/)],
          did: expect.any(String),
          citizen_second: 'Tom',
          sex_at_birth: 'male',
        },
      },
    });
  });

  it('tells no more than its scopes', async () => {
    const { identity } = await signIn({ scope: ['openid'] });
    expect(Object.keys(identity.claims)).toEqual(['krdpass']);
    expect(Object.keys(identity.claims['krdpass'] as object).toSorted()).toEqual(['did', 'upn', 'upns']);
  });

  it('gives a refresh token that was not asked for', async () => {
    expect((await signIn({ scope: ['openid'] })).tokens.refresh_token).toEqual(expect.any(String));
  });

  it('is declined in the app', async () => {
    const connector = await open();
    const callback = await answer(await begin(connector), 'decline');
    expect(new URL(callback).searchParams.get('error')).toBe('access_denied');
    expect(await finish(connector, callback)).toEqual({ type: 'declined', message: null });
  });
});

describe('a request', () => {
  it('lives 5 min', async () => {
    const connector = await open();
    const link = await begin(connector);
    clock += 300_000;
    const response = await fetch(link, { redirect: 'manual' });
    const callback = new URL(response.headers.get('location') ?? '');
    expect(callback.searchParams.get('error')).toBe('invalid_request_uri');
    await expect(finish(connector, callback.href)).rejects.toMatchObject({ code: 'connector_unavailable' });
  });

  it('is answered once', async () => {
    const link = await begin(await open());
    await answer(link);
    const again = await fetch(link, { redirect: 'manual' });
    expect(new URL(again.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request_uri');
  });

  it('may not be changed on its way', async () => {
    const link = await begin(await open());
    const changed = link.replace(start.state, 't'.repeat(43));
    expect((await fetch(changed)).status).toBe(400);
    expect((await fetch(link.replace('callback%2Fkrdpass', 'callback%2Fother'))).status).toBe(400);
    expect((await fetch(link.replace('id.example.com', 'evil.example'))).status).toBe(400);
  });

  it.each<[string, Partial<KrdPassOptions>, string]>([
    ['a wrong secret', { clientSecret: 'wrong' }, 'invalid_client'],
    ['another client', { clientId: 'stranger' }, 'invalid_client'],
    ['another audience', { issuer: 'https://account.id.krd' }, 'invalid_request_object'],
  ])('is refused for %s', async (_what, options, error) => {
    await expect(begin(await open(options))).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringContaining(error),
    });
  });

  it('is refused with another key', async () => {
    const { privateKey } = (await import('node:crypto')).generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    await expect(begin(await open({ privateKey: pem }))).rejects.toMatchObject({
      detail: expect.stringContaining('invalid_request_object'),
    });
  });
});

describe('a code', () => {
  it('is good once', async () => {
    const connector = await open();
    const callback = await answer(await begin(connector));
    await finish(connector, callback);
    await expect(finish(connector, callback)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it.each<[string, Partial<RedirectStart>]>([
    ['verifier', { code_verifier: 'w'.repeat(43) }],
    ['redirect URI', { callback_uri: `${ISSUER}/callback/other` }],
    ['nonce', { nonce: 'm'.repeat(43) }],
    ['state', { state: 't'.repeat(43) }],
  ])('is refused with another %s', async (_what, changes) => {
    const connector = await open();
    const callback = await answer(await begin(connector));
    await expect(finish(connector, callback, changes)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('of another issuer is refused before it is shown to anybody', async () => {
    const connector = await open();
    const callback = new URL(await answer(await begin(connector)));
    callback.searchParams.set('iss', 'https://account.id.krd');
    await expect(finish(connector, callback.href)).rejects.toMatchObject({ code: 'callback_refused' });
  });
});

describe('the app on the phone', () => {
  const phone = async (action: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${origin}/phone/${action}`, init);
    return (await response.json()) as Record<string, string>;
  };

  it('is opened by the link, approves as the person who carries it, and leads back', async () => {
    const connector = await open();
    const { handle, consent } = await phone('scan', { text: await begin(connector), person: 'dana' });
    expect(consent).toMatchObject({ client: { origin: ISSUER }, verification: null });
    const { status, location = '' } = await phone('approve', { handle });
    expect(status).toBe('confirmed');
    expect(await finish(connector, location)).toMatchObject({
      identity: { claims: { given_name: 'دانة', middle_name: 'سعيد ناصر' } },
    });
    expect(await phone('approve', { handle })).toMatchObject({ error: 'handle_not_found' });
  });

  it('declines', async () => {
    const connector = await open();
    const { handle } = await phone('scan', { text: await begin(connector) });
    const { status, location = '' } = await phone('decline', { handle });
    expect(status).toBe('declined');
    expect(await finish(connector, location)).toEqual({ type: 'declined', message: null });
  });

  it('does not open what was changed, or is over', async () => {
    const link = await begin(await open());
    expect(await phone('scan', { text: link.replace(start.state, 't'.repeat(43)) })).toMatchObject({
      error: 'unrecognised_code',
    });
    clock += 300_000;
    expect(await phone('scan', { text: link })).toMatchObject({ error: 'handle_not_found' });
  });
});

describe('tokens', () => {
  const userinfo = async ({ access_token }: UpstreamTokens): Promise<number> =>
    (await fetch(`${base}/cas/connect/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })).status;

  it('are renewed, and the refresh token rotates', async () => {
    const { connector, tokens } = await signIn();
    clock += 3_600_000;
    expect(await userinfo(tokens)).toBe(401);
    const renewed = await connector.tokens?.refresh(tokens);
    if (renewed === undefined) throw new Error('it cannot renew');
    expect(await userinfo(renewed)).toBe(200);
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    expect(renewed.expires_at).toBe(clock + 3_600_000);
    expect(subjectOf(renewed.id_token)).toBe(subjectOf(tokens.id_token));
    await expect(connector.tokens?.refresh(tokens)).rejects.toMatchObject({ code: 'token_refused' });
  });

  it('without a refresh token are not renewed', async () => {
    const { connector, tokens: both } = await signIn();
    const tokens = { ...both, refresh_token: null };
    await expect(connector.tokens?.refresh(tokens)).rejects.toMatchObject({ code: 'token_refused' });
  });

  it('are revoked, both', async () => {
    const { connector, tokens } = await signIn();
    await connector.tokens?.revoke?.(tokens);
    expect(await userinfo(tokens)).toBe(401);
    await expect(connector.tokens?.refresh(tokens)).rejects.toMatchObject({ code: 'token_refused' });
    await connector.tokens?.revoke?.(tokens);
  });
});

function subjectOf(idToken: string | null): unknown {
  const [, payload = ''] = (idToken ?? '').split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: unknown }).sub;
}
