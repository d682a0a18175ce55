/** What a relying party's backend does, by fetch alone: for stories whose subject is the wire. */
import { createHash, randomBytes } from 'node:crypto';
import type { SessionHandle } from './session-api.ts';
import type { World } from './world.ts';

export const SHOP_AUTHORIZATION: string = `Basic ${Buffer.from('shop:demo-shop-secret').toString('base64')}`;

export interface Pushed {
  readonly request_uri: string;
  readonly code_verifier: string;
}

/** RFC 9126, as the client `shop`. `changes` are other parameters of the request. */
export async function pushRequest(world: World, changes: Readonly<Record<string, string>> = {}): Promise<Pushed> {
  const code_verifier = randomBytes(32).toString('base64url');
  const response = await fetch(`${world.issuer}/oauth/par`, {
    method: 'POST',
    headers: { Authorization: SHOP_AUTHORIZATION },
    body: new URLSearchParams({
      response_type: 'code',
      client_id: 'shop',
      redirect_uri: `${world.shop}/callback`,
      scope: 'openid profile',
      state: randomBytes(8).toString('base64url'),
      nonce: randomBytes(8).toString('base64url'),
      code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    }),
  });
  if (response.status !== 201) throw new Error(`PAR answered ${response.status}: ${await response.text()}`);
  const { request_uri } = (await response.json()) as { request_uri: string };
  return { request_uri, code_verifier };
}

export async function startSession(world: World, { request_uri }: Pushed): Promise<SessionHandle> {
  const response = await fetch(`${world.issuer}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_id: 'shop', request_uri }),
  });
  if (response.status !== 201) throw new Error(`POST /session answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as SessionHandle;
}

export function redeem(world: World, code: string, { code_verifier }: Pushed): Promise<Response> {
  return fetch(`${world.issuer}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: SHOP_AUTHORIZATION },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: `${world.shop}/callback`,
      code_verifier,
    }),
  });
}
