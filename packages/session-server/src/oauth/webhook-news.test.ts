import { expect, it } from 'vitest';
import { WEBHOOK_TYPES } from '../session/index.ts';
import { WEBHOOK_DELIVERY, type WebhookDelivery } from '../webhooks/kinds.ts';
import { formOf, redeem, type World, world } from '../test-support/oauth-world.ts';

const webhook = { uri: 'https://shop.example/hooks', secrets: ['whsec_'], events: WEBHOOK_TYPES };
const news = async ({ store }: World): Promise<readonly (readonly [string, unknown])[]> =>
  (await store.list<WebhookDelivery>(WEBHOOK_DELIVERY.name, 100)).rows
    .toSorted((a, b) => a.value.at - b.value.at)
    .map(({ value }) => [value.type, value.data['reason'] ?? null]);

it('FT-F35: a website is owed the news of a sign-in and of its end in their own commits, each once', async () => {
  const w = await world({ shop: { webhook } });
  const scope = 'openid profile offline_access';
  const code = await w.signIn({ scope });
  const first = await redeem(w, code);
  w.clock.advance(1_000);
  await expect(redeem(w, code)).rejects.toMatchObject({ code: 'invalid_grant' });
  w.clock.advance(1_000);
  await expect(redeem(w, code)).rejects.toMatchObject({ code: 'invalid_grant' });
  const second = await redeem(w, await w.signIn({ scope }));
  w.clock.advance(1_000);
  await w.oauth.revoke({
    authorization: null,
    params: formOf({ client_id: 'shop', client_secret: 'shop-secret', token: second.refresh_token ?? '' }),
    admit: () => {},
  });
  w.clock.advance(1_000);
  await redeem(w, await w.signIn({ scope }));
  w.clock.advance(1_000);
  await w.oauth.revokeSubject('wallet', 'ada-784-1990', null);
  expect(await news(w)).toEqual([
    ['user.signed_in', null],
    ['session.revoked', 'replayed'],
    ['user.signed_in', null],
    ['session.revoked', 'token_revoked'],
    ['user.signed_in', null],
    ['consent.revoked', 'provider'],
  ]);
  const { rows } = await w.store.list<WebhookDelivery>(WEBHOOK_DELIVERY.name, 100);
  const text = JSON.stringify(rows);
  for (const secret of [first.access_token, first.refresh_token, code, 'Ada']) expect(text).not.toContain(secret);
});

it('FT-F35: no news comes of a sign-in that did not happen', async () => {
  const w = await world({ shop: { webhook } });
  const code = await w.signIn();
  await expect(redeem(w, code, { code_verifier: 'x'.repeat(43) })).rejects.toMatchObject({ code: 'invalid_grant' });
  expect(await news(w)).toEqual([]);
});
