import { expect, shows, story } from '../story.ts';
import type { Phone } from '../world/phone.ts';
import { pushRequest, redeem, startSession } from '../world/relying-party.ts';
import { choose, currentText, Watching } from '../world/session-api.ts';
import type { World } from '../world/world.ts';

story.use({ connectors: ['wallet', 'paswad'] });

/** Signs Alma in, with no browser. Answers what userinfo says to her access token. */
async function signIn(world: World, phone: Phone, connector: string): Promise<() => Promise<number>> {
  const pushed = await pushRequest(world);
  const session = await startSession(world, pushed);
  const watching = await Watching.open(world, session);
  await phone.approve(await phone.scan(currentText(await choose(world, session, connector))));
  const { redirect_to } = await watching.until('confirmed');
  watching.close();
  const code = new URL(redirect_to ?? '').searchParams.get('code') ?? '';
  const { access_token } = (await (await redeem(world, code, pushed)).json()) as { access_token: string };
  return async () => {
    const headers = { Authorization: `Bearer ${access_token}` };
    return (await fetch(`${world.issuer}/oauth/userinfo`, { headers })).status;
  };
}

/** Has Paswad tell. Answers the event's id and what Beckon said to it. */
async function deliver(
  world: World,
  event: Readonly<Record<string, unknown>>,
): Promise<{ id: string; status: number }> {
  const response = await fetch(`${world.sandbox}/paswad/sandbox/webhooks`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: 'session.revoked', person: 'alma', ...event }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { id: string; status: number };
}

for (const [type, encoding] of [
  ['session.revoked', 'hex'],
  ['consent.revoked', 'base64'],
]) {
  story(
    `${type}, signed in ${encoding}, ends the token`,
    shows('WEBHOOK-REVOKES'),
    async ({ world, phone, otherPhone }) => {
      const userinfo = await signIn(world, phone, 'paswad');
      const others = await Promise.all([signIn(world, otherPhone, 'paswad'), signIn(world, phone, 'wallet')]);
      expect(await userinfo()).toBe(200);
      expect(await deliver(world, { type, encoding })).toMatchObject({ status: 204 });
      expect(await userinfo()).toBe(401);
      for (const other of others) expect(await other(), 'no other person’s, and no other connector’s').toBe(200);
    },
  );
}

story('an event that comes twice acts once', shows('WEBHOOK-ONCE'), async ({ world, phone }) => {
  const before = await signIn(world, phone, 'paswad');
  const { id } = await deliver(world, {});
  expect(await before()).toBe(401);
  const after = await signIn(world, phone, 'paswad');
  expect(await deliver(world, { id }), 'Paswad need not send it a third time').toMatchObject({ status: 204 });
  expect(await after(), 'what was signed in since is not what was revoked').toBe(200);
});

story('an event with no right signature is refused', shows('WEBHOOK-SIGNED'), async ({ world, phone }) => {
  const userinfo = await signIn(world, phone, 'paswad');
  for (const signature of ['0'.repeat(64), `${'A'.repeat(43)}=`, 'sha256=', '', null]) {
    const { status } = await deliver(world, { signature });
    expect(status, String(signature)).toBeGreaterThanOrEqual(400);
    expect(status, String(signature)).toBeLessThan(500);
  }
  expect(await userinfo()).toBe(200);
});

story('other events are acknowledged', shows('WEBHOOK-REVOKES'), async ({ world, phone }) => {
  const userinfo = await signIn(world, phone, 'paswad');
  expect(await deliver(world, { type: 'passport.updated' })).toMatchObject({ status: 204 });
  expect(await userinfo()).toBe(200);
});
