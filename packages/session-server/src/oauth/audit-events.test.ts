import { expect, it } from 'vitest';
import { AUDIT_EVENT, type NewEvent, type ToldEvents } from '../audit/index.ts';
import { formOf, redeem, type World, world } from '../test-support/oauth-world.ts';

/** What was told, in order, of the token endpoint's own. */
async function told({ store }: World): Promise<readonly NewEvent[]> {
  const { rows } = await store.list<ToldEvents>(AUDIT_EVENT.name, 100);
  const events = rows.toSorted((a, b) => a.value.at - b.value.at).flatMap(({ value }) => value.events);
  return events.filter(({ type }) => !type.startsWith('session.') && type !== 'code.issued');
}

const client = { client_id: 'shop', client_secret: 'shop-secret' };
const call = (members: Readonly<Record<string, string>>) => ({
  authorization: null,
  params: formOf({ ...client, ...members }),
  admit: () => {},
});

it('FT-F13: tokens that are issued, refreshed, replayed and revoked are told, with who and for which website', async () => {
  const w = await world();
  const first = await redeem(w, await w.signIn({ scope: 'openid profile offline_access' }));
  const refresh = (refresh_token = ''): Promise<unknown> =>
    w.oauth.token(call({ grant_type: 'refresh_token', refresh_token }));
  w.clock.advance(1_000);
  await refresh(first.refresh_token);
  w.clock.advance(20_000);
  await expect(refresh(first.refresh_token)).rejects.toMatchObject({ code: 'invalid_grant' });
  w.clock.advance(1_000);
  const code = await w.signIn();
  const second = await redeem(w, code);
  w.clock.advance(1_000);
  await w.oauth.revoke(call({ token: second.access_token }));
  w.clock.advance(1_000);
  await expect(redeem(w, code)).rejects.toMatchObject({ code: 'invalid_grant' });
  w.clock.advance(1_000);
  await w.oauth.revokeSubject('wallet', 'ada-784-1990', null);

  const events = await told(w);
  expect(events.map(({ type }) => type)).toEqual([
    'token.issued',
    'token.refreshed',
    'token.replayed',
    'token.issued',
    'token.revoked',
    'code.replayed',
    'person.ended',
  ]);
  expect(new Set(events.map(({ person }) => person)).size, 'one person').toBe(1);
  expect(events.slice(0, -1).every(({ client_id }) => client_id === 'shop')).toBe(true);
  expect(events[0]?.data).toEqual({ scope: 'openid profile offline_access', refreshable: true });
  const text = JSON.stringify(events);
  for (const secret of [first.access_token, first.refresh_token, first.id_token, code, 'Ada', 'ada-784']) {
    expect(text).not.toContain(secret);
  }
});
