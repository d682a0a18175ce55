/**
 * The door of what only this package's tests share: worlds and fakes. It may depend on every room,
 * only tests depend on it, and it is not published. What others need to test an adapter is in
 * `testing/`.
 *
 * This file is a whole server for tests: the real one, listening on a free port, with a store on disk, a wallet
 * issuer that really signs, and a clock that stands still.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SessionHandle, Snapshot } from '@beckon/protocol';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { type BeckonConfig, resolveConfig } from '../config/index.ts';
import type { WidgetFiles } from '../http/pages/widget-files.ts';
import { type Composition, composeServer } from '../server/compose.ts';
import type { SessionServer } from '../server/index.ts';
import { type FakeClock, createFakeClock } from '../testing/fake-clock.ts';
import { walletOfThisMachine } from './wallet-of-this-machine.ts';
import { shownText } from './shown-text.ts';

export const ISSUER = 'https://id.example';
export const SHOP_ORIGIN = 'https://shop.example';
export const SPA_ORIGIN = 'https://spa.example';
/** What every page must escape. */
export const SHOP_NAME = `<b onclick="x">Shop</b> & 'Söhne'`;
/** Of the client `shop`, and of others that are like it. */
export const SHOP_SECRET: string = randomBytes(32).toString('base64url');
/** RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

/** An authorization request that every check accepts. */
export const REQUEST: Readonly<Record<string, string>> = {
  client_id: 'shop',
  response_type: 'code',
  redirect_uri: `${SHOP_ORIGIN}/callback`,
  scope: 'openid email',
  state: 'the-state',
  nonce: 'the-nonce',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};

export interface WalletIssuer {
  readonly issuer: string;
  /** What its userinfo says of the person. */
  person: { readonly sub: string; readonly [claim: string]: unknown };
  /** An access token for approving sign-ins, or one with other claims or another `typ`. */
  token(changes?: { readonly claims?: Record<string, unknown>; readonly typ?: string }): Promise<string>;
  close(): Promise<void>;
}

/** A sign-in that a phone approved, with the code that its browser collected. */
export interface SignedIn {
  readonly session: SessionHandle;
  readonly walletToken: string;
  readonly consent: Readonly<Record<string, unknown>>;
  /** The last snapshot, which carries `redirect_to`. */
  readonly confirmed: Snapshot;
  readonly code: string;
}

export interface Harness {
  readonly server: SessionServer;
  /** Where it listens, with no trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly wallet: WalletIssuer;
  readonly clock: FakeClock;
  /** Every line logged so far. */
  readonly log: readonly string[];
  /** The store's database. */
  readonly file: string;
  /** Every row that rests, by kind, id and version; as another process sees them. Without the audit trail, which tells of refusals too, and what is counted of sign-ins and of the secrets. */
  resting(): readonly unknown[];
  /** `POST /session` for `REQUEST`, as a page of the shop sends it. */
  session(changes?: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<SessionHandle>;
  /** From `POST /session` to the code, as a browser and a phone do it; `code` is empty where `redirect_to` has none. */
  signIn(parameters?: Readonly<Record<string, string>>): Promise<SignedIn>;
  /** A JSON POST. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export function exampleConfig(walletIssuer = 'https://wallet.example'): BeckonConfig {
  const secret = (): string => randomBytes(32).toString('base64url');
  const shop = {
    client_id: 'shop',
    client_name: SHOP_NAME,
    client_secret: SHOP_SECRET,
    redirect_uris: [`${SHOP_ORIGIN}/callback`],
    allowed_origins: [SHOP_ORIGIN],
    scope: 'openid profile email',
    cross_device: { verification: 'none' },
  } as const;
  return {
    issuer: ISSUER,
    store: 'sqlite::memory:',
    secret: secret(),
    subjectSecret: secret(),
    clients: [
      shop,
      { ...shop, client_id: 'strict', cross_device: { verification: 'number' } },
      {
        client_id: 'spa',
        client_name: 'Spa',
        redirect_uris: [`${SPA_ORIGIN}/cb`],
        allowed_origins: [SPA_ORIGIN],
        cross_device: { verification: 'none' },
      },
    ],
    connectors: [
      walletOfThisMachine({
        names: { en: 'Test <Wallet>' },
        issuers: [{ issuer: walletIssuer, clientIds: ['phone'] }],
        appLink: 'https://wallet.example/open?uri={text}',
        iosAppIds: ['ABCDE12345.example.wallet'],
      }),
    ],
  };
}

/** Chunks of the build, and one of an earlier release. */
export const WIDGET: WidgetFiles = {
  loader: 'widget.js',
  element: 'element-new.js',
  encoder: 'encoder-new.js',
  files: new Map(
    ['widget.js', 'widget-1.2.3.full.js', 'element-new.js', 'encoder-new.js', 'element-old.js'].map((name) => [
      name,
      Buffer.from(`/* ${name} */`),
    ]),
  ),
};

/**
 * `composition` is what the server is made of besides its configuration: a log level, for example. `own` is the store's
 * file where `changes` put it elsewhere.
 */
export async function startHarness(
  changes: Partial<BeckonConfig> = {},
  composition: Partial<Composition> = {},
  own?: string,
): Promise<Harness> {
  const clock = createFakeClock(Date.now());
  const issuer = await startWalletIssuer(clock);
  const log: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'beckon-'));
  const file = own ?? join(folder, 'store.db');
  const config = { ...exampleConfig(issuer.issuer), store: `sqlite:${file}`, ...changes };
  const server = await composeServer(resolveConfig(config), {
    widget: WIDGET,
    log: (line) => log.push(line),
    now: clock.now,
    sleep: () => Promise.resolve(),
    patience_ms: 0,
    // Where a test has no other screen there is nothing to wait for.
    collectWait_ms: 0,
    ...composition,
  });
  const rows = new DatabaseSync(file, { readOnly: true });
  const url = await server.listen(0);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const session = async (
    parameters: Readonly<Record<string, string>> = {},
    headers: Record<string, string> = {},
  ): Promise<SessionHandle> => {
    const response = await post('/session', { ...REQUEST, ...parameters }, { origin: SHOP_ORIGIN, ...headers });
    return read<SessionHandle>(response, 201);
  };
  return {
    server,
    url,
    port: Number(new URL(url).port),
    wallet: issuer,
    clock,
    log,
    file,
    resting: () =>
      rows
        .prepare(
          "SELECT kind, id, version FROM rows WHERE kind NOT IN ('secret_use', 'funnel') AND kind NOT LIKE 'audit%' ORDER BY kind, id",
        )
        .all(),
    post,
    session,
    async signIn(parameters = {}) {
      const begun = await session(parameters);
      const walletToken = await issuer.token();
      const { id, step, mac } = scanOf(shownText(begun.qr));
      const [phone, browser] = [walletToken, begun.session_secret].map((token) => ({
        authorization: `Bearer ${token}`,
      }));
      const scanned = await fetch(`${url}/session/${id}/information?step=${step}&mac=${mac}`, { headers: phone ?? {} });
      const consent = await read<Record<string, unknown>>(scanned, 200);
      const { retrieval_token } = consent;
      const decision = { decision: 'approve', accepted_scopes: ['openid', 'email'], retrieval_token };
      await read(await post(`/session/${id}/update`, decision, phone), 200);
      const confirmed = await read<Snapshot>(
        await fetch(`${url}/session/${id}/status`, { headers: browser ?? {} }),
        200,
      );
      const code = new URL(confirmed.redirect_to ?? '').searchParams.get('code') ?? '';
      return { session: begun, walletToken, consent, confirmed, code };
    },
    async close() {
      rows.close();
      await server.close();
      await issuer.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function read<T>(response: Response, status: number): Promise<T> {
  if (response.status === status) return (await response.json()) as T;
  throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}

export async function startWalletIssuer(clock: Pick<FakeClock, 'now'>): Promise<WalletIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
  const server = createServer((request, response) => {
    const answers: Readonly<Record<string, unknown>> = {
      '/.well-known/openid-configuration': {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        userinfo_endpoint: `${issuer}/userinfo`,
      },
      '/jwks': { keys: [key] },
      '/userinfo': wallet.person,
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? ''] ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wallet: WalletIssuer = {
    issuer,
    person: { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true },
    token({ claims = {}, typ = 'at+jwt' } = {}) {
      const now = Math.floor(clock.now() / 1000);
      return new SignJWT({
        iss: issuer,
        sub: 'ada',
        aud: `${ISSUER}/session`,
        client_id: 'phone',
        scope: 'openid email beckon:approve',
        exp: now + 3600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ })
        .sign(privateKey);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return wallet;
}

/** The parts of a QR code's text. */
export function scanOf(text: string): { readonly id: string; readonly step: string; readonly mac: string } {
  const [id = '', step = '', mac = ''] = text.slice(text.lastIndexOf('/') + 1).split('.');
  return { id, step, mac };
}
