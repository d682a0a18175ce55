import { expect, isSignedInAs, SignInView, shows, story } from '../story.ts';

const GONE = /WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/;

for (const path of ['/login', '/script-tag']) {
  story(
    `kill -9 before and after the scan, ${path}`,
    shows('RESILIENCE-KILL'),
    async ({ page, world, phone, problems }) => {
      problems.expect(GONE);
      await page.goto(world.shop + path);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await signIn.reaches('qr');
      const pid = world.server.pid;

      await world.server.kill();
      await expect(signIn.root).toHaveAttribute('data-connection', 'reconnecting');
      await signIn.reaches('qr');
      await world.server.start();
      expect(world.server.pid).not.toBe(pid);
      const scanned = await signIn.scan(phone);

      await world.server.kill();
      await expect(signIn.root).toHaveAttribute('data-connection', 'reconnecting');
      await signIn.reaches('retrieved');
      await world.server.start();
      await phone.approve(scanned);
      await isSignedInAs(page, 'Alma Exempel');
    },
  );
}

story(
  'kill -9 after the approval, while the browser is away',
  shows('RESILIENCE-KILL'),
  async ({ page, world, phone, signIn, problems }) => {
    problems.expect(GONE);
    await page.goto(`${world.shop}/login`);
    const scanned = await signIn.scan(phone);
    // Blocks the long poll that would take the socket's place, too.
    await page.route(`${world.issuer}/session/**`, (route) => route.abort());
    problems.expect(/ERR_FAILED/);
    world.wire.cut();
    expect(await phone.approve(scanned), 'an answered approval must be durable').toMatchObject({ status: 'confirmed' });
    await world.server.kill();
    await world.server.start();
    world.wire.mend();
    await page.unroute(`${world.issuer}/session/**`);
    await isSignedInAs(page, 'Alma Exempel');
  },
);
