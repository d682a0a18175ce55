import { readFile } from 'node:fs/promises';
import { expect, shows, story } from '../story.ts';
import { type Pushed, pushRequest, redeem, startSession } from '../world/relying-party.ts';
import { choose, currentText, type SessionHandle, Watching } from '../world/session-api.ts';
import type { Phone } from '../world/phone.ts';
import type { World } from '../world/world.ts';

/** Everything of one whole sign-in that must be found nowhere, by name. */
async function whatIsSecret(world: World, phone: Phone): Promise<Readonly<Record<string, string>>> {
  const pushed: Pushed = await pushRequest(world);
  const session: SessionHandle = await startSession(world, pushed);
  const watching = await Watching.open(world, session);
  const text = currentText(await choose(world, session));
  await phone.approve(await phone.scan(text));
  const { redirect_to } = await watching.until('confirmed');
  const code = new URL(redirect_to ?? '').searchParams.get('code') ?? '';
  const tokens = (await (await redeem(world, code, pushed)).json()) as Record<string, string>;
  const userinfo = await fetch(`${world.issuer}/oauth/userinfo`, {
    headers: { Authorization: `Bearer ${tokens['access_token']}` },
  });
  const claims = (await userinfo.json()) as Record<string, string>;
  watching.close();
  return {
    'the session secret': session.session_secret,
    'the QR’s MAC': text.split('.').at(-1) ?? '',
    'the code': code,
    'the PKCE verifier': pushed.code_verifier,
    'the access token': tokens['access_token'] ?? '',
    'the id_token': tokens['id_token'] ?? '',
    'the client secret': 'demo-shop-secret',
    'a name': claims['name'] ?? '',
    'the upstream subject': '"alma"',
  };
}

story('what a thief of logs and database learns', shows('PRIVACY-AT-REST'), async ({ world, phone }) => {
  const secrets = await whatIsSecret(world, phone);
  const files = await Promise.all(
    ['', '-wal'].map((suffix) => readFile(world.store + suffix).catch(() => Buffer.alloc(0))),
  );
  const places = { 'the log': world.server.output, 'the store': Buffer.concat(files).toString('latin1') };
  for (const [place, bytes] of Object.entries(places)) {
    expect(bytes.length, `${place} cannot be read, so this story says nothing`).toBeGreaterThan(100);
    for (const [what, secret] of Object.entries(secrets)) {
      expect(secret.length, `${what} is not known, so this story says nothing`).toBeGreaterThan(5);
      // As UTF-8 bytes read one by one, as the places are.
      const found = bytes.includes(secret) || bytes.includes(Buffer.from(secret).toString('latin1'));
      expect(found, `${what} is in ${place}`).toBe(false);
    }
  }
});
