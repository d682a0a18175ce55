import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createSandbox,
  KRDPASS_CLIENT,
  OIDC_CLIENT,
  PASWAD_CLIENT,
  PASWAD_WEBHOOK_SECRET,
  type Sandbox,
} from '../../packages/sandbox/src/index.ts';
import { krdpass, oidc, paswad, type SessionServer, uaepass } from '../../packages/session-server/src/index.ts';
import { resolveConfig } from '../../packages/session-server/src/config/index.ts';
import { composeServer } from '../../packages/session-server/src/server/compose.ts';

/** A whole sign-in by a provider that redirects: our server, the stand-in, and the phone's browser between them. */

const SHOP = 'http://localhost:4401';
let beckon = '';
let phone = '';
let server: SessionServer;
let sandbox: Sandbox;

beforeAll(async () => {
  const port = await freePort();
  beckon = `http://127.0.0.1:${String(port)}`;
  sandbox = createSandbox({ beckon: { issuer: beckon, shop: SHOP } });
  const base = await sandbox.listen(0);
  phone = `${base}/phone`;
  const secret = (): string => randomBytes(32).toString('base64url');
  const shop = {
    client_id: 'shop',
    client_name: 'Shop',
    client_secret: 'shop-secret',
    redirect_uris: [`${SHOP}/callback`],
    allowed_origins: [SHOP],
    scope: 'openid profile email',
    cross_device: { verification: 'none' as const },
  };
  const config = {
    issuer: beckon,
    store: 'sqlite::memory:',
    secret: secret(),
    subjectSecret: secret(),
    clients: [shop, { ...shop, client_id: 'strict', cross_device: { verification: 'number' as const } }],
    connectors: [
      oidc({
        id: 'oidc',
        names: { en: 'Example ID' },
        issuer: `${base}/oidc`,
        clientId: OIDC_CLIENT.id,
        clientSecret: OIDC_CLIENT.secret,
      }),
      paswad({
        issuer: `${base}/paswad/id`,
        apiUrl: `${base}/paswad/api`,
        clientId: PASWAD_CLIENT.id,
        clientSecret: PASWAD_CLIENT.secret,
        webhookSecret: PASWAD_WEBHOOK_SECRET,
      }),
      uaepass({
        baseUrl: `${base}/uaepass/idshub`,
        clientId: 'sandbox_stage',
        clientSecret: 'sandbox_stage',
        minimumLevel: 'SOP1',
      }),
      krdpass({ ...KRDPASS_CLIENT, casUrl: `${base}/krdpass/cas`, appUrl: `${base}/krdpass/app` }),
    ],
  };
  server = await composeServer(resolveConfig(config), {
    // No other screen watches, and no page of ours clicks.
    collectWait_ms: 0,
    patience_ms: 0,
    widget: { loader: '', element: '', encoder: '', files: new Map() },
    log: () => undefined,
  });
  await server.listen(port);
});
afterAll(async () => {
  await server.close();
  await sandbox.close();
});

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

interface Shown {
  readonly session_id: string;
  readonly session_secret: string;
  readonly status: string;
  readonly qr: { readonly prefix: string; readonly step: number; readonly macs: readonly string[] } | null;
  readonly same_device: { readonly url: string } | null;
  readonly verification: { readonly number: string | null } | null;
  readonly redirect_to: string | null;
}

async function call<T>(url: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const init =
    body === undefined
      ? { headers }
      : { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  return (await response.json()) as T;
}

/** The shop's page begins a sign-in with this provider. */
async function begin(connector: string, mode: 'qr' | 'same_device', client_id = 'shop'): Promise<Shown> {
  const request = {
    client_id,
    response_type: 'code',
    redirect_uri: `${SHOP}/callback`,
    scope: 'openid profile email',
    state: 'the-state',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  };
  const session = await call<Shown>(`${beckon}/session`, request, { Origin: SHOP });
  const chosen = await call<Shown>(
    `${beckon}/session/${session.session_id}/connector`,
    { connector, mode },
    own(session),
  );
  return { ...chosen, session_secret: session.session_secret };
}

function own({ session_secret }: Shown): Record<string, string> {
  return { Authorization: `Bearer ${session_secret}`, Origin: SHOP };
}

function standing(session: Shown): Promise<Shown> {
  return call(`${beckon}/session/${session.session_id}/status`, undefined, own(session));
}

function scan(text: string, person = 'ben'): Promise<{ handle: string; consent: Record<string, unknown> }> {
  return call(`${phone}/scan`, { text, person });
}

function shownOn({ qr }: Shown): string {
  return qr === null ? '' : `${qr.prefix}${qr.step}.${qr.macs[0]}`;
}

describe.each(['oidc', 'paswad', 'uaepass', 'krdpass'])('%s', (connector) => {
  it('across devices: scanned, approved on the phone, and the browser has its code', async () => {
    const session = await begin(connector, 'qr');
    const { handle, consent } = await scan(shownOn(session));
    expect(consent).toMatchObject({ client: { name: 'Shop', origin: 'https://localhost:4401' }, verification: null });
    expect(await standing(session)).toMatchObject({ status: 'retrieved' });
    expect(await call(`${phone}/approve`, { handle })).toEqual({ status: 'confirmed', location: null });
    const { redirect_to } = await standing(session);
    const back = new URL(redirect_to ?? '');
    expect(back.origin + back.pathname).toBe(`${SHOP}/callback`);
    expect(back.searchParams.get('code')).toMatch(/./);
  });

  it('declined on the provider’s page', async () => {
    const session = await begin(connector, 'qr');
    const { handle } = await scan(shownOn(session));
    expect(await call(`${phone}/decline`, { handle })).toEqual({ status: 'declined', location: null });
    expect(await standing(session)).toMatchObject({ status: 'declined' });
  });

  it('“This wasn’t me” on our own page', async () => {
    const session = await begin(connector, 'qr');
    const { handle } = await scan(shownOn(session));
    expect(await call(`${phone}/decline`, { handle, reason: 'not_me' })).toMatchObject({ status: 'declined' });
    expect(await standing(session)).toMatchObject({ status: 'declined' });
  });

  it('with the number that the browser shows', async () => {
    const session = await begin(connector, 'qr', 'strict');
    const { handle, consent } = await scan(shownOn(session));
    expect(consent['verification']).toEqual({ method: 'number', digits: 2 });
    const { verification } = await standing(session);
    expect(await call(`${phone}/approve`, { handle, verification: verification?.number })).toMatchObject({
      status: 'confirmed',
    });
    expect(await standing(session)).toMatchObject({ status: 'confirmed' });
  });

  it('a wrong number ends it', async () => {
    const session = await begin(connector, 'qr', 'strict');
    const { handle } = await scan(shownOn(session));
    const { verification } = await standing(session);
    const wrong = verification?.number === '11' ? '12' : '11';
    await call(`${phone}/approve`, { handle, verification: wrong });
    expect(await standing(session)).toMatchObject({ status: 'declined' });
  });

  it('on one device: the browser that comes back has the code', async () => {
    const session = await begin(connector, 'same_device');
    const { handle } = await scan(session.same_device?.url ?? '');
    const decided = await call<{ status: string; location: string }>(`${phone}/approve`, { handle });
    expect(decided.status).toBe('confirmed');
    expect(new URL(decided.location).searchParams.get('code')).toMatch(/./);
    expect((await standing(session)).redirect_to).toBeNull();
  });

  it('on one device, declined: the relying party hears of it', async () => {
    const session = await begin(connector, 'same_device');
    const { handle } = await scan(session.same_device?.url ?? '');
    const decided = await call<{ status: string; location: string }>(`${phone}/decline`, { handle });
    expect(decided.status).toBe('declined');
    expect(new URL(decided.location).searchParams.get('error')).toBe('access_denied');
  });
});

describe('Paswad tells of a consent that was taken back', () => {
  const deliver = (more: Record<string, unknown> = {}): Promise<{ id: string; status: number }> =>
    call(phone.replace('/phone', '/paswad/sandbox/webhooks'), { type: 'consent.revoked', person: 'ben', ...more });

  it('with a signature in hex or base64, and once more when it was not sure that we heard', async () => {
    const { id, status } = await deliver();
    expect(status).toBe(204);
    expect(await deliver({ id, encoding: 'base64' })).toEqual({ id, status: 204 });
  });

  it('with a wrong signature, or none, no server listens', async () => {
    expect(await deliver({ signature: '0'.repeat(64) })).toMatchObject({ status: 400 });
    expect(await deliver({ signature: null })).toMatchObject({ status: 400 });
  });
});
