/**
 * Writes a store with a sign-in under way in each status, as this release writes it, for
 * `server/upgrade.test.ts` of later releases. Run it once a release, before the shape of a row changes:
 * `node --conditions=@beckon/source scripts/write-release-store.ts 0.1`
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { resolveConfig } from '../packages/session-server/src/config/index.ts';
import { composeServer } from '../packages/session-server/src/server/compose.ts';
import {
  RELEASE_ISSUER,
  RELEASE_REQUEST,
  RELEASE_VERIFIER,
  releaseConfig,
  releaseWalletToken,
  startReleaseWallet,
} from '../packages/session-server/src/test-support/release-world.ts';
import { ROOT } from './steps.ts';

const [release = ''] = process.argv.slice(2);
if (!/^\d+\.\d+$/.test(release)) throw new Error('say which release this is, such as 0.1');

const folder = join(ROOT, 'packages/session-server/src/store/releases');
const file = join(folder, `${release}.db`);
mkdirSync(folder, { recursive: true });
for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });

const now = Date.UTC(2026, 10, 30);
const wallet = await startReleaseWallet();
const widget = { loader: '', element: '', encoder: '', files: new Map<string, Buffer>() };
const server = await composeServer(resolveConfig(releaseConfig(file)), { widget, now: () => now, logLevel: 'error' });
const url = await server.listen(0);

interface Handle {
  readonly session_id: string;
  readonly session_secret: string;
}
type Scan = Record<'session_id' | 'step' | 'mac', string>;

const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const response = await fetch(url + path, { redirect: 'manual', ...init });
  if (response.status >= 400) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
};
const post = (path: string, body: unknown, token = ''): Promise<Response> =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
const begin = async (): Promise<Handle> => {
  const { session_id, session_secret } = (await (await post('/session', RELEASE_REQUEST)).json()) as Handle;
  return { session_id, session_secret };
};
const chosen = async (connector: string): Promise<Handle & { readonly text: string }> => {
  const session = await begin();
  const path = `/session/${session.session_id}/connector`;
  const response = await post(path, { connector, mode: 'qr' }, session.session_secret);
  const { qr } = (await response.json()) as { qr: { prefix: string; step: number; macs: string[] } | null };
  return { ...session, text: qr === null ? '' : `${qr.prefix}${qr.step}.${qr.macs[0]}` };
};
const scanOf = (text: string): Scan => {
  const [session_id = '', step = '', mac = ''] = text.slice(text.lastIndexOf('/') + 1).split('.');
  return { session_id, step, mac };
};
const token = await releaseWalletToken(now);
const retrieved = async (): Promise<Handle & { readonly retrieval_token: string }> => {
  const { session_id, session_secret, text } = await chosen('wallet');
  const { step, mac } = scanOf(text);
  const path = `/session/${session_id}/information?step=${step}&mac=${mac}`;
  const response = await call(path, { headers: { authorization: `Bearer ${token}` } });
  const { retrieval_token } = (await response.json()) as { retrieval_token: string };
  return { session_id, session_secret, retrieval_token };
};
const confirmed = async (): Promise<Handle> => {
  const { session_id, session_secret, retrieval_token } = await retrieved();
  const decision = { decision: 'approve', accepted_scopes: ['openid', 'email'], retrieval_token };
  await post(`/session/${session_id}/update`, decision, token);
  return { session_id, session_secret };
};
const minted = async (): Promise<Handle & { readonly code: string }> => {
  const session = await confirmed();
  const headers = { authorization: `Bearer ${session.session_secret}` };
  const response = await call(`/session/${session.session_id}/status`, { headers });
  const { redirect_to } = (await response.json()) as { redirect_to: string };
  return { ...session, code: new URL(redirect_to).searchParams.get('code') ?? '' };
};
const completed = async (): Promise<Handle & { readonly code: string; readonly access_token: string }> => {
  const session = await minted();
  const { client_id } = RELEASE_REQUEST;
  const client_secret = String(releaseConfig(file).clients[0]?.client_secret);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id,
    client_secret,
    redirect_uri: RELEASE_REQUEST.redirect_uri,
    code: session.code,
    code_verifier: RELEASE_VERIFIER,
  });
  const response = await call('/oauth/token', { method: 'POST', body });
  const { access_token } = (await response.json()) as { access_token: string };
  return { ...session, access_token };
};
/** The phone's browser stands at the provider. */
const atProvider = async (): Promise<Handle & { readonly cookie: string; readonly state: string }> => {
  const { session_id, session_secret, text } = await chosen('redirects');
  const path = new URL(text).pathname;
  const page = await call(path);
  const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const form_token = /name="form_token" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const response = await call(path, {
    method: 'POST',
    headers: { cookie, origin: RELEASE_ISSUER, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ form_token, action: 'continue' }),
  });
  const state = new URL(response.headers.get('location') ?? '').searchParams.get('state') ?? '';
  return { session_id, session_secret, cookie, state };
};

const cancelled = await begin();
await post(`/session/${cancelled.session_id}/cancel`, {}, cancelled.session_secret);

const fixture = {
  now,
  unchosen: await begin(),
  initialized: await chosen('wallet'),
  retrieved: await retrieved(),
  confirmed: await confirmed(),
  minted: await minted(),
  completed: await completed(),
  at_provider: await atProvider(),
  followed: await chosen('follows'),
  cancelled,
};
await server.close();
await wallet.close();

// One file, with nothing left in the write-ahead log.
const db = new DatabaseSync(file);
db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE; VACUUM;');
db.close();
writeFileSync(join(folder, `${release}.json`), `${JSON.stringify(fixture, null, 2)}\n`);
