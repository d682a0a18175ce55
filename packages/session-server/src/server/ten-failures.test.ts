import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import express from 'express';
import { directoryOf } from '../clients/index.ts';
import { COMMANDS } from '../commands/index.ts';
import { type BeckonConfig, resolveConfig } from '../config/index.ts';
import { oidc } from '../connectors/oidc/index.ts';
import { hashSecret, newSecret } from '../secrets/index.ts';
import { exampleRecording } from '../test-support/example-recording.ts';
import { CERTIFICATES } from '../test-support/certificates.ts';
import { REQUEST, SHOP_ORIGIN, SHOP_SECRET, startHarness, VERIFIER } from '../test-support/harness.ts';
import { createCommandFolder, runCommand } from '../test-support/run-command.ts';
import {
  type Begun,
  FakeBrowser,
  type RedirectWorld,
  startRedirectWorld,
  tokenIn,
} from '../test-support/redirect-world.ts';
import { openDesk } from './desk.ts';
import { openStore, secretsOf } from './open.ts';
import { operatorBeside } from './operator-beside.ts';

const secrets = { secret: newSecret(randomBytes), subjectSecret: newSecret(randomBytes) };

/** A provider whose certificate no authority vouches for. */
let unsafe: Server;
beforeAll(async () => {
  unsafe = createServer(CERTIFICATES.good, (_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(unsafe, 'listening');
});
afterAll(() => unsafe.close());

let world: RedirectWorld;
let folder: string;
beforeEach(async () => {
  const issuer = `https://localhost:${(unsafe.address() as AddressInfo).port}`;
  const names = { en: 'Unsafe' };
  world = await startRedirectWorld(secrets, {}, [
    oidc({ id: 'unsafe', names, issuer, clientId: 'beckon', clientSecret: 'the-upstream-secret' }),
  ]);
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

/** What a command prints, beside the server that runs. */
async function run(name: string, ...args: readonly string[]): Promise<string> {
  const command = COMMANDS.find((each) => each.name === name);
  return (await runCommand(command, folder, args)).join('\n');
}
/** What the operator reads for an id, once it is stored: a refusal is told after its answer. */
async function whyOf(id: string): Promise<string> {
  expect(id).toMatch(/^[\w.-]{10,}$/);
  await expect.poll(() => run('explain', id)).toContain('Why: ');
  const told = await run('explain', id);
  expect(told).toContain('<- this id');
  expect(told).toContain('What to do: ');
  const [, why = ''] = /Why: (.*)/.exec(told) ?? [];
  expect(await searched(id), 'the console says the same').toContain(`Why: ${why}`);
  return told;
}
/** The text of the page that the console's search box leads to. */
async function searched(id: string): Promise<string> {
  const settings = resolveConfig(
    ((await import(join(folder, 'beckon.config.mjs'))) as { readonly default: BeckonConfig }).default,
  );
  const keys = secretsOf(settings);
  const store = await openStore(settings, keys, world.harness.clock.now);
  const clients = directoryOf(settings.clients, { now: Date.now, resolve: () => settings.clients[0]! });
  const token = newSecret(randomBytes);
  const app = express();
  app.use(
    await openDesk({
      settings,
      tokens: () => [{ name: 'desk', hash: hashSecret(token), scope: 'read' }],
      store,
      secrets: keys,
      operator: operatorBeside(settings, { store, secrets: keys, clients }, () => settings.clients),
      recording: exampleRecording(),
      keys: { list: () => Promise.resolve([]), rotate: () => Promise.reject(new Error('no key is rotated here')) },
      connectors: [],
      now: world.harness.clock.now,
      failed: () => undefined,
    }),
  );
  const desk = createHttpServer(app).listen(0, '127.0.0.1');
  await once(desk, 'listening');
  const url = `http://127.0.0.1:${(desk.address() as AddressInfo).port}`;
  const post = (path: string, form: Readonly<Record<string, string>>, cookie: string): Promise<Response> =>
    fetch(url + path, { method: 'POST', body: new URLSearchParams(form), headers: { cookie }, redirect: 'manual' });
  try {
    const entered = await post('/sign-in', { token }, '');
    const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const page = await (await fetch(url, { headers: { cookie } })).text();
    const [, form_token = ''] = /name="form_token" value="([^"]+)"/.exec(page) ?? [];
    const found = await post('/search', { form_token, q: id }, cookie);
    const to = found.headers.get('location');
    const answer = to === null ? found : await fetch(url + to, { headers: { cookie } });
    return (await answer.text()).replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  } finally {
    desk.closeAllConnections();
    desk.close();
    await store.close();
  }
}
const referenceIn = (page: { readonly text: string }): string => /<code>([\w.-]+)<\/code>/.exec(page.text)?.[1] ?? '';
const opened = async (begun: Begun): Promise<string> =>
  referenceIn(await new FakeBrowser(world.harness).open(begun.path));

describe('from the id to the reason, in one command and in one search of the console', () => {
  it('FT-F14a: a wrong number', async () => {
    const begun = await world.begin({ client_id: 'numbers' });
    const phone = new FakeBrowser(world.harness);
    const form_token = tokenIn(await phone.open(begun.path));
    await phone.submit(begun.path, { form_token, action: 'continue' });
    const { verification } = await world.watch(begun);
    const number = verification?.method === 'number' && verification.number === '10' ? '11' : '10';
    const page = await phone.submit(begun.path, { form_token, action: 'number', number });
    expect(await whyOf(referenceIn(page))).toContain('Why: The number that was typed on the phone is not the one');
  });

  it('FT-F14b: a stale code', async () => {
    const begun = await world.begin();
    world.harness.clock.advance(60_000);
    expect(await whyOf(await opened(begun))).toContain('Why: The code was too old when it was opened.');
  });

  it('FT-F14c: a code that another phone has', async () => {
    const begun = await world.begin();
    await new FakeBrowser(world.harness).scan(begun.path);
    expect(await whyOf(await opened(begun))).toContain('Why: Another phone or browser had taken the code.');
  });

  it('FT-F14d: a provider that is down', async () => {
    const phone = new FakeBrowser(world.harness);
    const back = await phone.open(await phone.scan((await world.begin()).path));
    world.provider.down = true;
    const told = await whyOf(referenceIn(await phone.open(back.location)));
    expect(told).toContain('Why: The call to the identity app failed: the HTTP status is not a success.');
  });

  it('FT-F14e: a provider with a certificate that nothing vouches for', async () => {
    const begun = await world.begin({ connector: 'unsafe' as 'one' });
    const phone = new FakeBrowser(world.harness);
    const form_token = tokenIn(await phone.open(begun.path));
    const page = await phone.submit(begun.path, { form_token, action: 'continue' });
    const told = await whyOf(referenceIn(page));
    expect(told).toContain('Why: The call to the identity app failed: the certificate');
    expect(told).toContain('Do not turn the check off.');
  });

  it('FT-F14f: a code that was redeemed a second time', async () => {
    const begun = await world.begin();
    const phone = new FakeBrowser(world.harness);
    await phone.open((await phone.open(await phone.scan(begun.path))).location);
    const code = new URL((await world.watch(begun)).redirect_to ?? '').searchParams.get('code') ?? '';
    const redeem = (): Promise<Response> =>
      fetch(`${world.harness.url}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`shop:${SHOP_SECRET}`)}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          code_verifier: VERIFIER,
          redirect_uri: `${SHOP_ORIGIN}/callback`,
        }),
      });
    expect((await redeem()).status).toBe(200);
    const again = await redeem();
    expect(again.status).toBe(400);
    const told = await whyOf(again.headers.get('x-request-id') ?? '');
    expect(told).toContain('Why: The website redeemed a code a second time.');
    expect(told).toMatch(/^Sign-in [\w-]{12}: completed/);
  });

  it('FT-F14g: an origin that is not registered', async () => {
    const response = await world.harness.post('/session', REQUEST, { origin: 'https://elsewhere.example' });
    const { request_id } = (await response.json()) as { readonly request_id: string };
    const told = await whyOf(request_id);
    expect(told).toContain("Why: The page's address is not registered for this client.");
    expect(told).toContain('https://elsewhere.example is not in allowed_origins of client "shop"');
  });

  it('FT-F14h: a sign-in that an operator ended, which is one event', async () => {
    const begun = await world.begin();
    expect(await run('sessions', 'revoke', begun.session_id)).toContain('ended: the sign-in');
    expect(await whyOf(await opened(begun))).toContain('Why: An operator ended it');
    const events = (await run('audit', 'list', '--json', '--session', begun.session_id))
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.filter(({ reason }) => reason === 'revoked')).toMatchObject([{ type: 'session.revoked' }]);
  });

  it('FT-F14i: a limit that was met, which is told once a minute', async () => {
    const begun = await world.begin();
    for (let n = 0; n < 120; n += 1) await opened(begun);
    const met = await opened(begun);
    const told = await whyOf(met);
    expect(told).toContain('Why: Too many requests came at once.\n     the limit scans of 120 requests was met');
    const limits = async (): Promise<number> =>
      (await run('audit', 'list', '--json', '--type', 'request.refused'))
        .split('\n')
        .filter((line) => line.includes('"rate_limited"')).length;
    for (let n = 0; n < 5; n += 1) await opened(begun);
    expect(await limits()).toBe(1);
    world.harness.clock.advance(59_000);
    await opened(begun);
    world.harness.clock.advance(1_000);
    for (let n = 0; n < 122; n += 1) await opened(begun);
    await expect.poll(limits).toBe(2);
  });

  it('FT-F14j: a sign-in whose time is over', async () => {
    const begun = await world.begin();
    world.harness.clock.advance(121_000);
    expect((await world.watch(begun)).status).toBe('expired');
    expect(await whyOf(await opened(begun))).toContain('Why: No phone took the code in time.');
  });
});

it('FT-F15: a start and a new configuration are told, with a hash of it', async () => {
  const list = async (type: string) =>
    (await run('audit', 'list', '--json', '--type', type))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly data: Readonly<Record<string, unknown>> });
  await expect.poll(async () => (await list('server.started')).length).toBe(1);
  const [started] = await list('server.started');
  expect(started?.data).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    issuer: 'id.example',
    clients: expect.any(Number) as number,
    connectors: 4,
    configuration: expect.stringMatching(/^[\w-]{12}$/) as string,
  });
  for (const secret of Object.values(secrets)) expect(JSON.stringify(started)).not.toContain(secret);
});

it('FT-F17: a server sends its trail to where the configuration says', async () => {
  let text = '';
  const to = createHttpServer((request, response) => {
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(to, 'listening');
  const url = `http://127.0.0.1:${(to.address() as AddressInfo).port}/`;
  const sending = await startHarness({ audit: { forward: { url } } });
  await expect
    .poll(
      () => {
        sending.clock.advance(1_000);
        return text;
      },
      { timeout: 10_000 },
    )
    .toContain('"type":"server.started"');
  expect(await sending.server.metrics()).toContain('beckon_audit_forward_lag_seconds 0');
  await sending.close();
  to.closeAllConnections();
  to.close();
});
