import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
  generateKeyPair,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { type Changes, errorOf, formOf, redeem, userinfo, type World, world } from '../../test-support/oauth-world.ts';
import { systemTimers } from '../../jobs/index.ts';
import { createLimitedFetch } from '../../outbound/index.ts';
import { collectionOf } from '../../store/collection.ts';
import type { TokenResponse } from '../index.ts';
import { GRANT } from '../kinds.ts';
import type { ProviderLogout } from './provider-logout.ts';

const BYE = 'https://shop.example/bye';
const signedIn = async (w: World, changes: Changes = {}, as: Changes = {}): Promise<TokenResponse> =>
  redeem(w, await w.signIn({ scope: 'openid offline_access', ...changes }), as);
const logout = ({ oauth }: World, changes: Changes) => oauth.endSession(formOf(changes));

describe('RP-initiated logout', () => {
  it('FT-D4a: ends the sign-in of the id_token with all its tokens, and leads back with the state', async () => {
    const w = await world();
    const { access_token, refresh_token, id_token } = await signedIn(w);
    const answer = await logout(w, { id_token_hint: id_token!, post_logout_redirect_uri: BYE, state: 'a b&c' });
    expect(answer).toEqual({ type: 'redirect', location: `${BYE}?state=a%20b%26c` });
    expect(await errorOf(userinfo(w, access_token))).toMatchObject({ code: 'invalid_token' });
    const again = w.oauth.token({
      authorization: null,
      params: formOf({
        grant_type: 'refresh_token',
        refresh_token: refresh_token!,
        client_id: 'shop',
        client_secret: 'shop-secret',
      }),
      admit: () => {},
    });
    expect(await errorOf(again)).toMatchObject({ code: 'invalid_grant' });
  });

  it('FT-D4a: leaves the person’s other sign-ins as they are', async () => {
    const w = await world();
    const [mine, other] = [await signedIn(w), await signedIn(w)];
    await logout(w, { id_token_hint: mine.id_token! });
    await expect(userinfo(w, other.access_token)).resolves.toBeDefined();
  });

  it('keeps the query of the registered address', async () => {
    const w = await world();
    const { id_token } = await signedIn(w);
    const post_logout_redirect_uri = `${BYE}?from=beckon`;
    const answer = await logout(w, { id_token_hint: id_token!, post_logout_redirect_uri, state: 's' });
    expect(answer).toMatchObject({ location: `${BYE}?from=beckon&state=s` });
  });

  it('takes an id_token that is over, and shows a page where no way back is asked for', async () => {
    const w = await world();
    const { id_token } = await signedIn(w);
    w.clock.advance(2 * 3_600_000);
    const answer = await logout(w, { id_token_hint: id_token!, client_id: 'shop' });
    expect(answer).toMatchObject({ type: 'page', back: null, ended: true, client: { client_id: 'shop' } });
    expect(await logout(w, { id_token_hint: id_token! }), 'twice').toMatchObject({ type: 'page', ended: false });
  });

  it('FT-D4b: ends nothing without a hint, and goes back only when the person presses', async () => {
    const w = await world();
    const { access_token } = await signedIn(w);
    const answer = await logout(w, { client_id: 'shop', post_logout_redirect_uri: BYE });
    expect(answer).toMatchObject({ type: 'page', back: BYE, ended: false });
    expect(await logout(w, {})).toEqual({ type: 'page', client: null, back: null, ended: false });
    await expect(userinfo(w, access_token)).resolves.toBeDefined();
  });

  it('FT-D4b: follows no address that the client did not register, and no token that is not ours', async () => {
    const w = await world();
    const { id_token, access_token } = await signedIn(w);
    const hint = { id_token_hint: id_token! };
    const { privateKey } = await generateKeyPair('ES256');
    const forged = await new SignJWT(decodeJwt(id_token!)).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
    const [head, payload, signature = ''] = id_token!.split('.');
    const claims = decodeJwt(id_token!);
    const { kid = '' } = decodeProtectedHeader(id_token!);
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { keys } = (await w.oauth.jwks()) as JSONWebKeySet;
    const published = keys.find((key) => key.kid === kid)!;
    const spki = String(createPublicKey({ key: published, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
    const own = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(own.publicKey);
    const signed = await Promise.all([
      // Our public key, as the secret of a MAC.
      ...[spki, JSON.stringify(published)].map((text) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(Buffer.from(text.padEnd(32))),
      ),
      // A key that the token brings along, or says where to fetch.
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, jwk }).sign(own.privateKey),
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid, jku: 'http://127.0.0.1:1/jwks' })
        .sign(own.privateKey),
    ]);
    const forgeries = [
      ...signed,
      `${part({ alg: 'none' })}.${payload}.`,
      `${part({ alg: 'none', kid })}.${payload}.${signature}`,
      `${part({ alg: 'ES256', kid, crit: ['x'], x: 1 })}.${payload}.${signature}`,
      // The other serialization (RFC 7515 §7.2).
      JSON.stringify({ protected: head, payload, signature }),
    ];
    const refused: readonly Changes[] = [
      { ...hint, post_logout_redirect_uri: `${BYE}/` },
      { ...hint, post_logout_redirect_uri: `${BYE}?x=1` },
      { ...hint, client_id: 'other', post_logout_redirect_uri: BYE },
      { ...hint, client_id: 'other' },
      { post_logout_redirect_uri: BYE },
      { client_id: 'unknown' },
      { id_token_hint: forged },
      ...forgeries.map((id_token_hint) => ({ id_token_hint })),
      { id_token_hint: `${head}.${payload}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}` },
      { id_token_hint: 'nothing' },
      { id_token_hint: 'x'.repeat(20_000) },
      { ...hint, post_logout_redirect_uri: BYE, state: 's'.repeat(3_000) },
    ];
    for (const changes of refused) {
      const { code } = await errorOf(logout(w, changes));
      expect({ ...changes, code }).toEqual({ ...changes, code: 'invalid_request' });
    }
    await expect(userinfo(w, access_token)).resolves.toBeDefined();
  });

  it('FT-D4c: against refreshes at the same time leaves none alive', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 30; round += 1) {
      const w = await world({ slow: true });
      const { refresh_token, id_token } = await signedIn(w);
      const refresh = () =>
        w.oauth.token({
          authorization: null,
          params: formOf({
            grant_type: 'refresh_token',
            refresh_token: refresh_token!,
            client_id: 'shop',
            client_secret: 'shop-secret',
          }),
          admit: () => {},
        });
      const [one, , two] = await Promise.allSettled([refresh(), logout(w, { id_token_hint: id_token! }), refresh()]);
      for (const answer of [one, two]) {
        if (answer.status !== 'fulfilled') continue;
        expect(await errorOf(userinfo(w, answer.value.access_token))).toMatchObject({ code: 'invalid_token' });
      }
    }
  });
});

describe('logout at the provider', () => {
  const SESSION = { connector: 'wallet', id_token: 'theirs' };
  /** A sign-in on one device, whose provider has a session with the browser. */
  const withProvider = async (w: World): Promise<TokenResponse> => {
    const tokens = await signedIn(w);
    await collectionOf(w.store, GRANT).update(decodeJwt(tokens.id_token!)['sid'] as string, (row) =>
      row === null ? null : { ...row, value: { ...row.value, provider_session: SESSION } },
    );
    return tokens;
  };
  const leading = (): { asked: unknown[]; providerLogout: ProviderLogout } => {
    const asked: unknown[] = [];
    const providerLogout: ProviderLogout = {
      url: (connector, options) => {
        asked.push({ connector, ...options });
        return Promise.resolve('https://provider.example/logout');
      },
      stateOf: (_connector, parameters) => ({ handle: parameters.get('handle') ?? '' }),
    };
    return { asked, providerLogout };
  };

  it('FT-D4d: leads through the provider, and back to the client once', async () => {
    const { asked, providerLogout } = leading();
    const w = await world({ providerLogout });
    const { id_token, access_token } = await withProvider(w);
    const answer = await logout(w, { id_token_hint: id_token!, post_logout_redirect_uri: BYE, state: 's' });
    expect(answer).toEqual({ type: 'redirect', location: 'https://provider.example/logout' });
    expect(await errorOf(userinfo(w, access_token)), 'it is over before').toMatchObject({ code: 'invalid_token' });
    const handle = expect.stringMatching(/^[0-9A-Z]{26}$/) as string;
    const return_to = 'https://id.example.com/oauth/logout/callback/wallet';
    expect(asked).toEqual([{ connector: 'wallet', return_to, state: { handle }, id_token_hint: 'theirs' }]);
    const [{ state }] = asked as [{ state: { handle: string } }];
    const back = (given: string) => w.oauth.endedAtProvider('wallet', new URLSearchParams({ handle: given }));
    expect(await back('0'.repeat(26))).toMatchObject({ type: 'page', client: null, back: null });
    expect(await back(state.handle)).toEqual({ type: 'redirect', location: `${BYE}?state=s` });
    expect(await back(state.handle), 'twice').toMatchObject({ type: 'page', client: null });
  });

  it('FT-D4d: is left out where the provider cannot be had, and where the sign-in ended before', async () => {
    const w = await world();
    const { id_token } = await withProvider(w);
    const ask = () => logout(w, { id_token_hint: id_token!, post_logout_redirect_uri: BYE });
    const answers = [await ask(), await ask()];
    expect(answers.map(({ type }) => type)).toEqual(['redirect', 'redirect']);
    expect(answers).toMatchObject([{ location: BYE }, { location: BYE }]);
    const { asked, providerLogout } = leading();
    const across = await world({ providerLogout });
    await logout(across, { id_token_hint: (await signedIn(across)).id_token! });
    expect(asked, 'across devices the provider has no session with this browser').toEqual([]);
  });

  it('is waited for a quarter of an hour', async () => {
    const { asked, providerLogout } = leading();
    const w = await world({ providerLogout });
    await logout(w, { id_token_hint: (await withProvider(w)).id_token!, post_logout_redirect_uri: BYE });
    w.clock.advance(900_000);
    const [{ state }] = asked as [{ state: { handle: string } }];
    const answer = await w.oauth.endedAtProvider('wallet', new URLSearchParams({ handle: state.handle }));
    expect(answer).toMatchObject({ type: 'page' });
  });
});

describe('back-channel logout', () => {
  const taking = () => {
    const heard: string[] = [];
    const answer = async (request: Request): Promise<Response> => {
      expect([request.method, request.url]).toEqual(['POST', 'https://shop.example/backchannel']);
      heard.push(new URLSearchParams(await request.text()).get('logout_token') ?? '');
      return new Response(null, { status: 200 });
    };
    return { heard, answer };
  };

  it('FT-D5a: tells the client with a signed logout token of this sign-in', async () => {
    const { heard, answer } = taking();
    const w = await world({ answer });
    const { id_token } = await signedIn(w);
    await logout(w, { id_token_hint: id_token! });
    await logout(w, { id_token_hint: id_token! });
    await w.tell();
    await w.tell();
    expect(heard, 'once').toHaveLength(1);
    const keySet = createLocalJWKSet((await w.oauth.jwks()) as JSONWebKeySet);
    const { payload, protectedHeader } = await jwtVerify(heard[0]!, keySet, {
      issuer: 'https://id.example.com',
      audience: 'shop',
      typ: 'logout+jwt',
      currentDate: new Date(w.clock.now()),
    });
    expect(protectedHeader.alg).toBe('ES256');
    const { sub, sid } = decodeJwt(id_token!);
    expect(payload).toMatchObject({
      sub,
      sid,
      jti: expect.any(String) as string,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload.exp! - payload.iat!).toBe(120);
    expect(payload['nonce'], '§2.4').toBeUndefined();
  });

  it('FT-D5b: tells every client of the person when the provider revokes, and of no sign-in after that', async () => {
    const { heard, answer } = taking();
    const w = await world({ answer });
    const sids = [await signedIn(w), await signedIn(w)].map(({ id_token }) => decodeJwt(id_token!)['sid']);
    w.clock.advance(1);
    await w.oauth.revokeSubject('wallet', 'ada-784-1990', null);
    w.clock.advance(1);
    const later = await signedIn(w);
    await w.oauth.revokeSubject('wallet', 'ada-784-1990', w.clock.now() - 3_600_000);
    await w.tell();
    expect(new Set(heard.map((token) => decodeJwt(token)['sid']))).toEqual(new Set(sids));
    expect(heard).toHaveLength(2);
    await expect(userinfo(w, later.access_token)).resolves.toBeDefined();
  });

  it('FT-D5c: tries again, later each time, until the client takes it', async () => {
    let status = 503;
    let calls = 0;
    const w = await world({
      answer: () => {
        calls += 1;
        return Promise.resolve(new Response(null, { status }));
      },
    });
    const { id_token } = await signedIn(w);
    await logout(w, { id_token_hint: id_token! });
    await w.tell();
    await w.tell();
    expect(calls).toBe(1);
    w.clock.advance(5_000);
    await w.tell();
    w.clock.advance(5_000);
    await w.tell();
    expect(calls).toBe(2);
    status = 204;
    w.clock.advance(25_000);
    await w.tell();
    w.clock.advance(86_400_000);
    await w.tell();
    expect(calls).toBe(3);
    expect(w.untold.map(({ attempts, last }) => ({ attempts, last }))).toEqual([
      { attempts: 0, last: false },
      { attempts: 1, last: false },
    ]);
  });

  it('FT-D5e: calls a client that takes none one at a time, so that it holds up no other', async () => {
    const calls = new Map<string, number>();
    let isBack = false;
    const w = await world({
      answer: async (request) => {
        const token = new URLSearchParams(await request.text()).get('logout_token') ?? '';
        const client_id = String(decodeJwt(token).aud);
        calls.set(client_id, (calls.get(client_id) ?? 0) + 1);
        if (client_id === 'shop' && !isBack) throw new TypeError('too slow');
        return new Response(null, { status: 204 });
      },
    });
    // More than are told at a time.
    for (let n = 0; n < 60; n += 1) await logout(w, { id_token_hint: (await signedIn(w)).id_token! });
    await w.tell();
    await w.tell();
    const burst = calls.get('shop') ?? 0;
    expect(burst, 'those that were under way at once, and none after them').toBeLessThanOrEqual(50);
    expect(w.untold).toHaveLength(60);

    w.clock.advance(5_000);
    await logout(w, { id_token_hint: (await signedIn(w, { client_id: 'rsa' }, { client_id: 'rsa' })).id_token! });
    await w.tell();
    await w.tell();
    expect(calls.get('shop'), 'one tries whether it is back').toBe(burst + 1);
    expect(calls.get('rsa')).toBe(1);

    isBack = true;
    for (const wait_ms of [30_000, 120_000, 600_000]) {
      w.clock.advance(wait_ms);
      await w.tell();
      await w.tell();
    }
    expect(calls.get('shop'), 'each was told in the end').toBe(burst + 1 + 60);
  });

  it('FT-D5f: goes where the client registered and nowhere else, reads no long answer, and no answer into the log', async () => {
    let inside = 0;
    const internal = createServer((_request, response) => {
      inside += 1;
      response.end('metadata of a cloud');
    }).listen(0, '127.0.0.1');
    await once(internal, 'listening');
    const place = `http://127.0.0.1:${(internal.address() as AddressInfo).port}/`;
    const answers: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(302, { location: place }).end(),
      (response) => response.writeHead(307, { location: place }).end(),
      (response) => response.writeHead(500).end('x'.repeat(4_000_000)),
      (response) => response.destroy(),
      (response) => response.writeHead(200).write('never ends'),
    ];
    let asked = 0;
    const website = createServer((_request, response) => {
      asked += 1;
      answers.shift()?.(response);
    }).listen(0, '127.0.0.1');
    await once(website, 'listening');
    const limited = createLimitedFetch(systemTimers);
    const w = await world({
      answer: async (request) =>
        limited(`http://127.0.0.1:${(website.address() as AddressInfo).port}/`, {
          method: 'POST',
          body: await request.text(),
        }),
    });
    await logout(w, { id_token_hint: (await signedIn(w)).id_token! });
    for (let n = 0; n < 7; n += 1) {
      await w.tell();
      w.clock.advance(86_400_000 / 8);
    }
    for (const server of [website, internal]) {
      server.closeAllConnections();
      server.close();
    }
    expect(asked, 'the last was taken: its head is the answer').toBe(5);
    expect(inside).toBe(0);
    expect(w.untold).toHaveLength(4);
    expect(JSON.stringify(w.untold)).not.toMatch(/metadata|xxxx/);
  });

  it('FT-D5c: gives up after a day, and says so', async () => {
    const w = await world();
    const { id_token } = await signedIn(w);
    await logout(w, { id_token_hint: id_token! });
    for (let hour = 0; hour < 48; hour += 1) {
      await w.tell();
      w.clock.advance(3_600_000);
    }
    expect(w.untold).toHaveLength(8);
    expect(w.untold.at(-1)).toMatchObject({ client_id: 'shop', last: true });
  });

  it('FT-D5d: is owed to no client that registered no address', async () => {
    const w = await world();
    const as = { client_id: 'other', client_secret: 'other-secret' };
    const { id_token } = await signedIn(w, { client_id: 'other' }, as);
    expect(await logout(w, { id_token_hint: id_token! })).toMatchObject({ ended: true });
    await w.tell();
    expect(w.untold).toEqual([]);
  });
});
