/** A website that signs people in, as small as it can be: authorization code flow with PKCE (RFC 6749, RFC 7636). */
import { createHash, randomBytes } from 'node:crypto';

export const SHOP = {
  client_id: 'shop',
  client_name: 'Shop',
  client_secret: randomBytes(32).toString('base64url'),
  redirect_uris: ['https://shop.example/callback'],
  allowed_origins: ['https://shop.example'],
  scope: 'openid profile email',
};

/** What the server tells the browser of a session; more than this. */
export interface Session {
  readonly session_id: string;
  readonly session_secret: string;
  readonly status: string;
  readonly version: number;
  readonly qr: { readonly frames: readonly { readonly text: string }[] } | null;
  readonly redirect_to: string | null;
}

export type Claims = Readonly<Record<string, unknown>>;

const code_verifier = randomBytes(32).toString('base64url');

/** Begins a sign-in, as the widget on the website's page does. */
export function begin(url: string): Promise<Session> {
  const body = JSON.stringify({
    client_id: SHOP.client_id,
    response_type: 'code',
    redirect_uri: SHOP.redirect_uris[0],
    scope: SHOP.scope,
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const headers = { 'content-type': 'application/json', origin: SHOP.allowed_origins[0] ?? '' };
  return json(fetch(`${url}/session`, { method: 'POST', headers, body }));
}

/** Looks until the session is as it is waited for. */
export async function watch(
  url: string,
  { session_id, session_secret }: Session,
  until: (now: Session) => boolean,
): Promise<Session> {
  const headers = { authorization: `Bearer ${session_secret}`, origin: SHOP.allowed_origins[0] ?? '' };
  for (let after = ''; ;) {
    const now = await json<Session>(fetch(`${url}/session/${session_id}/status${after}`, { headers }));
    if (until(now)) return now;
    after = `?after=${now.version}&wait=5`;
  }
}

/** Exchanges the code, as the website's backend does. @returns the claims of the id_token and of userinfo, which must be about the same user */
export async function redeem(url: string, { redirect_to }: Session): Promise<Claims> {
  const { id_token, access_token } = await json<{ readonly id_token: string; readonly access_token: string }>(
    fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${SHOP.client_id}:${SHOP.client_secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: new URL(redirect_to ?? '').searchParams.get('code') ?? '',
        redirect_uri: SHOP.redirect_uris[0] ?? '',
        code_verifier,
      }),
    }),
  );
  const told = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  const authorization = `Bearer ${access_token}`;
  const userinfo = await json<Claims>(fetch(`${url}/oauth/userinfo`, { headers: { authorization } }));
  // OpenID Connect Core §5.3.2
  if (userinfo['sub'] !== told['sub']) throw new Error('userinfo is about another user');
  return { ...told, ...userinfo };
}

async function json<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
