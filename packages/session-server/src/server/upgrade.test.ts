import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Snapshot } from '@beckon/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../config/index.ts';
import { composeServer } from './compose.ts';
import type { SessionServer } from './session-server.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { WIDGET } from '../test-support/harness.ts';
import {
  RELEASE_ISSUER,
  RELEASE_ORIGIN,
  RELEASE_REQUEST,
  RELEASE_VERIFIER,
  provider,
  releaseConfig,
  releaseWalletToken,
  startReleaseWallet,
} from '../test-support/release-world.ts';
import { shownText } from '../test-support/shown-text.ts';

/** A store that an earlier release wrote, with a sign-in under way in each status. `scripts/write-release-store.ts` made it. */
const RELEASES = join(import.meta.dirname, '../store/releases');
/** The operator's upgrade takes this long, in ms. */
const UPGRADE_MS = 3_000;

const WELL = { watched: 'confirmed', state: 'the-state', redeemed: 200, end: 'completed' };

interface Handle {
  readonly session_id: string;
  readonly session_secret: string;
}
interface Fixture {
  /** Ms since the epoch: when it was written. */
  readonly now: number;
  readonly unchosen: Handle;
  readonly initialized: Handle & { readonly text: string };
  readonly retrieved: Handle & { readonly retrieval_token: string };
  readonly confirmed: Handle;
  readonly minted: Handle & { readonly code: string };
  readonly completed: Handle & { readonly code: string; readonly access_token: string };
  readonly at_provider: Handle & { readonly cookie: string; readonly state: string };
  readonly followed: Handle;
  readonly cancelled: Handle;
}

const { secret: OLD } = releaseConfig('') as { readonly secret: string };
const NEW = randomBytes(32).toString('base64url');

/** With which secrets the server was started before, one start after another, and with which it serves. */
const STARTS: readonly (readonly [string, ...(readonly string[])[]])[] = [
  ['', [OLD]],
  [', and FT-C5i: after its secret was rotated', [OLD], [NEW, OLD]],
  [', and FT-C5i: after the rotation was rolled back', [OLD], [NEW, OLD], [OLD, NEW]],
  [', and FT-C5i: after it was rotated again', [OLD], [NEW, OLD], [OLD, NEW], [NEW, OLD]],
];

/** The ids of the authorization requests in a store of 0.1: there they were the ends of their `request_uri`s. */
function requestsIn(file: string): readonly string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare("SELECT id FROM rows WHERE kind = 'request'").all();
  db.close();
  return rows.map(({ id }) => String(id));
}

describe.each(STARTS)('FT-C8c: a store of release 0.1%s', (_what, ...starts) => {
  const release = '0.1';
  const was = JSON.parse(readFileSync(join(RELEASES, `${release}.json`), 'utf8')) as Fixture;
  const clock = createFakeClock(was.now + UPGRADE_MS);
  let wallet: Awaited<ReturnType<typeof startReleaseWallet>>;
  let folder = '';
  let server: SessionServer;
  let url = '';

  beforeAll(async () => {
    wallet = await startReleaseWallet();
  });
  afterAll(() => wallet.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'beckon-'));
    const file = join(folder, 'store.db');
    copyFileSync(join(RELEASES, `${release}.db`), file);
    provider.confirms = true;
    for (const secret of starts) {
      await server?.close();
      server = await composeServer(resolveConfig({ ...releaseConfig(file), secret }), {
        widget: WIDGET,
        now: clock.now,
        logLevel: 'silent',
        // No other screen watches.
        collectWait_ms: 0,
      });
    }
    url = await server.listen(0);
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const post = (path: string, body: unknown, token: string): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const watch = async ({ session_id, session_secret }: Handle, query = ''): Promise<Snapshot> => {
    const headers = { authorization: `Bearer ${session_secret}` };
    const response = await fetch(`${url}/session/${session_id}/status${query}`, { headers });
    return (await response.json()) as Snapshot;
  };
  const redeem = (code: string): Promise<Response> =>
    fetch(`${url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'shop',
        client_secret: String(releaseConfig('').clients[0]?.client_secret),
        redirect_uri: RELEASE_REQUEST.redirect_uri,
        code,
        code_verifier: RELEASE_VERIFIER,
      }),
    });
  /** A sign-in that ends well: its browser collects a code, and the website redeems it. */
  const endOf = async (session: Handle): Promise<unknown> => {
    const { status, redirect_to } = await watch(session);
    const { searchParams } = new URL(redirect_to ?? 'about:blank');
    const redeemed = await redeem(searchParams.get('code') ?? '');
    return {
      watched: status,
      state: searchParams.get('state'),
      redeemed: redeemed.status,
      end: (await watch(session)).status,
    };
  };
  const approve = async (session: Handle, text: string): Promise<void> => {
    const [, step = '', mac = ''] = text.slice(text.lastIndexOf('/') + 1).split('.');
    const token = await releaseWalletToken(clock.now());
    const headers = { authorization: `Bearer ${token}` };
    const path = `/session/${session.session_id}`;
    const consent = await fetch(`${url}${path}/information?step=${step}&mac=${mac}`, { headers });
    const { retrieval_token } = (await consent.json()) as { retrieval_token: string };
    const decision = { decision: 'approve', accepted_scopes: ['openid', 'email'], retrieval_token };
    expect((await post(`${path}/update`, decision, token)).status).toBe(200);
  };

  /** The person chooses the wallet, scans the code and approves. */
  const choose = async (session: Handle, isOld: boolean): Promise<void> => {
    const path = `/session/${session.session_id}/connector`;
    const choice = await post(path, { connector: 'wallet', mode: 'qr' }, session.session_secret);
    const { qr } = (await choice.json()) as Snapshot;
    await approve(session, isOld ? oldText(qr) : shownText(qr));
  };

  it('a sign-in before its choice goes on', async () => {
    expect((await watch(was.unchosen)).status).toBe('initialized');
    await choose(was.unchosen, true);
    expect(await endOf(was.unchosen)).toEqual(WELL);
  });

  it('a code that was not scanned before is renewed after', async () => {
    const path = `/session/${was.initialized.session_id}/renew`;
    const renewed = (await (await post(path, {}, was.initialized.session_secret)).json()) as Handle;
    await choose(renewed, true);
    expect(await endOf(renewed)).toEqual(WELL);
  });

  it('a page of before, whose request is in its HTML, is loaded again', async () => {
    const began = await Promise.all(
      requestsIn(join(RELEASES, `${release}.db`)).map(async (id) => {
        const body = JSON.stringify({ client_id: 'shop', request_uri: `urn:ietf:params:oauth:request_uri:${id}` });
        const headers = { 'content-type': 'application/json', origin: RELEASE_ORIGIN };
        const response = await fetch(`${url}/session`, { method: 'POST', headers, body });
        return response.ok ? ((await response.json()) as Handle) : null;
      }),
    );
    const [session, ...others] = began.filter((each) => each !== null);
    expect(others.length, 'where no code was given out, the request is good').toBeGreaterThan(1);
    expect(began, 'where one was, it is not').toContain(null);
    if (session === undefined) throw new Error('no request was good');
    await choose(session, false);
    expect(await endOf(session)).toEqual(WELL);
  });

  it('a code that was on the screen before is scanned and approved after', async () => {
    await approve(was.initialized, was.initialized.text);
    expect(await endOf(was.initialized)).toEqual(WELL);
  });

  it('a sign-in that was scanned before is approved after', async () => {
    const { session_id, retrieval_token } = was.retrieved;
    const decision = { decision: 'approve', accepted_scopes: ['openid'], retrieval_token };
    const token = await releaseWalletToken(clock.now());
    expect((await post(`/session/${session_id}/update`, decision, token)).status).toBe(200);
    expect(await endOf(was.retrieved)).toEqual(WELL);
  });

  it('a sign-in that was approved before is collected after', async () => {
    expect(await endOf(was.confirmed)).toEqual(WELL);
  });

  it('a code that was given out before is redeemed after', async () => {
    expect((await redeem(was.minted.code)).status).toBe(200);
    expect((await watch(was.minted)).status).toBe('completed');
  });

  it('an access token of before is good, until its code is replayed', async () => {
    const userinfo = (): Promise<Response> =>
      fetch(`${url}/oauth/userinfo`, { headers: { authorization: `Bearer ${was.completed.access_token}` } });
    expect(await (await userinfo()).json()).toMatchObject({ email: 'ada@example.com' });
    expect((await redeem(was.completed.code)).status).toBe(400);
    expect((await userinfo()).status).toBe(401);
  });

  it('a phone that was at its provider before comes back after', async () => {
    const { cookie, state } = was.at_provider;
    const headers = { cookie };
    const asked = await fetch(`${url}/callback/redirects?state=${state}&code=1`, { headers, redirect: 'manual' });
    expect(await asked.text()).toContain('Finish signing in');
    const end = await fetch(`${url}/callback/redirects`, {
      method: 'POST',
      headers: { ...headers, origin: RELEASE_ISSUER },
      body: new URLSearchParams({ state, action: 'finish' }),
    });
    expect(end.status).toBe(200);
    expect(await endOf(was.at_provider)).toEqual(WELL);
  });

  it('a sign-in that its provider conducts is followed on', async () => {
    const { version } = await watch(was.followed);
    await watch(was.followed, `?after=${version}&wait=20`);
    expect(await endOf(was.followed)).toEqual(WELL);
  });

  it('an end stays an end', async () => {
    expect((await watch(was.cancelled)).status).toBe('cancelled');
  });
});

it('FT-C5g: dropping the old secret stops no server: signing keys and ledgers were sealed anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'beckon-'));
  const file = join(folder, 'store.db');
  copyFileSync(join(RELEASES, '0.1.db'), file);
  const was = JSON.parse(readFileSync(join(RELEASES, '0.1.json'), 'utf8')) as Fixture;
  const clock = createFakeClock(was.now + UPGRADE_MS);
  const start = async (
    ...secret: readonly string[]
  ): Promise<{ server: SessionServer; log: string[]; kids: string }> => {
    const log: string[] = [];
    const server = await composeServer(resolveConfig({ ...releaseConfig(file), secret }), {
      widget: WIDGET,
      now: clock.now,
      log: (line) => log.push(line),
    });
    const url = await server.listen(0);
    return { server, log, kids: await (await fetch(`${url}/.well-known/jwks.json`)).text() };
  };
  const before = await start(OLD);
  await before.server.close();

  const rotated = await start(NEW, OLD);
  await vi.waitFor(() => expect(rotated.log.join('')).toContain('an earlier secret is still needed'));
  await rotated.server.close();
  clock.advance(130 * 60_000);
  const later = await start(NEW, OLD);
  await vi.waitFor(() => expect(later.log.join('')).toContain('an earlier secret can be dropped'));
  await later.server.close();

  const { server, kids } = await start(NEW);
  expect(await server.ready()).toBe(true);
  expect(JSON.parse(kids), 'the same keys are published').toMatchObject({
    keys: [{ alg: 'RS256' }, { alg: 'ES256' }],
  });
  expect(kids).toBe(before.kids);
  await server.close();
  rmSync(folder, { recursive: true });
});

it('the log says once that a store was upgraded, and once that it is new', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'beckon-'));
  const file = join(folder, 'store.db');
  copyFileSync(join(RELEASES, '0.1.db'), file);
  const was = JSON.parse(readFileSync(join(RELEASES, '0.1.json'), 'utf8')) as Fixture;
  const { now } = createFakeClock(was.now + UPGRADE_MS);
  const saidOf = async (path: string): Promise<readonly object[]> => {
    const log: string[] = [];
    const server = await composeServer(resolveConfig(releaseConfig(path)), {
      widget: WIDGET,
      now,
      log: (line) => log.push(line),
    });
    await server.close();
    return log
      .map((line) => JSON.parse(line) as { readonly event: string })
      .filter(({ event }) => event.startsWith('the store '));
  };
  const upgraded = { level: 'info', event: 'the store was upgraded to a newer schema version', from: '1' };
  const made = { level: 'info', event: 'the store is new: signing keys were made', count: 2 };
  expect(await saidOf(file)).toEqual([expect.objectContaining(upgraded)]);
  expect(await saidOf(file)).toEqual([]);
  expect(await saidOf(join(folder, 'other.db'))).toEqual([expect.objectContaining(made)]);
  expect(await saidOf(join(folder, 'other.db'))).toEqual([]);
  rmSync(folder, { recursive: true });
});

/** What a page that has the script of that release shows: it reads no other form. */
function oldText(qr: unknown): string {
  return (qr as { readonly frames: readonly { readonly text: string }[] }).frames[0]?.text ?? '';
}
