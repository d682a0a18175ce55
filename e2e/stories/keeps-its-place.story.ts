import { expect, SignInView, shows, story } from '../story.ts';

story.use({ viewport: { width: 390, height: 844 }, connectors: 'all' });

for (const path of ['/script-tag', '/element', '/react', '/spa']) {
  story(
    `what follows the sign-in stays in its place while that loads, ${path}`,
    shows('EMBED-SCRIPT-TAG', 'EMBED-ELEMENT', 'EMBED-REACT', 'EMBED-SPA'),
    async ({ page, world }) => {
      const held = Promise.withResolvers<void>();
      await page.route(/\.js$/, async (route) => {
        await held.promise;
        await route.continue();
      });
      await page.goto(world.shop + path, { waitUntil: 'commit' });
      const notes = page.locator('.notes');
      await expect(page.locator('.top'), 'the style sheet is there').toHaveCSS('display', 'flex');
      await expect(page.locator('.bottom'), 'the page is there to its end').toBeVisible();
      const before = await notes.boundingBox();
      held.resolve();
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await signIn.reaches('choosing');
      expect(await notes.boundingBox()).toEqual(before);
    },
  );
}
