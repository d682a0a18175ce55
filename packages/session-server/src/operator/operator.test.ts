import { decodeJwt } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { AUDIT_EVENT } from '../audit/index.ts';
import { SESSION } from '../flow/kinds.ts';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { GRANT } from '../oauth/kinds.ts';
import type { TokenResponse } from '../oauth/index.ts';
import { collectionOf } from '../store/collection.ts';
import { exampleOperator } from '../test-support/example-operator.ts';
import { exampleClient } from '../test-support/example-client.ts';
import { ADA, errorOf, formOf, redeem, userinfo, world, type World } from '../test-support/oauth-world.ts';
import { type Operator, type OperatorActs, type OperatorDependencies } from './index.ts';
import { END_ORDER } from './kinds.ts';

const BY: Operator = { name: 'ops', via: 'api' };
const SHOP = exampleClient({ backchannel_logout_uri: 'https://shop.example/backchannel' });
const PERSON = { connector: 'wallet', subject: ADA.subject };

function operatorOf(w: World, changes: Partial<OperatorDependencies> = {}): OperatorActs {
  return exampleOperator(w, SHOP, changes);
}

const SCOPE = 'openid profile offline_access';
const signedIn = async (w: World): Promise<TokenResponse> => redeem(w, await w.signIn({ scope: SCOPE }));
const sidOf = ({ id_token }: TokenResponse): string => String(decodeJwt(id_token ?? '')['sid']);
const subOf = ({ id_token }: TokenResponse): string => String(decodeJwt(id_token ?? '').sub);

function refresh({ oauth }: World, refresh_token: string | undefined): Promise<TokenResponse> {
  const params = formOf({
    grant_type: 'refresh_token',
    refresh_token: refresh_token ?? '',
    client_id: 'shop',
    client_secret: 'shop-secret',
  });
  return oauth.token({ authorization: null, params, admit: () => {} });
}

const isActive = async ({ oauth }: World, token: string | undefined): Promise<boolean> => {
  const params = formOf({ token: token ?? '', client_id: 'shop', client_secret: 'shop-secret' });
  return (await oauth.introspect({ authorization: null, params, admit: () => {} })).active;
};

async function eventsOf({ store }: World): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await collectionOf(store, AUDIT_EVENT).list(1000);
  return rows.flatMap(({ value }) => value.events as unknown as Record<string, unknown>[]);
}

/** What the website was told, as sids. */
function hearing(): { readonly heard: string[]; readonly answer: (request: Request) => Promise<Response> } {
  const heard: string[] = [];
  return {
    heard,
    async answer(request) {
      const token = new URLSearchParams(await request.text()).get('logout_token') ?? '';
      heard.push(String(decodeJwt(token)['sid']));
      return new Response(null, { status: 204 });
    },
  };
}

describe('one sign-in', () => {
  it('FT-F40: ends with its tokens and its refresh family, and its website hears of it', async () => {
    const { heard, answer } = hearing();
    const w = await world({ answer });
    const tokens = await signedIn(w);
    const sid = sidOf(tokens);
    expect(await operatorOf(w).sessions.revoke(BY, sid)).toEqual({ session: false, grant: true });
    expect(await isActive(w, tokens.access_token)).toBe(false);
    expect(await isActive(w, tokens.refresh_token)).toBe(false);
    expect(await errorOf(refresh(w, tokens.refresh_token))).toMatchObject({ code: 'invalid_grant' });
    await w.tell();
    expect(heard).toEqual([sid]);
    expect(await operatorOf(w).sessions.revoke(BY, sid), 'once').toEqual({ session: false, grant: false });
  });

  it('FT-F40: ends while it is under way, its page is told, and its code is none', async () => {
    const w = await world();
    const code = await w.signIn();
    const told: string[] = [];
    const operator = operatorOf(w, { bus: { publish: ({ session }) => told.push(session.status) } });
    const { items } = await operator.sessions.list({ status: 'confirmed' });
    expect(await operator.sessions.revoke(BY, items[0]?.session ?? '')).toEqual({ session: true, grant: false });
    expect(told).toEqual(['cancelled']);
    expect(await errorOf(redeem(w, code))).toMatchObject({ code: 'invalid_grant' });
    expect(await operator.sessions.show(items[0]?.session_id ?? '')).toMatchObject({
      record: { status: 'cancelled', reason: 'revoked' },
      grant: null,
      story: { ended: { outcome: 'cancelled', reason: 'revoked' } },
      events: expect.arrayContaining([
        expect.objectContaining({ type: 'session.approved' }),
        expect.objectContaining({ type: 'session.revoked', by: 'ops' }),
      ]) as unknown,
    });
  });

  it('FT-F40: that is not there is said to be none', async () => {
    const operator = operatorOf(await world());
    for (const id of [`0F${'A'.repeat(26)}`, 'unheard-of'])
      await expect(operator.sessions.revoke(BY, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('FT-F41: tells the audit trail in the commit that ends it, with the name of who did it', async () => {
    const w = await world();
    const tokens = await signedIn(w);
    await operatorOf(w).sessions.revoke(BY, sidOf(tokens));
    await w.signIn();
    const operator = operatorOf(w);
    const { items } = await operator.sessions.list({ status: 'confirmed' });
    await operator.sessions.revoke(BY, items[0]?.session_id ?? '');
    const acts = (await eventsOf(w)).filter(({ by }) => by !== undefined);
    expect(acts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'grant.revoked', client_id: 'shop', by: 'ops', data: { via: 'api' } }),
        expect.objectContaining({ type: 'session.revoked', client_id: 'shop', by: 'ops', data: { via: 'api' } }),
      ]),
    );
    expect(acts).toHaveLength(2);
  });
});

describe('a person', () => {
  it('FT-F42: ends at every website: codes, tokens, refresh families and open sign-ins, and the websites hear of it', async () => {
    const { heard, answer } = hearing();
    const w = await world({ answer });
    const [first, second] = [await signedIn(w), await signedIn(w)];
    const pairwise = await redeem(w, await w.signIn({ client_id: 'pairwise' }), { client_id: 'pairwise' });
    const code = await w.signIn();
    const operator = operatorOf(w);
    // By the `sub` of one client, which is no other client's.
    const ended = await operator.persons.revoke(BY, { sub: subOf(pairwise) });
    expect(ended).toMatchObject({ sessions: 1, grants: 3, done: true });
    for (const { access_token } of [first, second, pairwise])
      expect(await errorOf(userinfo(w, access_token))).toMatchObject({ code: 'invalid_token' });
    expect(await isActive(w, first.refresh_token)).toBe(false);
    expect(await errorOf(redeem(w, code))).toMatchObject({ code: 'invalid_grant' });
    expect((await operator.sessions.list({ status: 'confirmed' })).items).toEqual([]);
    await w.tell();
    expect(heard.toSorted()).toEqual([first, second, pairwise].map(sidOf).toSorted());
    w.clock.advance(1);
    const later = await signedIn(w);
    expect(await isActive(w, later.access_token), 'a sign-in after that counts').toBe(true);
  });

  it('FT-F42: is found by what the provider calls them, and no other person ends', async () => {
    let subject = ADA.subject;
    const w = await world({ identity: () => ({ ...ADA, subject }) });
    const ada = await signedIn(w);
    subject = 'grace-1906';
    const grace = await signedIn(w);
    await operatorOf(w).persons.revoke(BY, PERSON);
    expect([await isActive(w, ada.access_token), await isActive(w, grace.access_token)]).toEqual([false, true]);
  });

  it('FT-F43: is exported whole, with what websites may read, and without a token', async () => {
    const w = await world();
    const tokens = await signedIn(w);
    const exported = await operatorOf(w).persons.export(BY, { sub: subOf(tokens) });
    expect(exported.grants).toMatchObject([
      { client_id: 'shop', sub: subOf(tokens), scope: SCOPE, claims: { name: 'Ada Lovelace' }, state: 'active' },
    ]);
    expect(exported.events.map(({ type }) => type)).toContain('session.approved');
    const text = JSON.stringify(exported);
    for (const token of [tokens.access_token, tokens.refresh_token]) expect(text).not.toContain(token);
    expect((await eventsOf(w)).at(-1)).toBeDefined();
    expect(await eventsOf(w)).toContainEqual(
      expect.objectContaining({ type: 'person.exported', person: exported.person, by: 'ops' }),
    );
  });

  it('FT-F43: is erased: access ends, websites hear of it, and no row with a claim or a sub of theirs is left', async () => {
    const { heard, answer } = hearing();
    const w = await world({ answer });
    const tokens = await signedIn(w);
    const code = await w.signIn();
    const operator = operatorOf(w);
    expect(await operator.persons.erase(BY, PERSON)).toMatchObject({ sessions: 1, grants: 1, done: true });
    expect(await isActive(w, tokens.access_token)).toBe(false);
    expect(await errorOf(redeem(w, code))).toMatchObject({ code: 'invalid_grant' });
    await w.tell();
    expect(heard).toEqual([sidOf(tokens)]);
    expect((await collectionOf(w.store, GRANT).list(10)).rows).toEqual([]);
    const left = JSON.stringify((await collectionOf(w.store, SESSION).list(10)).rows);
    for (const text of ['Ada', ADA.subject, subOf(tokens)]) expect(left).not.toContain(text);
    expect(await operator.persons.export(BY, PERSON)).toMatchObject({ grants: [] });
    const events = JSON.stringify(await eventsOf(w));
    expect(events).toContain('person.erased');
    expect(events, 'a hash alone').not.toContain(subOf(tokens));
  });
});

describe('all of a website', () => {
  it('FT-F44: ends in one act, with the sign-ins that are under way there, and at no other website', async () => {
    const w = await world();
    const shop = [await signedIn(w), await signedIn(w)];
    const code = await w.signIn();
    const other = await redeem(w, await w.signIn({ client_id: 'other' }), {
      client_id: 'other',
      client_secret: 'other-secret',
    });
    expect(await operatorOf(w).grants.revokeClient(BY, 'shop')).toEqual({ sessions: 1, grants: 2, done: true });
    for (const { access_token } of shop) expect(await isActive(w, access_token)).toBe(false);
    expect(await errorOf(redeem(w, code))).toMatchObject({ code: 'invalid_grant' });
    await expect(userinfo(w, other.access_token)).resolves.toBeDefined();
  });

  it('FT-F45: is finished by the jobs where the call could not, in any process', async () => {
    const w = await world();
    const all: TokenResponse[] = [];
    for (let n = 0; n < 150; n += 1) all.push(await signedIn(w));
    const asked = await operatorOf(w, { atOnce: 1 }).grants.revokeClient(BY, 'shop');
    expect(asked).toMatchObject({ done: false });
    expect(asked.grants).toBeLessThan(150);
    const jobs = createJobs({
      store: w.store,
      timers: systemTimers,
      workers: operatorOf(w).workers,
      failed: (error) => {
        throw error;
      },
    });
    await jobs.runOnce();
    const orders = collectionOf(w.store, END_ORDER);
    await vi.waitFor(async () => expect((await orders.list(1)).rows).toEqual([]));
    await jobs.stop();
    const active = await Promise.all(all.map(({ access_token }) => isActive(w, access_token)));
    expect(active.filter(Boolean)).toEqual([]);
  });

  it('FT-F45: is gone on with where a process died over it', async () => {
    const w = await world();
    const tokens = await signedIn(w);
    const dying = operatorOf(w, {
      timers: { yieldTurn: () => Promise.resolve() },
      clients: { registered: () => Promise.reject(new Error('the process dies')) },
    });
    await expect(dying.grants.revokeClient(BY, 'shop')).rejects.toThrow('dies');
    expect(await isActive(w, tokens.access_token)).toBe(true);
    const jobs = createJobs({
      store: w.store,
      timers: systemTimers,
      workers: operatorOf(w).workers,
      failed: (error) => {
        throw error;
      },
    });
    await jobs.runOnce();
    expect(await isActive(w, tokens.access_token), 'the process has its turn').toBe(true);
    w.clock.advance(10_000);
    await jobs.runOnce();
    await jobs.stop();
    expect(await isActive(w, tokens.access_token)).toBe(false);
  });
});

describe('a list', () => {
  it('FT-F46: of sign-ins is narrowed by website, app, status, person and time, page by page', async () => {
    const w = await world();
    await signedIn(w);
    w.clock.advance(60_000);
    await w.signIn();
    await w.signIn({ client_id: 'other' });
    const { sessions } = operatorOf(w);
    const count = async (filter: Parameters<typeof sessions.list>[0]): Promise<number> =>
      (await sessions.list(filter)).items.length;
    expect(await count({})).toBe(3);
    expect(await count({ client_id: 'shop' })).toBe(2);
    expect(await count({ status: 'completed' })).toBe(1);
    expect(await count({ connector: 'pasby' })).toBe(0);
    expect(await count({ connector: 'wallet', status: 'confirmed', client_id: 'other' })).toBe(1);
    expect(await count({ after: w.clock.now() / 1000 })).toBe(2);
    expect(await count({ person: PERSON })).toBe(1);
    expect(await count({ person: { connector: 'wallet', subject: 'grace' } })).toBe(0);
    const seen: string[] = [];
    for (let cursor: string | null = null, pages = 0; ; pages += 1) {
      const page: Awaited<ReturnType<typeof sessions.list>> = await sessions.list({ limit: 1, cursor });
      seen.push(...page.items.map(({ session_id }) => session_id));
      if (page.next === null) break;
      expect(pages).toBeLessThan(4);
      cursor = page.next;
    }
    expect(new Set(seen).size).toBe(3);
    expect(seen).toHaveLength(3);
  });

  it('FT-F46: of grants is narrowed by website, person and state, and has no claim in it', async () => {
    const w = await world();
    const [first, second] = [await signedIn(w), await signedIn(w)];
    const { grants, sessions } = operatorOf(w);
    await sessions.revoke(BY, sidOf(first));
    const idsOf = async (filter: Parameters<typeof grants.list>[0]): Promise<readonly string[]> =>
      (await grants.list(filter)).items.map(({ grant_id }) => grant_id);
    expect(await idsOf({ state: 'active' })).toEqual([sidOf(second)]);
    expect(await idsOf({ state: 'revoked', person: { sub: subOf(first) } })).toEqual([sidOf(first)]);
    expect(await idsOf({ client_id: 'shop' })).toHaveLength(2);
    expect(await idsOf({ client_id: 'other', person: PERSON })).toEqual([]);
    expect(JSON.stringify(await grants.list({}))).not.toContain('Ada');
    w.clock.advance(1);
    await w.oauth.revokeSubject('wallet', ADA.subject, null);
    expect(await idsOf({ state: 'active' })).toEqual([]);
  });
});
