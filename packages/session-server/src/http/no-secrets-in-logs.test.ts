import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Harness,
  REQUEST,
  SHOP_SECRET,
  SHOP_ORIGIN,
  VERIFIER,
  scanOf,
  startHarness,
} from '../test-support/harness.ts';
import { rawRequest, requestText } from '../test-support/raw-request.ts';
import type { Store } from '../store/store.ts';
import { answerTo } from './http-error.ts';
import { shownText } from '../test-support/shown-text.ts';

/** A whole sign-in, and much that goes wrong beside it, at the finest log level: then the lines are read for what must not be there. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({}, { logLevel: 'debug' });
});
afterAll(() => harness.close());

it('SEC-LOGS: no line has a secret, a code, a token, a QR text, a session or a person in it', async () => {
  const secrets: Record<string, string> = {
    verifier: VERIFIER,
    nonce: 'the-nonce',
    state: 'the-state',
    client_secret: SHOP_SECRET,
  };
  const note = (values: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(values)) if (typeof value === 'string') secrets[name] = value;
  };

  const { session, walletToken, consent, code } = await harness.signIn();
  const frame = shownText(session.qr);
  note({ session_id: session.session_id, session_secret: session.session_secret, walletToken, code });
  note({ retrieval_token: consent['retrieval_token'], frame, mac: scanOf(frame).mac });
  note({ name: 'Lovelace', email: 'ada@example', subject: '"ada"' });

  const posted = await harness.signIn({ response_mode: 'form_post' });
  const handle = new URL(posted.confirmed.redirect_to ?? '').pathname;
  const page = await (await fetch(harness.url + handle)).text();
  note({ handle: handle.split('/').at(-1), delivered: /name="code" value="([^"]+)"/.exec(page)?.[1] });

  const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/session/events`, 'beckon.v1', {
    origin: SHOP_ORIGIN,
  });
  await once(socket, 'open');
  socket.send(
    JSON.stringify({ type: 'subscribe', session_id: session.session_id, session_secret: session.session_secret }),
  );
  await once(socket, 'message');
  socket.send(`{"type":"subscribe","session_id":"${session.session_id}","session_secret":"wrong-secret-of-a-socket"}`);
  await once(socket, 'close');

  const body = new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: VERIFIER });
  const basic = Buffer.from(`shop:${SHOP_SECRET}`).toString('base64');
  const redeem = (): Promise<Response> =>
    fetch(`${harness.url}/oauth/token`, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body });
  const tokens = (await (await redeem()).json()) as Record<string, unknown>;
  note({ basic, access_token: tokens['access_token'], id_token: tokens['id_token'] });
  const userinfo = await fetch(`${harness.url}/oauth/userinfo`, {
    headers: { authorization: `Bearer ${String(tokens['access_token'])}` },
  });
  note((await userinfo.json()) as Record<string, unknown>);
  await redeem();

  const pushed = await fetch(`${harness.url}/oauth/par`, {
    method: 'POST',
    body: new URLSearchParams({ ...REQUEST, client_secret: SHOP_SECRET }),
  });
  note((await pushed.json()) as Record<string, unknown>);

  // What goes wrong is where logs grow talkative.
  note({ typed: 'hunter2-typed-by-a-person', hint: '19790101-hint' });
  const wrong = [
    { target: `/session/${session.session_id}/hunter2-typed-by-a-person` },
    { target: `/session/${session.session_id}/status?after=hunter2-typed-by-a-person` },
    { target: '/oauth/userinfo?access_token=hunter2-typed-by-a-person' },
    { target: `/q/${scanOf(frame).id}.0.${'A'.repeat(26)}` },
    {
      target: `/authorize?${new URLSearchParams({ ...REQUEST, login_hint: '19790101-hint', response_type: 'x' }).toString()}`,
    },
    {
      target: `/authorize?${new URLSearchParams({ ...REQUEST, claims: '{"id_token":{"hunter2-typed-by-a-person":1}}' }).toString()}`,
    },
    {
      target: `/authorize?${new URLSearchParams({ ...REQUEST, claims: '{"id_token":{"sub":{"value":"19790101-hint"}}}', id_token_hint: 'hunter2-typed-by-a-person' }).toString()}`,
    },
    {
      target: '/health',
      headers: [
        'X-Request-Id: hunter2-typed by-a-person',
        'Authorization: Bearer hunter2-typed-by-a-person',
        'Authorization: x',
      ],
    },
    {
      method: 'POST',
      target: '/session',
      headers: ['Content-Type: application/json'],
      body: '{"client_id":"hunter2-typed-by-a-person',
    },
    {
      method: 'POST',
      target: '/session',
      headers: ['Content-Type: application/json'],
      body: '{"hunter2-typed-by-a-person":1,"login_hint":"19790101-hint"}',
    },
    {
      method: 'POST',
      target: `/session/${session.session_id}/update`,
      headers: ['Content-Type: application/json', `Authorization: Bearer ${walletToken}`],
      body: '{"verification":"hunter2-typed-by-a-person"}',
    },
    {
      method: 'POST',
      target: '/oauth/token',
      headers: ['Content-Type: application/x-www-form-urlencoded'],
      body: 'client_id=shop&client_secret=hunter2-typed-by-a-person&%ff=1',
    },
  ];
  for (const request of wrong) await rawRequest(harness.port, requestText(request));
  // A wallet issuer that cannot be reached is the operator's to know of, the token is not.
  const fresh = await harness.session();
  await harness.wallet.close();
  const late = await harness.wallet.token({ claims: { email: 'hunter2-typed-by-a-person' } });
  const { id, step, mac } = scanOf(shownText(fresh.qr));
  await fetch(`${harness.url}/session/${id}/information?step=${step}&mac=${mac}`, {
    headers: { authorization: `Bearer ${late}` },
  });

  // The ends of sign-ins have lines as well.
  const strict = await harness.session({ client_id: 'strict' });
  note({ strict_id: strict.session_id, strict_secret: strict.session_secret });
  const screen = scanOf(shownText(strict.qr));
  const scanned = await fetch(`${harness.url}/session/${screen.id}/information?step=${screen.step}&mac=${screen.mac}`, {
    headers: { authorization: `Bearer ${walletToken}` },
  });
  await scanned.text();
  await harness.post(`/session/${strict.session_id}/cancel`, {}, { authorization: `Bearer ${strict.session_secret}` });

  const log = harness.log.join('');
  const found = Object.entries(secrets).filter(([, value]) => log.toLowerCase().includes(value.toLowerCase()));
  expect(found).toEqual([]);
  expect(secrets, 'else nothing was looked for').toMatchObject({
    access_token: expect.stringMatching(/^at_/) as string,
    id_token: expect.stringMatching(/^ey/) as string,
    sub: expect.any(String) as string,
    email: 'ada@example.com',
    request_uri: expect.any(String) as string,
  });
  const lines = harness.log.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ route }) => route)).toContain('/session/:id/status');
  expect(
    lines.map(({ outcome }) => outcome),
    'how sign-ins ended',
  ).toEqual(expect.arrayContaining(['completed', 'cancelled']));
  expect(
    lines.map(({ error }) => error),
    'what requests were refused with',
  ).toEqual(expect.arrayContaining(['invalid_grant', 'session_not_found']));
  const hashes = lines.map((line) => line['session']).filter((hash) => hash !== undefined);
  expect(hashes.length).toBeGreaterThan(10);
  for (const hash of hashes) expect(hash, 'a hash, and never an id').toMatch(/^[\w-]{12}$/);
  expect(
    harness.log.every((line) => line.indexOf('\n') === line.length - 1),
    'one event, one line',
  ).toBe(true);
});

it('what fails unforeseen is told to the operator by its place, to the caller by an id, and never by its text', async () => {
  let isBroken = false;
  const commit =
    (store: Store): Store['commit'] =>
    (writes) =>
      isBroken ? Promise.reject(new Error('no such table: hunter2')) : store.commit(writes);
  const broken = await startHarness({}, { storeOver: (store) => ({ ...store, commit: commit(store) }) });
  isBroken = true;
  const response = await broken.post('/session', REQUEST);
  const answer = (await response.json()) as Record<string, string>;
  await broken.close();
  expect(response.status).toBe(500);
  expect(answer).toEqual({
    error: 'server_error',
    error_description: expect.any(String) as string,
    request_id: response.headers.get('x-request-id'),
  });
  const line = broken.log.find((text) => text.includes('request failed')) ?? '';
  expect(line).toContain(answer['request_id']);
  expect(line, 'the operator must find the place').toMatch(/"stack":\["[^"]+:\d+:\d+/);
  for (const text of [line, JSON.stringify(answer)]) expect(text).not.toMatch(/no such table|hunter2/);
  expect(JSON.stringify(answerTo(new Error('hunter2'))), 'this message was not written for the log').not.toContain(
    'hunter2',
  );
});

it('a store that fails is told of by its place, and never by its text', async () => {
  const broken = await startHarness();
  const database = new DatabaseSync(broken.file);
  database.exec('ALTER TABLE rows RENAME TO hunter2');
  database.close();
  const response = await broken.post('/session', REQUEST);
  const answer = await response.text();
  await broken.close();
  expect(response.status).toBe(503);
  const lines = broken.log.filter((text) => text.includes('the store fails'));
  expect(lines[0], 'the operator must find the place').toMatch(/"stack":\["[^"]+:\d+:\d+/);
  for (const text of [...lines, answer]) expect(text).not.toMatch(/no such table|hunter2/);
});
