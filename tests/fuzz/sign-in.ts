/** A sign-in of which nothing is wrong, from the pushed request to the tokens. */
import { VERIFIER } from './grammar.ts';
import { qrText } from './harvest.ts';
import { type FuzzWorld, PERSON } from './world.ts';

type Body = Readonly<Record<string, unknown>>;

/** How far a sign-in goes. */
export const STEPS = ['begun', 'scanned', 'approved', 'collected', 'redeemed'] as const;
export type Step = (typeof STEPS)[number];

export interface SignedIn {
  readonly session_id: string;
  readonly session_secret: string;
  /** '' where it did not come so far; of the rest too. */
  readonly link: string;
  readonly retrieval_token: string;
  readonly code: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
}

/** @throws Error at the first answer that is not as it should be */
export async function signIn(world: FuzzWorld, until: Step = 'redeemed', client_id = 'shop'): Promise<SignedIn> {
  const { issuer, clients } = world;
  const { client_secret, redirect_uri, scope } = clients.find((each) => each.client_id === client_id)!;
  const form = formOf(issuer, client_id, client_secret);
  const json = (path: string, body: Body, token: string | null, expected = 200): Promise<Body> =>
    ask(issuer + path, expected, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : bearer(token)) },
      body: JSON.stringify(body),
    });

  const { request_uri } = await form('/oauth/par', {
    response_type: 'code',
    redirect_uri,
    scope,
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const begun = await json('/session', { client_id, request_uri }, null, 201);
  const [session_id, session_secret] = [String(begun['session_id']), String(begun['session_secret'])];
  const path = `/session/${session_id}`;
  const { qr } = await json(`${path}/connector`, { connector: 'wallet', mode: 'qr' }, session_secret);
  const text = qrText(qr);
  const link = text.slice(text.lastIndexOf('/') + 1);
  const none = { retrieval_token: '', code: '', access_token: '', refresh_token: '', id_token: '' };
  const held = { ...none, session_id, session_secret, link };
  if (until === 'begun') return held;

  const [, step = '', mac = ''] = link.split('.');
  const phone = await world.walletToken();
  const scanned = await ask(`${issuer}${path}/information?step=${step}&mac=${mac}`, 200, { headers: bearer(phone) });
  const retrieval_token = String(scanned['retrieval_token']);
  if (until === 'scanned') return { ...held, retrieval_token };

  const accepted_scopes = ['openid', 'profile', 'email', 'offline_access'];
  await json(`${path}/update`, { decision: 'approve', accepted_scopes, retrieval_token }, phone);
  if (until === 'approved') return { ...held, retrieval_token };

  const { redirect_to } = await ask(`${issuer}${path}/status`, 200, { headers: bearer(session_secret) });
  const code = new URL(String(redirect_to)).searchParams.get('code') ?? '';
  if (until === 'collected') return { ...held, retrieval_token, code };

  const grant_type = 'authorization_code';
  const tokens = await form('/oauth/token', { grant_type, code, redirect_uri, code_verifier: VERIFIER });
  return {
    ...held,
    retrieval_token,
    code,
    access_token: textOf(tokens['access_token']),
    refresh_token: textOf(tokens['refresh_token']),
    id_token: textOf(tokens['id_token']),
  };
}

/** That a whole sign-in goes well, its refresh and its userinfo too. @throws Error where it does not */
export async function assertSignsIn(world: FuzzWorld): Promise<void> {
  const { refresh_token } = await signIn(world);
  const { client_secret } = world.clients.find(({ client_id }) => client_id === 'shop')!;
  const form = formOf(world.issuer, 'shop', client_secret);
  const { access_token } = await form('/oauth/token', { grant_type: 'refresh_token', refresh_token });
  const person = await ask(`${world.issuer}/oauth/userinfo`, 200, { headers: bearer(String(access_token)) });
  if (person['name'] !== PERSON['name']) throw new Error(`userinfo says ${JSON.stringify(person)}`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function formOf(
  issuer: string,
  client_id: string,
  client_secret: string | null,
): (path: string, members: Readonly<Record<string, string>>) => Promise<Body> {
  const own: Record<string, string> = client_secret === null ? { client_id } : { client_id, client_secret };
  return (path, members) =>
    ask(issuer + path, path === '/oauth/par' ? 201 : 200, {
      method: 'POST',
      body: new URLSearchParams({ ...own, ...members }),
    });
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

async function ask(url: string, expected: number, init: RequestInit): Promise<Body> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.status !== expected) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text) as Body;
}
