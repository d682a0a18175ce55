import { expect, shows, story } from '../story.ts';
import { pushRequest, redeem, startSession } from '../world/relying-party.ts';
import { choose, currentText, Watching } from '../world/session-api.ts';

story('20 parallel redemptions of one code', shows('SECURITY-CODE-ONCE'), async ({ world, phone }) => {
  const pushed = await pushRequest(world);
  const session = await startSession(world, pushed);
  const watching = await Watching.open(world, session);
  await phone.approve(await phone.scan(currentText(await choose(world, session))));
  const { redirect_to } = await watching.until('confirmed');
  watching.close();
  const code = new URL(redirect_to ?? '').searchParams.get('code') ?? '';

  const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(world, code, pushed)));
  const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as Record<string, unknown>[];
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses, 'one success, and nineteen refusals').toEqual([200, ...Array.from({ length: 19 }, () => 400)]);
  const refused = bodies.filter((body) => 'error' in body);
  expect(new Set(refused.map((body) => body['error']))).toEqual(new Set(['invalid_grant']));

  // RFC 6749 §4.1.2: what the code had issued is revoked, the winner's token included.
  const winner = bodies.find((body) => 'access_token' in body);
  const userinfo = await fetch(`${world.issuer}/oauth/userinfo`, {
    headers: { Authorization: `Bearer ${String(winner?.['access_token'])}` },
  });
  expect(userinfo.status).toBe(401);
  expect(userinfo.headers.get('www-authenticate')).toContain('invalid_token');
});
