import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Snapshot } from '@beckon/protocol';
import {
  type Harness,
  REQUEST,
  SHOP_ORIGIN,
  SHOP_SECRET,
  SPA_ORIGIN,
  VERIFIER,
  scanOf,
  startHarness,
} from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';

let harness: Harness;
let rival: DatabaseSync;
beforeEach(async () => {
  harness = await startHarness({ storeLimitMebibytes: 1 });
  rival = new DatabaseSync(harness.file, { timeout: 5_000 });
});
afterEach(async () => {
  rival.close();
  await harness.close();
});

/** As many sign-ins would fill it. */
function fill(): void {
  rival.exec('CREATE TABLE filler (bytes BLOB); INSERT INTO filler VALUES (randomblob(2097152));');
  harness.clock.advance(2_000);
}
const form = (members: Readonly<Record<string, string>>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers,
  body: new URLSearchParams(members),
});
const SPA = { ...REQUEST, client_id: 'spa', redirect_uri: `${SPA_ORIGIN}/cb`, scope: 'openid' };
const basic = { authorization: `Basic ${Buffer.from(`shop:${SHOP_SECRET}`).toString('base64')}` };

it('a full store begins nothing that anybody can ask for, and says when to come again', async () => {
  const open = await harness.session();
  fill();
  const asked = [
    await harness.post('/session', REQUEST, { origin: SHOP_ORIGIN }),
    await harness.post(`/session/${open.session_id}/renew`, {}, { authorization: `Bearer ${open.session_secret}` }),
    await fetch(`${harness.url}/authorize?${new URLSearchParams(REQUEST).toString()}`, {
      headers: { accept: 'application/json' },
    }),
    await fetch(`${harness.url}/oauth/par`, form(SPA)),
  ];
  for (const response of asked) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
    expect(await response.json()).toMatchObject({ error: 'server_error' });
  }
  expect((await fetch(`${harness.url}/oauth/par`, form(REQUEST, basic))).status, 'a client that shows its secret').toBe(
    201,
  );
  expect(harness.log.filter((line) => line.includes('the store is full'))).toHaveLength(1);

  rival.exec('DROP TABLE filler');
  harness.clock.advance(2_000);
  expect((await harness.post('/session', REQUEST, { origin: SHOP_ORIGIN })).status).toBe(201);
});

it('a sign-in that is under way ends well though the store is full', async () => {
  const session = await harness.session();
  fill();
  const token = await harness.wallet.token();
  const { id, step, mac } = scanOf(shownText(session.qr));
  const phone = { authorization: `Bearer ${token}` };
  const browser = { authorization: `Bearer ${session.session_secret}` };
  const information = await fetch(`${harness.url}/session/${id}/information?step=${step}&mac=${mac}`, {
    headers: phone,
  });
  const { retrieval_token } = (await information.json()) as { retrieval_token: string };
  const decision = { decision: 'approve', accepted_scopes: ['openid', 'email'], retrieval_token };
  expect((await harness.post(`/session/${id}/update`, decision, phone)).status).toBe(200);
  const status = await fetch(`${harness.url}/session/${id}/status`, { headers: browser });
  const { redirect_to } = (await status.json()) as Snapshot;
  const code = new URL(redirect_to ?? '').searchParams.get('code') ?? '';
  const redeemed = await fetch(
    `${harness.url}/oauth/token`,
    form(
      { grant_type: 'authorization_code', code, redirect_uri: `${SHOP_ORIGIN}/callback`, code_verifier: VERIFIER },
      basic,
    ),
  );
  expect(redeemed.status).toBe(200);
});
