import { expect, isSignedInAs, SignInView, shows, story } from '../story.ts';
import { Problems } from '../world/problems.ts';
import { withProfile } from '../world/profile.ts';

story(
  'an iframe of another site, third-party cookies blocked',
  shows('PRIVACY-NO-COOKIES'),
  async ({ world, phone }) => {
    await withProfile({ thirdParties: 'blocked' }, async (context) => {
      const problems = await Problems.watch(context);
      const page = await context.newPage();
      await page.goto(`${world.shop}/script-tag`);
      const signIn = new SignInView(page.frameLocator('iframe'));
      await signIn.reaches('qr');

      const frame = page.frames().find((candidate) => candidate.url().startsWith(world.issuer));
      const stored = await frame?.evaluate(() => {
        document.cookie = 'probe=1; SameSite=None; Secure';
        return document.cookie;
      });
      expect(stored, 'or this browser does not block what the story is about').toBe('');

      await phone.approve(await signIn.scan(phone));
      await isSignedInAs(page, 'Alma Exempel');
      problems.assertNone();
    });
  },
);

story(
  'no cookie is set where they are allowed, either',
  shows('PRIVACY-NO-COOKIES'),
  async ({ page, context, world, phone }) => {
    for (const path of ['/login', '/script-tag']) {
      await page.goto(world.shop + path);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await phone.approve(await signIn.scan(phone));
      await isSignedInAs(page, 'Alma Exempel');
    }
    const hosts = (await context.cookies()).map(({ domain }) => domain);
    expect(new Set(hosts), 'the shop has its own session cookie, the issuer has none').toEqual(new Set(['localhost']));
  },
);
