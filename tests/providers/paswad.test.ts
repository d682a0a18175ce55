import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../packages/sandbox/src/index.ts';
import { createBrowser } from '../../packages/sandbox/src/phone/browser/index.ts';
import { PASWAD_CLIENT, PASWAD_WEBHOOK_SECRET } from '../../packages/sandbox/src/paswad/index.ts';
import type {
  Connector,
  ConnectorError,
  RedirectOutcome,
  UpstreamTokens,
} from '../../packages/session-server/src/connectors/connector.ts';
import { type PaswadOptions, paswad } from '../../packages/session-server/src/connectors/paswad/index.ts';
import {
  beginAt,
  finishWith,
  openConnector,
  redirectStart,
} from '../../packages/session-server/src/test-support/connector-calls.ts';
import { decideAt } from './conformance/stand-in.ts';

/** The connector and the stand-in, over HTTP: what the one says of the contract is what the other does. */

let clock = 0;
let beckon: Server;
let issuer = '';
let delivered: { headers: Record<string, string | undefined>; body: Uint8Array }[] = [];
let sandbox: Sandbox;
let base = '';

beforeEach(async () => {
  clock = Date.now();
  delivered = [];
  beckon = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      delivered.push({ headers: req.headers as Record<string, string>, body: Buffer.concat(parts) });
      res.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => beckon.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${String((beckon.address() as AddressInfo).port)}`;
  sandbox = createSandbox({ beckon: { issuer, shop: 'https://shop.example' }, now: () => clock });
  base = await sandbox.listen(0);
});
afterEach(async () => {
  await sandbox.close();
  beckon.closeAllConnections();
  await new Promise((resolve) => beckon.close(resolve));
});

function open(options: Partial<PaswadOptions> = {}): Promise<Connector> {
  const config = paswad({
    clientId: PASWAD_CLIENT.id,
    clientSecret: PASWAD_CLIENT.secret,
    webhookSecret: PASWAD_WEBHOOK_SECRET,
    issuer: `${base}/paswad/id`,
    apiUrl: `${base}/paswad/api`,
    ...options,
  });
  return openConnector(config, { issuer, now: () => clock });
}

/** Goes to Paswad's page and decides there. @returns the callback */
const answerAt = (location: string, decision: 'approve' | 'decline', person?: string): Promise<string> =>
  decideAt(base, location, decision, person);

async function signIn(connector: Connector, person = 'alma'): Promise<RedirectOutcome> {
  const start = redirectStart(`${issuer}/callback/paswad`);
  return finishWith(connector, start, await answerAt(await beginAt(connector, start), 'approve', person));
}

async function tokensOf(connector: Connector): Promise<UpstreamTokens> {
  const outcome = await signIn(connector);
  if (outcome.type !== 'identity' || outcome.tokens === null) throw new Error('no tokens');
  return outcome.tokens;
}

async function sandboxCall(path: string, body: unknown): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${base}/paswad/sandbox/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return response.status === 204 ? null : response.json();
}

describe('signing in', () => {
  it('yields the person: discovery is on another host than the issuer', async () => {
    expect(await signIn(await open())).toMatchObject({
      type: 'identity',
      identity: {
        subject: expect.stringMatching(/^usr_/) as string,
        claims: { name: 'Alma Exempel', email: 'alma@example.com', email_verified: true },
        acr: 'phr',
        amr: ['hwk', 'user'],
        auth_time: Math.floor(clock / 1000),
      },
      tokens: { access_token: expect.stringMatching(/^at_live_/) as string, expires_at: clock + 900_000 },
    });
  });

  it('asks for no more than the relying party may see', async () => {
    const connector = await open();
    const start = redirectStart(`${issuer}/callback/paswad`, {
      scope: ['openid', 'email'],
      login_hint: 'ben@example.com',
    });
    const query = new URL(await beginAt(connector, start)).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      scope: 'openid email',
      login_hint: 'ben@example.com',
      code_challenge_method: 'S256',
      nonce: start.nonce,
      state: start.state,
    });
    expect(query.get('code_challenge')).not.toBe(start.code_verifier);
  });

  it('a person who declines is declined', async () => {
    const connector = await open();
    const start = redirectStart(`${issuer}/callback/paswad`);
    const callback = await answerAt(await beginAt(connector, start), 'decline');
    expect(await finishWith(connector, start, callback)).toEqual({ type: 'declined', message: null });
  });

  it('a code is good once', async () => {
    const connector = await open();
    const start = redirectStart(`${issuer}/callback/paswad`);
    const callback = await answerAt(await beginAt(connector, start), 'approve');
    await finishWith(connector, start, callback);
    await expect(finishWith(connector, start, callback)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('another attempt’s code is refused: its verifier is not the one', async () => {
    const connector = await open();
    const mine = redirectStart(`${issuer}/callback/paswad`);
    const other = redirectStart(`${issuer}/callback/paswad`);
    const callback = new URL(await answerAt(await beginAt(connector, other), 'approve'));
    callback.searchParams.set('state', mine.state);
    await expect(finishWith(connector, mine, callback.href)).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('a wrong secret is told to the operator, without the secret', async () => {
    const connector = await open({ clientSecret: 'not-the-secret' });
    const failure = (await signIn(connector).catch((cause: unknown) => cause)) as ConnectorError;
    expect(failure).toMatchObject({ code: 'connector_unavailable' });
    expect(failure.detail).toMatch(/invalid_client.*request_id req_/);
    expect(failure.message + failure.detail).not.toContain('not-the-secret');
  });

  it('another configured issuer than the document names is a lie, or a mistake', async () => {
    const connector = await open({ issuer: `${base}/paswad` });
    await expect(beginAt(connector, redirectStart(`${issuer}/callback/paswad`))).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: 'Paswad: discovery: the document names another issuer than is configured',
    });
  });

  it('a changed key is found by its kid', async () => {
    const connector = await open();
    await signIn(connector);
    await sandboxCall('rotate-keys', { forget: true });
    clock += 6000;
    expect(await signIn(connector, 'ben')).toMatchObject({ type: 'identity' });
  });
});

describe('being asked to wait', () => {
  it('for longer than a person may wait: passes the time on, asks nothing meanwhile, and sends no browser there', async () => {
    const connector = await open();
    const start = redirectStart(`${issuer}/callback/paswad`);
    const callback = await answerAt(await beginAt(connector, start), 'approve');
    await sandboxCall('rate-limit', { requests: 1, retry_after: 9 });
    await expect(finishWith(connector, start, callback)).rejects.toMatchObject({
      code: 'rate_limited',
      retry_after_s: 9,
    });
    await expect(beginAt(connector, start)).rejects.toMatchObject({ code: 'rate_limited' });
    clock += 10_000;
    expect(await signIn(connector)).toMatchObject({ type: 'identity' });
  });
});

describe('tokens', () => {
  it('refresh rotates: the last refresh token is refused, and takes its successor with it', async () => {
    const connector = await open();
    const first = await tokensOf(connector);
    const second = await connector.tokens?.refresh(first);
    expect(second?.access_token).not.toBe(first.access_token);
    expect(second?.refresh_token).not.toBe(first.refresh_token);
    await expect(connector.tokens?.refresh(first)).rejects.toMatchObject({ code: 'token_refused' });
    await expect(connector.tokens?.refresh(second ?? first)).rejects.toMatchObject({ code: 'token_refused' });
  });

  it('a revoked sign-in is over', async () => {
    const connector = await open();
    const tokens = await tokensOf(connector);
    await connector.tokens?.revoke?.(tokens);
    await expect(connector.tokens?.refresh(tokens)).rejects.toMatchObject({ code: 'token_refused' });
    const userinfo = await fetch(`${base}/paswad/api/v1/oauth/userinfo`, {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    expect(userinfo.status).toBe(401);
  });

  it('logout leads over Paswad’s end of session and back, with the state', async () => {
    const connector = await open();
    const url = await connector.logout?.url({
      return_to: 'https://shop.example/bye',
      state: { cart: '7' },
      id_token_hint: null,
    });
    const browser = createBrowser({ now: () => clock, origins: [base] });
    expect((await browser.visit(url ?? '')).left).toBe('https://shop.example/bye?state=cart%3D7');
  });
});

describe('webhooks', () => {
  it.each(['hex', 'base64'])('consent.revoked, signed in %s, ends what was issued for the person', async (encoding) => {
    const connector = await open();
    const outcome = await signIn(connector);
    const { id } = (await sandboxCall('webhooks', { type: 'consent.revoked', person: 'alma', encoding })) as {
      id: string;
    };
    const [delivery] = delivered;
    expect(connector.webhooks?.read(delivery?.headers ?? {}, delivery?.body ?? Buffer.alloc(0))).toEqual({
      id,
      effect: {
        type: 'revoked',
        subject: outcome.type === 'identity' ? outcome.identity.subject : '',
        at: expect.any(Number) as number,
      },
    });
  });

  it.each(['user.signed_in', 'payment.signed', 'passport.updated', 'something.new'])(
    '%s is acknowledged',
    async (type) => {
      const connector = await open();
      await sandboxCall('webhooks', { type, person: 'alma' });
      const [delivery] = delivered;
      const event = connector.webhooks?.read(delivery?.headers ?? {}, delivery?.body ?? Buffer.alloc(0));
      expect(event?.effect).toEqual({ type: 'ignored' });
    },
  );

  it.each([null, '', '0'.repeat(64), 'garbage'])('the signature %j is refused', async (signature) => {
    const connector = await open();
    await sandboxCall('webhooks', { type: 'session.revoked', person: 'alma', signature });
    const [delivery] = delivered;
    expect(() => connector.webhooks?.read(delivery?.headers ?? {}, delivery?.body ?? Buffer.alloc(0))).toThrow(
      expect.objectContaining({ code: 'webhook_refused' }) as Error,
    );
  });
});
