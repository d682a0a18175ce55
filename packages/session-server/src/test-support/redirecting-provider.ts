/** A small OpenID Provider for tests of a whole server: it signs one person in over real HTTP, at once. Not published. */
import { createHash, randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { FakeClock } from '../testing/fake-clock.ts';

/** What connectors are configured with. */
export const UPSTREAM_CLIENT = { client_id: 'beckon', client_secret: 'the-upstream-secret' };

export interface RedirectingProvider {
  readonly issuer: string;
  /** Paths asked for so far, without their queries. */
  readonly asked: readonly string[];
  /** Codes and tokens given out so far. */
  readonly given: readonly string[];
  /** Who comes back, and how. */
  person: { readonly sub: string; readonly [claim: string]: unknown };
  /** Unix seconds at which it says that they authenticated, where it was asked (`max_age`); null where it never says. */
  auth_time: number | 'now' | null;
  /** What every answer says in place of a code. */
  refusal: Readonly<Record<string, string>> | null;
  /** How long its access tokens live, in s. */
  expires_in: number;
  /** The scopes that it was asked for, by sign-in. */
  readonly scopes: readonly string[];
  /** Refresh tokens that were shown to it, good or not. */
  readonly refreshed: readonly string[];
  /** Called before a renewal is answered, which waits for it; 503 where it rejects. */
  beforeRenewal: () => Promise<void>;
  /** Called before a code is redeemed, which waits for it. */
  beforeExchange: () => Promise<void>;
  /** From here on none of its refresh tokens is good. */
  forget(): void;
  /** Whether its API is down; browsers are let through all the same. */
  down: boolean;
  /** Tokens that were given back to it. */
  readonly revoked: readonly string[];
  /** Called before a revocation is answered, which waits for it; 500 where it rejects. */
  beforeRevocation: () => Promise<void>;
  /** Where it sends browsers from, in place of its own page. */
  authorization_endpoint: string;
  close(): Promise<void>;
}

interface Waiting {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirect_uri: string;
  readonly max_age: string | null;
}

export async function startRedirectingProvider(clock: Pick<FakeClock, 'now'>): Promise<RedirectingProvider> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const codes = new Map<string, Waiting>();
  const asked: string[] = [];
  const given: string[] = [];
  const revoked: string[] = [];
  const scopes: string[] = [];
  const refreshed: string[] = [];
  /** Good once: it rotates them. */
  const refreshTokens = new Set<string>();
  const give = (kind: string): string => {
    const value = `upstream-${kind}-${randomUUID()}`;
    given.push(value);
    return value;
  };

  const authorize = (query: URLSearchParams, response: ServerResponse): void => {
    const back = new URL(query.get('redirect_uri') ?? '');
    scopes.push(query.get('scope') ?? '');
    const answer: Record<string, string> = { ...provider.refusal, state: query.get('state') ?? '' };
    if (provider.refusal === null) {
      answer['code'] = give('code');
      codes.set(answer['code'], {
        nonce: query.get('nonce') ?? '',
        challenge: query.get('code_challenge') ?? '',
        redirect_uri: back.href,
        max_age: query.get('max_age'),
      });
    }
    back.search = new URLSearchParams(answer).toString();
    response.writeHead(303, { location: back.href }).end();
  };

  const redeem = async (form: URLSearchParams, response: ServerResponse): Promise<void> => {
    const code = form.get('code') ?? '';
    const waiting = codes.get(code);
    codes.delete(code);
    const { person } = provider;
    await provider.beforeExchange();
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (waiting?.challenge !== challenge || waiting.redirect_uri !== form.get('redirect_uri')) {
      json(response, { error: 'invalid_grant', error_description: '<b>upstream words</b>' }, 400);
      return;
    }
    const now = Math.floor(clock.now() / 1000);
    // OpenID Connect Core §2: required where `max_age` was sent.
    const tells = waiting.max_age !== null && provider.auth_time !== null;
    const auth_time = tells ? { auth_time: provider.auth_time === 'now' ? now : provider.auth_time } : {};
    const claims = {
      ...auth_time,
      ...person,
      iss: issuer,
      aud: 'beckon',
      iat: now,
      exp: now + 300,
      nonce: waiting.nonce,
    };
    const id_token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey);
    given.push(id_token);
    json(response, { ...issued(), id_token });
  };

  const issued = (): Readonly<Record<string, unknown>> => {
    const refresh_token = give('refresh');
    refreshTokens.add(refresh_token);
    const { expires_in } = provider;
    return { access_token: give('token'), refresh_token, token_type: 'Bearer', expires_in, scope: 'openid email' };
  };

  const renew = async (token: string, response: ServerResponse): Promise<void> => {
    refreshed.push(token);
    try {
      await provider.beforeRenewal();
    } catch {
      json(response, { error: '<b>upstream words</b>' }, 503);
      return;
    }
    if (refreshTokens.delete(token)) json(response, issued());
    else json(response, { error: 'invalid_grant', error_description: '<b>upstream words</b>' }, 400);
  };

  const revoke = async (token: string, response: ServerResponse): Promise<void> => {
    revoked.push(token);
    refreshTokens.delete(token);
    await provider.beforeRevocation().then(
      () => json(response, {}),
      () => json(response, { error: '<b>upstream words</b>' }, 500),
    );
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer);
    asked.push(pathname);
    if (pathname === '/authorize') return authorize(searchParams, response);
    if (provider.down) return json(response, { error: '<b>upstream words</b>' }, 503);
    if (pathname === '/jwks') return json(response, { keys: [key] });
    if (pathname === '/token')
      return void textOf(request).then((text) => {
        const form = new URLSearchParams(text);
        const renews = form.get('grant_type') === 'refresh_token';
        return renews ? renew(form.get('refresh_token') ?? '', response) : redeem(form, response);
      });
    if (pathname === '/revoke')
      return void textOf(request).then((text) => revoke(new URLSearchParams(text).get('token') ?? '', response));
    json(response, {
      issuer,
      authorization_endpoint: provider.authorization_endpoint,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      revocation_endpoint: `${issuer}/revoke`,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: RedirectingProvider = {
    issuer,
    asked,
    given,
    revoked,
    beforeRevocation: () => Promise.resolve(),
    expires_in: 60,
    scopes,
    refreshed,
    beforeRenewal: () => Promise.resolve(),
    beforeExchange: () => Promise.resolve(),
    forget: () => refreshTokens.clear(),
    person: { sub: 'upstream-ada', name: 'Ada Lovelace', email: 'ada@example.com' },
    auth_time: 'now',
    refusal: null,
    down: false,
    authorization_endpoint: `${issuer}/authorize`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return provider;
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
