import { expect, isSignedInAs, observe, observed, SignInView, shows, story } from '../story.ts';

story(
  'a script tag on a page of another site',
  shows('EMBED-SCRIPT-TAG', 'SIGNIN-APPROVE'),
  async ({ page, world, phone }) => {
    await page.goto(`${world.shop}/script-tag`);
    const signIn = new SignInView(page.frameLocator('iframe'));
    await observe(page);
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
    expect(await observed(page), 'a listener alone must not stop the redirect').toContain(`${world.shop}/callback?`);
  },
);

story(
  'a page may take over the redirect of a script tag',
  shows('EMBED-SCRIPT-TAG'),
  async ({ page, world, phone }) => {
    await page.goto(`${world.shop}/script-tag`);
    const signIn = new SignInView(page.frameLocator('iframe'));
    await observe(page, 'preventDefault');
    await phone.approve(await signIn.scan(phone));
    await expect.poll(() => observed(page)).toContain(`${world.shop}/callback?`);
    await expect(page, 'preventDefault() must keep the page where it is').toHaveURL(`${world.shop}/script-tag`);
  },
);

story('the frame is as high as what is in it', shows('EMBED-SCRIPT-TAG'), async ({ page, world }) => {
  await page.goto(`${world.shop}/script-tag`);
  await new SignInView(page.frameLocator('iframe')).reaches('qr');
  const frame = page.frames().find((candidate) => candidate.url().startsWith(world.issuer));
  await expect
    .poll(() => frame?.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight), {
      message: 'nothing in the frame should need scrolling',
    })
    .toBe(0);
});

story(
  'form A and the redirect share one login route',
  shows('EMBED-LOGIN-ROUTE-UNCHANGED'),
  async ({ page, world }) => {
    const routeOf = async (path: string, selector: string, attribute: string): Promise<string | null> => {
      await page.goto(world.shop + path);
      return page.locator(selector).first().getAttribute(attribute);
    };
    const redirect = await routeOf('/redirect', 'a[href^="/login"]', 'href');
    expect(await routeOf('/script-tag', 'script[data-login-url]', 'data-login-url')).toBe(redirect);
    // What the route answers is a plain redirect to the issuer, for any caller.
    const answer = await page.request.get(world.shop + String(redirect), { maxRedirects: 0 });
    expect(answer.status()).toBe(302);
    expect(answer.headers()['location']).toContain(`${world.issuer}/authorize?`);
  },
);
