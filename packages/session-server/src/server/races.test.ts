import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BeckonConfig } from '../config/index.ts';
import { resolveConfig } from '../config/index.ts';
import {
  type Harness,
  SHOP_SECRET,
  VERIFIER,
  WIDGET,
  exampleConfig,
  scanOf,
  startHarness,
} from '../test-support/harness.ts';
import { shownText } from '../test-support/shown-text.ts';
import { slowStore } from '../testing/slow-store.ts';
import { composeServer } from './compose.ts';
import type { SessionServer } from './session-server.ts';

/**
 * Two servers on one file, whose stores take 0 to 4 ms to answer, and calls that come to both at once. `pnpm test:long` makes 30
 * rounds of each race.
 */
const ROUNDS = process.env['BECKON_LONG'] === '1' ? 30 : 5;
const SCOPE = 'openid email offline_access';
vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
let other: SessionServer;
/** Where each listens. */
let servers: readonly [string, string];
beforeAll(async () => {
  const shop = {
    ...exampleConfig().clients[0]!,
    scope: SCOPE,
    post_logout_redirect_uris: ['https://shop.example/bye'],
  };
  const clients: BeckonConfig['clients'] = [{ ...shop, cross_device: { verification: 'none', scope: SCOPE } }];
  const { secret, subjectSecret } = exampleConfig();
  const changes = { secret, subjectSecret, clients, rateLimitFactor: 1_000 };
  harness = await startHarness(changes, { storeOver: slowStore });
  const config = { ...exampleConfig(harness.wallet.issuer), ...changes, store: `sqlite:${harness.file}` };
  other = await composeServer(resolveConfig(config), {
    widget: WIDGET,
    log: () => {},
    now: harness.clock.now,
    patience_ms: 0,
    collectWait_ms: 0,
    storeOver: slowStore,
  });
  servers = [harness.url, await other.listen(0)];
});
afterAll(async () => {
  vi.resetConfig();
  await other.close();
  await harness.close();
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

/** To the first server and to the other one in turns, all at once. */
function race<T>(count: number, call: (server: string, n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => call(servers[n % 2]!, n)));
}

const OWN = { client_id: 'shop', client_secret: SHOP_SECRET };
async function post(server: string, path: string, members: Readonly<Record<string, string>>): Promise<Answer> {
  const body = new URLSearchParams(members);
  const response = await fetch(server + path, { method: 'POST', body, redirect: 'manual' });
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const text = await response.text();
  return { status: response.status, body: isJson ? (JSON.parse(text) as Answer['body']) : {} };
}

const redeem = (server: string, code: string): Promise<Answer> =>
  post(server, '/oauth/token', { ...OWN, grant_type: 'authorization_code', code, code_verifier: VERIFIER });
const refresh = (server: string, refresh_token: string): Promise<Answer> =>
  post(server, '/oauth/token', { ...OWN, grant_type: 'refresh_token', refresh_token });

/** Whether both servers take the access token. */
async function counts(access_token: string): Promise<readonly boolean[]> {
  const headers = { authorization: `Bearer ${access_token}` };
  return race(2, async (server) => (await fetch(`${server}/oauth/userinfo`, { headers })).status === 200);
}

/** A code of a sign-in of which either server did a part. */
async function codeOf(): Promise<string> {
  const [one, two] = servers;
  const session = await harness.session({ scope: SCOPE });
  const { id, step, mac } = scanOf(shownText(session.qr));
  const phone = { authorization: `Bearer ${await harness.wallet.token()}`, 'content-type': 'application/json' };
  const scanned = await fetch(`${two}/session/${id}/information?step=${step}&mac=${mac}`, { headers: phone });
  const { retrieval_token } = (await scanned.json()) as Answer['body'];
  const decision = { decision: 'approve', accepted_scopes: SCOPE.split(' '), retrieval_token };
  const told = await fetch(`${one}/session/${id}/update`, {
    method: 'POST',
    headers: phone,
    body: JSON.stringify(decision),
  });
  expect(told.status).toBe(200);
  const browser = { authorization: `Bearer ${session.session_secret}` };
  const seen = await fetch(`${two}/session/${id}/status`, { headers: browser });
  const { redirect_to } = (await seen.json()) as { readonly redirect_to: string };
  return new URL(redirect_to).searchParams.get('code') ?? '';
}

async function signIn(): Promise<Answer['body']> {
  const { status, body } = await redeem(servers[0], await codeOf());
  expect(status).toBe(200);
  return body;
}

describe(`${ROUNDS} rounds at two servers on one file`, () => {
  it('FT-D18a: one code, 20 times at once: tokens come once, and end with the second use', async () => {
    let won = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const code = await codeOf();
      const answers = await race(20, (server) => redeem(server, code));
      const given = answers.filter(({ status }) => status === 200);
      expect(given.length, 'the winner’s own tokens may have ended before it had them').toBeLessThanOrEqual(1);
      won += given.length;
      expect(answers.filter(({ body }) => body['error'] === 'invalid_grant')).toHaveLength(20 - given.length);
      for (const { body } of given) {
        expect(await counts(body['access_token']!)).toEqual([false, false]);
        expect((await refresh(servers[1], body['refresh_token']!)).status).toBe(400);
      }
    }
    expect(won, 'else none ever has tokens').toBeGreaterThan(0);
  });

  it('FT-D18b: one refresh token, 20 times at once: it has one successor, and that one lives', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await signIn();
      const answers = await race(20, (server) => refresh(server, first['refresh_token']!));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      const successors = new Set(answers.map(({ body }) => body['refresh_token']));
      expect(successors.size).toBe(1);
      expect(await counts(answers[0]!.body['access_token']!)).toEqual([true, true]);
      const [newest = ''] = successors;
      expect((await refresh(servers[round % 2]!, newest)).status).toBe(200);
    }
  });

  it.each([
    [
      'a revocation',
      ({ refresh_token }: Answer['body']) => ['/oauth/revoke', { ...OWN, token: refresh_token! }] as const,
    ],
    ['a logout', ({ id_token }: Answer['body']) => ['/oauth/logout', { id_token_hint: id_token! }] as const],
  ])('FT-D18c: %s among refreshes leaves no token alive', async (_what, ending) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await signIn();
      const [path, members] = ending(first);
      const at = round % 12;
      const answers = await race(12, async (server, n) => {
        if (n !== at) return refresh(server, first['refresh_token']!);
        expect((await post(server, path, members)).status).toBe(200);
        return null;
      });
      expect(await counts(first['access_token']!)).toEqual([false, false]);
      for (const answer of answers) {
        if (answer?.status !== 200) continue;
        expect(await counts(answer.body['access_token']!)).toEqual([false, false]);
        expect((await refresh(servers[0], answer.body['refresh_token']!)).status).toBe(400);
      }
    }
  });

  it('FT-D18d: two rotations one after the other, at either server, leave one line of tokens', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await signIn();
      const second = await refresh(servers[0], first['refresh_token']!);
      const third = await refresh(servers[1], second.body['refresh_token']!);
      expect(third.status).toBe(200);
      // Two rotations ago: it was copied. Both servers hear of it at once.
      const again = await race(2, (server) => refresh(server, first['refresh_token']!));
      expect(again.map(({ status }) => status)).toEqual([400, 400]);
      expect(await counts(third.body['access_token']!)).toEqual([false, false]);
    }
  });
});
