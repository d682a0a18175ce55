import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SessionHandle, Snapshot } from '@beckon/protocol';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type CliFolder, createCliFolder } from '../test-support/cli-folder.ts';
import { scanOf, startWalletIssuer, type WalletIssuer } from '../test-support/harness.ts';
import { shownText } from '../test-support/shown-text.ts';
import { redemptionOf, SESSION, startWorkersWorld, tokenOf, type WorkersWorld } from '../test-support/workers-world.ts';

/** A server that is killed again and again while people sign in: for `pnpm test:long`, because leases take their time. */
const isLong = process.env['BECKON_LONG'] === '1';
const SIGN_INS = 200;
const KILLS = 40;
/** Between a start and the next kill, in ms: the kill comes at any moment of a sign-in. */
const ALIVE_MS = [50, 500] as const;
vi.setConfig({ testTimeout: 300_000, hookTimeout: 40_000 });

let cli: CliFolder;
let wallet: WalletIssuer;
let receiver: Server;
/** The sign-ins of which the website was told, each as often as it was. */
const told: string[] = [];
beforeAll(async () => {
  cli = await createCliFolder('killed');
  wallet = await startWalletIssuer({ now: Date.now });
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { type, data } = JSON.parse(body) as { readonly type: string; readonly data: { readonly sid: string } };
      if (type === 'user.signed_in') told.push(data.sid);
      response.writeHead(204).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterAll(async () => {
  vi.resetConfig();
  receiver.closeAllConnections();
  receiver.close();
  await wallet.close();
  await rm(cli.folder, { recursive: true });
});

it.runIf(isLong)(
  'FT-F36: every sign-in is told at least once, none that did not happen, and the audit trail is whole',
  async () => {
    const { port } = receiver.address() as AddressInfo;
    const config = `
    clients: [{ client_id: 'shop', client_name: 'A', client_secret: process.env.SHOP_SECRET,
      redirect_uris: ['http://localhost:3000/callback'], scope: 'openid', cross_device: { verification: 'none' },
      webhook: { uri: 'http://127.0.0.1:${port}/', secrets: ['whsec_${Buffer.alloc(32, 'x').toString('base64')}'] } }],
    webhooks: { allowPrivateAddresses: true },
    rateLimitFactor: 1000,`;
    const start = (at: number): Promise<WorkersWorld> =>
      startWorkersWorld(cli, { workers: 1, wallet, name: 'killed', config, port: at });
    const token = await tokenOf(wallet);
    let world = await start(0);
    const { url } = world;

    const over = new AbortController();
    const kills: number[] = [];
    const killing = (async () => {
      while (!over.signal.aborted) {
        const [least, most] = ALIVE_MS;
        await new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
        if (over.signal.aborted) return;
        const gone = once(world.child, 'close');
        world.child.kill('SIGKILL');
        await gone;
        kills.push(Date.now());
        world = await start(Number(new URL(url).port));
      }
    })();
    const known: string[] = [];
    while (known.length < SIGN_INS || kills.length < KILLS) {
      const sid = await signIn(url, token).catch(() => null);
      if (sid !== null) known.push(sid);
    }
    over.abort();
    await killing;

    const grants = (await world.command('grants', 'list', '--json', '--limit', '10000'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { readonly grant_id: string }).grant_id);
    expect(grants, 'what the website has tokens of').toEqual(expect.arrayContaining(known));
    // What a process had in hand when it was killed comes back after its lease.
    await vi.waitFor(() => expect([...new Set(told)].toSorted()).toEqual(grants.toSorted()), {
      timeout: 45_000,
      interval: 200,
    });
    expect(await world.command('audit', 'verify')).toContain('The audit trail is whole');
    expect(await world.stop()).toBe(0);
  },
);

/** From the page to the tokens; the sign-in's id. @throws Error where the server is killed meanwhile */
async function signIn(url: string, token: string): Promise<string> {
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(5_000) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  };
  const json = (body: unknown, bearer?: string): RequestInit => ({
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
  });
  const session = await call<SessionHandle>('/session', json(SESSION));
  const { id, step, mac } = scanOf(shownText(session.qr));
  const phone = { headers: { authorization: `Bearer ${token}` } };
  const { retrieval_token } = await call<{ readonly retrieval_token: string }>(
    `/session/${id}/information?step=${step}&mac=${mac}`,
    phone,
  );
  const own = { headers: { authorization: `Bearer ${session.session_secret}` } };
  const decision = { decision: 'approve', accepted_scopes: ['openid'], retrieval_token };
  const approved = call(`/session/${id}/update`, json(decision, token));
  // The page may be the first to notice that the server is gone.
  approved.catch(() => undefined);
  let snapshot = await call<Snapshot>(`/session/${session.session_id}/status`, own);
  while (snapshot.redirect_to === null) {
    const watch = `/session/${session.session_id}/status?after=${snapshot.version}&wait=2`;
    snapshot = await call<Snapshot>(watch, own);
  }
  await approved;
  const code = new URL(snapshot.redirect_to).searchParams.get('code') ?? '';
  const form = { client_id: 'shop', client_secret: 'c'.repeat(43), ...redemptionOf(code) };
  const { id_token } = await call<{ readonly id_token: string }>('/oauth/token', {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const [, payload = ''] = id_token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly sid: string }).sid;
}
