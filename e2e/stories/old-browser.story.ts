import { expect, isSignedInAs, shows, story } from '../story.ts';

story(
  'a browser of early 2023, in the dark',
  shows('OLD-BROWSER', 'SIGNIN-APPROVE'),
  async ({ page, world, phone, signIn }) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    // What Chrome 111, Safari 16.4 and Firefox 114 do not have, of what newer ones do.
    await page.addInitScript(() => {
      const missing: readonly (readonly [object, readonly string[]])[] = [
        [URL, ['canParse', 'parse']],
        [Array.prototype, ['toSorted', 'toReversed', 'toSpliced', 'with']],
        [Array, ['fromAsync']],
        [Object, ['groupBy']],
        [Promise, ['withResolvers', 'try']],
        [AbortSignal, ['any']],
        [Set.prototype, ['union', 'intersection', 'difference', 'isSubsetOf']],
        [String.prototype, ['isWellFormed', 'toWellFormed']],
      ];
      for (const [of, names] of missing) for (const name of names) Reflect.deleteProperty(of, name);
      const supports = CSS.supports.bind(CSS);
      CSS.supports = (...asked: [string, string?]) =>
        !/light-dark|from /.test(asked.join()) && supports(asked.join(':'));
    });
    await page.goto(`${world.shop}/element`);
    await signIn.reaches('qr');
    await expect(signIn.root, 'the light card').toHaveCSS('color', 'rgb(17, 24, 39)');
    await expect(signIn.qr).toHaveCSS('background-color', 'rgb(255, 255, 255)');
    await expect(page.locator('.bk-card')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);
