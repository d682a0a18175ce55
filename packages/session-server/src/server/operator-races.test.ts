import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeJwt } from 'jose';
import { type BeckonConfig } from '../config/index.ts';
import { type OperatorActs } from '../operator/index.ts';
import { type Harness, SHOP_SECRET, VERIFIER, exampleConfig, scanOf } from '../test-support/harness.ts';
import { shownText } from '../test-support/shown-text.ts';
import { startTwoServers, type TwoServers } from '../test-support/two-servers.ts';
import { slowStore } from '../testing/slow-store.ts';

/**
 * Two servers on one file, and an operator who acts beside them, on a store of their own. Each answers late, so that calls
 * get in between. `pnpm test:long` makes 30 rounds of each race.
 */
const ROUNDS = process.env['BECKON_LONG'] === '1' ? 30 : 5;
const SCOPE = 'openid email offline_access';
const BY = { name: 'ops', via: 'command' } as const;
vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
let servers: readonly [string, string];
let operator: OperatorActs;
let world: TwoServers;
beforeAll(async () => {
  const shop = { ...exampleConfig().clients[0]!, scope: SCOPE };
  const clients: BeckonConfig['clients'] = [{ ...shop, cross_device: { verification: 'none', scope: SCOPE } }];
  world = await startTwoServers({ clients }, slowStore);
  ({ harness, servers, operator } = world);
});
afterAll(async () => {
  vi.resetConfig();
  await world.close();
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}
const OWN = { client_id: 'shop', client_secret: SHOP_SECRET };

async function post(server: string, path: string, members: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(server + path, { method: 'POST', body: new URLSearchParams({ ...OWN, ...members }) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const redeem = (server: string, code: string): Promise<Answer> =>
  post(server, '/oauth/token', { grant_type: 'authorization_code', code, code_verifier: VERIFIER });
const refresh = (server: string, refresh_token: string): Promise<Answer> =>
  post(server, '/oauth/token', { grant_type: 'refresh_token', refresh_token });

/** What each server says of a token. */
async function areActive(token: string): Promise<readonly unknown[]> {
  const answers = servers.map((server) => post(server, '/oauth/introspect', { token }));
  return (await Promise.all(answers)).map(({ body }) => body['active']);
}

interface Waiting {
  readonly session_id: string;
  readonly session_secret: string;
  /** The phone approves. */
  readonly approve: (server: string) => Promise<number>;
}

/** A sign-in that a phone has scanned, at the second server. */
async function scanned(): Promise<Waiting> {
  const session = await harness.session({ scope: SCOPE });
  const { id, step, mac } = scanOf(shownText(session.qr));
  const phone = { authorization: `Bearer ${await harness.wallet.token()}`, 'content-type': 'application/json' };
  const answer = await fetch(`${servers[1]}/session/${id}/information?step=${step}&mac=${mac}`, { headers: phone });
  const { retrieval_token } = (await answer.json()) as Answer['body'];
  const body = JSON.stringify({ decision: 'approve', accepted_scopes: SCOPE.split(' '), retrieval_token });
  return {
    session_id: session.session_id,
    session_secret: session.session_secret,
    approve: async (server) =>
      (await fetch(`${server}/session/${id}/update`, { method: 'POST', headers: phone, body })).status,
  };
}

/** The code that the browser has; null where the sign-in ended. */
async function codeOf({ session_id, session_secret }: Waiting): Promise<string | null> {
  const headers = { authorization: `Bearer ${session_secret}` };
  const seen = await fetch(`${servers[0]}/session/${session_id}/status`, { headers });
  const { redirect_to } = (await seen.json()) as { readonly redirect_to: string | null };
  return redirect_to === null ? null : new URL(redirect_to).searchParams.get('code');
}

async function confirmed(): Promise<{ readonly session_id: string; readonly code: string }> {
  const waiting = await scanned();
  expect(await waiting.approve(servers[0])).toBe(200);
  const code = await codeOf(waiting);
  return { session_id: waiting.session_id, code: code ?? '' };
}
async function signIn(): Promise<Answer['body']> {
  const { status, body } = await redeem(servers[0], (await confirmed()).code);
  expect(status).toBe(200);
  return body;
}
const subOf = (tokens: Answer['body']): string => String(decodeJwt(tokens['id_token'] ?? '').sub);

/** What of it still counts at one of the servers. */
async function aliveOf({ access_token = '', refresh_token = '' }: Answer['body']): Promise<readonly string[]> {
  const alive: string[] = [];
  for (const token of [access_token, refresh_token])
    if ((await areActive(token)).includes(true)) alive.push(token.slice(0, 2));
  if ((await refresh(servers[1], refresh_token)).status === 200) alive.push('its family');
  return alive;
}
/** The same of a code. */
async function aliveOfCode(code: string | null): Promise<readonly string[]> {
  const answer = code === null ? null : await redeem(servers[1], code);
  return answer?.status === 200 ? aliveOf(answer.body) : [];
}

describe('an operator beside two servers on one file', () => {
  it('FT-F47: ends a person: both servers say so of every token within a second', async () => {
    const tokens = [await signIn(), await signIn()];
    const open = await confirmed();
    expect(await areActive(tokens[0]?.['access_token'] ?? '')).toEqual([true, true]);
    const begun = performance.now();
    await operator.persons.revoke(BY, { sub: subOf(tokens[0] ?? {}) });
    expect(await areActive(tokens[0]?.['access_token'] ?? '')).toEqual([false, false]);
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(await Promise.all(tokens.map(aliveOf))).toEqual([[], []]);
    expect((await redeem(servers[1], open.code)).status).toBe(400);
    harness.clock.advance(1);
  });

  it(`FT-F48: ${ROUNDS} rounds: nothing survives an end that comes with a redemption`, async () => {
    const sub = subOf(await signIn());
    for (let round = 0; round < ROUNDS; round += 1) {
      const { session_id, code } = await confirmed();
      const end = [
        () => operator.sessions.revoke(BY, session_id),
        () => operator.persons.revoke(BY, { sub }),
        () => operator.grants.revokeClient(BY, 'shop'),
        () => operator.persons.erase(BY, { sub }),
      ][round % 4];
      const [answer] = await Promise.all([redeem(servers[round % 2]!, code), end?.()]);
      expect(answer.status === 200 ? await aliveOf(answer.body) : await aliveOfCode(code)).toEqual([]);
      harness.clock.advance(1);
    }
  });

  it(`FT-F48: ${ROUNDS} rounds: nothing survives an end that comes with refreshes`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const tokens = await signIn();
      const end = [
        () => operator.sessions.revoke(BY, String(decodeJwt(tokens['id_token'] ?? '')['sid'])),
        () => operator.persons.revoke(BY, { sub: subOf(tokens) }),
        () => operator.grants.revokeClient(BY, 'shop'),
        () => operator.persons.erase(BY, { sub: subOf(tokens) }),
      ][round % 4];
      const calls = Array.from({ length: 6 }, (_, n) => refresh(servers[n % 2]!, tokens['refresh_token'] ?? ''));
      const [answers] = await Promise.all([Promise.all(calls), end?.()]);
      const given = answers.flatMap(({ status, body }) => (status === 200 ? [body] : []));
      expect((await Promise.all([tokens, ...given].map(aliveOf))).flat()).toEqual([]);
      harness.clock.advance(1);
    }
  });

  it(`FT-F48: ${ROUNDS} rounds: nothing survives an end that comes with a confirmation`, async () => {
    const sub = subOf(await signIn());
    for (let round = 0; round < ROUNDS; round += 1) {
      const waiting = await scanned();
      const end = [
        () => operator.sessions.revoke(BY, waiting.session_id),
        () => operator.persons.revoke(BY, { sub }),
        () => operator.grants.revokeClient(BY, 'shop'),
      ][round % 3];
      await Promise.all([waiting.approve(servers[round % 2]!), end?.()]);
      // The clock stands still: what was confirmed was confirmed by the time of the end.
      const code = await codeOf(waiting);
      expect(await aliveOfCode(code)).toEqual([]);
      harness.clock.advance(1);
    }
  });
});
