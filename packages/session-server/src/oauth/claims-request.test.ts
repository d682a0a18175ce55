import { decodeJwt, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Identity } from '../session/index.ts';
import {
  ADA,
  authorization,
  type Changes,
  errorOf,
  formOf,
  issuer,
  redeem,
  userinfo,
  type World,
  world,
} from '../test-support/oauth-world.ts';

const asking = (claims: object, changes: Changes = {}): Changes => ({
  scope: 'openid',
  ...changes,
  claims: JSON.stringify(claims),
});
/** How ADA proved who she is. */
const SURE = { acr: ADA.acr, amr: ADA.amr, auth_time: ADA.auth_time };
/** The protocol's own claims of an id_token. */
const PROTOCOL = new Set('iss sub aud exp iat nonce at_hash sid auth_time acr amr'.split(' '));

/** What is said of the person, in either place. */
async function told(w: World, changes: Changes, accepted?: readonly string[], as: Changes = {}) {
  const tokens = await redeem(w, await w.signIn(changes, accepted), as);
  const { sub, ...claims } = await userinfo(w, tokens.access_token);
  const all = Object.entries(decodeJwt(tokens.id_token!));
  return { sub, claims, id_token: Object.fromEntries(all.filter(([name]) => !PROTOCOL.has(name))), tokens };
}

describe('FT-D14a: a claim that is asked for by itself', () => {
  it('comes where it is asked for, and alone of its scope', async () => {
    const w = await world();
    const claims = { userinfo: { given_name: { essential: true } }, id_token: { email: null } };
    const { tokens, ...rest } = await told(w, asking(claims));
    expect(rest).toMatchObject({ claims: { given_name: 'Ada' }, id_token: { email: 'ada@example.com' } });
    expect(Object.keys(rest.claims), 'the rest of the scope').toEqual(['given_name']);
    expect(Object.keys(rest.id_token)).toEqual(['email']);
    expect(tokens.scope, 'the scope is that which was asked for').toBe('openid');
  });

  it('comes beside the scope, which stays with userinfo', async () => {
    const w = await world();
    const { claims, id_token } = await told(w, asking({ id_token: { name: null } }, { scope: 'openid profile' }));
    expect(claims).toEqual({ name: 'Ada Lovelace', given_name: 'Ada' });
    expect(id_token).toEqual({ name: 'Ada Lovelace' });
  });

  it.each<[string, object, object]>([
    ['the client may not ask for', { phone_number: { essential: true } }, {}],
    ['no scope stands for', { national_id: null, constructor: null, __proto__x: null }, {}],
    ['the provider does not give, even as essential', { nickname: { essential: true }, birthdate: null }, {}],
    ['is the provider’s own, in its scope', { wallet: null }, { wallet: { level: 'high' } }],
    ['has another value than was asked for', { email: { value: 'eve@example.com' } }, {}],
    ['has none of the values', { name: { values: ['Eve', 'Mallory'] }, email: null }, { email: 'ada@example.com' }],
    ['has one of the values', { name: { values: ['Eve', 'Ada Lovelace'] } }, { name: 'Ada Lovelace' }],
    ['has that value, an object', { wallet: { value: { level: 'high' } } }, { wallet: { level: 'high' } }],
    ['has the deepest value', { wallet: { value: JSON.parse('['.repeat(1500) + ']'.repeat(1500)) as unknown } }, {}],
    ['tells how the person proved who they are', { acr: null, auth_time: null, amr: null }, SURE],
  ])('that %s', async (_what, asked, claims) => {
    const w = await world();
    expect((await told(w, asking({ userinfo: asked }))).claims).toEqual(claims);
  });

  it('is shown to the person with the scope that stands for it, alone', async () => {
    const w = await world();
    const { client, request_uri } = await w.oauth.begin(
      authorization(asking({ userinfo: { email: null }, id_token: { name: null, nationalities: null } })),
    );
    const device = { address: '192.0.2.10', comparable: true, user_agent: 'Browser', origin: null };
    const session = await w.flow.create(client, request_uri, device);
    const qr = session.qr!;
    if (qr.order !== 'timed') throw new Error(qr.order);
    const [id = ''] = qr.prefix.split('/').at(-1)!.split('.');
    const scan = { session_id: id, step: String(qr.step), mac: qr.macs[0]! };
    const { scopes } = await w.flow.retrieve(scan, 'token', device);
    expect(scopes).toEqual([
      { scope: 'openid', claims: ['sub'] },
      { scope: 'profile', claims: ['name'] },
      { scope: 'email', claims: ['email'] },
      { scope: 'wallet', claims: ['nationalities'] },
    ]);
  });

  it('is not given where the person does not accept it', async () => {
    const w = await world();
    const claims = { userinfo: { email: null, name: null }, id_token: { email: null } };
    const { claims: given, id_token } = await told(w, asking(claims), ['openid', 'profile']);
    expect(given).toEqual({ name: 'Ada Lovelace' });
    expect(id_token).toEqual({});
  });

  it('is not given across devices beyond what the client may have there', async () => {
    const w = await world();
    const claims = { userinfo: { email: null, name: null }, id_token: { name: null } };
    const as = { client_id: 'careful' };
    const { claims: given, id_token } = await told(w, asking(claims, as), undefined, as);
    expect(given).toEqual({ email: 'ada@example.com' });
    expect(id_token).toEqual({});
  });

  it('adds no scope: what it stands for is not granted', async () => {
    const w = await world();
    const code = await w.signIn(asking({ userinfo: { email: null } }), ['openid', 'email', 'profile']);
    const { access_token, scope } = await redeem(w, code);
    expect(scope).toBe('openid');
    expect(Object.keys(await userinfo(w, access_token)).toSorted()).toEqual(['email', 'sub']);
  });

  it('is also in the id_token where the client wants userinfo’s claims there', async () => {
    const w = await world();
    const as = { client_id: 'greets' };
    const { id_token } = await told(w, asking({ userinfo: { email: null } }, as), undefined, as);
    expect(id_token).toEqual({ email: 'ada@example.com' });
  });

  it('is kept through a pushed request, and through refreshes', async () => {
    const w = await world();
    const changes = asking({ userinfo: { email: null }, id_token: { name: null } }, { scope: 'openid offline_access' });
    const pushed = await w.oauth.push({
      authorization: null,
      params: authorization({ ...changes, client_secret: 'shop-secret' }),
      admit: () => {},
    });
    const opened = await w.oauth.authorize(formOf({ client_id: 'shop', request_uri: pushed.request_uri }));
    expect(opened).toMatchObject({ type: 'page', request: { claims: { scope: ['profile', 'email'] } } });
    const { tokens } = await told(w, changes);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
    const refreshed = await redeem(w, '', { ...form, code: '', code_verifier: '', redirect_uri: '' });
    expect(decodeJwt(refreshed.id_token!)).toMatchObject({ name: 'Ada Lovelace' });
    expect(decodeJwt(refreshed.id_token!)).not.toHaveProperty('email');
    expect(await userinfo(w, refreshed.access_token)).toMatchObject({ email: 'ada@example.com' });
  });

  it('never takes the place of a protocol claim', async () => {
    const w = await world({ identity: { ...ADA, claims: { ...ADA.claims, iss: 'evil', aud: 'evil', sub: 'evil' } } });
    const { tokens, sub } = await told(w, asking({ id_token: { iss: null, aud: null, sub: null, exp: null } }));
    expect(decodeJwt(tokens.id_token!)).toMatchObject({ iss: issuer, aud: 'shop', sub });
    expect(sub).toBe(w.secrets.subject('wallet', ADA.subject));
  });
});

describe('FT-D14c: an acr that no app reaches', () => {
  it('is refused before the person starts, pushed or not, and tells the website', async () => {
    const w = await world();
    const params = authorization({ acr_values: 'no-one no-two', client_secret: 'shop-secret' });
    const error = { code: 'unmet_authentication_requirements', status: 400 };
    expect(await errorOf(w.oauth.push({ authorization: null, params, admit: () => {} }))).toMatchObject(error);
    expect(await w.oauth.authorize(authorization({ acr_values: 'no-one' }))).toMatchObject({ type: 'redirect', error });
    const essential = asking({ id_token: { acr: { essential: true, value: 'no-one' } } });
    expect(await errorOf(w.oauth.begin(authorization(essential)))).toMatchObject(error);
  });

  it('is a wish where it may be reached: the id_token says what was', async () => {
    const w = await world();
    const { tokens } = await told(w, { scope: 'openid', acr_values: 'higher low' });
    expect(decodeJwt(tokens.id_token!)['acr']).toBe('high');
  });
});

describe('FT-D14d: a sign-in gives no code', () => {
  const acr = (essential: boolean, values: readonly string[]): Changes =>
    asking({ id_token: { acr: { essential, values } } });

  it('without an essential acr, and the website is told which requirement was not met', async () => {
    const w = await world();
    expect(await endOf(w, acr(true, ['higher', 'highest']))).toBe('unmet_authentication_requirements');
    const silent = await world({ identity: { ...ADA, acr: null } });
    expect(await endOf(silent, acr(true, ['high']))).toBe('unmet_authentication_requirements');
  });

  it('and does with one of the values, with none that it must have, or with any', async () => {
    const w = await world();
    for (const changes of [acr(true, ['higher', 'high']), acr(false, ['higher'])]) {
      await expect(told(w, changes), `asked ${changes['claims']}`).resolves.toMatchObject({ claims: {} });
    }
    const silent = await world({ identity: { ...ADA, acr: null } });
    await expect(told(silent, asking({ id_token: { acr: { essential: true } } }))).resolves.toBeDefined();
    await expect(told(silent, asking({ userinfo: { acr: { essential: true, value: 'x' } } }))).resolves.toBeDefined();
  });

  it.each([['shop'], ['pairwise']])(
    'of another person than the sub or the hint names, at the client %s',
    async (id) => {
      let person: Identity = ADA;
      const w = await world({ identity: () => person });
      const as = { client_id: id };
      const { sub, tokens } = await told(w, { scope: 'openid', ...as }, undefined, as);
      const wanted: readonly Changes[] = [
        asking({ id_token: { sub: { value: sub } } }, as),
        asking({ userinfo: { sub: { values: ['someone', sub] } } }, as),
        { scope: 'openid', ...as, id_token_hint: tokens.id_token! },
        asking({ id_token: { sub: { value: sub } } }, { ...as, id_token_hint: tokens.id_token! }),
      ];
      for (const changes of wanted) {
        person = ADA;
        expect((await told(w, changes, undefined, as)).sub).toBe(sub);
        person = { ...ADA, subject: 'eve' };
        expect(await endOf(w, changes)).toBe('login_required');
      }
    },
  );

  it('of the right person at another client with another sub', async () => {
    const w = await world();
    const { sub } = await told(w, { scope: 'openid', client_id: 'pairwise' }, undefined, { client_id: 'pairwise' });
    expect(await endOf(w, asking({ id_token: { sub: { value: sub } } }))).toBe('login_required');
  });
});

describe('FT-D14e: an id_token_hint', () => {
  const refusalOf = async (w: World, changes: Changes) => {
    const decision = await w.oauth.authorize(authorization(changes));
    return decision.type === 'redirect' ? `${decision.error.code}: ${decision.error.message}` : decision.type;
  };

  it('counts when it is over, and when its key has been retired', async () => {
    const w = await world();
    const { tokens } = await told(w, { scope: 'openid' });
    w.clock.advance(48 * 3_600_000);
    expect(await refusalOf(w, { id_token_hint: tokens.id_token! })).toBe('page');
  });

  it('of nothing that this server issued to this client is refused, also by PAR', async () => {
    const w = await world();
    const mine = (await told(w, { scope: 'openid' })).tokens;
    const others = (await told(w, { scope: 'openid', client_id: 'greets' }, undefined, { client_id: 'greets' })).tokens;
    const [head, payload, signature] = mine.id_token!.split('.') as [string, string, string];
    const { privateKey } = await generateKeyPair('ES256');
    const claims = decodeJwt(mine.id_token!);
    const kid = JSON.parse(Buffer.from(head, 'base64url').toString()) as { readonly kid: string };
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: kid.kid }).sign(privateKey);
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const bad = [
      others.id_token!,
      forged,
      hmac,
      none,
      `${head}.${payload}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
      `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')}.${signature}`,
      mine.access_token,
      'nothing',
      'x'.repeat(20_000),
    ];
    for (const id_token_hint of bad) {
      expect(await refusalOf(w, { id_token_hint }), `given ${id_token_hint}`).toMatch(
        /^invalid_request: id_token_hint: /,
      );
      const params = authorization({ id_token_hint, client_secret: 'shop-secret' });
      const pushing = w.oauth.push({ authorization: null, params, admit: () => {} });
      expect(await errorOf(pushing)).toMatchObject({ code: 'invalid_request' });
    }
  });

  it('of another person than the claims name is refused', async () => {
    const w = await world();
    const { tokens } = await told(w, { scope: 'openid' });
    const changes = asking({ id_token: { sub: { value: 'eve' } } }, { id_token_hint: tokens.id_token! });
    expect(await refusalOf(w, changes)).toContain('invalid_request: claims: sub');
  });

  it('does not make prompt=none succeed: Beckon keeps no session of a browser', async () => {
    const w = await world();
    const { tokens } = await told(w, { scope: 'openid' });
    expect(await refusalOf(w, { prompt: 'none', id_token_hint: tokens.id_token! })).toContain('login_required: ');
  });
});

/** The wallet approves, and is told that it is over; what the website hears. */
async function endOf(w: World, changes: Changes): Promise<string | null> {
  const { client, request_uri } = await w.oauth.begin(authorization(changes));
  const device = { address: '192.0.2.10', comparable: true, user_agent: 'Browser', origin: null };
  const { session_id, session_secret, qr } = await w.flow.create(client, request_uri, device);
  if (qr?.order !== 'timed') throw new Error('no code');
  const scan = { session_id, step: String(qr.step), mac: qr.macs[0]! };
  const { retrieval_token, scopes } = await w.flow.retrieve(scan, 'token', device);
  const accepted_scopes = scopes.map(({ scope }) => scope);
  const approve = () =>
    w.flow.update(session_id, 'token', {
      decision: 'approve',
      accepted_scopes,
      verification: null,
      retrieval_token,
      reason: 'user',
    });
  await expect(approve()).rejects.toMatchObject({ code: 'verification_failed' });
  const { status, redirect_to, person } = await w.flow.snapshot({ session_id, session_secret });
  expect({ status, person }, 'nothing of who came is shown').toEqual({ status: 'failed', person: null });
  const answer = new URL(redirect_to!).searchParams;
  expect(answer.has('code')).toBe(false);
  await expect(approve(), 'once more').rejects.toMatchObject({ code: 'verification_failed' });
  return answer.get('error');
}
