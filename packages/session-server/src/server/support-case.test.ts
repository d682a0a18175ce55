import { rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../commands/index.ts';
import type { ConnectorConfig } from '../connectors/connector.ts';
import { didit as connectDidit } from '../connectors/didit/index.ts';
import { createLimitedFetch } from '../outbound/index.ts';
import { newSecret } from '../secrets/index.ts';
import { REQUEST, SHOP_NAME, SHOP_ORIGIN, SHOP_SECRET, SPA_ORIGIN, VERIFIER } from '../test-support/harness.ts';
import { createCommandFolder, runCommand } from '../test-support/run-command.ts';
import { FakeBrowser, type RedirectWorld, startRedirectWorld, tokenIn } from '../test-support/redirect-world.ts';

/** A provider that takes what is sent to it and never answers. */
const silent = createServer(() => undefined);
beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});
/** Didit, at that provider, for which it waits 50 ms. */
function didit(): ConnectorConfig {
  const { port } = silent.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  const config = connectDidit({ clientId: 'us', clientSecret: 'secret', baseUrl, notificationsEndpoint: null });
  const fetch = createLimitedFetch({ limit: () => AbortSignal.timeout(50) });
  return { ...config, open: (context) => config.open({ ...context, fetch }) };
}

/** A person asks for help with the id that a page or a card showed; the operator asks the store and the log. */
let world: RedirectWorld;
let folder: string;
const secrets = { secret: newSecret(randomBytes), subjectSecret: newSecret(randomBytes) };

beforeEach(async () => {
  world = await startRedirectWorld(secrets, {}, [didit()]);
  folder = await createCommandFolder('story', {
    issuer: 'https://id.example.com',
    ...secrets,
    store: `sqlite:${world.harness.file}`,
    redirect_uri: `${SHOP_ORIGIN}/callback`,
  });
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

type Line = Readonly<Record<string, unknown>>;
const lines = (event: string): readonly Line[] =>
  world.harness.log.map((line) => JSON.parse(line) as Line).filter((line) => line['event'] === event);
const lineOf = (request_id: string): Line | undefined =>
  lines('request').find((line) => line['request_id'] === request_id);
/** Once the line of the last request is written, after its answer. */
const lineOfSoon = async (request_id: string): Promise<void> => {
  await expect.poll(() => lineOf(request_id)).toBeDefined();
};

/** Which of the lines the id is of. */
const MARK = '  <- this id';

/** What the command prints, in another process's place: beside the server that runs. */
async function explain(id: string): Promise<string> {
  const command = COMMANDS.find(({ name }) => name === 'explain');
  return (await runCommand(command, folder, [id])).join('\n');
}
/** The same, once it is stored: a refusal is remembered after its answer. */
async function explained(id: string, words: string): Promise<string> {
  await expect.poll(() => explain(id)).toContain(words);
  return explain(id);
}
const withoutMark = (text: string): string => text.replaceAll(MARK, '');
/** The ids in brackets, each once. */
const idsIn = (told: string): readonly string[] => [
  ...new Set([...told.matchAll(/\[([\w.-]+)\]/g)].map(([, id = '']) => id)),
];
const referenceIn = (page: { readonly text: string }): string => /<code>([\w.-]+)<\/code>/.exec(page.text)?.[1] ?? '';

describe('FT-C4e: from the id to the cause', () => {
  it('FT-C4e: a provider that breaks down: the page has an id, and the id tells the story', async () => {
    const begun = await world.begin();
    const phone = new FakeBrowser(world.harness);
    const back = await phone.open(await phone.scan(begun.path));
    world.harness.clock.advance(7_800);
    world.provider.down = true;
    const page = await phone.open(back.location);
    expect(page.text).toContain('That did not work');

    const told = await explained(referenceIn(page), 'answered 200');
    expect(told).toMatch(/^Sign-in [\w-]{12}: failed\n/);
    expect(told).toContain(`website       ${SHOP_NAME} (shop)`);
    expect(told).toContain('identity app  one, by a code that a phone scans');
    expect(told).toMatch(/\+0\.0 s {2}the page began the sign-in.*\[\w{26}\]/);
    expect(told).toMatch(/\+7\.8 s {2}failed \(http_status\)/);
    expect(told).toContain('Why: The call to the identity app failed: the HTTP status is not a success.');
    expect(told, 'what the log says of it').toMatch(/token answered 50\d/);
    expect(told).toContain('What to do: ');
    for (const text of [begun.session_id, begun.session_secret, 'Ada', 'ada@example', '127.0.0.1', 'upstream-'])
      expect(told).not.toContain(text);

    const [failed] = lines('sign-in ended');
    expect(failed).toMatchObject({ outcome: 'failed', reason: 'http_status', connector: 'one', mode: 'qr' });
    const hash = String(failed?.['session']);
    expect(told).toContain(`answered 200 (failed)  [${referenceIn(page)}]${MARK}`);
    expect(withoutMark(await explain(hash)), 'by the hash of the log').toBe(withoutMark(told));
    expect(withoutMark(await explain(begun.session_id)), 'by the id of the session').toBe(withoutMark(told));
    world.harness.clock.advance(2 * 3_600_000);
    await world.harness.server.ready();
    expect(withoutMark(await explain(hash)), 'when the session itself is gone').toBe(withoutMark(told));
  });

  it('FT-C4d: a wrong number says so on the page, when the page is opened again, in the log and in the story', async () => {
    const begun = await world.begin({ client_id: 'numbers' });
    const phone = new FakeBrowser(world.harness);
    const form = await phone.open(begun.path);
    const form_token = tokenIn(form);
    await phone.submit(begun.path, { form_token, action: 'continue' });
    const { verification } = await world.watch(begun);
    const shown = verification?.method === 'number' ? verification.number : null;
    const number = shown === '10' ? '11' : '10';
    const page = await phone.submit(begun.path, { form_token, action: 'number', number });
    expect(page.status).toBe(403);
    expect(page.text).toContain('The number did not match');
    const pages = [
      await phone.open(begun.path),
      await phone.submit(begun.path, { form_token, action: 'number', number }),
      await phone.submit(begun.path, { form_token, action: 'continue' }),
    ];
    for (const again of pages) {
      expect(again.text).toContain('The number did not match');
      expect(again.text).not.toContain('was used');
    }
    expect(lines('sign-in ended')).toMatchObject([
      { outcome: 'declined', reason: 'wrong_number', client_id: 'numbers' },
    ]);
    const reference = referenceIn(page);
    await lineOfSoon(reference);
    expect(lineOf(reference)).toMatchObject({ status: 403, error: 'verification_failed', reason: 'wrong_number' });
    expect(await explained(reference, 'wrong_number')).toContain('Why: The number that was typed on the phone');
  });

  it('each reason for which a phone is refused has a page of its own', async () => {
    const phone = new FakeBrowser(world.harness);
    const begun = await world.begin();
    const back = await phone.open(await phone.scan(begun.path));
    const other = await new FakeBrowser(world.harness).open(back.location);
    expect(other.text).toContain('begun in another browser');
    expect(other.text).not.toContain('did not match');
    const office = await world.begin({ client_id: 'office', headers: { 'x-forwarded-for': '203.0.113.9' } });
    const form_token = tokenIn(await phone.open(office.path));
    const refused = await phone.submit(office.path, { form_token, action: 'continue' });
    expect(refused.text).toContain('on another network');
    expect(await explained(referenceIn(refused), 'other_network')).toContain('are on one network');
    expect(await explained(referenceIn(other), 'other_browser')).toContain('in another browser');
  });

  it('a request that no sign-in came of is told as well', async () => {
    const browser = new FakeBrowser(world.harness);
    const page = await browser.open(`/authorize?client_id=never-registered&response_type=code`);
    const told = await explained(referenceIn(page), 'answered 400');
    expect(told).toContain('GET /authorize answered 400 (invalid_request)');
    expect(told, 'what a stranger wrote is not told').not.toContain('never-registered');
  });

  it('a call from an origin that is not registered is told with the setting to change', async () => {
    const response = await world.harness.post('/session', REQUEST, { origin: 'https://elsewhere.example' });
    const { request_id } = (await response.json()) as { readonly request_id: string };
    const why = 'origin https://elsewhere.example is not in allowed_origins of client "shop"';
    const told = await explained(request_id, 'origin_not_allowed');
    expect(told).toContain(`Why: The page's address is not registered for this client.\n     ${why}\n`);
    expect(told).toContain('website       shop');
    expect(lineOf(request_id)).toMatchObject({ client_id: 'shop', error: 'origin_not_allowed', detail: why });
  });

  it.each([
    [
      'of a client that there is not',
      { client_id: 'never' },
      'https://elsewhere.example',
      'https://elsewhere.example is not in allowed_origins of any client',
    ],
    ['that is none', {}, 'null', 'null is not in allowed_origins of client "shop"'],
    ['that another client registered', {}, SPA_ORIGIN, `${SPA_ORIGIN} is not in allowed_origins of client "shop"`],
    ['of any text', {}, `é${'x'.repeat(400)}`, `?${'x'.repeat(255)} is not in allowed_origins of client "shop"`],
  ])('a page on an address %s', async (_, changes, origin, says) => {
    const response = await world.harness.post('/session', { ...REQUEST, ...changes }, { origin });
    expect(response.status).toBe(403);
    const { request_id } = (await response.json()) as { readonly request_id: string };
    await lineOfSoon(request_id);
    expect(lineOf(request_id)).toMatchObject({ error: 'origin_not_allowed', detail: `origin ${says}` });
  });

  it('FT-C4e: each id that a story names leads to the story: while it goes on, after its end, and once the session is gone', async () => {
    const begun = await world.begin({ connector: null });
    const phone = new FakeBrowser(world.harness);
    const back = await phone.open(await phone.scan(begun.path));
    const [first, ...later] = idsIn(await explain(begun.session_id));
    expect(lineOf(first ?? ''), 'the id that the card shows').toMatchObject({ route: '/session' });
    expect(later.length).toBeGreaterThanOrEqual(2);
    for (const id of [first ?? '', ...later]) {
      const told = await explain(id);
      expect(told).toMatch(/^Sign-in [\w-]{12}: goes on\n/);
      expect(told, 'which step it is').toContain(`[${id}]${MARK}`);
    }

    world.provider.down = true;
    const failed = await explained(referenceIn(await phone.open(back.location)), 'answered 200');
    const ids = idsIn(failed);
    expect(ids).toEqual(expect.arrayContaining([first, ...later]));
    for (const id of ids) expect(withoutMark(await explain(id))).toBe(withoutMark(failed));
    world.harness.clock.advance(2 * 3_600_000);
    await world.harness.server.ready();
    for (const id of ids) expect(withoutMark(await explain(id)), 'the session is gone').toBe(withoutMark(failed));
  });

  it('FT-C4e: a provider that hangs: the story has the choice that failed, under both ids, and the log has the reason', async () => {
    const session = await world.harness.session();
    const begun = { ...session, path: '' };
    await world.watch(begun);
    const chosen = await world.harness.post(
      `/session/${session.session_id}/connector`,
      { connector: 'didit', mode: 'qr' },
      { authorization: `Bearer ${session.session_secret}` },
    );
    expect(chosen.status).toBe(502);
    const shown = chosen.headers.get('x-request-id') ?? '';
    const told = await explained(shown, 'answered 502');
    expect(told).toMatch(/^Sign-in [\w-]{12}: goes on\n/);
    expect(told).toContain('identity app  didit, by a code that a phone scans');
    expect(told).toContain(`the identity app could not begin, didit qr (time_limit)  [${shown}]`);
    expect(lines('provider failed')).toMatchObject([{ request_id: shown, connector: 'didit', reason: 'time_limit' }]);

    world.harness.clock.advance(121_000);
    expect((await world.watch(begun)).status).toBe('expired');
    const [first = ''] = idsIn(told);
    const over = await explain(first);
    expect(over).toMatch(/^Sign-in [\w-]{12}: expired\n/);
    expect(over).toContain('Why: The call to the identity app failed: no whole answer came within the time limit.');
    expect(over, 'that nothing else was chosen is no cause').not.toContain('Why: No identity app');
    world.harness.clock.advance(2 * 3_600_000);
    await world.harness.server.ready();
    expect(await explain(first), 'the session is gone').toBe(over);
  });

  it('an id that a caller gave to several sign-ins leads to the newest', async () => {
    const begin = (): Promise<Response> =>
      world.harness.post('/session', REQUEST, { origin: SHOP_ORIGIN, 'x-request-id': 'again' });
    const sessions: { readonly session_id: string }[] = [];
    for (let n = 0; n < 3; n += 1) {
      sessions.push((await (await begin()).json()) as { readonly session_id: string });
      world.harness.clock.advance(1_000);
    }
    const [oldest, , newest] = await Promise.all(sessions.map(({ session_id }) => explain(session_id)));
    expect(await explain('again')).toBe(newest?.replace(']', `]${MARK}`));
    expect(oldest).not.toBe(newest);
  });

  it('an id that the store does not know is told with what to search for in the log', async () => {
    expect(await explain('never-seen')).toContain('Search the log for it: "request_id":"never-seen"');
  });

  it('FT-C4f: a flood of refusals stores a bounded number of them, and a network its share', async () => {
    const refuse = (n: number): Promise<Response> =>
      fetch(`${world.harness.url}/authorize?client_id=x`, { headers: { 'x-forwarded-for': `198.51.${n}.1` } });
    const database = new DatabaseSync(world.harness.file, { readOnly: true });
    const remembered = database.prepare("SELECT count(*) AS count FROM rows WHERE kind = 'audit_event'");
    const before = Number(remembered.get()?.['count']);
    for (let n = 0; n < 40; n += 1) await refuse(0);
    const count = (): number => Number(remembered.get()?.['count']) - before;
    await expect.poll(count).toBe(10);
    for (let n = 1; n < 60; n += 1) await refuse(n);
    await expect.poll(count).toBe(20);
    await world.harness.server.close();
    expect(count(), 'and no more came after it').toBe(20);
    database.close();
  });
});

describe('FT-C4b: what the log says of a sign-in', () => {
  it('FT-C4b: each line of a request says which session, client and connector it is about, and the code of its refusal', async () => {
    const begun = await world.begin();
    const phone = new FakeBrowser(world.harness);
    await phone.open(await phone.scan(begun.path));
    const stale = await world.harness.post(
      `/session/${begun.session_id}/cancel`,
      {},
      { authorization: 'Bearer wrong' },
    );
    await lineOfSoon(String(stale.headers.get('x-request-id')));
    const all = lines('request');
    const about = all.find(({ route }) => route === '/session/:id/connector');
    expect(about).toMatchObject({
      client_id: 'shop',
      connector: 'one',
      session: expect.stringMatching(/^[\w-]{12}$/) as string,
    });
    expect(all.filter(({ session }) => session === about?.['session']).map(({ route }) => route)).toEqual(
      expect.arrayContaining(['/session', '/session/:id/connector', '/q/:link', '/session/:id/cancel']),
    );
    expect(all.at(-1)).toMatchObject({ status: 404, error: 'session_not_found' });
    expect(JSON.stringify(all)).not.toContain(begun.session_id);
  });

  it('FT-C4c: a sign-in that ends has one line, with the time in each state, and is counted', async () => {
    const begun = await world.begin();
    const { clock } = world.harness;
    const phone = new FakeBrowser(world.harness);
    clock.advance(1_000);
    const back = await phone.open(await phone.scan(begun.path));
    clock.advance(20_000);
    await phone.open(back.location);
    clock.advance(300);
    const code = new URL((await world.watch(begun)).redirect_to ?? '').searchParams.get('code') ?? '';
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: VERIFIER,
      redirect_uri: `${SHOP_ORIGIN}/callback`,
    });
    const headers = { authorization: `Basic ${btoa(`shop:${SHOP_SECRET}`)}` };
    await fetch(`${world.harness.url}/oauth/token`, { method: 'POST', headers, body });
    const [line, ...others] = lines('sign-in ended');
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      outcome: 'completed',
      connector: 'one',
      mode: 'qr',
      client_id: 'shop',
      initialized_ms: 1_000,
      retrieved_ms: 20_000,
      confirmed_ms: 300,
      request_id: expect.any(String) as string,
    });
    expect(line).not.toHaveProperty('reason');
    expect(await world.harness.server.metrics()).toContain(
      'beckon_sign_ins_total{connector="one",outcome="completed",reason="none"} 1',
    );
    expect(await explain(begun.session_id)).toContain('the website redeemed the code: signed in');
  });

  it('an id that came by mail steers no terminal', async () => {
    const told = await explain('\u001B]0;title\u0007\u001B[2J\u009B31m\u202Eid');
    expect(told).toContain('knows nothing of ?]0;title??[2J?31m?id.');
    expect(told.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });

  it('a sign-in whose time is over says what was waited for', async () => {
    const begun = await world.begin();
    world.harness.clock.advance(121_000);
    expect((await world.watch(begun)).status).toBe('expired');
    expect(lines('sign-in ended')).toMatchObject([
      { outcome: 'expired', reason: 'not_scanned', initialized_ms: 121_000 },
    ]);
  });
});
