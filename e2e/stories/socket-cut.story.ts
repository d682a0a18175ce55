import { expect, isSignedInAs, shows, story } from '../story.ts';

const CUT = /WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE/;

story('between scan and approval', shows('RESILIENCE-SOCKET-CUT'), async ({ page, world, phone, signIn, problems }) => {
  problems.expect(CUT);
  await page.goto(`${world.shop}/login`);
  const scanned = await signIn.scan(phone);
  await expect(signIn.root).toHaveAttribute('data-connection', 'socket');

  expect(world.wire.cut(), 'the page must have been listening on a socket').toBeGreaterThan(0);
  await expect(signIn.root).not.toHaveAttribute('data-connection', 'socket');
  await expect(signIn.root, 'a lost connection is no failure').toHaveAttribute('data-phase', 'retrieved');
  await phone.approve(scanned);
  world.wire.mend();
  await isSignedInAs(page, 'Alma Exempel');
});

story(
  'the browser goes offline and comes back',
  shows('RESILIENCE-SOCKET-CUT'),
  async ({ page, world, context, phone, signIn, problems }) => {
    problems.expect(/ERR_INTERNET_DISCONNECTED/);
    problems.expect(CUT);
    await page.goto(`${world.shop}/login`);
    const scanned = await signIn.scan(phone);
    await context.setOffline(true);
    world.wire.cut();
    await expect(signIn.root).not.toHaveAttribute('data-connection', 'socket');
    await phone.approve(scanned);
    world.wire.mend();
    await context.setOffline(false);
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story(
  'where no WebSocket gets through',
  shows('RESILIENCE-NO-SOCKET'),
  async ({ page, world, phone, signIn, problems }) => {
    problems.expect(CUT);
    world.wire.cut();
    try {
      await page.goto(`${world.shop}/login`);
      const scanned = await signIn.scan(phone);
      await expect(signIn.root).toHaveAttribute('data-connection', 'poll');
      await phone.approve(scanned);
      await isSignedInAs(page, 'Alma Exempel');
    } finally {
      world.wire.mend();
    }
  },
);
