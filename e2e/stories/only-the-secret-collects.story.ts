import { once } from 'node:events';
import { expect, shows, story } from '../story.ts';
import { pushRequest, startSession } from '../world/relying-party.ts';
import { choose, currentText, Watching } from '../world/session-api.ts';

story('a stranger who photographed the code', shows('SECURITY-SECRET'), async ({ world, phone }) => {
  const session = await startSession(world, await pushRequest(world));
  const text = currentText(await choose(world, session));
  const status = `${world.issuer}/session/${session.session_id}/status`;
  await phone.approve(await phone.scan(text));

  expect((await fetch(status)).status, 'without a secret').toBeGreaterThanOrEqual(400);
  const guessed = [text.split('.').at(-1) ?? '', session.session_id, 'x'.repeat(session.session_secret.length)];
  for (const secret of guessed) {
    const answer = await fetch(status, { headers: { Authorization: `Bearer ${secret}` } });
    expect(answer.status, 'a wrong secret learns not even that the session is there').toBe(404);
    expect(await answer.text()).not.toContain('code=');
    const watching = await Watching.open(world, { session_id: session.session_id, session_secret: secret });
    const [code] = (await once(watching.socket, 'close')) as [number];
    expect(code).toBe(4401);
  }
  const mine = await fetch(status, { headers: { Authorization: `Bearer ${session.session_secret}` } });
  expect(await mine.json()).toMatchObject({ status: 'confirmed' });
});

story('a wallet’s API without a wallet’s token', shows('SECURITY-SECRET'), async ({ world, phone }) => {
  const session = await startSession(world, await pushRequest(world));
  const text = currentText(await choose(world, session));
  const [id, step, mac] = new URL(text).pathname.split('/').at(-1)?.split('.') ?? [];
  const information = `${world.issuer}/session/${id}/information?step=${step}&mac=${mac}`;
  for (const headers of [
    {},
    { Authorization: `Bearer ${session.session_secret}` },
    { Authorization: 'Bearer e30.e30.e30' },
  ]) {
    const answer = await fetch(information, { headers: headers as Record<string, string> });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: 'wallet_not_trusted' });
  }
  // Nothing of that claimed it.
  await phone.approve(await phone.scan(text));
});
